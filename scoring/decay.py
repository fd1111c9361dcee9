"""How evidence loses weight with age: a published table of integers, checked exactly, never computed with exp()."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.errors import SchemaError
from scoring.scale import AGE_ONE


def exact_weight(months: int, half_life: int) -> int:
    """floor(2^32 * 2^(-months / half_life)), by integer comparison alone."""
    # w <= 2^(32 - k/H)  <=>  w^H * 2^k <= 2^(32 H), because both sides are positive.
    bound = 1 << (32 * half_life)
    low, high = 0, AGE_ONE
    while low < high:
        middle = (low + high + 1) // 2
        if middle**half_life << months <= bound:
            low = middle
        else:
            high = middle - 1
    return low


@dataclass(frozen=True, slots=True)
class DecayTable:
    """Weights by age in whole months; older than the table means no weight.

    Attributes:
        half_life: months after which evidence weighs half, 1 to 120.
        weights: `weights[k]` = floor(2^32 * 2^(-k / half_life)), one entry for each month of the window.

    Raises:
        SchemaError: an entry is not the exact floor; `place` is `/table/<k>`.
    """

    half_life: int
    weights: tuple[int, ...]

    def __post_init__(self) -> None:
        fault = table_fault(self.half_life, self.weights)
        if fault is not None:
            raise SchemaError(fault[1], place=f"/table/{fault[0]}")

    @classmethod
    def of(cls, half_life: int, window: int) -> DecayTable:
        """The only table that passes for this half-life and window, both in months."""
        return cls(half_life, tuple(exact_weight(months, half_life) for months in range(window)))

    @property
    def window(self) -> int:
        """Months that count, the current one included."""
        return len(self.weights)

    def weight(self, months: int) -> int:
        """The weight of evidence `months` old; 0 beyond the window."""
        return self.weights[months] if months < len(self.weights) else 0


def table_fault(half_life: int, weights: Sequence[int]) -> tuple[int, str] | None:
    """The first entry that is not the exact floor, and why; None when the table is right."""
    bound = 1 << (32 * half_life)
    for months, weight in enumerate(weights):
        fits = 0 <= weight <= AGE_ONE and weight**half_life << months <= bound
        if not fits or (weight + 1) ** half_life << months <= bound:
            return months, f"{weight} is not floor(2^32 * 2^(-{months}/{half_life}))"
    return None
