"""Repairs: a bad event whose repair an accredited body co-signed counts as exposure, and no longer as bad.

The event stays in the evidence, with the repair beside it. Which repairs are here is decided by the chain, where
evidence is gathered: one that was never co-signed, was revoked, or whose body was barred is not among the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from evidence.draft import Kind
from evidence.identity import Lei
from scoring.evidence_tuples import EvidenceTuple
from scoring.facts import Fact

REPAIRABLE: Final = frozenset({Kind.AUDIT, Kind.COMPLAINT, Kind.EIGHT_D, Kind.INSPECTION_RESULT, Kind.NONCONFORMANCE})
"""Kinds of which one statement or case is one event. A month of measurements is none: it is measured again."""

Event = tuple[Lei, Kind, str]
"""Issuer, kind, and number; the content's hash where a kind has no numbers."""


def split(facts: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Repairs, and all other facts; each in the order given."""
    repairs: list[Fact] = []
    others: list[Fact] = []
    for fact in facts:
        (repairs if fact.kind is Kind.REPAIR else others).append(fact)
    return repairs, others


def without_repaired(known: Sequence[Fact], stated: Sequence[Fact], repairs: Iterable[Fact]) -> list[Fact] | None:
    """The known facts without the events that were repaired; None when none was.

    Args:
        known: each record once.
        stated: all statements: a repair may name a statement that says the same as a known one.
        repairs: those that happened by then.
    """
    about = {repair.label("about") for repair in repairs if _holds(repair)}
    events = {_event(fact) for fact in stated if fact.statement in about and fact.kind in REPAIRABLE}
    return [fact for fact in known if _event(fact) not in events] if events else None


def offset(found: Iterable[EvidenceTuple], without: Iterable[EvidenceTuple]) -> list[EvidenceTuple]:
    """`found`, where what would not be there `without` the repaired events has its bad part lifted."""
    kept = {item.hash for item in without}
    return [
        item if item.hash in kept or not item.bad else replace(item, bad=0, best=0, worst=0, mended=True)
        for item in found
    ]


def _holds(repair: Fact) -> bool:
    """Whether it says that the repair passed, by another organisation than the one repaired."""
    return repair.label("result") == "pass" and repair.label("body") not in {"", str(repair.subject.lei)}


def _event(fact: Fact) -> Event:
    number = fact.label("number") if fact.kind is not Kind.INSPECTION_RESULT else ""
    return fact.issuer, fact.kind, number or fact.content.hex()
