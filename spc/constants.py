"""The constants of control charts, computed from the normal distribution rather than copied.

d2, d3: mean and standard deviation of the range of n standard normal values; c4: mean of their standard deviation.
Books print d2 and d3 to three decimals and c4 to four, and many programs calculate with the printed figures: sigma of
individuals is then 0.03 % larger. Which set was used is therefore part of every result.

Source:
    Tippett, "On the extreme individuals and the range of samples", Biometrika 17 (1925); ASTM E2587 (tables);
    Patnaik, "The use of mean range as an estimator of variance", Biometrika 37 (1950).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

import numpy as np
from scipy.special import gammaln, ndtr

from evidence.errors import SchemaError

MAX_SIZE: Final = 100
"""Largest subgroup for which range constants are given; beyond ten the standard deviation is the better estimator."""

_WIDEST: Final = 20.0
_NODES: Final = 96


class Constants(Enum):
    """Which figures a chart calculates with."""

    EXACT = "exact"
    PRINTED = "printed"
    """Rounded as in the tables of ASTM E2587 and of most books: d2 and d3 to 3 decimals, c4 to 4."""


@dataclass(frozen=True, slots=True)
class RangeConstants:
    """Mean and standard deviation of the relative range R / sigma of one subgroup size.

    A caller who must reproduce another program's figures gives that program's own two numbers.
    """

    d2: float
    d3: float

    def __post_init__(self) -> None:
        if not (0 < self.d2 < math.inf and 0 < self.d3 < math.inf):
            raise SchemaError(f"d2 {self.d2} and d3 {self.d3} must be above zero", place="constants")


def d2(size: int) -> float:
    """Expected range of `size` standard normal values, size 2 to MAX_SIZE."""
    return _range_moments(size)[0]


def d3(size: int) -> float:
    """Standard deviation of the range of `size` standard normal values, size 2 to MAX_SIZE."""
    return _range_moments(size)[1]


def c4(size: int) -> float:
    """Expected standard deviation (n - 1) of `size` normal values, in units of sigma; size 2 or more."""
    if size < 2:
        raise SchemaError(f"a sample of {size}; at least 2 are needed", place="size")
    return _chi_mean(float(size - 1))


def range_constants(size: int, choice: Constants | RangeConstants) -> RangeConstants:
    """d2 and d3 for a subgroup size, as the caller wants them."""
    if isinstance(choice, RangeConstants):
        return choice
    if choice is Constants.PRINTED:
        return RangeConstants(round(d2(size), 3), round(d3(size), 3))
    return RangeConstants(d2(size), d3(size))


def deviation_constant(size: int, choice: Constants | RangeConstants) -> float:
    """c4 for a subgroup size; printed to four decimals, else exact."""
    return round(c4(size), 4) if choice is Constants.PRINTED else c4(size)


def d2_star(size: int, ranges: int) -> float:
    """Divisor that makes the squared mean of `ranges` ranges unbiased for the variance (Duncan's d2*).

    AIAG's K1, K2, K3 are reciprocals of it.
    """
    if ranges < 1:
        raise SchemaError(f"{ranges} ranges; at least 1 is needed", place="ranges")
    return math.sqrt(d2(size) ** 2 + d3(size) ** 2 / ranges)


def freedom_of(relative_variance: float) -> float:
    """Degrees of freedom of the chi distribution whose relative variance is the one given.

    An estimator of sigma made of ranges knows less than its count of values says; this tells how much (Patnaik).
    """
    if not 0 < relative_variance < math.inf:
        raise SchemaError(f"a relative variance of {relative_variance}", place="freedom")
    # Falls as freedom grows: bisect on its logarithm.
    low, high = math.log(1e-3), math.log(1e12)
    for _ in range(100):
        middle = (low + high) / 2
        mean = _chi_mean(math.exp(middle))
        if 1 / mean**2 - 1 > relative_variance:
            low = middle
        else:
            high = middle
    return math.exp((low + high) / 2)


def _chi_mean(freedom: float) -> float:
    """Mean of sqrt(chi-square / freedom)."""
    if freedom > 1000:  # the gamma functions would cancel; the series is exact to 1e-16 here
        x = 1 / freedom
        return 1 - x / 4 + x**2 / 32 + 5 * x**3 / 128 - 21 * x**4 / 2048
    return math.sqrt(2 / freedom) * math.exp(float(gammaln((freedom + 1) / 2) - gammaln(freedom / 2)))


@lru_cache(maxsize=MAX_SIZE)
def _range_moments(size: int) -> tuple[float, float]:
    """Mean and standard deviation of the range: its distribution function, integrated over x and then over w.

    The inner integrand is analytic and dies off on both sides, so the trapezoid rule is exact to rounding; the outer
    one is smooth on a closed interval, so Gauss-Legendre is.
    """
    if not 2 <= size <= MAX_SIZE:
        raise SchemaError(
            f"a subgroup of {size}; range constants are given for 2 to {MAX_SIZE}",
            place="subgroup",
            advice="Use the X-bar/S chart for large subgroups.",
        )
    x = np.linspace(-10.0, 10.0, 401)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    w, weight = (nodes + 1) * _WIDEST / 2, weights * _WIDEST / 2
    # Of both tails the smaller is subtracted, so that nothing cancels.
    between = np.where(x > 0, ndtr(-x) - ndtr(-(x + w[:, None])), ndtr(x + w[:, None]) - ndtr(x))
    above = 1 - size * (density * between ** (size - 1)).sum(axis=1) * (x[1] - x[0])
    mean = float((weight * above).sum())
    square = float((2 * weight * w * above).sum())
    return mean, math.sqrt(square - mean**2)
