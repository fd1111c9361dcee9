"""`credence audit`: re-prove a log, compare contracts with their source."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from evidence.identity import Lei
from node.cli.audit_model import model
from node.cli.output import DEFAULT_HOME, FALSE, GOOD, HomeOption, JsonOption, environ, show

app = typer.Typer(no_args_is_help=True, help="Check logs, contracts and models.")
app.command("model")(model)


@app.command("log")
def log(
    org: Annotated[str, typer.Argument(help="LEI of the member whose log to check.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Re-prove a member's whole log against the chain, and name every missing sequence number."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        audit = node.audit_log(Lei(org))

    def human(console: Console) -> None:
        console.print(f"{audit.size} statements, root {audit.root}, {audit.heads} heads checked")
        for finding in audit.findings:
            console.print(f"[bold red]{finding.what}[/]: ", end="")
            console.print(finding.detail, markup=False)
        console.print("[bold green]Whole.[/]" if audit.whole else "[bold red]Not whole.[/]")

    show(audit.to_json(), as_json=json_, human=human)
    raise typer.Exit(GOOD if audit.whole else FALSE)


@app.command("contracts")
def contracts(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Rebuild every contract from source and compare it with the code on chain."""
    from node.bootstrap import open_node
    from node.chain.audit import audit_contracts

    with open_node(home, environ()) as node:
        found = [one.to_json() for one in audit_contracts(node.chain.evm)]
    equal = all(contract["equal"] for contract in found)

    def human(console: Console) -> None:
        table = Table("contract", "address", "is this source", "first difference")
        for contract in found:
            mark = "[green]yes[/]" if contract["equal"] else "[bold red]no[/]"
            table.add_row(contract["name"], contract["address"], mark, str(contract["difference"] or ""))
        console.print(table)

    show({"contracts": found, "equal": equal}, as_json=json_, human=human)
    raise typer.Exit(GOOD if equal else FALSE)
