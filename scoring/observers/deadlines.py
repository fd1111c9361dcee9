"""Indicators that ask whether something was done in time; all are right-censored.

What is open within its time is no evidence yet. What is open past its time is bad today, and stays so until it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from evidence.draft import Kind
from evidence.identity import Lei
from scoring.evidence_tuples import ContentHash, EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import CLOSURE_TIME, COMPLAINT_RESPONSE, CORRECTIVE_EVIDENCE, IndicatorId
from scoring.observers.cases import complaints, nonconformances
from scoring.observers.window import Window
from scoring.options import ClosureOptions, ResponseOptions
from scoring.scale import month_of


def closures(facts: Sequence[Fact], window: Window, options: ClosureOptions) -> list[EvidenceTuple]:
    """Closure time: was a nonconformance closed within the days that its severity allows?"""
    found = []
    for case in nonconformances(facts):
        deadline = case.opened + timedelta(days=options.deadline_days[case.severity])
        found.append(_judged(CLOSURE_TIME, case.source, case.issuer, deadline, case.closed, window))
    return [item for item in found if item is not None]


def responses(facts: Sequence[Fact], window: Window, options: ResponseOptions) -> list[EvidenceTuple]:
    """Complaint response: was a complaint answered within the hours that its severity allows?"""
    found = []
    for case in complaints(facts):
        deadline = case.opened + timedelta(hours=options.response_hours[case.severity])
        found.append(_judged(COMPLAINT_RESPONSE, case.source, case.issuer, deadline, case.responded, window))
    return [item for item in found if item is not None]


def corrective_steps(facts: Sequence[Fact], window: Window) -> list[EvidenceTuple]:
    """Delivery of corrective evidence: was a step of an 8D that had a due time done by it?

    The earliest due time that any statement of the step names counts, so that restating a step cannot put it off; the
    first statement that calls it done says when.
    """
    steps: dict[tuple[Lei, str, str], list[Fact]] = {}
    for fact in facts:
        if fact.kind is Kind.EIGHT_D:
            key = (fact.issuer, fact.need("number").text(200), fact.need("step").text(2))
            steps.setdefault(key, []).append(fact)
    found = []
    for (issuer, _, _), story in sorted(steps.items()):
        story.sort(key=lambda fact: (fact.sequence, fact.statement))
        dues = [due for fact in story if (due := fact.instant("due_at")) is not None]
        done = next((moment for fact in story if (moment := fact.instant("done_at")) is not None), None)
        if dues:
            found.append(_judged(CORRECTIVE_EVIDENCE, story[-1].content, issuer, min(dues), done, window))
    return [item for item in found if item is not None]


def _judged(
    indicator: IndicatorId,
    source: ContentHash,
    issuer: Lei,
    deadline: datetime,
    done: datetime | None,
    window: Window,
) -> EvidenceTuple | None:
    """One tuple, exposure 1, bad when late; None while undecided or too old to weigh."""
    if done is not None and done < window.end:
        month, bad = month_of(done), int(done > deadline)
    elif deadline < window.end:
        month, bad = window.current, 1  # open and late: as fresh as today
    else:
        return None
    if not window.counts(month, bad):
        return None
    return EvidenceTuple(indicator, source, issuer, month, 1, bad, bad, bad)
