"""Piecewise-linear curves on published knots, evaluated in exact rationals and rounded down once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from evidence.errors import SchemaError


@dataclass(frozen=True, slots=True)
class Curve:
    """A monotone curve through knots (x, y), flat outside them.

    Attributes:
        xs: strictly increasing positions, at least two.
        ys: heights; they all rise or stay (`rising`) or all fall or stay.

    Raises:
        SchemaError: positions do not increase or heights turn; `place` is `/<index of the knot>`.
    """

    xs: tuple[int, ...]
    ys: tuple[int, ...]
    rising: bool = field(init=False)

    def __post_init__(self) -> None:
        fault = curve_fault(self.xs, self.ys)
        if fault is not None:
            raise SchemaError(fault[1], place=f"/{fault[0]}")
        object.__setattr__(self, "rising", self.ys[-1] >= self.ys[0])

    def at(self, numerator: int, denominator: int = 1) -> int:
        """floor(y) at x = numerator / denominator; the denominator is positive."""
        # xs[i] <= x  <=>  xs[i] <= floor(x), so the segment is found by the floor.
        index = bisect_right(self.xs, numerator // denominator) - 1
        if index < 0:
            return self.ys[0]
        if index == len(self.xs) - 1:
            return self.ys[-1]
        x, y = self.xs[index], self.ys[index]
        run, rise = self.xs[index + 1] - x, self.ys[index + 1] - y
        return y + rise * (numerator - x * denominator) // (run * denominator)


def curve_fault(xs: Sequence[int], ys: Sequence[int]) -> tuple[int, str] | None:
    """The first knot that is out of place, and why; None when the knots make a curve."""
    if len(xs) < 2 or len(xs) != len(ys):
        return 0, f"a curve needs two knots or more, this one has {len(xs)}"
    rising = ys[-1] >= ys[0]
    for index in range(1, len(xs)):
        if xs[index] <= xs[index - 1]:
            return index, "knots must stand in increasing order"
        step = ys[index] - ys[index - 1]
        if (step < 0) if rising else (step > 0):
            return index, "the curve turns here; it must rise or fall all the way"
    return None
