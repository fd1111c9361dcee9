"""Cases as files: written with their definition, read back by replaying every event.

Nothing in the file is believed but the history's events: state, fields, numbers and digests must come out of the replay
exactly as they stand there. An old case opens with the very version of the flow it ran on, because the file has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast

from evidence.canonical import decode_canonical, encode, loads
from evidence.clock import parse_instant
from evidence.draft import JsonValue
from evidence.errors import ConsistencyError, CredenceError, MalformedError
from evidence.identity import Lei
from evidence.json_shape import integer, items, members, text
from nocode.case import FORMAT, Case, EntryKind
from nocode.events import Act, Actor, Event, Sign, SignatureRef, Tick
from nocode.flow import Flow
from nocode.meaning import Meaning
from nocode.reader import decode
from nocode.step import MAX_HISTORY, open_case, step

EXPORT_FORMAT: Final = "credence-case-export/1"
MAX_BYTES: Final = 16 * 1024 * 1024
"""Longest case file, bytes."""
_ENTRY: Final = (
    "actor", "at", "digest", "event", "facts", "fields", "from", "kind", "number", "old", "previous", "reason",
    "signature", "to",
)  # fmt: skip


def case_document(case: Case) -> dict[str, JsonValue]:
    """The case as a document (`credence-case/1`): history, and what it comes to, for readers without interpreter."""
    return {
        "case": case.id,
        "fields": case.fields,
        "flow": case.flow,
        "format": FORMAT,
        "history": [entry.to_json() for entry in case.history],
        "state": case.state,
    }


def encode_case(case: Case) -> bytes:
    """The canonical bytes of `case_document`: what a node keeps."""
    return encode(case_document(case))


def decode_case(flow: Flow, data: bytes, *, known: bytes | None = None) -> Case:
    """Read a case back.

    Args:
        known: the head of this case from earlier, kept elsewhere; it must be part of the history.
    Raises:
        MalformedError, LimitError: not canonical, or not a case.
        ConsistencyError: the history does not lead to what the file says, or not under this definition.
    """
    document = members(
        decode_canonical(data, limit=MAX_BYTES), "case", ("case", "fields", "flow", "format", "history", "state")
    )
    if document["format"] != FORMAT:
        raise MalformedError(f"{FORMAT} is expected")
    if document["flow"] != flow.digest:
        raise ConsistencyError("the case runs on another definition than the one given")
    case = _replay(flow, text(document["case"], "case"), document["history"])
    if encode_case(case) != data:
        raise ConsistencyError(f"case {case.id}: its events do not lead to what the file says")
    if known is not None and known not in (entry.digest for entry in case.history):
        raise ConsistencyError(f"case {case.id}: the entry known from before is missing or was replaced")
    return case


def export_case(flow: Flow, case: Case) -> bytes:
    """A case with its definition in one file, for other organisations and for later."""
    return encode({"case": case_document(case), "definition": loads(flow.document), "format": EXPORT_FORMAT})


def open_export(data: bytes, *, known: bytes | None = None) -> tuple[Flow, Case]:
    """Read and prove an export; errors as `decode_case`, and SchemaError for a definition that does not hold."""
    document = members(decode_canonical(data, limit=MAX_BYTES), "export", ("case", "definition", "format"))
    if document["format"] != EXPORT_FORMAT:
        raise MalformedError(f"{EXPORT_FORMAT} is expected")
    flow = decode(encode(document["definition"]))
    return flow, decode_case(flow, encode(document["case"]), known=known)


def _replay(flow: Flow, name: str, history: JsonValue) -> Case:
    entries = items(history, "history", limit=MAX_HISTORY * 10)
    case: Case | None = None
    last: datetime | None = None
    for number, raw in enumerate(entries):
        place = f"history/{number}"
        entry = members(raw, place, _ENTRY)
        try:
            event, last = _event(entry, place), parse_instant(text(entry["at"], place))
            if case is None:
                if not isinstance(event, Act):
                    raise MalformedError(f"{place}: a case begins with the event that opens it")
                case, _ = open_case(flow, name, event, last)
            elif not isinstance(event, Tick):
                case, _ = step(flow, case, event, last)
        except MalformedError:
            raise
        except CredenceError as error:
            raise ConsistencyError(f"{place} is no event of this case: {error.message}") from error
    if case is None or last is None:
        raise MalformedError("history: a case has at least one entry")
    # Deadlines after the last event were not followed by anything that would have caught up with them.
    return step(flow, case, Tick(), last)[0] if last > case.history[-1].at else case


def _event(entry: Mapping[str, JsonValue], place: str) -> Event:
    kind = text(entry["kind"], place)
    integer(entry["number"], place)
    if kind == EntryKind.DUE:
        return Tick()
    name, reason = text(entry["event"], place), text(entry["reason"], place)
    actor, facts = _actor(entry["actor"], f"{place}/actor"), _mapping(entry["facts"], place)
    if kind == EntryKind.SIGNED:
        return Sign(name, actor, _signature(entry["signature"], f"{place}/signature"), reason, facts)
    if kind not in (EntryKind.OPENED, EntryKind.ACTED):
        raise MalformedError(f"{place}/kind: {kind[:40]!r} is not known")
    return Act(name, actor, _mapping(entry["fields"], place), reason, facts)


def _actor(value: JsonValue, place: str) -> Actor:
    given = members(value, place, ("name", "organisation", "roles", "user", "zone"))
    roles = [text(role, place) for role in items(given["roles"], place, limit=32)]
    name, user, zone = (text(given[word], place) for word in ("name", "user", "zone"))
    return Actor(Lei(text(given["organisation"], place)), user, name, frozenset(roles), zone)


def _signature(value: JsonValue, place: str) -> SignatureRef:
    given = members(value, place, ("id", "meaning", "record"))
    meaning = text(given["meaning"], place)
    if meaning not in [each.value for each in Meaning]:
        raise MalformedError(f"{place}: {meaning[:40]!r} is no meaning")
    return SignatureRef(text(given["id"], place), text(given["record"], place), Meaning(meaning))


def _mapping(value: JsonValue, place: str) -> Mapping[str, JsonValue]:
    if not isinstance(value, Mapping):
        raise MalformedError(f"{place}: an object is expected")
    return {name: _frozen(item) for name, item in value.items()}


def _frozen(value: JsonValue) -> JsonValue:
    return cast("JsonValue", tuple(value)) if isinstance(value, list) else value
