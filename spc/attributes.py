"""Capability of characteristics that are only good or bad: the index of a normal process with the same loss.

A proportion p beyond the limits is told as Ppk = z / 3 with z the normal quantile of 1 - p, so that counted and
measured characteristics can be laid side by side. It claims nothing about a normal process: with no bad part there is
no estimate, only a lower bound.

Source:
    ISO 22514-5:2017 (attributive characteristics).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtri

from evidence.errors import SchemaError
from spc.data import positive
from spc.interval import Interval, Side
from spc.proportions import Proportion, ProportionMethod, proportion, rate


@dataclass(frozen=True, slots=True)
class AttributeCapability:
    """Capability from counts of nonconforming parts.

    Attributes:
        proportion: parts per million with bounds.
        ppk: the equivalent index; None where no part, or every part, was bad.
        interval: its bounds, from those of the proportion; infinite where nothing bounds it.
    """

    proportion: Proportion
    ppk: float | None
    interval: Interval


@dataclass(frozen=True, slots=True)
class DefectCapability:
    """Capability from counts of defects.

    Attributes:
        per_unit: defects per unit, with bounds.
        dpmo: defects per million opportunities, with bounds.
        first_pass_yield: share of units without a defect, if defects fall independently of each other, with bounds.
    """

    per_unit: float
    per_unit_interval: Interval
    dpmo: float
    dpmo_interval: Interval
    first_pass_yield: float
    yield_interval: Interval


def attribute_capability(
    bad: int,
    inspected: int,
    *,
    confidence: float = 0.95,
    side: Side = Side.BOTH,
    method: ProportionMethod = ProportionMethod.CLOPPER_PEARSON,
) -> AttributeCapability:
    """Equivalent Ppk of a good/bad characteristic.

    Args:
        side: of the index: a lower bound of the index is an upper bound of the proportion.
    Raises:
        SchemaError: counts that contradict each other.
    """
    turned = {Side.BOTH: Side.BOTH, Side.LOWER: Side.UPPER, Side.UPPER: Side.LOWER}[side]
    found = proportion(bad, inspected, confidence=confidence, side=turned, method=method)
    bounds = found.interval
    interval = Interval(_index(bounds.upper), _index(bounds.lower), confidence, f"from {method.value}")
    return AttributeCapability(found, _index(found.ppm) if 0 < bad < inspected else None, interval)


def defect_capability(
    defects: int, units: float, *, opportunities: int = 1, confidence: float = 0.95, side: Side = Side.BOTH
) -> DefectCapability:
    """Defects per unit, per million opportunities, and the yield that follows.

    Args:
        opportunities: places on one unit where a defect can sit.
    Raises:
        SchemaError: a negative count, units or opportunities not above zero.
    """
    positive(float(opportunities), place="opportunities")
    if opportunities != int(opportunities):
        raise SchemaError(f"{opportunities} is not a whole number", place="opportunities")
    each, bounds = rate(defects, units, confidence=confidence, side=side)
    scale = 1e6 / opportunities
    return DefectCapability(
        per_unit=each,
        per_unit_interval=bounds,
        dpmo=each * scale,
        dpmo_interval=Interval(bounds.lower * scale, bounds.upper * scale, confidence, bounds.method),
        first_pass_yield=math.exp(-each),
        yield_interval=Interval(math.exp(-bounds.upper), math.exp(-bounds.lower), confidence, bounds.method),
    )


def _index(ppm: float) -> float:
    """Normal quantile over three; from the small tail, where the digits are."""
    return -float(ndtri(ppm / 1e6)) / 3
