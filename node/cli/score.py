"""`credence score`: a supplier's score with its reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import click
import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from evidence.errors import LimitError
from evidence.identity import Subject
from node.cli import score_explain, score_policies, score_trust
from node.cli.output import DEFAULT_HOME, FALSE, GOOD, HomeOption, JsonOption, environ, show

MAX_BUNDLE_BYTES = 64 * 1024 * 1024


class _SupplierFirst(TyperGroup):
    """Lets `credence score SUPPLIER` mean `credence score of SUPPLIER`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["of", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_SupplierFirst, no_args_is_help=True, help="Compute and explain a supplier's score.")


@app.callback()
def _group() -> None:
    """Compute and explain a supplier's score."""


app.command("explain")(score_explain.explain)
app.command("what-if")(score_explain.what_if)
app.command("path")(score_explain.path)
app.command("changes")(score_explain.changes)
app.command("policies")(score_explain.policies)
app.command("policy-diff")(score_policies.policy_diff)
app.command("dry-run")(score_policies.dry_run)
app.command("model-card")(score_policies.model_card)
app.command("policy-check")(score_trust.policy_check)
app.command("standing")(score_trust.standing)
app.command("review")(score_trust.review)
app.command("lift")(score_trust.lift)
app.command("operating")(score_trust.operating)


@app.command("recompute")
def recompute(
    bundle: Annotated[Path, typer.Argument(help="The score bundle.", exists=True, dir_okay=False)],
    json_: JsonOption = False,
) -> None:
    """Recompute a score from its bundle alone: no node, no network. Exit 0 only when it is equal to the last bit."""
    from scoring.bundle import decode
    from scoring.recompute import recompute as replay

    result = replay(decode(read_bounded(bundle, MAX_BUNDLE_BYTES)))
    data: dict[str, Any] = {
        "outcome": result.outcome.value,
        "equal": result.equal,
        "statements": result.statements,
        "proved": result.proved,
        "erased": result.erased,
        "card": result.card.hex() if result.card else None,
        "heads": [{"org": str(head.org), "size": head.size, "root": head.root.hex()} for head in result.heads],
        "differences": [{"place": one.place, "claimed": one.claimed, "found": one.found} for one in result.differences],
    }

    def human(console: Console) -> None:
        console.print(f"{result.statements} statements, {result.proved} proved under {len(result.heads)} heads")
        for one in result.differences[:20]:
            console.print(f"  {one.place}: claimed {one.claimed!r}, found {one.found!r}"[:400], markup=False)
        style = "bold green" if result.equal else "bold red"
        console.print(f"[{style}]{result.outcome.value.capitalize()}.[/]")

    show(data, as_json=json_, human=human)
    raise typer.Exit(GOOD if result.equal else FALSE)


def read_bounded(path: Path, limit: int) -> bytes:
    """A file of at most `limit` bytes.

    Raises:
        LimitError: it is larger.
    """
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise LimitError(f"{path} is larger than {limit} bytes")
    return data


@app.command("of")
def of(
    supplier: Annotated[str, typer.Argument(help="LEI, or LEI/SITE.")],
    fetch: Annotated[bool, typer.Option(help="First fetch new statements from the supplier's node.")] = False,
    attest: Annotated[bool, typer.Option(help="Attest the score on chain (scorers only).")] = False,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Score a supplier from the evidence that this node holds."""
    from node.bootstrap import open_node

    subject = Subject.parse(supplier)
    with open_node(home, environ()) as node:
        if fetch:
            node.fetch_about(subject)
        report = node.attest.newest(node.score, subject) if attest else node.score(subject)
    data = report.to_json()
    show(data, as_json=json_, human=lambda console: _print(console, data))


def _print(console: Console, data: dict[str, Any]) -> None:
    if data["state"] == "not-rated":
        console.print(f"[bold yellow]Not rated[/]: missing {', '.join(data['missing'])}")
    else:
        span = f"{data['low']} to {data['high']}"
        console.print(f"[bold]{data['points']}[/] points ({span}), band {data['band']}, {data['eligibility']}")
    table = Table("indicator", "observed", "points", "of", "contribution")
    for line in data["lines"]:
        table.add_row(*(str(line[name]) for name in ("indicator", "observed", "points", "weight", "contribution")))
    console.print(table)
    console.print(f"Policy {data['policy_name']} ({data['policy'][:16]}...), from {data['statements']} statements")
    if data.get("attestation"):
        console.print(f"Attested: {data['attestation']}")
