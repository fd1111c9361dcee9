"""`credence accreditation`, `credence repair` and `credence objection`: the repair lane, and doubts in public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from evidence.errors import InputError
from evidence.identity import Lei, org_id
from node.cli.chain import LOCAL, KeyOption, NetworkOption, RpcOption
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

if TYPE_CHECKING:
    from node.chain.evm_chain import EvmChain
    from node.services.accredit import AccreditBody

accreditations = typer.Typer(no_args_is_help=True, help="Which bodies may co-sign what: list, grant, withdraw, bar.")
repairs = typer.Typer(no_args_is_help=True, help="Repair claims on chain: list, show, co-sign, revoke, withdraw.")
objections = typer.Typer(no_args_is_help=True, help="Objections to attested scores: file, list, withdraw.")

BodyArgument = Annotated[str, typer.Argument(metavar="BODY", help="The body's LEI.")]
ClaimArgument = Annotated[str, typer.Argument(metavar="CLAIM", help="The claim's id, 0x and 64 digits.")]
UidArgument = Annotated[str, typer.Argument(metavar="ATTESTATION", help="The attestation's UID, 0x and 64 digits.")]


@accreditations.command("list")
def list_accreditations(
    body: Annotated[str, typer.Option(help="Of this body only.")] = "",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Show every accreditation with its term, and who is barred."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        rows = node.governance.read_accreditations(Lei(body) if body else None)

    def human(console: Console) -> None:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for name in ("body", "scope", "since", "until", "barred since", "accredited"):
            table.add_column(name, overflow="fold")
        for one in rows:
            name = one["body"]["name"] if one["body"] else ""
            cells = (name, one["scope"], *((one[when] or "")[:10] for when in ("since", "until", "barred_since")))
            table.add_row(*cells, "yes" if one["accredited"] else "no")
        console.print(table)

    show({"accreditations": rows}, as_json=json_, human=human)


@accreditations.command("grant")
def grant(
    body: BodyArgument,
    scope: Annotated[list[str], typer.Option(help="A scope, such as repair-complaint; may be given several times.")],
    until: Annotated[str, typer.Option(help="End of the term (RFC 3339), at most five years ahead.")],
    network: NetworkOption,
    key_file: KeyOption,
    rpc_url: RpcOption = LOCAL,
    json_: JsonOption = False,
) -> None:
    """Accredit a body for scopes, with the accreditor's key. Granted again, the term is as long as told last."""
    from evidence.clock import parse_instant

    lei, end = Lei(body), parse_instant(until)
    _change(lei, lambda desk: desk.grant(lei, scope, end), network, key_file, rpc_url, json_)


@accreditations.command("withdraw")
def withdraw_accreditation(
    body: BodyArgument,
    scope: Annotated[str, typer.Option(help="The scope.")],
    network: NetworkOption,
    key_file: KeyOption,
    rpc_url: RpcOption = LOCAL,
    json_: JsonOption = False,
) -> None:
    """End an accreditation now. What was co-signed under it stays."""
    lei = Lei(body)
    _change(lei, lambda desk: desk.withdraw(lei, scope), network, key_file, rpc_url, json_)


@accreditations.command("bar")
def bar(
    body: BodyArgument,
    since: Annotated[str, typer.Option(help="The cut-off (RFC 3339), not in the future.")],
    network: NetworkOption,
    key_file: KeyOption,
    rpc_url: RpcOption = LOCAL,
    json_: JsonOption = False,
) -> None:
    """Bar a body for good: from the cut-off on nothing of it counts, its co-signs included."""
    from evidence.clock import parse_instant

    lei, cut_off = Lei(body), parse_instant(since)
    _change(lei, lambda desk: desk.bar(lei, cut_off), network, key_file, rpc_url, json_)


def _change(
    body: Lei, change: Callable[[AccreditBody], None], network: Path, key_file: Path, rpc_url: str, as_json: bool
) -> None:
    from node.chain.evm_members import EvmDirectory
    from node.chain.evm_repairs import EvmAccreditations
    from node.chain.evm_sender import EvmSender
    from node.keyring import read_secret
    from node.services.accredit import AccreditBody, ReadAccreditations

    chain = _chain(network, rpc_url)
    book = EvmAccreditations(chain, EvmSender(chain, read_secret(key_file)))
    change(AccreditBody(book))
    rows = ReadAccreditations(book, EvmDirectory(chain))(body)
    data: dict[str, Any] = {"accreditations": rows, "barred": book.barred_since(org_id(body)) is not None}

    def human(console: Console) -> None:
        for one in rows:
            state = "accredited" if one["accredited"] else "not accredited"
            console.print(f"{one['scope']}: {state}, {one['since']} to {one['until']}", markup=False)
        if data["barred"]:
            console.print("[bold red]barred[/]")

    show(data, as_json=as_json, human=human)


def _chain(network: Path, rpc_url: str) -> EvmChain:
    from node.chain.artifacts import load_artifacts
    from node.chain.evm_chain import EvmChain, EvmSettings
    from node.chain.network_file import read_network

    return EvmChain(EvmSettings(rpc_url=rpc_url, network=read_network(network)), load_artifacts())


@repairs.command("list")
def list_repairs(
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER", help="The supplier's LEI.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Show all repair claims of a supplier, who co-signed them, and whether they count."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data = node.governance.read_repairs(Lei(supplier))

    def human(console: Console) -> None:
        console.print("In repair now." if data["in_repair"] else "Not in repair.")
        for one in data["claims"]:
            _claim(console, one)

    show(data, as_json=json_, human=human)


@repairs.command("show")
def show_repair(claim: ClaimArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Show one claim."""
    _repair(home, json_, claim, lambda node, name: None)


@repairs.command("co-sign")
def co_sign(
    claim: ClaimArgument,
    evidence: Annotated[str, typer.Option(help="SHA-256 (64 hex digits) of what was examined.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Co-sign a claim as this organisation (EIP-712). The contract checks its accreditation at this moment."""
    seen = digest(evidence)
    _repair(home, json_, claim, lambda node, name: node.governance.co_sign(name, seen))


@repairs.command("revoke")
def revoke(claim: ClaimArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Take this organisation's co-sign back, for good."""
    _repair(home, json_, claim, lambda node, name: node.governance.co_sign.revoke(name))


@repairs.command("withdraw")
def withdraw_repair(claim: ClaimArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Take this organisation's claim back: its co-signs no longer count."""
    _repair(home, json_, claim, lambda node, name: node.governance.open_repair.withdraw(name))


def _repair(home: Path, as_json: bool, claim: str, act: Callable[[Any, bytes], object]) -> None:
    from node.bootstrap import open_node

    name = digest(claim)
    with open_node(home, environ()) as node:
        act(node, name)
        data = node.governance.read_repairs.one(name)
    show(data, as_json=as_json, human=lambda console: _claim(console, data))


def _claim(console: Console, one: Mapping[str, Any]) -> None:
    state = "[bold green]counts[/]" if one["counts"] else "[yellow]does not count[/]"
    console.print(f"{one['id']} ({one['scope']}) until {one['until']}: {state}")
    for signed in one["co_signs"]:
        name = signed["body"]["name"] if signed["body"] else ""
        ended = f", revoked {signed['revoked_at']}" if signed["revoked_at"] else ""
        console.print(f"  co-signed by {name} at {signed['signed_at']}{ended}", markup=False)


@objections.command("file")
def file(
    attestation: UidArgument,
    reason: Annotated[str, typer.Option(help="Why; its digest goes on chain, the text stays at this node.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Object to an attested score as this organisation, in public."""
    _object(home, json_, attestation, lambda node, uid: node.governance.object(uid, reason))


@objections.command("list")
def list_objections(attestation: UidArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Show who objects to an attested score, and why as far as this node knows."""
    _object(home, json_, attestation, lambda node, uid: None)


@objections.command("withdraw")
def withdraw_objection(attestation: UidArgument, home: HomeOption = DEFAULT_HOME, json_: JsonOption = False) -> None:
    """Take this organisation's objection back. It stays readable."""
    _object(home, json_, attestation, lambda node, uid: node.governance.object.withdraw(uid))


def _object(home: Path, as_json: bool, attestation: str, act: Callable[[Any, bytes], object]) -> None:
    from node.bootstrap import open_node

    uid = digest(attestation)
    with open_node(home, environ()) as node:
        act(node, uid)
        data = node.governance.read_objections(uid)

    def human(console: Console) -> None:
        console.print(f"{data['standing']} objections stand")
        for one in data["objections"]:
            name = one["by"]["name"] if one["by"] else ""
            state = f"withdrawn {one['withdrawn_at']}" if one["withdrawn_at"] else "stands"
            console.print(f"- {name}, {one['filed_at']}, {state}: {one['text'] or one['reason']}", markup=False)

    show(data, as_json=as_json, human=human)


def digest(text: str) -> bytes:
    """32 bytes from 64 hexadecimal digits, with or without 0x."""
    try:
        found = bytes.fromhex(text.lower().removeprefix("0x"))
    except ValueError as error:
        raise InputError(f"{text[:80]!r} is not hexadecimal", advice="Write 0x and 64 digits.") from error
    if len(found) != 32:
        raise InputError(f"{text[:80]!r} has not 64 hexadecimal digits", advice="Write 0x and 64 digits.")
    return found
