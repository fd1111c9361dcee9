"""Commands as text, so that they outlive the process that was asked to carry them out."""

from __future__ import annotations

from typing import Final, cast

from evidence.canonical import decode_canonical, encode
from evidence.draft import Draft, JsonValue, Kind
from evidence.errors import InputError, StorageError
from evidence.identity import Subject
from evidence.json_shape import integer, items, members, text
from nocode.commands import (
    APPLY_MEMBERS,
    ApplySetPoint,
    Close,
    Command,
    Notify,
    OpenRepair,
    RecomputeScore,
    SignRequest,
    SubmitStatement,
)
from nocode.document import Words
from nocode.meaning import Meaning

LIMIT: Final = 1024 * 1024
"""Longest command, bytes."""


def write_command(command: Command) -> str:
    """The command as canonical JSON."""
    return encode(_document(command)).decode()


def read_command(written: str) -> Command:
    """The command again; raises StorageError for what `write_command` did not write."""
    try:
        return _read(decode_canonical(written.encode(), limit=LIMIT))
    except (InputError, ValueError) as error:
        raise StorageError(f"a command of a case cannot be read: {error}", advice="Restore the database.") from error


def _document(command: Command) -> dict[str, JsonValue]:
    match command:
        case Notify(key, roles, words):
            return {"do": "notify", "key": key, "roles": list(roles), "en": words.en, "zh": words.zh}
        case SignRequest(key, step, role, meaning, missing, record):
            asked: dict[str, JsonValue] = {"role": role, "meaning": meaning.value, "missing": missing}
            return {"do": "sign-request", "key": key, "step": step, **asked, "record": record.hex()}
        case SubmitStatement(key, subject, draft):
            said: dict[str, JsonValue] = {"occurred": draft.occurred, "fields": draft.fields, "source": draft.source}
            return {"do": "submit-statement", "key": key, "subject": str(subject), "kind": draft.kind.value, **said}
        case RecomputeScore(key, subject):
            return {"do": "recompute-score", "key": key, "subject": str(subject)}
        case ApplySetPoint(key):
            return {"do": "apply-set-point", "key": key, **{name: getattr(command, name) for name in APPLY_MEMBERS}}
        case OpenRepair(key, scope):
            return {"do": "open-repair", "key": key, "scope": scope}
        case Close(key, state):
            return {"do": "close", "key": key, "state": state}


def _read(document: JsonValue) -> Command:
    kind = document.get("do") if isinstance(document, dict) else None
    match kind:
        case "notify":
            given = members(document, "command", ("do", "en", "key", "roles", "zh"))
            roles = tuple(text(role, "roles") for role in items(given["roles"], "roles", limit=64))
            return Notify(text(given["key"], "key"), roles, Words(text(given["en"], "en"), text(given["zh"], "zh")))
        case "sign-request":
            given = members(document, "command", ("do", "key", "meaning", "missing", "record", "role", "step"))
            key, step, role, meaning = (text(given[name], name) for name in ("key", "step", "role", "meaning"))
            missing, record = integer(given["missing"], "missing"), bytes.fromhex(text(given["record"], "record"))
            return SignRequest(key, step, role, Meaning(meaning), missing, record)
        case "submit-statement":
            given = members(document, "command", ("do", "fields", "key", "kind", "occurred", "source", "subject"))
            words = [text(given[name], name) for name in ("key", "subject", "kind", "occurred", "source")]
            fields = cast("dict[str, JsonValue]", given["fields"])
            return SubmitStatement(words[0], Subject.parse(words[1]), Draft(Kind(words[2]), words[3], fields, words[4]))
        case "recompute-score":
            given = members(document, "command", ("do", "key", "subject"))
            return RecomputeScore(text(given["key"], "key"), Subject.parse(text(given["subject"], "subject")))
        case "apply-set-point":
            given = members(document, "command", ("do", "key", *APPLY_MEMBERS))
            return ApplySetPoint(**{name: text(given[name], name) for name in ("key", *APPLY_MEMBERS)})
        case "open-repair":
            given = members(document, "command", ("do", "key", "scope"))
            return OpenRepair(text(given["key"], "key"), text(given["scope"], "scope"))
        case "close":
            given = members(document, "command", ("do", "key", "state"))
            return Close(text(given["key"], "key"), text(given["state"], "state"))
    raise ValueError("there is no such command")
