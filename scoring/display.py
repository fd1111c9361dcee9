"""Points for people: rounded so that what is shown still sums to what is shown (largest remainder)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.card import RatingState, ScoreCard
from scoring.scale import POINT


@dataclass(frozen=True, slots=True)
class Shown:
    """A card rounded for display; `reference` plus all `contributions` is exactly `points`, in display units.

    Attributes:
        decimals: digits after the point.
        points, low, high, reference: in units of 10^-decimals points; `low` is rounded down and `high` up.
        contributions: likewise, in the order of the card's lines.
    """

    decimals: int
    points: int
    low: int
    high: int
    reference: int
    contributions: tuple[int, ...]

    def text(self, value: int) -> str:
        """A value of this display as text, e.g. `93.4` or `-0.2`."""
        if self.decimals == 0:
            return str(value)
        whole, rest = divmod(abs(value), 10**self.decimals)
        return f"{'-' if value < 0 else ''}{whole}.{rest:0{self.decimals}d}"


def shown(card: ScoreCard, decimals: int = 1) -> Shown:
    """Round a card to 0 to 6 decimals of a point; all is 0 for a subject that is not rated."""
    unit = POINT // 10**decimals
    if card.state is RatingState.NOT_RATED:
        return Shown(decimals, 0, 0, 0, 0, (0,) * len(card.lines))
    parts = [card.reference, *(line.contribution for line in card.lines)]
    rounded = largest_remainder(parts, unit)
    return Shown(
        decimals=decimals,
        points=sum(rounded),
        low=card.low // unit,
        high=-(-card.high // unit),
        reference=rounded[0],
        contributions=tuple(rounded[1:]),
    )


def largest_remainder(parts: Sequence[int], unit: int) -> list[int]:
    """Each part in whole units, rounded down or up, so that they sum to the nearest whole of the exact total.

    A half rounds up; parts with equal remainders are rounded up in their order.
    """
    floors = [part // unit for part in parts]
    total = (2 * sum(parts) + unit) // (2 * unit)
    missing = total - sum(floors)
    order = sorted(range(len(parts)), key=lambda index: (-(parts[index] % unit), index))
    for index in order[:missing]:
        floors[index] += 1
    return floors
