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
from scoring.options import SEVERITIES


@dataclass(frozen=True, slots=True)
class Case:
    """A nonconformance or complaint as its last statement leaves it.

    Attributes:
        source: content of that statement.
        issuer, number: whose case, and which.
        opened: the earliest opening (receipt, for complaints) that any statement of the case names, UTC.
        responded: when it was answered, as the first statement that says so has it; None while it was not.
        closed: when it was closed, UTC; None while it is open.
        severity: the worst that any statement of the case names.
        lot, part, defect_code: what it is about, the last that any statement names; empty when none does.
    """

    source: ContentHash
    issuer: Lei
    number: str
    opened: datetime
    responded: datetime | None
    closed: datetime | None
    severity: str
    lot: str
    part: str
    defect_code: str


def nonconformances(facts: Sequence[Fact]) -> list[Case]:
    """All nonconformances, in order of issuer and number.

    Opening and severity are taken over all statements, so that restating a case cannot make it younger or milder.

    Raises:
        SchemaError: a closed case without its time, or closed before it was opened.
    """
    return _cases(facts, Kind.NONCONFORMANCE, "opened_at")


def complaints(facts: Sequence[Fact]) -> list[Case]:
    """All complaints, as `nonconformances`."""
    return _cases(facts, Kind.COMPLAINT, "received_at")


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


def _cases(facts: Sequence[Fact], kind: Kind, opening: str) -> list[Case]:
    stories: dict[tuple[Lei, str], list[Fact]] = {}
    for fact in facts:
        if fact.kind is kind:
            stories.setdefault((fact.issuer, fact.need("number").text(200)), []).append(fact)
    return [_case(issuer, number, opening, story) for (issuer, number), story in sorted(stories.items())]


def _case(issuer: Lei, number: str, opening: str, story: list[Fact]) -> Case:
    story.sort(key=lambda fact: (fact.sequence, fact.statement))
    last = story[-1]
    closed = None
    if last.need("state").text(20) == "closed":
        closed = last.instant("closed_at")
        if closed is None:
            raise last.need("state").refuse("a closed case without closed_at")
    openings = [fact.instant_needed(opening) for fact in story]
    if closed is not None and closed < min(openings):
        raise last.need("closed_at").refuse("closed before it was opened")
    ranks = [SEVERITIES.index(fact.need("severity").choice(SEVERITIES)) for fact in story]
    answers = (fact.instant("responded_at") for fact in story)
    return Case(
        source=last.content,
        issuer=issuer,
        number=number,
        opened=min(openings),
        responded=next((answer for answer in answers if answer is not None), closed),
        closed=closed,
        severity=SEVERITIES[max(ranks)],
        lot=_last(story, "lot"),
        part=_last(story, "part"),
        defect_code=_last(story, "defect_code"),
    )


def _last(story: list[Fact], name: str) -> str:
    return next((label for fact in reversed(story) if (label := fact.label(name))), "")
