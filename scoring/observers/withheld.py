"""Withheld statements: a number that is missing counts as the worst that it could have said.

Whoever leaves out a bad record leaves a gap in its sequence numbers (per issuer, subject and kind, from 1). The gap is
bad evidence for every indicator that reads the kind, and as fresh as today until the statement is there: so leaving it
out is never better than showing it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from evidence.draft import Kind
from evidence.identity import Lei, Subject
from scoring.evidence_tuples import MAX_EXPOSURE, ContentHash, EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import (
    CAPABILITY,
    CLOSURE_TIME,
    COMPLAINT_RESPONSE,
    CORRECTIVE_EVIDENCE,
    DEFECT_RATE,
    INDICATORS,
    PROCESS_RISK,
    PROCESS_STABILITY,
    REPEAT_PROBLEMS,
    SURPRISE_INSPECTION,
    IndicatorId,
)
from scoring.observers.window import Window

KINDS_READ: Final[Mapping[IndicatorId, tuple[Kind, ...]]] = {
    CAPABILITY: (Kind.MEASUREMENT_SERIES,),
    CLOSURE_TIME: (Kind.NONCONFORMANCE,),
    COMPLAINT_RESPONSE: (Kind.COMPLAINT,),
    CORRECTIVE_EVIDENCE: (Kind.EIGHT_D,),
    DEFECT_RATE: (Kind.INSPECTION_RESULT,),
    PROCESS_RISK: (Kind.KPI,),
    PROCESS_STABILITY: (Kind.MEASUREMENT_SERIES,),
    REPEAT_PROBLEMS: (Kind.NONCONFORMANCE,),
    SURPRISE_INSPECTION: (Kind.AUDIT, Kind.INSPECTION_SLOT),
}
"""The kinds whose gaps are bad evidence for an indicator."""


def missing_numbers(stated: Sequence[Fact]) -> dict[tuple[Lei, Subject, Kind], int]:
    """How many numbers below the highest one are not here, where any is missing.

    Args:
        stated: every statement, repetitions of a record included, since each has a number of its own.
    """
    numbers: dict[tuple[Lei, Subject, Kind], set[int]] = {}
    for fact in stated:
        numbers.setdefault((fact.issuer, fact.subject, fact.kind), set()).add(fact.sequence)
    return {key: missing for key, seen in numbers.items() if (missing := max(seen) - len(seen)) > 0}


def withheld(
    indicator: IndicatorId, missing: Mapping[tuple[Lei, Subject, Kind], int], facts: Sequence[Fact], window: Window
) -> list[EvidenceTuple]:
    """One tuple, all bad, for each gap in the kind that an indicator reads.

    A missing inspection result counts as many units as the largest one that is here.
    """
    tuples = []
    for (issuer, subject, kind), count in missing.items():
        if kind not in KINDS_READ.get(indicator, ()):
            continue
        size = INDICATORS[indicator].unit
        if indicator == DEFECT_RATE:
            sizes = [fact.need("inspected").integer(0, 10**9) for fact in facts if fact.kind is kind]
            size = max([1, *sizes])
        record = f"credence/withheld/v1|{issuer}|{subject}|{kind.value}|{count}|{size}"
        source = ContentHash(hashlib.sha256(record.encode("ascii")).digest())
        bad = min(count * size, MAX_EXPOSURE)
        tuples.append(EvidenceTuple(indicator, source, issuer, window.current, bad, bad, bad, bad))
    return tuples
