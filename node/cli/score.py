"""`credence score`: a supplier's score with its reasons."""

from __future__ import annotations

from typing import Annotated, Any

import click
import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from evidence.identity import Subject
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show


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
        report = node.score(subject)
        if attest:
            report = node.attest(report)
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
