"""Confidence bounds of capability indices: exact where the distribution is known, Bissell's and Boyles' where asked.

The estimate of sigma brings its degrees of freedom. For `OVERALL` (n - 1) and `POOLED` the bounds of Cp, Cpl and Cpu
are exact for normal data; with ranges the freedom is matched by moments and they are close. Many programs put n - 1
there whatever the estimator is: pass that number to reproduce them.

Source:
    Chou, Owen and Borrego, "Lower confidence limits on process capability indices", J. Quality Technology 22 (1990);
    Bissell, "How reliable is your capability index?", Applied Statistics 39 (1990) 331-340;
    Boyles, "The Taguchi capability index", J. Quality Technology 23 (1991); ISO 22514-4 for the chi-square bound.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtri, gammainccinv, gammaincinv, ndtr, ndtri

from evidence.errors import SchemaError
from spc.data import Array, positive
from spc.interval import Interval, Side, tails

MIN_FREEDOM: Final = 0.9
"""Fewest degrees of freedom with which a bound is made; a single range of two values has 1."""
_NEGLIGIBLE: Final = 1e-18
"""Probability left out on each side of an average over sigma."""


def chi_square(index: float, freedom: float, confidence: float, side: Side = Side.BOTH) -> Interval:
    """Bounds of Cp or Pp, exact: the square of sigma-hat over sigma is chi-square over its freedom."""
    positive(freedom, place="freedom")
    below, above = tails(confidence, side)

    def at(tail: float) -> float:
        return index * math.sqrt(float(chdtri(freedom, 1 - tail)) / freedom)

    lower = 0.0 if below is None else at(below)
    return Interval(lower, math.inf if above is None else at(1 - above), confidence, "chi-square")


def noncentral_t(index: float, n: int, freedom: float, confidence: float, side: Side = Side.BOTH) -> Interval:
    """Bounds of Cpl or Cpu, exact: 3 sqrt(n) times the estimate is noncentral t about 3 sqrt(n) times the index."""
    positive(freedom, place="freedom")
    below, above = tails(confidence, side)

    def at(tail: float) -> float:
        # The probability of an estimate below the one seen falls as the true index rises.
        return _falling_root(lambda true: _one_sided_cdf(index, true, n, freedom), tail, index)

    lower = -math.inf if below is None else at(1 - below)
    return Interval(lower, math.inf if above is None else at(above), confidence, "noncentral t")


def exact_cpk(index: float, n: int, freedom: float, confidence: float, side: Side = Side.BOTH) -> Interval:
    """Bounds of Cpk between two limits that hold wherever the mean lies, so with at least the stated confidence.

    The estimate is smallest for a given Cpk when the process is centred, and largest when the other limit is far away.
    So the lower bound comes from one far limit (noncentral t), the upper from the centred process, integrated exactly.
    """
    below, above = tails(confidence, side)
    lower = -math.inf
    if below is not None:
        lower = noncentral_t(index, n, freedom, 1 - below, Side.LOWER).lower
    upper = math.inf
    if above is not None:
        upper = _falling_root(lambda true: centred_cdf(index, true, n, freedom), above, index)
    return Interval(lower, upper, confidence, "noncentral t, worst position")


def bissell(index: float, n: int, freedom: float, confidence: float, side: Side = Side.BOTH) -> Interval:
    """Bounds of Cpk, Cpl or Cpu by Bissell's normal approximation; good from about 30 values on."""
    positive(freedom, place="freedom")
    below, above = tails(confidence, side)
    error = math.sqrt(1 / (9 * n) + index**2 / (2 * freedom))
    lower = -math.inf if below is None else index + float(ndtri(below)) * error
    upper = math.inf if above is None else index - float(ndtri(above)) * error
    return Interval(lower, upper, confidence, "Bissell")


def boyles(index: float, shift: float, n: int, confidence: float, side: Side = Side.BOTH) -> Interval:
    """Bounds of Cpm: chi-square with the freedom that Boyles matches.

    Args:
        shift: distance of the mean from the target, in sigma.
    """
    matched = n * (1 + shift**2) ** 2 / (1 + 2 * shift**2)
    found = chi_square(index, matched, confidence, side)
    return Interval(found.lower, found.upper, confidence, "Boyles")


def _one_sided_cdf(seen: float, true: float, n: int, freedom: float) -> float:
    """Chance of an estimated Cpl or Cpu of at most `seen`: noncentral t at 3 sqrt(n) seen about 3 sqrt(n) true.

    Given s = sigma-hat / sigma the estimate is normal, so one average over s does. scipy's own function gives no number
    at all for some estimates near zero.
    """
    scale = 3 * math.sqrt(n)
    bends = [] if seen == 0 else [true / seen + far / (scale * seen) for far in (-9, -3, 3, 9)]
    return _average(freedom, lambda s: ndtr(scale * (seen * s - true)), bends)


def centred_cdf(seen: float, true: float, n: int, freedom: float) -> float:
    """Chance of an estimated Cpk of at most `seen` when the true one is `true` and the limits lie as badly as can be.

    For a true index of 0 or more that is the centred process; below 0 the limits coincide and the mean lies off them.
    With half the tolerance h in sigma and the mean's distance from the middle u / sqrt(n), u normal about `off`, the
    estimate is (h - |u| / sqrt(n)) / (3 s).
    """
    root = math.sqrt(n)
    half, off = 3 * max(true, 0.0), 3 * max(-true, 0.0) * root

    def chance(s: Array) -> Array:
        room = root * (half - 3 * seen * s)
        beyond = ndtr(-room - off) + ndtr(-room + off)
        return np.where(room <= 0, 1.0, beyond)

    bends = []
    if seen != 0:
        kink = half / (3 * seen)
        bends = [kink] + [kink + (sign * off + far) / (3 * seen * root) for sign in (-1, 1) for far in (-9, -3, 3, 9)]
    return _average(freedom, chance, bends)


def _average(freedom: float, function: Callable[[Array], Array], bends: list[float]) -> float:
    """Mean of a function of s, the root of chi-square over its freedom, by Gauss-Legendre between its bends."""
    if freedom < MIN_FREEDOM:
        raise SchemaError(f"{freedom:.3g} degrees of freedom; at least {MIN_FREEDOM} are needed", place="freedom")
    low = math.sqrt(2 * float(gammaincinv(freedom / 2, _NEGLIGIBLE)) / freedom)
    high = math.sqrt(2 * float(gammainccinv(freedom / 2, _NEGLIGIBLE)) / freedom)
    # With few degrees the density has an endless slope at zero: steps that shrink towards it follow that.
    steep = [1e-6, 1e-4, 1e-2, 0.1] if freedom < 4 else []
    cuts = sorted({low, 1.0, high, *(cut for cut in (*bends, *steep) if low < cut < high)})
    nodes, weights = _rule()
    s = np.concatenate([(nodes + 1) * (end - start) / 2 + start for start, end in pairwise(cuts)])
    weight = np.concatenate([weights * (end - start) / 2 for start, end in pairwise(cuts)])
    # The density but for its factor, greatest at 1; dividing by its own sum spares gamma functions that would cancel.
    density = weight * np.exp((freedom - 1) * np.log(s) - freedom * (s**2 - 1) / 2)
    return float((density * function(s)).sum() / density.sum())


@lru_cache(maxsize=1)
def _rule() -> tuple[Array, Array]:
    """Nodes and weights of Gauss-Legendre on -1 to 1."""
    return np.polynomial.legendre.leggauss(48)


def _falling_root(function: Callable[[float], float], level: float, start: float) -> float:
    """Where a falling function crosses `level`; the bracket grows from `start`."""
    step = 0.25 + abs(start) / 4
    low = high = start
    for _ in range(60):
        if function(low) > level:
            break
        low, step = low - step, step * 2
    step = 0.25 + abs(start) / 4
    for _ in range(60):
        if function(high) < level:
            break
        high, step = high + step, step * 2
    return float(brentq(lambda true: function(true) - level, low, high, xtol=1e-12, rtol=1e-13))
