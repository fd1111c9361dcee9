"""Outcomes to learn from: what a card said of a supplier, and whether the period after it went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from evidence.errors import SchemaError
from scoring.card import ScoreCard
from scoring.indicators import IndicatorId
from scoring.policy import Policy
from scoring.scale import FULL, PPB

MOST_SAMPLES: Final = 1_000_000
"""More supplier-periods than this are refused."""


@dataclass(frozen=True, slots=True, order=True)
class SupplierPeriod:
    """Whose outcome, and the first day of its period."""

    supplier: str
    start: date


@dataclass(frozen=True, slots=True)
class Sample:
    """One supplier and period.

    Attributes:
        key: whose, and when.
        thetas: for each indicator of the policy the share that went wrong by the evidence before the period, parts per
            billion; None without the minimum evidence.
        outcome: 1 when the period went wrong, 0 when not; the members decide what wrong means before they look.

    Raises:
        SchemaError: an outcome other than 0 or 1, or a theta outside 0 to 1.
    """

    key: SupplierPeriod
    thetas: Mapping[IndicatorId, int | None]
    outcome: int

    def __post_init__(self) -> None:
        if self.outcome not in (0, 1):
            raise SchemaError(f"the outcome {self.outcome} is neither 0 nor 1", place=self.key.supplier)
        if any(theta is not None and not 0 <= theta <= PPB for theta in self.thetas.values()):
            raise SchemaError("a theta does not lie between 0 and 1", place=self.key.supplier)


def sample_of(card: ScoreCard, start: date, outcome: int) -> Sample:
    """A sample from a card made before the period began.

    Raises:
        SchemaError: the card knows days of the period: it would tell the outcome before it happens.
    """
    if card.as_of >= start:
        raise SchemaError(f"a card of {card.as_of} knows more than was known before {start}", place=str(card.subject))
    thetas = {
        line.indicator: -(-line.theta.numerator * PPB // line.theta.denominator) if line.present else None
        for line in card.lines
    }
    return Sample(SupplierPeriod(str(card.subject), start), thetas, outcome)


def in_order(samples: Iterable[Sample], policy: Policy) -> tuple[Sample, ...]:
    """Samples by supplier and period, so that their order changes nothing.

    Raises:
        SchemaError: a supplier-period given twice, other indicators than the policy's, or too many samples.
    """
    ordered = sorted(samples, key=lambda sample: sample.key)
    names = {indicator.id for indicator in policy.indicators}
    if len(ordered) > MOST_SAMPLES:
        raise SchemaError(f"{len(ordered)} samples; at most {MOST_SAMPLES} are allowed")
    for index, sample in enumerate(ordered):
        if index and ordered[index - 1].key == sample.key:
            raise SchemaError("a period is there twice", place=f"{sample.key.supplier}/{sample.key.start}")
        if set(sample.thetas) != names:
            raise SchemaError(f"the thetas are not those of {policy.name}", place=sample.key.supplier)
    return tuple(ordered)


def before_and_after(samples: Sequence[Sample], cut: date) -> tuple[list[Sample], list[Sample]]:
    """Samples whose period starts before `cut`, to learn from, and the later ones, to be judged by."""
    return [one for one in samples if one.key.start < cut], [one for one in samples if one.key.start >= cut]


def points_of(sample: Sample, policy: Policy) -> int:
    """Micro-points by a policy; an indicator without evidence gets none, whether the policy would rate or not."""
    total = 0
    for indicator in policy.indicators:
        theta = sample.thetas[indicator.id]
        total += 0 if theta is None else indicator.points(indicator.curve.at(theta))
    assert total <= FULL
    return total
