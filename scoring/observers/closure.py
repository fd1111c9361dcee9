"""Closure time: was a nonconformance closed within the days that its severity allows?

Right-censored: an open case within its time is no evidence yet; one past its time is bad today, and stays so until it
is closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from scoring.evidence_tuples import EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import CLOSURE_TIME, ClosureOptions
from scoring.observers.cases import Case, nonconformances
from scoring.observers.window import Window
from scoring.scale import month_of


def closures(facts: Sequence[Fact], window: Window, options: ClosureOptions) -> list[EvidenceTuple]:
    """One tuple for each case that is decided: exposure 1, bad 1 when late."""
    tuples = []
    for case in nonconformances(facts):
        verdict = _verdict(case, window, options)
        if verdict is None or not window.counts(*verdict):
            continue
        month, bad = verdict
        tuples.append(
            EvidenceTuple(
                indicator=CLOSURE_TIME,
                source=case.source,
                issuer=case.issuer,
                month=month,
                exposure=1,
                bad=bad,
                best=bad,
                worst=bad,
            )
        )
    return tuples


def _verdict(case: Case, window: Window, options: ClosureOptions) -> tuple[int, int] | None:
    """Month and badness, None while undecided."""
    deadline = case.opened + timedelta(days=options.deadline_days[case.severity])
    if case.closed is not None and case.closed < window.end:
        return month_of(case.closed), int(case.closed > deadline)
    if deadline < window.end:
        return window.current, 1  # open and late: as fresh as today
    return None
