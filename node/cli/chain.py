"""`credence chain`: deploy the network's contracts, look at the chain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from evidence.errors import InputError
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

app = typer.Typer(no_args_is_help=True, help="Deploy the network's contracts; look at the chain.")


@app.command("deploy")
def deploy_(
    network: Annotated[Path, typer.Option(help="Network file to write; an unfinished one is completed.")],
    key_file: Annotated[Path, typer.Option(help="File with the deployer's secret, 64 hex digits, mode 0600.", exists=True)],
    name: Annotated[str, typer.Option(help="Name of the network.")] = "credence",
    rpc_url: Annotated[str, typer.Option(help="JSON-RPC address of the chain.")] = "http://127.0.0.1:8545",
    json_: JsonOption = False,
) -> None:
    """Deploy all contracts of a new network. Running it again completes what is missing and changes nothing else."""
    from node.chain.deploy import deploy_network
    from node.keyring import read_secret

    found = deploy_network(rpc_url, secret=read_secret(key_file), file=network, name=name)

    def human(console: Console) -> None:
        table = Table("contract", "address")
        for contract, address in found.to_json()["contracts"].items():
            table.add_row(contract, str(address))
        console.print(table)
        console.print(f"Network file: {network}")

    show(found.to_json(), as_json=json_, human=human)


@app.command("status")
def status(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Show the chain's block, the members and their anchored heads."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        if node.chain_status is None:
            raise InputError("This node has no chain", advice="Set CREDENCE_RPC_URL and the network file.")
        data = node.chain_status()

    def human(console: Console) -> None:
        console.print(f"Chain {data['chain_id']}, block {data['block']}, {data['paused'] and 'paused' or 'running'}")
        table = Table("member", "roles", "active", "anchored statements")
        for member in data["members"]:
            table.add_row(member["name"], ", ".join(member["roles"]), str(member["active"]), str(member["size"]))
        console.print(table)

    show(data, as_json=json_, human=human)
