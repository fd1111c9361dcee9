"""Process-risk index: what a federated model says of a process whose recipe stays at home."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from evidence.draft import Kind
from evidence.quantity import is_decimal
from scoring.evidence_tuples import EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import PROCESS_RISK
from scoring.observers.window import Window
from scoring.scale import MICRO, ceil_div, month_of

KPI_NAME = "process-risk"
"""The KPI that is read: from 0 (no risk) to 1, without unit."""


def risks(facts: Sequence[Fact], window: Window) -> list[EvidenceTuple]:
    """One tuple for each index that was stated; its value, rounded up, is the bad part.

    Raises:
        SchemaError: a value that is not between 0 and 1, or has a unit.
    """
    tuples = []
    for fact in facts:
        if fact.kind is not Kind.KPI or fact.need("name").text(64) != KPI_NAME:
            continue
        node = fact.need("value")
        text = node.text(70)
        if not is_decimal(text) or not 0 <= Fraction(text) <= 1 or fact.need("unit").text(40) != "1":
            raise node.refuse("a process-risk index lies between 0 and 1 and has the unit 1")
        value = Fraction(text)
        month, bad = month_of(fact.moment), ceil_div(value.numerator * MICRO, value.denominator)
        if window.counts(month, bad):
            tuples.append(EvidenceTuple(PROCESS_RISK, fact.content, fact.issuer, month, MICRO, bad, bad, bad))
    return tuples
