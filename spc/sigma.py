"""Estimators of sigma, each with its name: one data set gives Cpk 1.663, 1.650 or 1.616 depending on which is meant.

Source:
    ISO 22514-2:2017 (overall and within); Montgomery, "Introduction to Statistical Quality Control", chapter 6;
    for the variance of the mean moving range: Harding, Lee and Mullet, "Time-dependent measures of dispersion" (1992).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from evidence.errors import SchemaError
from spc.constants import Constants, RangeConstants, deviation_constant, freedom_of, range_constants
from spc.data import Array, grouped, spread_or_refuse, values


class SigmaMethod(StrEnum):
    """How sigma was estimated; a gate that compares capability must name one."""

    OVERALL = "overall"
    """Standard deviation (n - 1) of all values together: what the customer receives. Gives Pp and Ppk."""
    RANGE = "rbar-d2"
    """Mean range of the subgroups over d2."""
    DEVIATION = "sbar-c4"
    """Mean standard deviation of the subgroups over c4."""
    POOLED = "pooled"
    """Root of the mean variance of the subgroups, no c4."""
    MOVING_RANGE = "mrbar-d2"
    """Mean range of neighbouring values over d2 of two, for values without subgroups."""

    @property
    def is_within(self) -> bool:
        """Whether it sees only short-term variation, so that the index is Cp rather than Pp."""
        return self is not SigmaMethod.OVERALL

    @property
    def needs_subgroups(self) -> bool:
        """Whether it wants rational subgroups."""
        return self in (SigmaMethod.RANGE, SigmaMethod.DEVIATION, SigmaMethod.POOLED)


@dataclass(frozen=True, slots=True)
class Sigma:
    """An estimate of a standard deviation.

    Attributes:
        value: above zero, in the unit of the data.
        method: how it was estimated.
        freedom: degrees of freedom that it is worth: exact for `OVERALL` and `POOLED`, matched by moments for others.
        n: how many values it was made from.
        dispersion: the mean range or mean deviation behind it (for limits of R, S and MR charts), else the value.
    """

    value: float
    method: SigmaMethod
    freedom: float
    n: int
    dispersion: float

    def __post_init__(self) -> None:
        spread_or_refuse(self.value)
        if not 0 < self.freedom < math.inf:
            raise SchemaError(f"{self.freedom} degrees of freedom", place="sigma")


# Of neighbouring moving ranges |X1 - X2| and |X2 - X3|, standard normal values: variance and covariance.
_MR_VARIANCE: Final = 2 - 4 / math.pi
_MR_COVARIANCE: Final = 4 / math.pi * (math.sqrt(3) / 2 + math.pi / 12 - 1)


def estimate(
    series: ArrayLike,
    method: SigmaMethod,
    *,
    subgroup: int | None = None,
    constants: Constants | RangeConstants = Constants.EXACT,
) -> Sigma:
    """Estimate sigma of a series in order of production.

    Args:
        series: shape (n,).
        method: which estimator.
        subgroup: size of the rational subgroups, where the method needs them.
        constants: which d2, d3 and c4.
    Raises:
        SchemaError: too few values, no variation, or a method that needs subgroups without their size.
    """
    if method.needs_subgroups:
        if subgroup is None:
            raise SchemaError(
                f"{method.value} needs the subgroup size",
                place="subgroup",
                advice="Give the subgroup size, or choose mrbar-d2 or overall.",
            )
        return within(grouped(series, subgroup), method, constants=constants)
    flat = values(series)
    if method is SigmaMethod.OVERALL:
        sigma = spread_or_refuse(float((flat - flat[0]).std(ddof=1)))
        return Sigma(sigma, method, len(flat) - 1, len(flat), sigma)
    return moving_range(flat, constants=constants)


def within(groups: Array, method: SigmaMethod, *, constants: Constants | RangeConstants = Constants.EXACT) -> Sigma:
    """Estimate sigma within subgroups, shape (subgroups, size), by range, deviation or pooled variance."""
    count, size = groups.shape
    if method is SigmaMethod.RANGE:
        known = range_constants(size, constants)
        mean = float(np.ptp(groups, axis=1).mean())
        freedom = freedom_of((known.d3 / known.d2) ** 2 / count)
        return Sigma(spread_or_refuse(mean / known.d2), method, freedom, groups.size, mean)
    deviations = (groups - groups[:, :1]).std(axis=1, ddof=1)
    if method is SigmaMethod.DEVIATION:
        c4 = deviation_constant(size, constants)
        mean = float(deviations.mean())
        freedom = freedom_of((1 / c4**2 - 1) / count)
        return Sigma(spread_or_refuse(mean / c4), method, freedom, groups.size, mean)
    if method is SigmaMethod.POOLED:
        pooled = spread_or_refuse(math.sqrt(float((deviations**2).mean())))
        return Sigma(pooled, method, count * (size - 1), groups.size, pooled)
    raise SchemaError(f"{method.value} does not use subgroups", place="sigma")


def moving_range(flat: Array, *, constants: Constants | RangeConstants = Constants.EXACT) -> Sigma:
    """Estimate sigma from the ranges of neighbouring values, shape (n,); only for values in order of production."""
    ranges = np.abs(np.diff(flat))
    mean, count = float(ranges.mean()), len(ranges)
    d2 = range_constants(2, constants).d2
    variance = (_MR_VARIANCE + 2 * _MR_COVARIANCE * (count - 1) / count) / count
    sigma = spread_or_refuse(mean / d2)
    return Sigma(sigma, SigmaMethod.MOVING_RANGE, freedom_of(variance / d2**2), len(flat), mean)
