"""Defect rate: units inspected and units found nonconforming; fades by calendar once its cause is removed for good."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.draft import Kind
from scoring.evidence_tuples import EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import DEFECT_RATE
from scoring.observers.cases import mended_lots
from scoring.observers.window import Window
from scoring.scale import month_of

_MOST: int = 10**9


def defects(facts: Sequence[Fact], window: Window) -> list[EvidenceTuple]:
    """One tuple for each inspection result that can weigh: exposure = inspected, bad = nonconforming."""
    mended = mended_lots(facts)
    tuples = []
    for fact in facts:
        if fact.kind is not Kind.INSPECTION_RESULT:
            continue
        inspected = fact.need("inspected").integer(0, _MOST)
        nonconforming = fact.need("nonconforming").integer(0, inspected)
        month = month_of(fact.moment)
        if inspected == 0 or not window.counts(month, nonconforming):
            continue
        tuples.append(
            EvidenceTuple(
                indicator=DEFECT_RATE,
                source=fact.content,
                issuer=fact.issuer,
                month=month,
                exposure=inspected,
                bad=nonconforming,
                best=nonconforming,
                worst=nonconforming,
                mended=(fact.issuer, fact.label("lot")) in mended,
            )
        )
    return tuples
