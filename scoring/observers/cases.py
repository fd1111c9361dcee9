"""Cases that open and close in several statements: folded by issuer and number, the highest sequence number rules.

A case belongs to whoever stated it: a supplier cannot close what its purchaser opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from evidence.draft import Kind
from evidence.identity import Lei
from scoring.evidence_tuples import ContentHash
from scoring.facts import Fact
from scoring.indicators import SEVERITIES


@dataclass(frozen=True, slots=True)
class Case:
    """A nonconformance as its last statement leaves it.

    Attributes:
        source: content of that statement.
        issuer, number: whose case, and which.
        opened: the earliest opening that any statement of the case names, UTC.
        closed: when it was closed, UTC; None while it is open.
        severity: the worst that any statement of the case names.
        lot: the lot that it is about, empty when none is named.
    """

    source: ContentHash
    issuer: Lei
    number: str
    opened: datetime
    closed: datetime | None
    severity: str
    lot: str


def nonconformances(facts: Sequence[Fact]) -> list[Case]:
    """All nonconformances, in order of issuer and number.

    Opening and severity are taken over all statements, so that restating a case cannot make it younger or milder.

    Raises:
        SchemaError: a closed case without its time, or closed before it was opened.
    """
    stories: dict[tuple[Lei, str], list[Fact]] = {}
    for fact in facts:
        if fact.kind is Kind.NONCONFORMANCE:
            stories.setdefault((fact.issuer, fact.need("number").text(200)), []).append(fact)
    return [_case(issuer, number, story) for (issuer, number), story in sorted(stories.items())]


def _case(issuer: Lei, number: str, story: list[Fact]) -> Case:
    story.sort(key=lambda fact: (fact.sequence, fact.statement))
    last = story[-1]
    closed = None
    if last.need("state").choice(("opened", "closed")) == "closed":
        closed = last.instant("closed_at")
        if closed is None:
            raise last.need("state").refuse("a closed case without closed_at")
    opened = min(moment for fact in story if (moment := fact.instant("opened_at")) is not None)
    if closed is not None and closed < opened:
        raise last.need("closed_at").refuse("closed before it was opened")
    ranks = [SEVERITIES.index(fact.need("severity").choice(SEVERITIES)) for fact in story]
    lots = [lot for fact in story if (lot := fact.label("lot"))]
    return Case(last.content, issuer, number, opened, closed, SEVERITIES[max(ranks)], lots[-1] if lots else "")


def mended_lots(facts: Sequence[Fact]) -> frozenset[tuple[Lei, str]]:
    """Lots, with their issuer, whose every nonconformance is closed and has an 8D that reached D8."""
    finished = {
        (fact.issuer, fact.label("nonconformance"))
        for fact in facts
        if fact.kind is Kind.EIGHT_D and fact.need("step").text(2) == "D8"
    }
    verdicts: dict[tuple[Lei, str], bool] = {}
    for case in nonconformances(facts):
        if case.lot:
            done = case.closed is not None and (case.issuer, case.number) in finished
            verdicts[case.issuer, case.lot] = verdicts.get((case.issuer, case.lot), True) and done
    return frozenset(lot for lot, done in verdicts.items() if done)
