"""Aggregates: what a measurement series is scored from, in exact integers, kept when the values themselves are erased.

With x_i the values in units of 10^-decimals (so all are integers) and S_j the sum of subgroup j of m values in order:
sum = x_1 + ... + x_n, sum_squares = x_1^2 + ... + x_n^2, subgroup_sum_squares = S_1^2 + ... + S_k^2. From these follow,
as exact rationals, the mean, the overall variance (sum_squares - sum^2 / n) / (n - 1), and the pooled variance within
subgroups (sum_squares - subgroup_sum_squares / m) / (n - k).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from evidence.errors import SchemaError
from evidence.quantity import is_decimal

MAX_VALUES: Final = 10_000
"""Most values in one series."""

_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,159}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The sums of one measurement series, all integers; values are in units of 10^-decimals.

    Attributes:
        decimals: digits after the decimal point of the most finely read value, 0 to 30.
        n: number of values.
        sum: of the values.
        sum_squares: of the values.
        min: smallest value.
        max: largest value.
        subgroups: number of subgroups, each of n / subgroups values.
        subgroup_sum_squares: sum over subgroups of the square of the subgroup's sum.
    Raises:
        SchemaError: no set of n values has these sums.
    """

    decimals: int
    n: int
    sum: int
    sum_squares: int
    min: int
    max: int
    subgroups: int
    subgroup_sum_squares: int

    def __post_init__(self) -> None:
        n, k, low, high = self.n, self.subgroups, self.min, self.max
        if not (0 <= self.decimals <= 30 and 1 <= n <= MAX_VALUES and 1 <= k <= n and n % k == 0):
            raise SchemaError("counts that do not fit: decimals 0..30, n 1..10000, n a multiple of subgroups")
        within = self.sum_squares * n - self.sum * self.sum
        between = self.subgroup_sum_squares * k - self.sum * self.sum
        pooled = self.sum_squares * (n // k) - self.subgroup_sum_squares
        possible = low <= high and n * low <= self.sum <= n * high
        # Cauchy-Schwarz three times, and (x - low)(high - x) >= 0 summed over all values.
        possible &= within >= 0 and between >= 0 and pooled >= 0
        possible &= (low + high) * self.sum - n * low * high - self.sum_squares >= 0
        # All values equal exactly when the spread is none; one value a subgroup makes both sums of squares equal.
        possible &= (within == 0) == (low == high)
        possible &= pooled == 0 if k == n else True
        if not possible:
            raise SchemaError("sums that no series of values can have")

    @property
    def subgroup_size(self) -> int:
        """Values in each subgroup."""
        return self.n // self.subgroups

    @classmethod
    def of_values(cls, values: Sequence[str], *, subgroup_size: int = 1) -> Aggregate:
        """The exact sums of `values` (decimal strings), taken in order as subgroups of `subgroup_size`.

        Raises:
            SchemaError: no values or too many, one that is no decimal string, or a last subgroup that is not full.
        """
        if not 1 <= len(values) <= MAX_VALUES:
            raise SchemaError(f"{len(values)} values; 1 to {MAX_VALUES} are allowed", place="/values")
        if subgroup_size < 1 or len(values) % subgroup_size:
            raise SchemaError(f"{len(values)} values do not fill subgroups of {subgroup_size}", place="/subgroup_size")
        decimals = 0
        for index, value in enumerate(values):
            if not is_decimal(value):
                raise SchemaError(f"{value[:40]!r} is not a decimal number", place=f"/values/{index}")
            decimals = max(decimals, len(value.partition(".")[2]))
        whole = [_scaled(value, decimals) for value in values]
        sums = [sum(whole[start : start + subgroup_size]) for start in range(0, len(whole), subgroup_size)]
        return cls(
            decimals=decimals,
            n=len(whole),
            sum=sum(sums),
            sum_squares=sum(value * value for value in whole),
            min=min(whole),
            max=max(whole),
            subgroups=len(sums),
            subgroup_sum_squares=sum(value * value for value in sums),
        )

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> Aggregate:
        """Read the field `aggregate` of a measurement series: every number a decimal string of an integer.

        Raises:
            SchemaError: a number missing, or spelled otherwise, or impossible sums.
        """
        numbers: dict[str, int] = {}
        for name in (field.name for field in fields(cls)):
            text = value.get(name)
            if not isinstance(text, str) or not _INTEGER.fullmatch(text):
                raise SchemaError("not an integer written as a decimal string", place=f"/{name}")
            numbers[name] = int(text)
        if len(value) != len(numbers):
            raise SchemaError("more numbers than an aggregate has")
        return cls(**numbers)

    def to_json(self) -> dict[str, str]:
        """The field `aggregate` of a measurement series."""
        return {field.name: str(getattr(self, field.name)) for field in fields(self)}

    def scaled(self, limit: str) -> tuple[int, int]:
        """A decimal string beside the sums, both as integers: the limit, and by what the sums' unit must be multiplied.

        With (a, f): limit = a / (f * 10^decimals). f is a power of ten, 1 unless the limit is finer than the values.
        """
        finer = max(0, len(limit.partition(".")[2]) - self.decimals)
        return _scaled(limit, self.decimals + finer), 10**finer


def _scaled(value: str, decimals: int) -> int:
    whole, _, fraction = value.partition(".")
    return int(whole + fraction.ljust(decimals, "0"))
