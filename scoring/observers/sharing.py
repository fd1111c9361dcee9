"""Data-sharing completeness: of the statements that an issuer numbered, how many are here?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from evidence.draft import Kind
from evidence.identity import Lei, Subject
from scoring.evidence_tuples import ContentHash, EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import SHARING_COMPLETENESS
from scoring.observers.window import Window
from scoring.scale import month_of

MOST_MISSING = 10**9
"""Missing numbers counted at one place, so that one absurd sequence number costs no more than that."""


def shared(stated: Sequence[Fact], window: Window) -> list[EvidenceTuple]:
    """One tuple for each issuer, subject, kind and month: numbers that should be here, and those that are not.

    Sequence numbers run from 1 without gaps, so a missing one is a statement that was made and is withheld; it is bad
    in the month of the next one that is here.

    Args:
        stated: every statement, repetitions of a record included, since each has a number of its own.
    """
    series: dict[tuple[Lei, Subject, Kind], dict[int, Fact]] = {}
    for fact in sorted(stated, key=lambda fact: fact.statement):
        series.setdefault((fact.issuer, fact.subject, fact.kind), {}).setdefault(fact.sequence, fact)
    tuples = []
    for (issuer, subject, kind), numbers in series.items():
        for month, (present, missing) in _by_month(numbers, window).items():
            if not window.counts(month, missing):
                continue
            record = f"credence/sharing/v1|{issuer}|{subject}|{kind.value}|{month}|{present}|{missing}"
            source = ContentHash(hashlib.sha256(record.encode("ascii")).digest())
            exposure = present + missing
            tuples.append(
                EvidenceTuple(SHARING_COMPLETENESS, source, issuer, month, exposure, missing, missing, missing)
            )
    return tuples


def _by_month(numbers: dict[int, Fact], window: Window) -> dict[int, tuple[int, int]]:
    months: dict[int, tuple[int, int]] = {}
    before = 0
    for number in sorted(numbers):
        month = min(month_of(numbers[number].moment), window.current)
        present, missing = months.get(month, (0, 0))
        gap = min(number - before - 1, MOST_MISSING)
        months[month] = present + 1, min(missing + gap, MOST_MISSING)
        before = number
    return months
