"""The indicators that a policy may weigh, and the options each of them understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from scoring.document import Node
from scoring.knots import Curve, curve_fault
from scoring.scale import MICRO

IndicatorId = NewType("IndicatorId", str)
"""The name of an indicator, a key of `INDICATORS`."""

SEVERITIES: Final = ("minor", "major", "critical")
"""Severities of a nonconformance or complaint, mildest first."""

CPK_CAP: Final = 10 * MICRO
"""A capability index is read within +-10: beyond that it says nothing, and a zero spread would be infinite."""


class Sigma(StrEnum):
    """Named estimators of the standard deviation; the same data give other capabilities under each.

    `OVERALL` is the sample standard deviation of all values of the month (n - 1); `POOLED` is the root of the pooled
    variance within subgroups (n - number of subgroups).
    """

    OVERALL = "overall"
    POOLED = "pooled"


@dataclass(frozen=True, slots=True)
class CapabilityOptions:
    """How a month of a characteristic becomes a shortfall.

    Attributes:
        sigma: the estimator.
        minimum_n: fewer values than this in a month are no evidence of capability.
        gaps_fail: a month without evidence, after the characteristic's first and before the current one, failed.
        curve: utility (micro) over Cpk (micro), rising.
    """

    sigma: Sigma
    minimum_n: int
    gaps_fail: bool
    curve: Curve

    def to_json(self) -> JsonValue:
        """The document that reads back to this."""
        return {
            "curve": [list(knot) for knot in zip(self.curve.xs, self.curve.ys, strict=True)],
            "gaps_fail": self.gaps_fail,
            "minimum_n": self.minimum_n,
            "sigma": self.sigma.value,
        }


@dataclass(frozen=True, slots=True)
class ClosureOptions:
    """Days that a nonconformance may stay open, by its severity."""

    deadline_days: Mapping[str, int]

    def to_json(self) -> JsonValue:
        """The document that reads back to this."""
        return {"deadline_days": dict(self.deadline_days)}


@dataclass(frozen=True, slots=True)
class NoOptions:
    """An indicator without options."""

    def to_json(self) -> JsonValue:
        """The empty object."""
        return {}


Options = CapabilityOptions | ClosureOptions | NoOptions


@dataclass(frozen=True, slots=True)
class IndicatorKind:
    """What the engine must know of an indicator.

    Attributes:
        unit: exposure units of one whole observation; `MICRO` where an observation can go partly wrong.
        measured: the uncertainty comes with each observation; otherwise observations are counted (Beta posterior).
        read_options: reads the options of a policy, raising SchemaError at the exact place.
    """

    unit: int
    measured: bool
    read_options: Callable[[Node], Options]


def read_curve(node: Node, *, xs: tuple[int, int], ys: tuple[int, int], rising: bool) -> Curve:
    """Read `[[x, y], ...]` within bounds, in the given direction."""
    pairs = []
    for knot in node.items(2, 64):
        x, y = knot.items(2, 2)
        pairs.append((x.integer(*xs), y.integer(*ys)))
    fault = curve_fault([x for x, _ in pairs], [y for _, y in pairs])
    if fault is not None:
        raise SchemaError(fault[1], place=f"{node.place}/{fault[0]}")
    curve = Curve(tuple(x for x, _ in pairs), tuple(y for _, y in pairs))
    if curve.ys[0] != curve.ys[-1] and curve.rising != rising:
        raise node.refuse(f"the curve must {'rise' if rising else 'fall'}")
    return curve


def _capability(node: Node) -> Options:
    members = node.members(("curve", "gaps_fail", "minimum_n", "sigma"))
    return CapabilityOptions(
        sigma=Sigma(members["sigma"].choice([sigma.value for sigma in Sigma])),
        minimum_n=members["minimum_n"].integer(2, 10_000),
        gaps_fail=members["gaps_fail"].flag(),
        curve=read_curve(members["curve"], xs=(-CPK_CAP, CPK_CAP), ys=(0, MICRO), rising=True),
    )


def _closure(node: Node) -> Options:
    days = node.members(("deadline_days",))["deadline_days"].members(SEVERITIES)
    return ClosureOptions({severity: days[severity].integer(1, 3650) for severity in SEVERITIES})


def _nothing(node: Node) -> Options:
    node.members(())
    return NoOptions()


CAPABILITY: Final = IndicatorId("capability")
DEFECT_RATE: Final = IndicatorId("defect-rate")
CLOSURE_TIME: Final = IndicatorId("closure-time")

INDICATORS: Final[Mapping[str, IndicatorKind]] = {
    CAPABILITY: IndicatorKind(MICRO, True, _capability),
    DEFECT_RATE: IndicatorKind(1, False, _nothing),
    CLOSURE_TIME: IndicatorKind(1, False, _closure),
}
"""Every indicator that a policy may name."""
