"""`credence credential`: verify a supplier's credential as a bank does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evidence.errors import CredenceError, MalformedError, ProofError
from node.cli.output import DEFAULT_HOME, FALSE, HomeOption, JsonOption, environ, show
from node.cli.score import MAX_BUNDLE_BYTES, read_bounded

app = typer.Typer(no_args_is_help=True, help="Verify a supplier's credential.")

MAX_CREDENTIAL_BYTES = 1024 * 1024


@app.callback()
def _group() -> None:
    """Verify a supplier's credential."""


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The credential (SD-JWT VC).", exists=True, dir_okay=False)],
    bundle: Annotated[
        Path | None, typer.Option(help="The score bundle: recompute the score as well.", exists=True, dir_okay=False)
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Check a credential against the chain: signature, issuer, attestation, values, and with a bundle the score.

    Exit 0 only when all of it holds.
    """
    from node.bootstrap import open_node
    from scoring.bundle import decode

    try:
        text = read_bounded(file, MAX_CREDENTIAL_BYTES).decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise MalformedError(f"{file} is not a credential: it is no ASCII text") from error
    scored = decode(read_bounded(bundle, MAX_BUNDLE_BYTES)) if bundle else None
    with open_node(home, environ()) as node:
        try:
            report = node.verify_credential(text, bundle=scored)
        except ProofError as error:
            _refuse(error, json_)
            raise typer.Exit(FALSE) from error
    data = report.to_json()

    def human(console: Console) -> None:
        claims = report.claims
        console.print(f"{report.subject}: issued by {report.issuer.name} ({report.issuer.lei})", markup=False)
        if "points" in claims and claims.get("state") == "rated":
            console.print(f"  {claims['points'] / 1_000_000:.1f} points, band {claims.get('band')}", markup=False)
        console.print(f"  attested on chain by {report.attestation.attester}, in force", markup=False)
        console.print(f"  score recomputed: {report.recomputed.value if report.recomputed else 'no bundle given'}")
        console.print("[bold green]Verified.[/]")

    show(data, as_json=json_, human=human)


def _refuse(error: CredenceError, as_json: bool) -> None:
    data = {"verified": False, "why": error.message, "advice": error.advice}

    def human(console: Console) -> None:
        console.print("[bold red]Not verified:[/] ", end="")
        console.print(error.message, markup=False)
        console.print(error.advice, markup=False)

    show(data, as_json=as_json, human=human)
