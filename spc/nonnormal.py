"""Capability without a normal distribution, from percentiles (ISO 22514-2).

Pp = (U - L) / (X99.865 - X0.135); Ppk takes each side from the median to its own percentile, so a long tail on one side
widens that side alone. The percentiles come from a named distribution.

Taken from the sample itself, the 0.135 % percentile of fewer than 741 values is nothing but the smallest value: the
index then comes out about 1.37 for a true 1.0 at n = 50. So empirical percentiles are refused below that size.

Source:
    ISO 22514-2:2017, general geometric method (M) with percentiles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from evidence.errors import SchemaError
from spc.data import Array, share, spread_or_refuse, values
from spc.distributions import Distribution, Family
from spc.fitting import fitted
from spc.interval import Interval, Side, tails
from spc.specification import Specification

TAIL: Final = 0.00135
"""Share beyond each percentile: 99.73 % lie between them, as within three sigma of a normal process."""
LEAST_EMPIRICAL: Final = math.floor(1 / TAIL) + 1
"""741: the fewest values among which a 0.135 % percentile is not just the extreme one."""


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Where a process leaves 0.135 %, 50 % and 99.865 % of its parts below, and how that is known."""

    low: float
    median: float
    high: float
    origin: str

    def __post_init__(self) -> None:
        if not self.low < self.median < self.high:
            raise SchemaError(f"percentiles {self.low}, {self.median}, {self.high} do not rise", place="percentiles")


@dataclass(frozen=True, slots=True)
class PercentileCapability:
    """Capability by percentiles; always the overall process, hence Pp and Ppk.

    Attributes:
        percentiles: what it rests on.
        pp: None with only one limit.
        ppl, ppu: None without that limit.
        ppk: the smaller of both.
        ppm_below, ppm_above: expected parts per million beyond each limit; None where only percentiles are known.
    """

    percentiles: Percentiles
    pp: float | None
    ppl: float | None
    ppu: float | None
    ppk: float
    ppm_below: float | None
    ppm_above: float | None


def of_distribution(distribution: Distribution, specification: Specification) -> PercentileCapability:
    """Capability of a process whose distribution is known or fitted."""
    low, median, high = (distribution.quantile(share_below) for share_below in (TAIL, 0.5, 1 - TAIL))
    found = Percentiles(low, median, high, distribution.family.value)
    lower, upper = specification.lower, specification.upper
    return _capability(
        found,
        specification,
        0.0 if lower is None else 1e6 * distribution.below(lower),
        0.0 if upper is None else 1e6 * distribution.above(upper),
    )


def of_sample(series: ArrayLike, specification: Specification) -> PercentileCapability:
    """Capability from the percentiles of the sample itself, whatever its distribution.

    Raises:
        SchemaError: fewer than 741 values, whose 0.135 % percentile would be the smallest of them.
    """
    flat = values(series)
    if len(flat) < LEAST_EMPIRICAL:
        raise SchemaError(
            f"{len(flat)} values; below {LEAST_EMPIRICAL} the 0.135 % percentile is just the smallest one, "
            "and the index comes out far too good",
            place="values",
            advice="Name a distribution, or collect more values.",
        )
    low, median, high = (float(one) for one in np.quantile(flat, [TAIL, 0.5, 1 - TAIL], method="weibull"))
    return _capability(Percentiles(low, median, high, "sample"), specification, None, None)


def bootstrap(
    series: ArrayLike,
    family: Family,
    specification: Specification,
    *,
    rng: np.random.Generator,
    rounds: int = 500,
    confidence: float = 0.95,
    side: Side = Side.BOTH,
) -> Interval:
    """Bounds of Ppk by the parametric bootstrap: draw from the fitted family, fit again, read the spread.

    They tell the chance of sampling, not that the family is the right one.

    Args:
        series: shape (n,).
        rng: the only source of chance; equal seeds give equal answers.
        rounds: 100 to 10000.
    Raises:
        SchemaError: as `fitted`, or rounds outside their range.
    Source:
        Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13 (percentile interval).
    """
    if not 100 <= rounds <= 10_000:
        raise SchemaError(f"{rounds} rounds; 100 to 10000 are allowed", place="rounds")
    flat = values(series, at_least=10)
    share(confidence, place="confidence", low=0.5)
    centre = fitted(flat, family)
    drawn = np.empty(rounds)
    for index in range(rounds):
        again = fitted(_draw(centre, len(flat), rng), family)
        drawn[index] = of_distribution(again, specification).ppk
    below, above = tails(confidence, side)
    lower = -math.inf if below is None else float(np.quantile(drawn, below))
    upper = math.inf if above is None else float(np.quantile(drawn, 1 - above))
    return Interval(lower, upper, confidence, "parametric bootstrap")


def _draw(distribution: Distribution, n: int, rng: np.random.Generator) -> Array:
    first, last = distribution.parameters[0], distribution.parameters[-1]
    if distribution.family is Family.LOGNORMAL:
        return rng.lognormal(first, last, n)
    if distribution.family is Family.WEIBULL:
        return last * rng.weibull(first, n)
    if distribution.family is Family.GAMMA:
        return rng.gamma(first, last, n)
    if distribution.family is Family.RAYLEIGH:
        return rng.rayleigh(last, n)
    drawn = rng.normal(first, last, n)
    return np.abs(drawn) if distribution.family is Family.FOLDED_NORMAL else drawn


def _capability(
    found: Percentiles, specification: Specification, ppm_below: float | None, ppm_above: float | None
) -> PercentileCapability:
    spread_or_refuse(found.high - found.low)
    lower, upper, width = specification.lower, specification.upper, specification.width
    ppl = None if lower is None else (found.median - lower) / (found.median - found.low)
    ppu = None if upper is None else (upper - found.median) / (found.high - found.median)
    return PercentileCapability(
        percentiles=found,
        pp=None if width is None else width / (found.high - found.low),
        ppl=ppl,
        ppu=ppu,
        ppk=min(one for one in (ppl, ppu) if one is not None),
        ppm_below=ppm_below,
        ppm_above=ppm_above,
    )
