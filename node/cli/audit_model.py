"""`credence audit model`: how a federated model came about, recomputed and compared with the chain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from node.cli.output import DEFAULT_HOME, FALSE, GOOD, HomeOption, JsonOption, environ, show


def model(
    folder: Annotated[Path, typer.Argument(help="Folder of the run: its rounds and models.")],
    own: Annotated[
        Path | None,
        typer.Option("--own", help="A party's own records of the run: says of each contribution whether it is in."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Recompute the chain of rounds behind a federated model, and prove a party's contributions in or out."""
    from node.bootstrap import open_node
    from node.chain.evm_models import EvmModels
    from node.services.audit_model import AuditModel

    with open_node(home, environ()) as node:
        audit = AuditModel(EvmModels(node.chain.evm))(folder, own)

    def human(console: Console) -> None:
        console.print(f"run 0x{audit.run.hex()}, {audit.rounds} rounds on chain, model 0x{audit.model.hex()}")
        for finding in audit.findings:
            console.print(finding, markup=False, style="bold red")
        for step, inside in sorted(audit.contributions.items()):
            console.print(f"step {step}: {'in the model' if inside else 'not in the model'}")
        console.print("[bold green]Agrees.[/]" if audit.whole else "[bold red]Does not agree.[/]")

    show(audit.to_json(), as_json=json_, human=human)
    raise typer.Exit(GOOD if audit.whole else FALSE)
