"""What if an indicator went better, or worse?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from evidence.errors import NotFoundError, SchemaError
from scoring.card import CardLine, ScoreCard
from scoring.indicators import IndicatorId
from scoring.policy import Policy
from scoring.scale import PPB


@dataclass(frozen=True, slots=True)
class LineChange:
    """Points of one indicator as they are and as they would be, micro-points."""

    indicator: IndicatorId
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """An imagined score; never attested, as no evidence stands behind it.

    Attributes:
        before, after: sums of the points; `after - before` is the sum of the changes, exactly.
        lines: one for each indicator, in the policy's order.
        band: index of the band that `after` lies in.
    """

    before: int
    after: int
    lines: tuple[LineChange, ...]
    band: int


def what_if(card: ScoreCard, policy: Policy, thetas: Mapping[IndicatorId, Fraction]) -> WhatIf:
    """The points of a card if some indicators had another share that goes wrong; a missing one becomes present.

    To imagine further evidence instead, score the tuples with some added.

    Raises:
        NotFoundError: an indicator that the policy does not weigh.
        SchemaError: a share outside 0 to 1; `place` is the indicator.
    """
    known = {line.indicator for line in card.lines}
    for name, theta in thetas.items():
        if name not in known:
            raise NotFoundError(f"the policy {policy.name!r} does not weigh {name[:40]!r}")
        if not 0 <= theta <= 1:
            raise SchemaError(f"the share {theta} does not lie between 0 and 1", place=name)
    lines = tuple(
        LineChange(line.indicator, line.points, _points(policy, line, thetas.get(line.indicator)))
        for line in card.lines
    )
    after = sum(line.after for line in lines)
    return WhatIf(sum(line.before for line in lines), after, lines, policy.band_of(after))


def _points(policy: Policy, line: CardLine, theta: Fraction | None) -> int:
    if theta is None:
        return line.points
    indicator = policy.indicator(line.indicator)
    return indicator.points(indicator.curve.at(theta.numerator * PPB, theta.denominator))
