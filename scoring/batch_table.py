"""Curves as tables over narrow buckets of theta, so that one look-up and one line give a utility in binary floats.

A bucket is what shares the exponent and the first bits of the fraction of theta + 2^-30 as a binary64 number. Within it
a curve is one line, or the bucket answers nothing (NaN) and the exact arithmetic is asked.

Needs numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.knots import Curve
from scoring.scale import MICRO, PPB

Floats: TypeAlias = npt.NDArray[np.float64]

SHIFT: Final = 2.0**-30
"""Added to theta, exactly representable: no theta is zero, and the exponents begin here."""
UNKNOWN: Final = 4.0
"""Stands for theta + SHIFT where there is no evidence: its bucket gives no utility."""
SURE: Final = 0.5 - 1e-7
"""A height that lies no farther than this from the middle between two whole numbers has a certain floor."""
BITS: Final = 52 - 6
"""Bits of a binary64 number below those that name a bucket: 64 buckets for each doubling of theta."""

_ERROR: Final = Fraction(2, 10**15)
"""Bound of the relative error of `line + slope * (theta + SHIFT)` against the sum of its parts: the two counts, their
quotient, the shift, the slope, the product, the line and the sum are rounded once each, by 2^-53 at most."""
_FIRST: Final = int(np.float64(SHIFT).view(np.int64)) >> BITS
_LAST: Final = int(np.float64(UNKNOWN).view(np.int64)) >> BITS


@dataclass(frozen=True, slots=True)
class Lines:
    """For each column and bucket a line, and where the buckets of each column begin.

    Attributes:
        slopes, lines: floor(height) = rint(line + slope * (theta + SHIFT)) where that is `SURE`; NaN where it never is.
        starts: bucket + starts[column] is the place of a bucket in `slopes` and `lines`, shape (n_columns,).
    """

    slopes: Floats
    lines: Floats
    starts: npt.NDArray[np.int64]


def lines_of(curves: Sequence[Curve]) -> Lines:
    """The tables of several curves, a column each."""
    count = _LAST - _FIRST + 1
    found = {curve: _lines(curve) for curve in set(curves)}
    slopes, lines = (np.concatenate([found[curve][part] for curve in curves]) for part in (0, 1))
    return Lines(slopes, lines, np.arange(len(curves), dtype=np.int64) * count - _FIRST)


def _lines(curve: Curve) -> tuple[Floats, Floats]:
    edges = (np.arange(_FIRST, _LAST + 2, dtype=np.int64) << BITS).view(np.float64)
    slopes, lines = np.full(len(edges) - 1, np.nan), np.full(len(edges) - 1, np.nan)
    shift = Fraction(SHIFT)
    places = [(x, Fraction(x, PPB) + shift) for x in curve.xs]
    for bucket in range(len(slopes) - 1):
        # Rounding may bring a theta here from just beyond an edge, so a knot there counts as within; but no theta lies
        # below zero, and that one is exact.
        low, high = Fraction(edges[bucket]) * (1 - _ERROR), Fraction(edges[bucket + 1]) * (1 + _ERROR)
        after = sum(place < low or x <= 0 for x, place in places)
        if after != sum(place <= high for _, place in places):
            continue
        if after in (0, len(curve.xs)) or curve.ys[after - 1] == curve.ys[after]:
            # A flat stretch is exact: it stands in the middle, where nothing is in doubt.
            slopes[bucket], lines[bucket] = 0.0, curve.ys[min(after, len(curve.ys) - 1)]
            continue
        x, y = places[after - 1][1], curve.ys[after - 1]
        slope = (curve.ys[after] - y) / (places[after][1] - x)
        if _ERROR * (abs(slope) * high + MICRO) < Fraction(1, 2) - Fraction(SURE):
            slopes[bucket], lines[bucket] = float(slope), float(y - slope * x - Fraction(1, 2))
    slopes[-1] = lines[-1] = 0.0
    return slopes, lines
