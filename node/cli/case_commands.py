"""`credence case`: open cases of flows, act in them, sign their steps, and show what happened.

Whoever changes a case signs in for it: `--user`, and the password from the terminal or CREDENCE_PASSWORD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from evidence.errors import ConflictError, InputError, LimitError, StorageError
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show

if TYPE_CHECKING:
    from nocode.case import Case
    from nocode.flow import Flow
    from node.auth.model import Principal
    from node.bootstrap import Node
    from node.services.case_people import Person
    from node.services.cases import Reading

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
MAX_EXPORT_BYTES: Final = 16 * 1024 * 1024
app = typer.Typer(no_args_is_help=True, help="Repair claims, 8D and releases: open, act, sign, show.")

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="The case's id.")]
UserOption = Annotated[str, typer.Option("--user", envvar="CREDENCE_USER", help="Who you are at this node.")]
PasswordOption = Annotated[
    str,
    typer.Option("--password", envvar="CREDENCE_PASSWORD", prompt=True, hide_input=True, help="Better: let it ask."),
]
FieldOption = Annotated[
    list[str] | None, typer.Option("--field", "-f", help="NAME=VALUE; once for each entry of a list.")
]
ReasonOption = Annotated[str, typer.Option(help="Why; needed where the flow says so.")]
ZoneOption = Annotated[str, typer.Option(help="IANA time zone that you work in.")]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An open node with somebody signed in."""

    node: Node
    principal: Principal
    person: Person


@contextmanager
def signed_in(home: Path, user: str, password: str, zone: str) -> Iterator[SignedIn]:
    """Somebody signed in at a node that does not run, or beside one that does: its worker then does what cases ask."""
    from node.bootstrap import open_node
    from node.services.case_people import Person

    with ExitStack() as stack:
        try:
            node = stack.enter_context(open_node(home, environ(), writer=True))
        except ConflictError:
            node = stack.enter_context(open_node(home, environ()))
        principal = node.door.sign_in(user, password, request="cli").principal
        person = Person(principal.id, principal.name, frozenset(role.value for role in principal.roles), zone)
        try:
            yield SignedIn(node, principal, person)
        finally:
            node.door.sign_in.end(principal, request="cli")


@app.command("open")
def open_(
    flow: Annotated[str, typer.Argument(help="Which flow, such as repair-claim.1.")],
    user: UserOption,
    password: PasswordOption,
    field: FieldOption = None,
    reason: ReasonOption = "",
    zone: ZoneOption = "UTC",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Open a case and print its id."""
    with signed_in(home, user, password, zone) as desk:
        cases = desk.node.cases
        fields = fields_of(cases.desk.flow(flow), field or [])
        case = cases.open(flow, desk.person, fields, reason=reason)
        _tell(case, json_)


@app.command("list")
def list_(
    flow: Annotated[str, typer.Option(help="Of this flow.")] = "",
    state: Annotated[str, typer.Option(help="In this state.")] = "",
    subject: Annotated[str, typer.Option(help="About this LEI or LEI/SITE.")] = "",
    running: Annotated[bool, typer.Option(help="Only those that have not ended.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Most cases.")] = 100,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """List cases, in the order in which they were opened."""
    from node.bootstrap import open_node
    from node.cases.port import CaseFilter

    chosen = CaseFilter(flow=flow, state=state, subject=subject, ended=False if running else None)
    with open_node(home, environ()) as node:
        found = [record for _, record in node.cases.desk.cases.cases(chosen, limit=limit)]
    names = ("case", "flow", "state", "subject", "opened", "due")
    rows = [{name: getattr(record, name) for name in names} for record in found]

    def human(console: Console) -> None:
        table = Table(box=SIMPLE_HEAD)
        for name in names:
            # Ids are typed again: they are never cut.
            table.add_column(name, no_wrap=name == "case", overflow="fold")
        for row in rows:
            table.add_row(*(_cell(row[name]) for name in names))
        console.print(table)

    show({"cases": rows}, as_json=json_, human=human)


@app.command("show")
def show_(
    case: CaseArgument,
    language: Annotated[str, typer.Option(help="Language of titles: en or zh.")] = "en",
    export: Annotated[Path | None, typer.Option(help="Also write the case with its definition into this file.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Show a case: everything that happened, replayed from its history, and what is possible now."""
    from nocode.archive import case_document
    from nocode.case import CaseId
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        reading = node.cases.read(CaseId(case))
        if export is not None:
            _write(export, node.cases.read.export(CaseId(case)))
    outcomes = {order.command.key: order.outcome for order in reading.orders}
    possible = [_possible(choice.action.name, choice.roles) for choice in reading.choices]
    data = {**case_document(reading.case), "commands": outcomes, "possible": possible, "seals": dict(reading.seals)}
    show(data, as_json=json_, human=lambda console: _print(console, reading, possible, language))


@app.command("act")
def act(
    case: CaseArgument,
    event: Annotated[
        str, typer.Argument(help="What you do, such as attach; `credence case show` lists what is possible.")
    ],
    user: UserOption,
    password: PasswordOption,
    field: FieldOption = None,
    reason: ReasonOption = "",
    zone: ZoneOption = "UTC",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Act in a case: the event happens, or nothing does."""
    from nocode.case import CaseId

    with signed_in(home, user, password, zone) as desk:
        cases, name = desk.node.cases, CaseId(case)
        flow, _ = cases.desk.read(name)
        _tell(cases.act(name, event, desk.person, fields_of(flow, field or []), reason=reason), json_)


@app.command("sign")
def sign(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case's id; or the file of another member's export.")],
    step: Annotated[str, typer.Argument(help="The step, such as co-sign.")],
    user: UserOption,
    password: PasswordOption,
    sealed: Annotated[
        Path | None, typer.Option(help="A signature that another member sent, instead of your own.", exists=True)
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="CASE is an export: write the sealed signature here.")
    ] = None,
    reason: ReasonOption = "",
    zone: ZoneOption = "UTC",
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Sign a step with your password; or put another member's sealed signature into the case."""
    from nocode.case import CaseId
    from node.signing.port import Credentials
    from node.signing.presence import signer_of

    with signed_in(home, user, password, zone) as desk:
        cases, typed, signer = desk.node.cases, Credentials(password, user), signer_of(desk.principal)
        if output is not None:
            export = _read(Path(case))
            made = cases.countersign(export, step, desk.person, signer, typed, reason=reason, request="cli")
            _write(output, made.sealed.encode())
            data = {"signature": made.id, "record": made.record.hex(), "file": str(output)}
            show(data, as_json=json_, human=lambda console: console.print(f"Signed: {made.id}, in {output}"))
            return
        if sealed is not None:
            text = _read(sealed).decode("ascii", "replace").strip()
            after, _ = cases.accept(CaseId(case), step, text, reason=reason)
        else:
            after, _ = cases.sign(CaseId(case), step, desk.person, signer, typed, reason=reason, request="cli")
        _tell(after, json_)


def fields_of(flow: Flow, pairs: Sequence[str]) -> Mapping[str, Any]:
    """NAME=VALUE pairs as the fields of a flow: integers, booleans and lists by the field's type.

    Raises:
        InputError: no pair, or a value of another type.
    """
    fields: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"{pair[:60]!r} is not of the form NAME=VALUE", advice="E.g. -f exposure=80")
        kind = flow.fields[name].type if name in flow.fields else "text"
        if kind == "digests":
            fields[name] = (*fields.get(name, ()), value)
        elif kind in ("integer", "boolean"):
            fields[name] = _typed(name, value, kind)
        else:
            fields[name] = value
    return fields


def _typed(name: str, value: str, kind: str) -> int | bool:
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind == "integer" and _INTEGER.fullmatch(value):
        return int(value)
    raise InputError(f"{name}: {value[:40]!r} is no {kind}", advice="Integers have digits only; booleans: true, false.")


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return "" if value is None else str(value)


def _tell(case: Case, as_json: bool) -> None:
    data = {"case": case.id, "state": case.state, "head": case.head.hex(), "record": case.record.hex()}
    show(data, as_json=as_json, human=lambda console: console.print(f"{case.id}  {case.state}"))


def _possible(action: str, roles: Sequence[str]) -> str:
    return f"{action} ({' or '.join(roles)})"


def _print(console: Console, reading: Reading, possible: Sequence[str], language: str) -> None:
    console.print(reading.text(language), markup=False)
    console.print(f"Possible now: {', '.join(possible) or 'nothing'}", markup=False)
    for order in reading.orders:
        console.print(f"  {order.command.key}: {order.outcome or 'waits'}", markup=False)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_EXPORT_BYTES + 1)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}", advice="Name another file.") from error
    if len(data) > MAX_EXPORT_BYTES:
        raise LimitError(f"{path} is larger than {MAX_EXPORT_BYTES} bytes")
    return data


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}", advice="Choose another place.") from error
