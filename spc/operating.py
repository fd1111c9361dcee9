"""Operating characteristics of two rules for qualification: how often a process of some true Cpk passes a year.

The literal rule asks that the estimated Cpk be at least the goal in each of some months; the bound-based rule freezes
only when the upper confidence bound of a month lies below the goal, that is, when the month shows that the process is
worse. The distribution of the estimate is exact for a centred normal process with the overall sigma (n - 1), the
position in which the estimate is smallest for a given Cpk.

Source:
    Montgomery, "Introduction to Statistical Quality Control", 15.2 (operating characteristic of a plan);
    Bissell, "How reliable is your capability index?", Applied Statistics 39 (1990) 331-340.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scipy.optimize import brentq

from evidence.errors import SchemaError
from spc import bounds
from spc.interval import Side

GOAL: Final = 1.67
MONTHS: Final = 12
VALUES: Final = 50
CONFIDENCE: Final = 0.95
TRUE_INDICES: Final = tuple(round(1.0 + step / 50, 2) for step in range(76))
"""From 1.00 to 2.50: where the curves are drawn."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a process.

    Attributes:
        goal: Cpk.
        months: in each of so many.
        values: measured in a month.
        confidence: of the one-sided upper bound (Bissell) in the bound-based rule.

    Raises:
        SchemaError: a number that makes no plan.
    """

    goal: float = GOAL
    months: int = MONTHS
    values: int = VALUES
    confidence: float = CONFIDENCE

    def __post_init__(self) -> None:
        if not 0 < self.goal <= 10:
            raise SchemaError(f"a goal of {self.goal}; above 0 and at most 10 is expected", place="goal")
        if not 1 <= self.months <= 1200 or not 5 <= self.values <= 10_000:
            raise SchemaError("1 to 1,200 months of 5 to 10,000 values each are expected", place="months")
        if not 0.5 < self.confidence < 1:
            raise SchemaError(f"{self.confidence} is not between 0.5 and 1", place="confidence")

    @property
    def least_estimate(self) -> float:
        """The estimate whose upper bound is just the goal: the bound-based rule freezes below it.

        0 where few values bound even an estimate of 0 above the goal: then nothing that a process can show freezes it.
        """

        def above(estimate: float) -> float:
            found = bounds.bissell(estimate, self.values, self.values - 1, self.confidence, Side.UPPER)
            return found.upper - self.goal

        if above(0.0) >= 0.0:
            return 0.0
        return float(brentq(above, 0.0, self.goal, xtol=1e-12))


@dataclass(frozen=True, slots=True)
class Operating:
    """One point of both curves: chance that a process of this true Cpk passes all months.

    Attributes:
        true: Cpk of the process.
        literal: under the literal rule.
        bound: under the bound-based rule.
    """

    true: float
    literal: float
    bound: float


def operating(plan: Plan, true_indices: Sequence[float] = TRUE_INDICES) -> tuple[Operating, ...]:
    """Both curves, by exact integration; months are taken to be independent.

    Raises:
        SchemaError: a true index outside 0 to 10.
    """
    if any(not 0 <= true <= 10 for true in true_indices):
        raise SchemaError("true indices from 0 to 10 are expected", place="true")
    least = plan.least_estimate

    def year(estimate: float, true: float) -> float:
        return passes(estimate, true, plan.values) ** plan.months

    return tuple(Operating(true, year(plan.goal, true), year(least, true)) for true in true_indices)


def passes(least: float, true: float, values: int) -> float:
    """Chance that the estimate of one month is at least `least`."""
    below = bounds.centred_cdf(least, true, values, values - 1)
    return min(1.0, max(0.0, 1.0 - below)) if math.isfinite(below) else 0.0
