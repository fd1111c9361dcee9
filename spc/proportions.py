"""Intervals for a proportion nonconforming, in parts per million: what so many good parts prove, and what they do not.

Source:
    Clopper and Pearson, Biometrika 26 (1934); Wilson, JASA 22 (1927); Brown, Cai and DasGupta, "Interval estimation for
    a binomial proportion", Statistical Science 16 (2001); Garwood, Biometrika 28 (1936) for counts of defects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import betainc, betaincc, betaincinv, betaln, chdtri, ndtri, xlog1py, xlogy

from evidence.errors import SchemaError
from spc.data import MAX_COUNT, positive
from spc.interval import Interval, Side, tails


class ProportionMethod(StrEnum):
    """How an interval for a proportion is made."""

    CLOPPER_PEARSON = "clopper-pearson"
    """Never covers less than stated; the one to use in a contract."""
    JEFFREYS = "jeffreys"
    """Covers as stated on average; its middle is the median of the posterior under Jeffreys' prior."""
    WILSON = "wilson"
    """Score interval; covers as stated on average, poor at a handful of bad parts in a million."""


@dataclass(frozen=True, slots=True)
class Proportion:
    """A proportion nonconforming, all figures in parts per million.

    Attributes:
        bad, inspected: the counts behind it.
        ppm: bad / inspected.
        middle: the median under Jeffreys' prior, above zero even where no part was bad.
        interval: bounds in ppm.
    """

    bad: int
    inspected: int
    ppm: float
    middle: float
    interval: Interval


def proportion(
    bad: int,
    inspected: int,
    *,
    confidence: float = 0.95,
    side: Side = Side.BOTH,
    method: ProportionMethod = ProportionMethod.CLOPPER_PEARSON,
) -> Proportion:
    """Parts per million nonconforming with bounds.

    Raises:
        SchemaError: counts that are negative, too large or contradict each other; a confidence not between 0 and 1.
    """
    _whole(bad, "bad")
    _whole(inspected, "inspected")
    if inspected == 0 or bad > inspected:
        raise SchemaError(f"{bad} bad of {inspected} inspected", place="inspected")
    below, above = tails(confidence, side)
    if method is ProportionMethod.WILSON:
        low, high = _wilson(bad, inspected, below, above)
    else:
        extra = 0.5 if method is ProportionMethod.JEFFREYS else 0.0
        low, high = _beta_bounds(bad, inspected, below, above, extra)
    middle = _beta_quantile(bad + 0.5, inspected - bad + 0.5, 0.5)
    interval = Interval(1e6 * low, 1e6 * high, confidence, method.value)
    return Proportion(bad, inspected, 1e6 * bad / inspected, 1e6 * middle, interval)


def rate(defects: int, units: float, *, confidence: float = 0.95, side: Side = Side.BOTH) -> tuple[float, Interval]:
    """Defects per unit with Garwood's exact Poisson bounds.

    Raises:
        SchemaError: a count that is negative, or units not above zero.
    """
    _whole(defects, "defects")
    positive(units, place="units")
    below, above = tails(confidence, side)
    low = 0.0 if below is None or defects == 0 else float(chdtri(2 * defects, 1 - below)) / 2
    high = math.inf if above is None else float(chdtri(2 * defects + 2, above)) / 2
    return defects / units, Interval(low / units, high / units, confidence, "garwood")


def _beta_bounds(
    bad: int, inspected: int, below: float | None, above: float | None, extra: float
) -> tuple[float, float]:
    """Quantiles of the beta distribution; `extra` is 0 for Clopper-Pearson, 1/2 for Jeffreys."""
    good = inspected - bad
    # Clopper-Pearson takes one count more on the far side of each bound; Jeffreys half a count on both.
    far = extra or 1.0
    low = 0.0 if below is None or bad == 0 else _beta_quantile(bad + extra, good + far, below)
    high = 1.0 if above is None or good == 0 else _beta_quantile(bad + far, good + extra, above, from_above=True)
    return low, high


def _beta_quantile(a: float, b: float, tail: float, *, from_above: bool = False) -> float:
    """Where a beta distribution leaves `tail` on one side.

    scipy's inverse stops at 1e-12 of the value, which shows in a ppm printed to 12 digits; its distribution function
    is exact to rounding, so two Newton steps mend that.
    """
    found = float(betaincinv(a, b, 1 - tail if from_above else tail))
    for _ in range(2):
        density = math.exp(float(xlogy(a - 1, found) + xlog1py(b - 1, -found) - betaln(a, b)))
        excess = tail - float(betaincc(a, b, found)) if from_above else float(betainc(a, b, found)) - tail
        step = excess / density if density > 0 else 0.0
        if not 0 < found - step < 1:
            break
        found -= step
    return found


def _wilson(bad: int, inspected: int, below: float | None, above: float | None) -> tuple[float, float]:
    def at(tail: float) -> float:
        z = float(ndtri(tail))
        centre = bad + z * z / 2
        reach = z * math.sqrt(bad * (inspected - bad) / inspected + z * z / 4)
        return (centre + reach) / (inspected + z * z)

    low = 0.0 if below is None or bad == 0 else max(0.0, at(below))
    high = 1.0 if above is None or bad == inspected else min(1.0, at(1 - above))
    return low, high


def _whole(value: int, place: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_COUNT:
        raise SchemaError(f"{value!r} is not a whole number from 0 to {MAX_COUNT:.0e}", place=place)
