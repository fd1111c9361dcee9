"""Scores of a whole network at once: the same bits as the exact engine, a hundred thousand suppliers a second.

Everything is computed in binary floats first, with an error that is far smaller than one micro-unit of utility; where a
result lies so near to a whole number that the float could round to the wrong side, it is computed again in exact
integers. So the answer never depends on the floats. Blocks that fit a core's cache go through each step whole, in
buffers that are used again, on several threads: numpy lets go of the interpreter.

Needs numpy; nothing else of this package imports this module.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from evidence.errors import SchemaError
from scoring.batch_table import BITS, SHIFT, SURE, UNKNOWN, lines_of
from scoring.knots import Curve
from scoring.policy import Policy
from scoring.scale import MICRO, PPB

Integers: TypeAlias = npt.NDArray[np.int64]
Points: TypeAlias = npt.NDArray[np.int32]
Places: TypeAlias = npt.NDArray[np.intp]

_CHUNK = 1 << 15
"""Suppliers that a thread takes at once."""
_BLOCK = 1 << 16
"""Numbers that one step works on: few enough for the cache, so many that threads seldom wait for the interpreter."""
_ERROR = 1e-15
"""Relative error of a theta computed in binary floats: two roundings of 2^-53 each, and room to spare."""


@dataclass(frozen=True, slots=True)
class BatchScores:
    """Scores of many suppliers.

    Attributes:
        points: micro-points, shape (n_suppliers,).
        contributions: points above the reference card, shape (n_suppliers, n_indicators), columns as the policy's
            indicators; the exact Shapley values: reference + row sum == points.
        reference: points of the reference card.
    """

    points: Points
    contributions: Points
    reference: int


def score_batch(bad: Integers, exposure: Integers, policy: Policy, *, threads: int = 2) -> BatchScores:
    """Points and contributions from aged sums.

    Args:
        bad, exposure: theta = bad / exposure for each supplier and indicator, prior and ageing included, 0 <= bad <=
            exposure, shape (n_suppliers, n_indicators), columns as the policy's indicators. An exposure of 0 stands for
            an indicator without its minimum evidence, which gets no points.
        threads: chunks worked on side by side.

    Raises:
        SchemaError: shapes that do not fit the policy, or a bad count outside 0 to the exposure.
    """
    n, columns = len(bad), len(policy.indicators)
    if bad.shape != exposure.shape or bad.shape != (n, columns):
        raise SchemaError(f"an array of suppliers by {columns} indicators is expected")
    contributions: Points = np.empty(bad.shape, dtype=np.int32)
    points: Points = np.empty(n, dtype=np.int32)
    plan = _Plan(policy)

    def work(start: int) -> None:
        rows = slice(start, min(start + _CHUNK, n))
        plan.fill(bad[rows], exposure[rows], contributions[rows], points[rows])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(0, n, _CHUNK)))
    return BatchScores(points, contributions, plan.reference)


class _Plan:
    """What all chunks share: the tables of the curves, and weights and references repeated for a block of rows."""

    def __init__(self, policy: Policy) -> None:
        self.indicators = policy.indicators
        references = [indicator.points(indicator.reference) for indicator in policy.indicators]
        self.reference = sum(references)
        self.rows = max(1, _BLOCK // len(references))
        self.table = lines_of([indicator.curve for indicator in policy.indicators])
        self.starts = np.tile(self.table.starts, self.rows)
        self.weights = np.tile(np.array([one.weight for one in policy.indicators]) / MICRO, self.rows)
        at_ends = (
            [one.points(one.curve.at(x)) - one.points(one.reference) for one in policy.indicators] for x in (0, PPB)
        )
        self.at_ends = [np.tile(np.array(at, dtype=np.int32), self.rows) for at in at_ends]
        self.references = np.tile(np.array(references, dtype=np.int32), self.rows)

    def fill(self, bad: Integers, exposure: Integers, contributions: Points, points: Points) -> None:
        """Write the contributions and points of some suppliers; all arrays have their rows."""
        places, space = [], _Space(self.rows * len(self.indicators))
        for start in range(0, len(bad), self.rows):
            rows = slice(start, start + self.rows)
            doubtful = self._block(bad[rows], exposure[rows], contributions[rows], space)
            places.append(doubtful + start * len(self.indicators))
        self._settle(np.concatenate(places), bad, exposure, contributions)
        np.sum(contributions, axis=1, dtype=np.int32, out=points)
        points += np.int32(self.reference)

    def _block(self, bad: Integers, exposure: Integers, contributions: Points, space: _Space) -> Places:
        """Contributions of a block; gives the places, counted along rows, where the float decides nothing."""
        size = bad.size
        theta, other, line = space.theta[:size], space.other[:size], space.line[:size]
        place, sure = space.place[:size], space.sure[:size]
        np.subtract(exposure, bad, out=place.reshape(bad.shape))
        least = int(exposure.min())
        if least < 0 or int(bad.min()) < 0 or int(place.min()) < 0:
            raise SchemaError("a bad count outside 0 to its exposure")
        with np.errstate(invalid="ignore"):
            np.divide(bad, exposure, out=theta.reshape(bad.shape))
        np.add(theta, SHIFT, out=theta)
        if least == 0:
            np.copyto(theta.reshape(bad.shape), UNKNOWN, where=exposure == 0)
        np.right_shift(theta.view(np.int64), BITS, out=place)
        np.add(place, self.starts[:size], out=place)
        # Never out of range; "clip" only spares numpy a copy.
        np.take(self.table.slopes, place, out=other, mode="clip")
        np.take(self.table.lines, place, out=line, mode="clip")
        np.multiply(theta, other, out=theta)
        np.add(theta, line, out=theta)
        np.rint(theta, out=line)
        np.subtract(theta, line, out=theta)
        np.abs(theta, out=theta)
        np.less_equal(theta, SURE, out=sure)  # not so for a NaN
        with np.errstate(invalid="ignore"):
            np.multiply(line, self.weights[:size], out=line)
            # weight * utility / MICRO is a multiple of 10^-6; with half of one more no rounding reaches a whole number.
            np.add(line, 0.5 / MICRO, out=line)
            flat = contributions.reshape(-1)
            np.copyto(flat, line, casting="unsafe")
        np.subtract(flat, self.references[:size], out=flat)
        np.logical_not(sure, out=sure)
        return self._ends(np.flatnonzero(sure), bad.reshape(-1), exposure.reshape(-1), flat)

    def _ends(self, places: Places, bad: Integers, exposure: Integers, flat: Points) -> Places:
        """Write what a theta of zero or one gives, as most do that the table leaves open; gives the other places."""
        b = bad[places]
        ends = (b == 0) & (exposure[places] > 0), (b == exposure[places]) & (b > 0)
        for at, known in zip(self.at_ends, ends, strict=True):
            flat[places[known]] = at[places[known]]
        rest: Places = places[~(ends[0] | ends[1])]
        return rest

    def _settle(self, places: Places, bad: Integers, exposure: Integers, contributions: Points) -> None:
        """Write the contributions at places that the table left open."""
        columns = places % len(self.indicators)
        order = np.argsort(columns, kind="stable")
        ends = np.searchsorted(columns[order], np.arange(len(self.indicators) + 1))
        for column, indicator in enumerate(self.indicators):
            rows = places[order[ends[column] : ends[column + 1]]] // len(self.indicators)
            utility = utilities(bad[rows, column], exposure[rows, column], indicator.curve)
            whole = np.floor(utility * indicator.weight / MICRO)
            contributions[rows, column] = whole - indicator.points(indicator.reference)


class _Space:
    """Buffers of one thread, used again for every block."""

    def __init__(self, size: int) -> None:
        self.theta, self.other, self.line = np.empty(size), np.empty(size), np.empty(size)
        self.place, self.sure = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.bool_)


def utilities(bad: Integers, exposure: Integers, curve: Curve) -> npt.NDArray[np.float64]:
    """floor(curve(bad / exposure)) of each element, exactly, as whole floats; 0 where the exposure is 0. Shape (n,)."""
    xs, ys = np.array(curve.xs, dtype=np.float64), np.array(curve.ys, dtype=np.float64)
    known = exposure > 0
    theta = np.divide(bad, exposure, out=np.zeros(len(bad)), where=known) * PPB
    heights = np.interp(theta, xs, ys)
    floors: npt.NDArray[np.float64] = np.floor(heights)
    for index in np.flatnonzero(_doubtful(theta, heights, floors, xs, ys)):
        if known[index]:
            floors[index] = curve.at(int(bad[index]) * PPB, int(exposure[index]))
    floors[~known] = 0
    return floors


def _doubtful(
    theta: npt.NDArray[np.float64],
    heights: npt.NDArray[np.float64],
    floors: npt.NDArray[np.float64],
    xs: npt.NDArray[np.float64],
    ys: npt.NDArray[np.float64],
) -> npt.NDArray[np.bool_]:
    """Where the floor of the float may not be the floor of the exact height."""
    slopes = np.abs(np.diff(ys) / np.diff(xs))
    # An error of theta moves the height by the slope; the interpolation itself rounds three times.
    reach = float(np.max(slopes * xs[1:])) * _ERROR + MICRO * _ERROR * 4
    part = heights - floors
    doubtful = (part < reach) | (part > 1 - reach)
    # On a flat stretch, and before the first and after the last knot, the height is a knot's and exact; not so at the
    # very knots, where the exact theta may lie on the other side.
    edges = [(-np.inf, xs[0]), *((xs[i], xs[i + 1]) for i in np.flatnonzero(slopes == 0)), (xs[-1], np.inf)]
    for low, high in edges:
        doubtful &= ~((theta > low * (1 + _ERROR)) & (theta < high * (1 - _ERROR)))
    return doubtful & (theta > 0)
