"""Capability of one characteristic from integer sums: the squared index with its sign, exact, and its bounds.

Cpk = min(upper - mean, mean - lower) / (3 sigma). The square is rational, so it is kept exactly; only what a curve or a
person reads is a root, rounded down to a millionth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Final

from evidence.aggregate import Aggregate
from evidence.errors import SchemaError
from scoring.options import CPK_CAP, Sigma
from scoring.scale import MICRO, Z_MICRO, ceil_div

_ROUNDING_VARIANCE: Final = Fraction(1, 12)
"""Variance, in squared reported units, that rounding to whole units adds (uniform error)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A month of one characteristic, pooled from all series of one issuer; values in units of 10^-decimals.

    Attributes:
        n: number of values.
        mean: exact mean.
        variance: exact variance by the estimator named, never below the variance of rounding.
        freedom: its degrees of freedom, at least 1.
        lower, upper: limits; an index needs at least one of them.
    """

    n: int
    mean: Fraction
    variance: Fraction
    freedom: int
    lower: Fraction | None
    upper: Fraction | None

    @property
    def is_limited(self) -> bool:
        """Whether there is any limit to be capable of."""
        return self.lower is not None or self.upper is not None

    @property
    def signed_square(self) -> Fraction:
        """Cpk^2 with the sign of Cpk."""
        distances = []
        if self.upper is not None:
            distances.append(self.upper - self.mean)
        if self.lower is not None:
            distances.append(self.mean - self.lower)
        nearest = min(distances)
        return nearest * abs(nearest) / (9 * self.variance)

    @property
    def cpk_micro(self) -> int:
        """Cpk in millionths, rounded down, within +-`CPK_CAP`."""
        return _capped(root_micro(self.signed_square))

    def bounds_micro(self, confidence: int) -> tuple[int, int]:
        """Lower and upper bound of Cpk in millionths at a two-sided level (ppm), rounded outward.

        Source:
            Bissell, "How reliable is your capability index?", Applied Statistics 39 (1990) 331-340.
        """
        square = abs(self.signed_square)
        spread = Fraction(1, 9 * self.n) + square / (2 * self.freedom)
        scaled = Z_MICRO[confidence] ** 2 * spread
        reach = isqrt(ceil_div(scaled.numerator, scaled.denominator)) + 1
        centre = root_micro(self.signed_square)
        return _capped(centre - reach), _capped(centre + reach + 1)


def pool(series: Sequence[tuple[Aggregate, Fraction | None, Fraction | None]], sigma: Sigma) -> Sample | None:
    """Pool the series of one characteristic and month, each with its lower and upper limit in the series' unit.

    Where limits differ, the tightest count: wider ones, stated later, must not raise a score. None when the estimator
    has no degree of freedom.

    Raises:
        SchemaError: the tightest lower limit lies above the tightest upper one.
    """
    decimals = max(aggregate.decimals for aggregate, _, _ in series)
    lowers = [lower for _, lower, _ in series if lower is not None]
    uppers = [upper for _, _, upper in series if upper is not None]
    n = total = squares = groups = 0
    within = Fraction(0)
    for aggregate, _, _ in series:
        finer = 10 ** (decimals - aggregate.decimals)
        n += aggregate.n
        total += aggregate.sum * finer
        squares += aggregate.sum_squares * finer**2
        groups += aggregate.subgroups
        within += finer**2 * (aggregate.sum_squares - Fraction(aggregate.subgroup_sum_squares, aggregate.subgroup_size))
    freedom = n - 1 if sigma is Sigma.OVERALL else n - groups
    if freedom < 1:
        return None
    deviations = squares - Fraction(total * total, n) if sigma is Sigma.OVERALL else within
    lower = max(lowers) * 10**decimals if lowers else None
    upper = min(uppers) * 10**decimals if uppers else None
    if lower is not None and upper is not None and lower > upper:
        raise SchemaError("the lower limit lies above the upper one")
    return Sample(n, Fraction(total, n), max(deviations / freedom, _ROUNDING_VARIANCE), freedom, lower, upper)


def root_micro(signed_square: Fraction) -> int:
    """The signed root in millionths, rounded down."""
    square = abs(signed_square) * MICRO**2
    root = isqrt(square.numerator // square.denominator)
    if signed_square >= 0:
        return root
    return -root if root * root == square else -root - 1


def _capped(index: int) -> int:
    return max(-CPK_CAP, min(CPK_CAP, index))
