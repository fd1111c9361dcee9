"""One gauge and one reference part: bias, and the type-1 indices Cg and Cgk.

Source:
    AIAG, "Measurement Systems Analysis", 4th edition (2010), chapter III; VDA 5 and ISO 22514-7:2021 (Cg, Cgk).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from spc.data import mean_and_deviation, number, positive, share, spread_or_refuse, values
from spc.interval import Interval


@dataclass(frozen=True, slots=True)
class Bias:
    """How far the mean of repeated readings lies from the reference.

    Attributes:
        n: readings.
        reference: the true value of the part.
        mean, repeatability: of the readings, the latter as standard deviation.
        bias: mean minus reference.
        t, p: Student's test of no bias, two-sided.
        interval: bounds of the bias; the gauge passes when they hold zero.
    """

    n: int
    reference: float
    mean: float
    repeatability: float
    bias: float
    t: float
    p: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class TypeOne:
    """Type-1 study: bias, and the gauge's own spread against the tolerance.

    Attributes:
        bias: the bias study on the same readings.
        cg: a share of the tolerance over the gauge's spread.
        cgk: the same, less the bias; may be negative.
        share, spread: the share of the tolerance and the standard deviations that were set against each other.
    """

    bias: Bias
    cg: float
    cgk: float
    share: float
    spread: float


def bias(readings: ArrayLike, reference: float, *, confidence: float = 0.95) -> Bias:
    """Bias of a gauge on a part of known value.

    Args:
        readings: shape (n,), of the same part.
    Raises:
        SchemaError: fewer than 2 readings, no variation, not finite.
    """
    flat = values(readings, place="readings")
    known = number(reference, place="reference")
    alpha = 1 - share(confidence, place="confidence", low=0.5)
    mean, deviation = mean_and_deviation(flat)
    n, spread = len(flat), spread_or_refuse(deviation, place="readings")
    error, freedom = spread / math.sqrt(n), n - 1
    # The difference first: mean and reference share most of their digits.
    off = float((flat - known).mean())
    reach = -float(stdtrit(freedom, alpha / 2)) * error
    t = off / error
    return Bias(
        n=n,
        reference=known,
        mean=mean,
        repeatability=spread,
        bias=off,
        t=t,
        p=2 * float(stdtr(freedom, -abs(t))),
        interval=Interval(off - reach, off + reach, confidence, "student t"),
    )


def type_one(
    readings: ArrayLike,
    reference: float,
    tolerance: float,
    *,
    share_of_tolerance: float = 0.2,
    spread: float = 6.0,
    confidence: float = 0.95,
) -> TypeOne:
    """Cg and Cgk.

    Args:
        tolerance: upper minus lower limit.
        share_of_tolerance: 0.2 commonly, 0.15 in some house rules.
        spread: standard deviations of the gauge, 6 commonly, 4 in some house rules; the result carries both.
    Raises:
        SchemaError: fewer than 2 readings, no variation, a tolerance or spread not above zero.
    """
    found = bias(readings, reference, confidence=confidence)
    part = share(share_of_tolerance, place="share") * positive(tolerance, place="tolerance")
    width = positive(spread, place="spread") * found.repeatability
    return TypeOne(found, part / width, (part - 2 * abs(found.bias)) / width, share_of_tolerance, spread)
