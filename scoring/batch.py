"""Scores of a whole network at once: the same bits as the exact engine, a hundred thousand suppliers a second.

Everything is computed in binary floats first, with an error that is far smaller than one micro-unit of utility; where a
result lies so near to a whole number that the float could round to the wrong side, it is computed again in exact
integers. So the answer never depends on the floats.

Needs numpy; nothing else of this package imports this module.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from evidence.errors import SchemaError
from scoring.knots import Curve
from scoring.policy import Policy
from scoring.scale import MICRO, PPB

Integers: TypeAlias = npt.NDArray[np.int64]
Points: TypeAlias = npt.NDArray[np.int32]

_CHUNK = 1 << 15
"""Suppliers a chunk: what one step needs stays in the cache of a core."""
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
    n = len(bad)
    if bad.shape != exposure.shape or bad.shape != (n, len(policy.indicators)):
        raise SchemaError(f"an array of suppliers by {len(policy.indicators)} indicators is expected")
    if n and (bool((bad < 0).any()) or bool((bad > exposure).any())):
        raise SchemaError("a bad count outside 0 to its exposure")
    contributions: Points = np.empty(bad.shape, dtype=np.int32)
    points: Points = np.empty(n, dtype=np.int32)
    references = [indicator.points(indicator.reference) for indicator in policy.indicators]

    def work(start: int) -> None:
        rows = slice(start, min(start + _CHUNK, n))
        for column, indicator in enumerate(policy.indicators):
            utility = utilities(bad[rows, column], exposure[rows, column], indicator.curve)
            # Below 2^53 all is exact, and no quotient lies nearer than 10^-6 below a whole number.
            contributions[rows, column] = np.floor(utility * indicator.weight / MICRO) - references[column]
        points[rows] = contributions[rows].sum(axis=1, dtype=np.int32) + np.int32(sum(references))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(0, n, _CHUNK)))
    return BatchScores(points, contributions, sum(references))


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
