"""A running case: where it is, what it holds, and its history, each entry of which covers the one before.

A case says which definition it runs on by the definition's digest, and its first entry covers that digest: it cannot be
carried over to another version, nor its history be told under another one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from evidence.canonical import encode
from evidence.clock import format_instant
from evidence.draft import JsonValue
from evidence.errors import ConsistencyError, SchemaError
from nocode.events import Actor, SignatureRef
from nocode.flow import FlowDigest

CaseId = NewType("CaseId", str)
"""A case's name, chosen by the node; 1 to 64 letters, digits, `_` and `-`."""

FORMAT: Final = "credence-case/1"
RECORD_FORMAT: Final = "credence-case-record/1"
_CASE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class EntryKind(StrEnum):
    """How an entry came about."""

    OPENED = "opened"
    ACTED = "acted"
    SIGNED = "signed"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: who, when, what, why, from which state to which, and what it replaced.

    Attributes:
        number: from 1, without gaps.
        at: when, UTC; for deadlines the moment they were due.
        kind, event: what happened; for signatures the step.
        actor: who; None for the clock.
        source, target: the state before and after; `source` is empty for the first entry.
        fields: values as given; entries of lists are those that were added.
        old: the values that were overwritten.
        reason, facts, signature: as they came with the event.
        previous: digest of the entry before, or of the case's beginning.
        digest: SHA-256 over all of the above in canonical form.
        size: the length of that, bytes.
    """

    number: int
    at: datetime
    kind: EntryKind
    event: str
    actor: Actor | None
    source: str
    target: str
    fields: Mapping[str, JsonValue]
    old: Mapping[str, JsonValue]
    reason: str
    facts: Mapping[str, JsonValue]
    signature: SignatureRef | None
    previous: bytes
    digest: bytes = field(init=False)
    size: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        covered = encode(self._covered())
        object.__setattr__(self, "digest", hashlib.sha256(covered).digest())
        object.__setattr__(self, "size", len(covered))

    @property
    def changes_record(self) -> bool:
        """Whether the record is another one afterwards, so that signatures over the old one no longer count."""
        return bool(self.fields) or self.source != self.target

    def to_json(self) -> dict[str, JsonValue]:
        """The entry as a document."""
        return {**self._covered(), "digest": self.digest.hex()}

    def _covered(self) -> dict[str, JsonValue]:
        signature = self.signature
        return {
            "actor": None if self.actor is None else _actor_json(self.actor),
            "at": format_instant(self.at),
            "event": self.event,
            "facts": self.facts,
            "fields": self.fields,
            "from": self.source,
            "kind": self.kind.value,
            "number": self.number,
            "old": self.old,
            "previous": self.previous.hex(),
            "reason": self.reason,
            "signature": None
            if signature is None
            else {"id": signature.id, "meaning": signature.meaning.value, "record": signature.record},
            "to": self.target,
        }


@dataclass(frozen=True, slots=True)
class Collected:
    """A signature that its step still waits with for others; void as soon as the record changes."""

    step: str
    person: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """The state of a case; made by the interpreter only.

    Attributes:
        id: its name.
        flow: the definition it runs on, and always will.
        state: where it is.
        opened, entered: when the case, and its present state, began.
        fields: what it holds.
        collected: signatures given to steps that are not complete yet.
        past: deadlines of the present state that have passed.
        history: everything, oldest first.
    """

    id: CaseId
    flow: FlowDigest
    state: str
    opened: datetime
    entered: datetime
    fields: Mapping[str, JsonValue]
    collected: tuple[Collected, ...]
    past: frozenset[str]
    history: tuple[Entry, ...] = field(repr=False)

    @property
    def opener(self) -> Actor:
        """Who opened it."""
        actor = self.history[0].actor
        assert actor is not None
        return actor

    @property
    def authors(self) -> frozenset[tuple[str, str]]:
        """Everybody who opened the case or filled in one of its forms."""
        return frozenset(
            entry.actor.person
            for entry in self.history
            if entry.actor is not None and (entry.kind is EntryKind.OPENED or entry.fields)
        )

    def signers_of(self, step: str) -> frozenset[tuple[str, str]]:
        """Everybody who ever signed this step."""
        return frozenset(
            entry.actor.person
            for entry in self.history
            if entry.kind is EntryKind.SIGNED and entry.event == step and entry.actor is not None
        )

    @property
    def head(self) -> bytes:
        """The digest of the newest entry: kept elsewhere, it proves that nothing was cut off."""
        return self.history[-1].digest

    @property
    def record(self) -> bytes:
        """What a signer signs, SHA-256: the fields, the state, and by its digest the whole history up to their change.

        Signatures and reminders that came since leave it as it is, so that several people sign one and the same.
        """
        basis = next(entry.digest for entry in reversed(self.history) if entry.changes_record)
        covered: dict[str, JsonValue] = {
            "basis": basis.hex(),
            "case": self.id,
            "fields": self.fields,
            "flow": self.flow,
            "format": RECORD_FORMAT,
            "state": self.state,
        }
        return hashlib.sha256(encode(covered)).digest()


def check_case_id(text: str) -> CaseId:
    """The text as a case's name; raises SchemaError for anything else."""
    if not _CASE_ID.fullmatch(text):
        raise SchemaError("a case id has 1 to 64 letters, digits, '_' or '-'", place="/case")
    return CaseId(text)


def beginning(case: CaseId, flow: FlowDigest) -> bytes:
    """What the first entry covers as the one before it: which case, of which definition."""
    return hashlib.sha256(encode({"case": case, "flow": flow, "format": FORMAT})).digest()


def check_history(case: Case, known: bytes | None = None) -> None:
    """Check that no entry was changed, removed, added or reordered.

    Args:
        known: the head of this case from earlier, kept elsewhere; it must be part of the history.
    Raises:
        ConsistencyError: which entry is wrong.
    """
    before = beginning(case.id, case.flow)
    for number, entry in enumerate(case.history, start=1):
        if entry.number != number or entry.previous != before:
            raise ConsistencyError(f"case {case.id}: entry {number} is missing, changed or out of order")
        before = entry.digest
    if known is not None and known not in (entry.digest for entry in case.history):
        raise ConsistencyError(f"case {case.id}: the entry known from before is missing or was replaced")


def search(case: Case, *, person: tuple[str, str] | None = None, event: str = "", changed: str = "") -> Iterator[Entry]:
    """Entries by person, by event or step, and by the field they wrote; empty filters fit all."""
    for entry in case.history:
        by = None if entry.actor is None else entry.actor.person
        if person in (None, by) and event in ("", entry.event) and (not changed or changed in entry.fields):
            yield entry


def _actor_json(actor: Actor) -> dict[str, JsonValue]:
    return {
        "name": actor.name,
        "organisation": str(actor.organisation),
        "roles": sorted(actor.roles),
        "user": actor.user,
        "zone": actor.zone,
    }
