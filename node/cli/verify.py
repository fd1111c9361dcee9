"""`credence verify`: check a proof file, offline or against a chain. Needs only the core."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from evidence.errors import InputError, MalformedError, NotFoundError
from evidence.network import Network
from evidence.verify import Trust, VerificationReport, verify_bundle
from node.cli.output import FALSE, GOOD, JsonOption, show

MAX_PROOF_BYTES = 16 * 1024 * 1024
STYLES = {"holds": "green", "fails": "bold red", "not established": "yellow"}


def verify(
    file: Annotated[str, typer.Argument(help="The proof file, or - for standard input.")],
    rpc: Annotated[str, typer.Option(help="Ask this chain whether it knows the block header.")] = "",
    trusted_block: Annotated[
        list[str] | None, typer.Option(help="Hash of a block you trust (0x...); may be given several times.")
    ] = None,
    network: Annotated[
        Path | None,
        typer.Option(
            envvar="CREDENCE_NETWORK", help="The network file with the contract addresses you trust.", exists=True
        ),
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Check a proof file: statement, log, storage and block header are answered apart.

    Exit 0 only when all four hold. Without --trusted-block or --rpc the block header is "not established" and the exit
    code is 1: an unsigned header proves nothing.
    """
    data = _read(file)
    trust = Trust(
        trusted_blocks=frozenset(_block_hash(text) for text in trusted_block or ()),
        network=Network.decode(network.read_bytes()) if network else None,
    )
    header_known = None
    if rpc:
        from node.chain.rpc_header import header_oracle

        header_known = header_oracle(rpc)
    report = verify_bundle(data, trust, header_known=header_known)
    show(report_json(report), as_json=json_, human=lambda console: _print(console, report))
    raise typer.Exit(GOOD if report.verified else FALSE)


def report_json(report: VerificationReport) -> dict[str, Any]:
    """The report as a document; what the statement says is there only as far as it could be read."""
    about, block = report.about, report.block
    return {
        "verified": report.verified,
        **{name: {"state": answer.state.value, "detail": answer.detail} for name, answer in report.answers.items()},
        "about": None
        if about is None
        else {
            "id": about.statement_id,
            "issuer": str(about.issuer),
            "subject": str(about.subject),
            "kind": about.kind.value,
            "sequence": about.sequence,
            "occurred": about.occurred,
            "fields": about.fields,
        },
        "block": None if block is None else {"hash": "0x" + block.hash.hex(), "number": block.number},
        "warnings": list(report.warnings),
    }


def _read(file: str) -> bytes:
    if file == "-":
        data = sys.stdin.buffer.read(MAX_PROOF_BYTES + 1)
    else:
        path = Path(file)
        if not path.is_file():
            raise NotFoundError(f"There is no file {file}", advice="Name a proof made by `credence evidence prove`.")
        with path.open("rb") as handle:
            data = handle.read(MAX_PROOF_BYTES + 1)
    if len(data) > MAX_PROOF_BYTES:
        raise MalformedError(f"{file} is larger than {MAX_PROOF_BYTES} bytes, more than any proof needs")
    return data


def _block_hash(text: str) -> bytes:
    digits = text.removeprefix("0x")
    try:
        value = bytes.fromhex(digits)
    except ValueError as error:
        raise InputError(f"{text!r} is not a block hash", advice="Give 0x and 64 hexadecimal digits.") from error
    if len(value) != 32 or len(digits) != 64:
        raise InputError(f"{text!r} is not a block hash", advice="Give 0x and 64 hexadecimal digits.")
    return value


def _print(console: Console, report: VerificationReport) -> None:
    if report.about is not None:
        about = report.about
        console.print(
            f"{about.kind.value} number {about.sequence} of {about.issuer} about {about.subject}", markup=False
        )
    for name, answer in report.answers.items():
        console.print(f"  {name:<10} [{STYLES[answer.state]}]{answer.state:<16}[/] ", end="")
        console.print(answer.detail, markup=False)
    for warning in report.warnings:
        console.print("  [yellow]note[/]       ", end="")
        console.print(warning, markup=False)
    if report.verified:
        console.print("[bold green]Verified.[/]")
    else:
        console.print("[bold red]Not verified.[/]")
