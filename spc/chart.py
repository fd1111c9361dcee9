"""What a control chart is, whatever it counts or measures: points with a centre, limits and a standard error each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evidence.errors import SchemaError
from spc.data import Array


class ChartKind(StrEnum):
    """The charts that this room draws."""

    XBAR_R = "xbar-r"
    XBAR_S = "xbar-s"
    I_MR = "i-mr"
    P = "p"
    NP = "np"
    C = "c"
    U = "u"
    EWMA = "ewma"
    CUSUM = "cusum"


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One curve of a chart with its limits.

    Attributes:
        name: what the points are, such as `X-bar`.
        points: shape (k,), in order of production; point numbers in reports count from 1.
        centre, lower, upper: limits for each point, shape (k,).
        error: standard error of each point, shape (k,).
        independent: whether the points are independent and symmetric enough for run rules; else only limits judge.
        first: number of the first point; a moving range chart starts at 2.
    """

    name: str
    points: Array
    centre: Array
    lower: Array
    upper: Array
    error: Array
    independent: bool
    first: int = 1

    def __post_init__(self) -> None:
        shapes = {part.shape for part in (self.points, self.centre, self.lower, self.upper, self.error)}
        if len(shapes) != 1 or self.points.ndim != 1 or not len(self.points):
            raise SchemaError("points and limits of different lengths", place=self.name)
        if not all(np.isfinite(part).all() for part in (self.points, self.centre, self.lower, self.upper, self.error)):
            raise SchemaError("a point or limit is not finite", place=self.name)
        if np.any(self.lower > self.upper) or np.any(self.error < 0):
            raise SchemaError("limits are reversed", place=self.name)

    @property
    def outside(self) -> tuple[int, ...]:
        """Numbers of the points beyond a limit."""
        beyond = (self.points > self.upper) | (self.points < self.lower)
        return tuple(int(index) + self.first for index in np.flatnonzero(beyond))


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A control chart.

    Attributes:
        kind: which.
        panels: location first, then dispersion where the chart has one.
        sigma: estimated or given standard deviation of single values; None for charts of counts.
        basis: the limits come from so many points, counted from the first; None where they were given.
        notes: what a reader has to know, one sentence each.
    """

    kind: ChartKind
    panels: tuple[Panel, ...]
    sigma: float | None
    basis: int | None
    notes: tuple[str, ...] = ()

    @property
    def location(self) -> Panel:
        """The panel that run rules judge."""
        return self.panels[0]


def panel(
    name: str,
    points: Array,
    centre: float | Array,
    lower: float | Array,
    upper: float | Array,
    error: float | Array,
    *,
    independent: bool,
    first: int = 1,
) -> Panel:
    """A panel whose limits may be single numbers that hold for every point."""

    def spread(part: float | Array) -> Array:
        return np.broadcast_to(np.asarray(part, dtype=np.float64), points.shape).copy()

    return Panel(name, points, spread(centre), spread(lower), spread(upper), spread(error), independent, first)


def basis_of(length: int, phase1: int | None, *, at_least: int) -> int:
    """How many points, from the first, set the limits: all of them, or those of phase 1.

    Raises:
        SchemaError: fewer than `at_least`, or more than there are.
    """
    basis = length if phase1 is None else phase1
    if not at_least <= basis <= length:
        raise SchemaError(f"limits from {basis} of {length} points; at least {at_least} are needed", place="phase1")
    return basis
