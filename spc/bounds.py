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
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri, ndtri
from scipy.stats import nct

from spc.data import positive
from spc.interval import Interval, Side, tails


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
    scale = 3 * math.sqrt(n)

    def at(tail: float) -> float:
        # The probability of an estimate below the one seen falls as the true index rises.
        return _falling_root(lambda true: float(nct.cdf(scale * index, freedom, scale * true)), tail, index)

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
        upper = _falling_root(lambda true: _centred_cdf(index, true, n, freedom), above, index)
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


def _centred_cdf(seen: float, true: float, n: int, freedom: float) -> float:
    """Chance of an estimated Cpk of at most `seen` when the true one is `true` and the limits lie as badly as can be.

    For a true index of 0 or more that is the centred process; below 0 the limits coincide and the mean lies off them.
    With u = |mean - middle| / sigma and half the tolerance h: seen >= (h - u) / (3 s), s^2 = chi-square / freedom.
    """
    half, offset = 3 * max(true, 0.0), 3 * max(-true, 0.0)
    edge = half * math.sqrt(n)  # the integrand bends where the mean reaches a limit
    low, high = -9.0, 9.0
    shift = offset * math.sqrt(n)
    cuts = sorted({low, high, *(cut for cut in (edge - shift, -edge - shift, -shift) if low < cut < high)})
    nodes, weights = np.polynomial.legendre.leggauss(60)
    total = 0.0
    for start, end in pairwise(cuts):
        z = (nodes + 1) * (end - start) / 2 + start
        density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        room = half - np.abs(z + shift) / math.sqrt(n)
        if seen == 0:
            chance = np.where(room <= 0, 1.0, 0.0)
        else:
            square = freedom * (room / (3 * seen)) ** 2
            beyond = chdtrc(freedom, square)
            # A mean inside the limits gives an index above zero, one outside a negative one.
            chance = np.where(room <= 0, 1.0, beyond) if seen > 0 else np.where(room >= 0, 0.0, 1 - beyond)
        total += float((weights * density * chance).sum()) * (end - start) / 2
    return total


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
