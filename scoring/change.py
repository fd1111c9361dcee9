"""Why a score changed since the last one: time passed, evidence came, or the policy is another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from evidence.identity import Subject
from scoring.card import ScoreCard
from scoring.engine import score
from scoring.facts import Fact
from scoring.indicators import IndicatorId
from scoring.observe import observe
from scoring.owners import NOBODY_OWNED, Owners
from scoring.policy import Policy


@dataclass(frozen=True, slots=True)
class Basis:
    """What a score was, or is, computed from."""

    facts: Sequence[Fact]
    policy: Policy
    as_of: date
    owners: Owners = NOBODY_OWNED


@dataclass(frozen=True, slots=True)
class Change:
    """Micro-points gained (or lost) by one indicator, by cause; `total` is their sum."""

    indicator: IndicatorId
    ageing: int
    evidence: int
    policy: int

    @property
    def total(self) -> int:
        """Points after minus points before."""
        return self.ageing + self.evidence + self.policy


def changes(before: Basis, after: Basis, *, subject: Subject, commodity: str = "*") -> tuple[Change, ...]:
    """Split the difference of two scores, indicator by indicator, exactly and in this order of causes.

    First time alone passes (old evidence and policy on the new day: good evidence fades, open cases become late), then
    the new evidence comes, then the new policy. The order is fixed, so that everybody tells the same story; the sums
    over all indicators are the changes of the points. Indicators of either policy, in ascending order of their names.
    """
    stages = [
        before,
        Basis(before.facts, before.policy, after.as_of, before.owners),
        # Whose companies belong together is evidence too.
        Basis(after.facts, before.policy, after.as_of, after.owners),
        after,
    ]
    points = [_points(_card(stage, subject, commodity)) for stage in stages]
    result = []
    for name in sorted({name for stage in points for name in stage}):
        start, aged, informed, end = (stage.get(name, 0) for stage in points)
        result.append(Change(name, aged - start, informed - aged, end - informed))
    return tuple(result)


def _card(basis: Basis, subject: Subject, commodity: str) -> ScoreCard:
    tuples = observe(basis.facts, basis.policy, basis.as_of, basis.owners)
    return score(tuples, basis.policy, basis.as_of, subject=subject, commodity=commodity)


def _points(card: ScoreCard) -> dict[IndicatorId, int]:
    return {line.indicator: line.points for line in card.lines}
