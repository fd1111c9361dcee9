"""Repeat problems: does what was opened come back?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from evidence.draft import Kind
from evidence.identity import Lei
from scoring.evidence_tuples import EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import REPEAT_PROBLEMS
from scoring.observers.cases import Case, nonconformances
from scoring.observers.window import Window
from scoring.options import RepeatOptions
from scoring.scale import month_of


def repeats(facts: Sequence[Fact], window: Window, options: RepeatOptions) -> list[EvidenceTuple]:
    """One tuple for each nonconformance that is decided: bad once the same problem is opened soon after.

    Right-censored: a problem has not come back only when its days have passed, in the month in which they did, so that
    opening cases buys nothing; and only when good units were inspected since, so that who stops delivering cannot wait
    for it. Two cases of one issuer are the same problem when they do not differ in part or defect
    code; one that leaves either out does not differ, so that leaving it out gains nothing.
    """
    tuples = []
    delivered = last_good_inspection(facts)
    nearest = _Nearest()
    cases = nonconformances(facts)
    for case in sorted(cases, key=lambda case: (case.opened, case.number), reverse=True):
        passed = case.opened + timedelta(days=options.within_days)
        again = nearest.after(case)
        nearest.add(case)
        if again is not None and again <= passed:
            month, bad = month_of(again), 1
        elif passed < window.end and delivered is not None and passed <= delivered:
            month, bad = month_of(passed), 0
        else:
            continue
        if window.counts(month, bad):
            tuples.append(EvidenceTuple(REPEAT_PROBLEMS, case.source, case.issuer, month, 1, bad, bad, bad))
    return tuples


def last_good_inspection(facts: Sequence[Fact]) -> datetime | None:
    """When units were last inspected and not all found bad: until then the process is known to have run."""
    return max(
        (
            fact.moment
            for fact in facts
            if fact.kind is Kind.INSPECTION_RESULT
            and fact.need("nonconforming").integer(0, 10**9) < fact.need("inspected").integer(0, 10**9)
        ),
        default=None,
    )


class _Nearest:
    """The nearest later case of the same problem, while cases are added from the latest to the earliest.

    Kept for each issuer under part and code, part alone, code alone, and neither; `None` stands for any.
    """

    def __init__(self) -> None:
        self._opened: dict[tuple[Lei, str | None, str | None], datetime] = {}

    def add(self, case: Case) -> None:
        for part in (case.part, None):
            for code in (case.defect_code, None):
                self._opened[case.issuer, part, code] = case.opened

    def after(self, case: Case) -> datetime | None:
        parts = (case.part, "") if case.part else (None,)
        codes = (case.defect_code, "") if case.defect_code else (None,)
        found = [self._opened.get((case.issuer, part, code)) for part in parts for code in codes]
        return min((moment for moment in found if moment is not None), default=None)
