"""What the score reads of a statement: base-tier fields only, and a hash that makes the same record count once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from evidence import canonical
from evidence.clock import parse_instant
from evidence.draft import JsonValue, Kind
from evidence.identity import Lei, Subject
from evidence.statement import Statement, StatementId
from scoring.document import Node
from scoring.evidence_tuples import ContentHash

FIELDS_READ: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.MEASUREMENT_SERIES: frozenset(
        {"part", "characteristic", "unit", "lower_limit", "upper_limit", "lot", "aggregate"}
    ),
    Kind.INSPECTION_RESULT: frozenset({"lot", "part", "characteristic", "process", "inspected", "nonconforming"}),
    Kind.NONCONFORMANCE: frozenset(
        {"number", "state", "opened_at", "closed_at", "severity", "lot", "part", "defect_code"}
    ),
    Kind.EIGHT_D: frozenset({"number", "step", "nonconformance", "due_at", "done_at"}),
    Kind.COMPLAINT: frozenset({"number", "state", "received_at", "responded_at", "closed_at", "severity"}),
    Kind.AUDIT: frozenset({"number", "type", "result", "announced", "findings"}),
    Kind.KPI: frozenset({"name", "value", "unit", "period"}),
    Kind.REPAIR: frozenset(
        {"claim", "about", "body", "accreditation", "method", "exposure", "nonconforming", "result"}
    ),
    Kind.INSPECTION_SLOT: frozenset(
        {
            "number",
            "state",
            "commitment",
            "beacon_block",
            "pool",
            "due_at",
            "day",
            "nonce",
            "beacon",
            "inspector",
            "audit",
        }
    ),
}
"""Kinds that are scored and the fields read of each; all are base tier, none names a person or a recipe."""


@dataclass(frozen=True, slots=True)
class Fact:
    """The scored part of one statement.

    Attributes:
        statement: its id.
        issuer, subject, kind, sequence: as signed.
        occurred: as signed, RFC 3339.
        fields: the disclosed fields among `FIELDS_READ` of the kind.
        content: hash of issuer, kind, time and fields: the same record under a new number or salt has the same one.
    """

    statement: StatementId
    issuer: Lei
    subject: Subject
    kind: Kind
    sequence: int
    occurred: str
    fields: Mapping[str, JsonValue]
    content: ContentHash = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        record = [str(self.issuer), self.kind.value, self.occurred, dict(self.fields)]
        object.__setattr__(self, "content", ContentHash(hashlib.sha256(canonical.encode(record)).digest()))

    @property
    def moment(self) -> datetime:
        """When it happened, in UTC."""
        return parse_instant(self.occurred).astimezone(UTC)

    def field(self, name: str) -> Node | None:
        """A field to be read strictly, its place naming the statement; None when absent."""
        return Node(self.fields[name], f"{self.statement}/{name}") if name in self.fields else None

    def need(self, name: str) -> Node:
        """A field that must be there, or SchemaError."""
        node = self.field(name)
        if node is None:
            raise Node(None, self.statement).refuse(f"the field {name!r} of this {self.kind.value} is not disclosed")
        return node

    def label(self, name: str) -> str:
        """A short text, empty when absent."""
        node = self.field(name)
        return "" if node is None else node.text(200)

    def instant(self, name: str) -> datetime | None:
        """A time in UTC, None when absent; MalformedError when it is none."""
        node = self.field(name)
        return None if node is None else parse_instant(node.text(40)).astimezone(UTC)

    def instant_needed(self, name: str) -> datetime:
        """A time in UTC that must be there, or SchemaError."""
        return parse_instant(self.need(name).text(40)).astimezone(UTC)

    def with_erased(self, fields: Mapping[str, JsonValue]) -> Fact:
        """The same fact with fields that were scored before they were erased."""
        return replace(self, fields={**self.fields, **fields})


def is_about(stated: Subject, scored: Subject) -> bool:
    """Whether a statement about `stated` counts for `scored`: an organisation answers for all of its sites."""
    return stated.lei == scored.lei and (scored.site is None or stated.site == scored.site)


def fact_of(statement: Statement) -> Fact | None:
    """The scored part of a verified statement; None for kinds that no indicator reads."""
    names = FIELDS_READ.get(statement.kind)
    if names is None:
        return None
    return Fact(
        statement=statement.statement_id,
        issuer=statement.issuer,
        subject=statement.subject,
        kind=statement.kind,
        sequence=statement.sequence,
        occurred=statement.occurred,
        fields={name: value for name, value in statement.fields.items() if name in names},
    )


def cut_off(as_of: date) -> datetime:
    """The first instant after the day of a score: what happened from then on is not known yet."""
    return datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC) + timedelta(days=1)


def known_once(facts: Iterable[Fact], as_of: date) -> list[Fact]:
    """Facts that happened by the end of `as_of`, each record once: of equal ones the first number, then least id."""
    end = cut_off(as_of)
    chosen: dict[bytes, Fact] = {}
    for fact in facts:
        if fact.moment >= end:
            continue
        other = chosen.setdefault(fact.content, fact)
        if (fact.sequence, fact.statement) < (other.sequence, other.statement):
            chosen[fact.content] = fact
    return [chosen[key] for key in sorted(chosen)]
