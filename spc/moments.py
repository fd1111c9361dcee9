"""Mean and standard deviation of decimal text, exact: what a certificate prints to the last digit.

Binary floats cannot hold 10000000.2; decimals can. Values become integers in units of the finest digit,
sums are integers, and only the result is rounded.

Source:
    NIST Statistical Reference Datasets, univariate (NumAcc1 to NumAcc4, Michelso).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from evidence.errors import LimitError, SchemaError
from spc.data import MAX_VALUES

MAX_PLACES: Final = 60
"""Most digits after the decimal point, and most powers of ten above it."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Exact mean and variance (n - 1) of a series.

    Attributes:
        n: number of values, at least 2.
        mean, variance: exact rationals.
    """

    n: int
    mean: Fraction
    variance: Fraction

    @property
    def deviation(self) -> float:
        """Standard deviation, correctly rounded but for the last digit."""
        if self.variance == 0:
            return 0.0
        # 2^128 times the variance or more, so that the integer root has over 60 significant bits.
        shift = max(0, 160 - self.variance.numerator.bit_length() + self.variance.denominator.bit_length())
        shift += shift % 2
        root = math.isqrt((self.variance.numerator << shift) // self.variance.denominator)
        return float(Fraction(root, 1 << (shift // 2)))


def moments(values: Sequence[Decimal]) -> Moments:
    """Exact mean and variance of decimals.

    Raises:
        SchemaError: fewer than 2 values, one that is not finite or has more than MAX_PLACES digits on a side.
        LimitError: more than MAX_VALUES.
    """
    if len(values) > MAX_VALUES:
        raise LimitError(f"{len(values)} values; at most {MAX_VALUES} are taken")
    if len(values) < 2:
        raise SchemaError(f"{len(values)} value(s); at least 2 are needed", place="values")
    places = 0
    for number, value in enumerate(values, start=1):
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -MAX_PLACES or value.adjusted() > MAX_PLACES:
            raise SchemaError(f"value {number} is not a number of up to {MAX_PLACES} digits a side", place="values")
        places = max(places, -exponent)
    scale = 10**places
    whole = [int(Fraction(value) * scale) for value in values]
    total, squares, n = sum(whole), sum(one * one for one in whole), len(whole)
    variance = Fraction(n * squares - total * total, n * (n - 1) * scale * scale)
    return Moments(n, Fraction(total, n * scale), variance)
