"""`credence chain`: deploy the network's contracts, enrol members, look at the chain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from evidence.encoding import hex0x_decode, hex0x_encode
from evidence.receipt import address
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

app = typer.Typer(no_args_is_help=True, help="Deploy the network's contracts; enrol members; look at the chain.")

NetworkOption = Annotated[Path, typer.Option("--network", help="The network file.")]
KeyOption = Annotated[
    Path, typer.Option("--key-file", help="File with the administrator's chain secret, 64 hex digits, mode 0600.")
]
RpcOption = Annotated[str, typer.Option("--rpc-url", help="JSON-RPC address of the chain.")]
LOCAL = "http://127.0.0.1:8545"


@app.command("deploy")
def deploy(
    network: NetworkOption,
    key_file: KeyOption,
    name: Annotated[str, typer.Option(help="Name of the network, lower case.")] = "credence",
    accreditor: Annotated[str, typer.Option(help="Address that accredits bodies; the deploying one without it.")] = "",
    voting_delay: Annotated[int, typer.Option(min=1, help="Seconds from proposal to vote.")] = 86_400,
    voting_period: Annotated[int, typer.Option(min=1, help="Seconds that a vote lasts.")] = 604_800,
    quorum: Annotated[int, typer.Option(min=1, max=100, help="Percent of the members who must vote.")] = 50,
    timelock: Annotated[int, typer.Option(min=1, help="Seconds that a decision waits.")] = 172_800,
    rpc_url: RpcOption = LOCAL,
    json_: JsonOption = False,
) -> None:
    """Deploy all contracts of a new network. Running it again completes what is missing and changes nothing else."""
    from node.chain import deploy as deploying
    from node.chain.artifacts import load_artifacts
    from node.chain.port_policies import VotingTerms
    from node.keyring import read_secret

    def progress(step: str) -> None:
        typer.echo(f"  {step}", err=True)

    settings = deploying.DeploySettings(
        rpc_url,
        name,
        voting=VotingTerms(voting_delay, voting_period, quorum, timelock),
        accreditor=address(hex0x_decode(accreditor, limit=20)) if accreditor else None,
    )
    made = deploying.deploy(settings, read_secret(key_file), network, load_artifacts(), progress=progress)
    contracts = {contract: hex0x_encode(address) for contract, address in made.contracts.items()}

    def human(console: Console) -> None:
        table = Table("contract", "address")
        for contract, place in contracts.items():
            table.add_row(contract, place)
        console.print(table)
        console.print(f"Network file: {network}. Give it to every member.")

    show({"network": made.name, "chain_id": made.chain_id, "contracts": contracts}, as_json=json_, human=human)


@app.command("enrol")
def enrol(
    card: Annotated[Path, typer.Argument(help="The member's card, from `credence init` (member.json).", exists=True)],
    role: Annotated[list[str], typer.Option(help="A role; may be given several times.")],
    network: NetworkOption,
    key_file: KeyOption,
    rpc_url: RpcOption = LOCAL,
    json_: JsonOption = False,
) -> None:
    """Enrol a member with its keys and account contract. Running it again completes what is missing."""
    from node.enrolment import enrol_member, open_admin, read_card
    from node.keyring import read_secret

    member = read_card(card)
    account = enrol_member(open_admin(rpc_url, network, read_secret(key_file)), member, role)
    data = {"lei": str(member.lei), "name": member.name, "roles": sorted(role), "account": account}
    show(
        data,
        as_json=json_,
        human=lambda console: console.print(f"{member.name} is enrolled: {', '.join(sorted(role))}"),
    )


@app.command("status")
def status(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Show the chain's block, the members and their anchored heads."""
    from node.bootstrap import open_node
    from node.chain.status import chain_status

    with open_node(home, environ()) as node:
        found = chain_status(node.chain.evm)
    members: list[dict[str, Any]] = [
        {
            "lei": one.member.lei,
            "name": one.member.name,
            "roles": sorted(one.member.roles),
            "active": one.member.active,
            "account": one.member.account,
            "size": one.head.size if one.head else 0,
            "anchors": one.anchors,
        }
        for one in found.members
    ]
    data: dict[str, Any] = {
        "network": found.name,
        "chain_id": found.chain_id,
        "block": found.block,
        "paused": found.paused,
        "contracts": dict(found.contracts),
        "policies": {one.document.name: one.document.policy.hex() for one in found.policies},
        "members": members,
    }

    def human(console: Console) -> None:
        state = "[bold red]paused[/]" if found.paused else "running"
        console.print(f"{found.name}, chain {found.chain_id}, block {found.block}, {state}")
        for name, digest in data["policies"].items():
            console.print(f"policy in force: {name} ({digest[:16]}...)", markup=False)
        table = Table("member", "LEI", "roles", "active", "anchored statements", "anchors")
        for member in members:
            cells = (member["name"], member["lei"], ", ".join(member["roles"]), "yes" if member["active"] else "no")
            table.add_row(*cells, str(member["size"]), str(member["anchors"]))
        console.print(table)

    show(data, as_json=json_, human=human)
