"""Inspection slots: promised beforehand, opened afterwards; one that is not opened in time counts as failed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from evidence.draft import Kind
from evidence.errors import InputError
from evidence.identity import Lei, Subject
from scoring.evidence_tuples import ContentHash, EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import SURPRISE_INSPECTION
from scoring.inspector_draw import commitment, draw
from scoring.observers.window import Window
from scoring.owners import Owners
from scoring.scale import MICRO, month_of

Audits = dict[tuple[Lei, str], list[Fact]]
"""Unannounced inspections by inspector and report number."""
_MOST_POOL: Final = 200


@dataclass(frozen=True, slots=True)
class Slot:
    """One promised inspection: the promise as first stated, and every opening that was stated."""

    promise: Fact
    due: datetime
    openings: tuple[Fact, ...]


def slots(facts: Sequence[Fact], owners: Owners) -> list[Slot]:
    """All slots that somebody else promised about the subject.

    A slot belongs to whoever promised it. Of several promises under one number the earliest counts, and of several
    terms the nearest one: restating it must not buy time. An opening without a promise is none.
    """
    stated: dict[tuple[Lei, str, str], list[Fact]] = {}
    for fact in facts:
        if fact.kind is Kind.INSPECTION_SLOT and not owners.same(fact.issuer, fact.subject.lei):
            stated.setdefault((fact.issuer, str(fact.subject), fact.need("number").text(200)), []).append(fact)
    found = []
    for key in sorted(stated):
        promises = [one for one in stated[key] if _state(one) == "committed"]
        if promises:
            first = min(promises, key=lambda one: (one.moment, one.sequence, one.content))
            due = min(one.instant_needed("due_at") for one in promises)
            found.append(Slot(first, due, tuple(one for one in stated[key] if _state(one) == "opened")))
    return found


def unopened(facts: Sequence[Fact], window: Window, owners: Owners) -> list[EvidenceTuple]:
    """One tuple, all bad, for each slot whose time is over without an opening that holds."""
    audits = surprise_audits(facts)
    tuples = []
    for slot in slots(facts, owners):
        if slot.due >= window.end or any(opened_by(slot, one, audits, owners) for one in slot.openings):
            continue
        month = month_of(slot.due)
        if window.counts(month, MICRO):
            source = ContentHash(hashlib.sha256(b"credence/unopened/v1\n" + slot.promise.content).digest())
            tuples.append(
                EvidenceTuple(SURPRISE_INSPECTION, source, slot.promise.issuer, month, MICRO, MICRO, MICRO, MICRO)
            )
    return tuples


def fulfilling(facts: Sequence[Fact], owners: Owners) -> frozenset[bytes]:
    """Content hashes of the inspections that opened a promised slot."""
    audits = surprise_audits(facts)
    found = (opened_by(slot, one, audits, owners) for slot in slots(facts, owners) for one in slot.openings)
    return frozenset(audit.content for audit in found if audit is not None)


def named(facts: Sequence[Fact], subject: Subject) -> frozenset[Lei]:
    """Every organisation whose owner can weigh in a score of `subject`: itself, issuers, and pools of inspectors."""
    leis = {subject.lei} | {fact.issuer for fact in facts}
    for fact in facts:
        pool = fact.field("pool") if fact.kind is Kind.INSPECTION_SLOT else None
        leis.update(Lei(node.text(20)) for node in (pool.items(1, _MOST_POOL) if pool else []))
    return frozenset(leis)


def surprise_audits(facts: Sequence[Fact]) -> Audits:
    """Unannounced inspections by inspector and number of the report."""
    audits: Audits = {}
    for fact in facts:
        if fact.kind is Kind.AUDIT and is_surprise(fact):
            audits.setdefault((fact.issuer, fact.need("number").text(200)), []).append(fact)
    return audits


def is_surprise(fact: Fact) -> bool:
    """Whether an audit came unannounced."""
    announced = fact.field("announced")
    return fact.need("type").text(40) == "surprise-inspection" and not (announced is not None and announced.flag())


def opened_by(slot: Slot, opening: Fact, audits: Audits, owners: Owners) -> Fact | None:
    """The inspection that an opening of a slot stands on; None when the opening does not hold.

    It holds when day and nonce are those committed to, the inspector is the one drawn, and the inspector's own report
    of that number is about the subject and of that day, which lies between promise and term.
    """
    promise = slot.promise
    try:
        day = opening.need("day").day()
        nonce, beacon = (bytes.fromhex(opening.need(name).digest()) for name in ("nonce", "beacon"))
        pool = [Lei(node.text(20)) for node in promise.need("pool").items(1, _MOST_POOL)]
    except InputError:
        return None
    number, subject = promise.need("number").text(200), promise.subject
    if commitment(number, subject, day, nonce).hex() != promise.need("commitment").digest():
        return None
    inspector = draw(pool, subject, number, nonce=nonce, beacon=beacon, owners=owners)
    if inspector is None or opening.need("inspector").text(20) != str(inspector):
        return None
    if not promise.moment.date() <= day <= slot.due.date():
        return None
    found = audits.get((inspector, opening.need("audit").text(200)), [])
    fitting = [one for one in found if one.subject == subject and _day(one) == day]
    return min(fitting, key=lambda one: one.content, default=None)


def _day(fact: Fact) -> date:
    return fact.moment.astimezone(UTC).date()


def _state(fact: Fact) -> str:
    return fact.need("state").choice(("committed", "opened"))
