"""What may be moved and what for: levers within engineering limits at a stated cost, and the goal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from evidence.errors import SchemaError
from spc.specification import Specification


@dataclass(frozen=True, slots=True)
class Lever:
    """A set-point that engineers let be moved.

    Attributes:
        column: which column.
        lower, upper: engineering limits of its set-point, in its unit.
        least_tolerance: smallest scatter it can be held to, as a share of today's, above 0 to 1; 1: leave it.
        cost: of moving the set-point by one unit, in points of the goal.
        tightening_cost: of halving the scatter, in points of the goal.
        trust: which share of a predicted gain counts when this lever is moved, above 0 to 1: how often moves of it were
            released and worked, say. A lever that people keep rejecting gives way to one that they sign.
    """

    column: str
    lower: float
    upper: float
    least_tolerance: float = 1.0
    cost: float = 0.0
    tightening_cost: float = 0.0
    trust: float = 1.0

    def __post_init__(self) -> None:
        place = f"lever {self.column[:40]!r}"
        numbers = (self.lower, self.upper, self.cost, self.tightening_cost)
        if not all(math.isfinite(one) for one in numbers) or not self.lower < self.upper:
            raise SchemaError(f"limits {self.lower} to {self.upper}; the lower lies below the upper", place=place)
        if not 0 < self.least_tolerance <= 1:
            raise SchemaError(f"least tolerance {self.least_tolerance}; above 0 to 1", place=place)
        if not 0 < self.trust <= 1:
            raise SchemaError(f"trust {self.trust}; above 0 to 1", place=place)
        if self.cost < 0 or self.tightening_cost < 0:
            raise SchemaError("a cost is not negative", place=place)


class Measure(StrEnum):
    """What is to be raised."""

    CPK = "cpk"
    YIELD = "yield"


@dataclass(frozen=True, slots=True)
class Goal:
    """Which characteristic is to conform better.

    Attributes:
        column: the characteristic.
        specification: its limits, in its unit.
        measure: Cpk, or the share of conforming parts; costs are in its points.
    """

    column: str
    specification: Specification
    measure: Measure = Measure.CPK


@dataclass(frozen=True, slots=True)
class Move:
    """One lever moved.

    Attributes:
        column: which.
        unit: of the set-point.
        set_point: from, to.
        tolerance: scatter (one standard deviation) from, to.
    """

    column: str
    unit: str
    set_point: tuple[float, float]
    tolerance: tuple[float, float]
