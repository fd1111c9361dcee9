"""An interval with its confidence and the method that made it; never one without the others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from evidence.errors import SchemaError


class Side(StrEnum):
    """Which ends of an interval are bounds; the other end, if any, is the end of the scale."""

    BOTH = "both"
    LOWER = "lower"
    UPPER = "upper"


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds for a true value.

    Attributes:
        lower, upper: infinite where there is no bound on that side.
        confidence: that the interval holds the true value, over many samples.
        method: how it was made.
    """

    lower: float
    upper: float
    confidence: float
    method: str

    def __post_init__(self) -> None:
        if math.isnan(self.lower) or math.isnan(self.upper) or self.lower > self.upper:
            raise SchemaError(f"an interval from {self.lower} to {self.upper}", place=self.method)


def tails(confidence: float, side: Side) -> tuple[float | None, float | None]:
    """Probability left below and above; None on an open side."""
    if not 0 < confidence < 1:
        raise SchemaError(f"{confidence} is not between 0 and 1", place="confidence")
    alpha = 1 - confidence
    if side is Side.BOTH:
        return alpha / 2, alpha / 2
    return (alpha, None) if side is Side.LOWER else (None, alpha)
