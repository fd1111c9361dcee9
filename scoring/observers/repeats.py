"""Repeat problems: does what was opened come back?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from evidence.identity import Lei
from scoring.evidence_tuples import EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import REPEAT_PROBLEMS
from scoring.observers.cases import nonconformances
from scoring.observers.window import Window
from scoring.options import RepeatOptions
from scoring.scale import month_of


def repeats(facts: Sequence[Fact], window: Window, options: RepeatOptions) -> list[EvidenceTuple]:
    """One tuple for each nonconformance: bad when one of the same part and defect code was opened shortly before.

    Cases without a defect code are all taken for the same one, so that leaving it out gains nothing.
    """
    tuples = []
    latest: dict[tuple[Lei, str, str], datetime] = {}
    for case in sorted(nonconformances(facts), key=lambda case: (case.opened, case.number)):
        problem = (case.issuer, case.part, case.defect_code)
        before = latest.get(problem)
        bad = int(before is not None and case.opened - before <= timedelta(days=options.within_days))
        latest[problem] = case.opened
        if window.counts(month := month_of(case.opened), bad):
            tuples.append(EvidenceTuple(REPEAT_PROBLEMS, case.source, case.issuer, month, 1, bad, bad, bad))
    return tuples
