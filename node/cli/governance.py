"""`credence policy`: hand policies in, vote on them, and let those that the members adopted count."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from evidence.errors import InputError
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

app = typer.Typer(no_args_is_help=True, help="Score policies by the members' vote: propose, vote, adopt, list, show.")

PolicyArgument = Annotated[str, typer.Argument(help="Name of a shipped policy, or a policy file.")]
KnownArgument = Annotated[str, typer.Argument(help="A policy handed in: its name, hash or id.")]
BallotArgument = Annotated[str, typer.Argument(help="The ballot's id, or the name of a policy with an open ballot.")]
VOTES = ("for", "against", "abstain")


@app.command("propose")
def propose(
    policy: PolicyArgument,
    withdraw: Annotated[bool, typer.Option(help="Propose to end an adopted policy instead.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Hand a policy in as this organisation and ask the members to adopt it. Doing it again changes nothing."""
    from node.bootstrap import open_node
    from node.chain.port_policies import Motion
    from node.cli.score_policies import read_policy

    with open_node(home, environ()) as node:
        services = node.governance
        if withdraw:
            record, motion = services.read_policies.find(policy), Motion.WITHDRAW
        else:
            record, motion = services.submit_policy(read_policy(policy)), Motion.ADOPT
        ballot = services.propose(record.key, motion)
        data = {
            "policy": services.read_policies.policy(record),
            "ballot": services.read_policies.ballot(ballot),
        }
    show(data, as_json=json_, human=lambda console: _ballot(console, data["ballot"], data["policy"]["name"]))


@app.command("vote")
def vote(
    ballot: BallotArgument,
    choice: Annotated[str, typer.Argument(help="for, against or abstain.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Cast this organisation's vote. It stays as it was cast."""
    from node.bootstrap import open_node
    from node.chain.port_policies import Vote

    if choice not in VOTES:
        raise InputError(f"{choice[:40]!r} is no vote", advice=f"Votes are {', '.join(VOTES)}.")
    with open_node(home, environ()) as node:
        services = node.governance
        found = services.vote(_find(services.read_policies(), ballot), Vote[choice.upper()])
        data = services.read_policies.ballot(found)
    show(data, as_json=json_, human=lambda console: _ballot(console, data, ballot))


@app.command("adopt")
def adopt(ballot: BallotArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Carry out what the members decided: queue it behind the timelock, or do it once that has run. Anyone may."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        services = node.governance
        data = services.read_policies.ballot(services.adopt(_find(services.read_policies(), ballot)))
    show(data, as_json=json_, human=lambda console: _ballot(console, data, ballot))


@app.command("list")
def list_(home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Show all policies that were handed in, and the votes on them."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data = node.governance.read_policies()
    show(data, as_json=json_, human=lambda console: _overview(console, data))


@app.command("show")
def show_policy(
    policy: KnownArgument,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the document there.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Show a policy that was handed in, from when it counts, and its document as far as it is here."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        services = node.governance
        record = services.read_policies.find(policy)
        data: dict[str, Any] = services.read_policies.policy(record)
        document = services.shelf.find(record.document.policy)
    if document is not None:
        data["document"] = document.to_json()
        if output is not None:
            output.write_bytes(document.encode())

    def human(console: Console) -> None:
        for name in ("name", "version", "policy", "uri", "submitted_at", "adopted_at", "counts_from", "counts_until"):
            console.print(f"{name.replace('_', ' ')}: {data[name]}", markup=False)
        console.print("Counts now." if data["counts"] else "Does not count now.")

    show(data, as_json=json_, human=human)


def _find(known: dict[str, Any], text: str) -> bytes:
    """A ballot by its id, or by the name of a policy, the newest one."""
    if text.startswith("0x"):
        found = [one for one in known["ballots"] if one["id"] == text]
    else:
        documents = {one["id"] for one in known["policies"] if one["name"] == text}
        found = [one for one in known["ballots"] if one["document"] in documents]
    if not found:
        raise InputError(f"there is no ballot {text[:80]!r}", advice="`credence policy list` shows all.")
    return bytes.fromhex(found[-1]["id"][2:])


def _ballot(console: Console, ballot: dict[str, Any], name: str) -> None:
    console.print(f"{ballot['motion']} {name}: {ballot['state']}", markup=False)
    console.print(f"ballot {ballot['id']}", markup=False)
    counts = f"{ballot['in_favour']} for, {ballot['against']} against, {ballot['abstained']} abstained"
    console.print(f"{counts}; {ballot['quorum'] or 'not known yet'} needed; votes until {ballot['voting_until']}")
    if ballot["state"] == "queued":
        console.print(f"can be carried out from {ballot['ready_at']} on: `credence policy adopt`")


def _overview(console: Console, data: dict[str, Any]) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("policy", "version", "hash", "counts", "from", "until"):
        table.add_column(name, overflow="fold")
    for one in data["policies"]:
        counts = "yes" if one["counts"] else "no"
        days = [(one[name] or "")[:10] for name in ("counts_from", "counts_until")]
        table.add_row(one["name"], str(one["version"]), one["policy"][:16], counts, *days)
    console.print(table)
    names = {one["id"]: one["name"] for one in data["policies"]}
    for one in data["ballots"]:
        _ballot(console, one, names.get(one["document"], one["document"]))
    terms = data["terms"]
    console.print(
        f"A vote begins after {terms['delay_s']} s, lasts {terms['period_s']} s, needs {terms['quorum_percent']} % of"
        f" the members, and is carried out after {terms['timelock_s']} s more."
    )
