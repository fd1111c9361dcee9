"""Options that an indicator may have in a policy: values, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from scoring.document import Node
from scoring.knots import Curve, curve_fault
from scoring.scale import MICRO

SEVERITIES: Final = ("minor", "major", "critical")
"""Severities of a nonconformance, complaint or finding, mildest first."""

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
class NoOptions:
    """An indicator without options."""

    @classmethod
    def read(cls, node: Node) -> NoOptions:
        """Read the empty object."""
        node.members(())
        return cls()

    def to_json(self) -> JsonValue:
        """The empty object."""
        return {}


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

    @classmethod
    def read(cls, node: Node) -> CapabilityOptions:
        """Read `{curve, gaps_fail, minimum_n, sigma}`."""
        members = node.members(("curve", "gaps_fail", "minimum_n", "sigma"))
        return cls(
            sigma=Sigma(members["sigma"].choice([sigma.value for sigma in Sigma])),
            minimum_n=members["minimum_n"].integer(2, 10_000),
            gaps_fail=members["gaps_fail"].flag(),
            curve=read_curve(members["curve"], xs=(-CPK_CAP, CPK_CAP), ys=(0, MICRO), rising=True),
        )

    def to_json(self) -> JsonValue:
        """The document that reads back to this."""
        return {
            "curve": curve_json(self.curve),
            "gaps_fail": self.gaps_fail,
            "minimum_n": self.minimum_n,
            "sigma": self.sigma.value,
        }


@dataclass(frozen=True, slots=True)
class StabilityOptions:
    """How the steadiness of a month's process becomes a shortfall.

    Attributes:
        minimum_n: fewer values than this in a month are no evidence.
        curve: utility (micro) over the share of the variance that lies within subgroups (micro), rising.
    """

    minimum_n: int
    curve: Curve

    @classmethod
    def read(cls, node: Node) -> StabilityOptions:
        """Read `{curve, minimum_n}`."""
        members = node.members(("curve", "minimum_n"))
        return cls(
            minimum_n=members["minimum_n"].integer(4, 10_000),
            curve=read_curve(members["curve"], xs=(0, MICRO), ys=(0, MICRO), rising=True),
        )

    def to_json(self) -> JsonValue:
        """The document that reads back to this."""
        return {"curve": curve_json(self.curve), "minimum_n": self.minimum_n}


@dataclass(frozen=True, slots=True)
class ClosureOptions:
    """Days that a nonconformance may stay open, by its severity."""

    deadline_days: Mapping[str, int]

    @classmethod
    def read(cls, node: Node) -> ClosureOptions:
        """Read `{deadline_days: {minor, major, critical}}`."""
        return cls(_by_severity(node.members(("deadline_days",))["deadline_days"], 1, 3650))

    def to_json(self) -> JsonValue:
        """The document that reads back to this."""
        return {"deadline_days": dict(self.deadline_days)}


@dataclass(frozen=True, slots=True)
class ResponseOptions:
    """Hours within which a complaint must be answered, by its severity."""

    response_hours: Mapping[str, int]

    @classmethod
    def read(cls, node: Node) -> ResponseOptions:
        """Read `{response_hours: {minor, major, critical}}`."""
        return cls(_by_severity(node.members(("response_hours",))["response_hours"], 1, 24 * 365))

    def to_json(self) -> JsonValue:
        """The document that reads back to this."""
        return {"response_hours": dict(self.response_hours)}


@dataclass(frozen=True, slots=True)
class RepeatOptions:
    """Days after a problem was opened within which the same one counts as its repetition."""

    within_days: int

    @classmethod
    def read(cls, node: Node) -> RepeatOptions:
        """Read `{within_days}`."""
        return cls(node.members(("within_days",))["within_days"].integer(1, 3650))

    def to_json(self) -> JsonValue:
        """The document that reads back to this."""
        return {"within_days": self.within_days}


class SlotRule(StrEnum):
    """What inspection slots that were promised beforehand do.

    `IGNORED` nothing. `COUNTED` a slot that is not opened in time is a failed inspection. `REQUIRED` that too, and a
    clean inspection counts only when it opened a slot: nobody picks a convenient day, or a convenient inspector.
    """

    IGNORED = "ignored"
    COUNTED = "counted"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class InspectionOptions:
    """How an unannounced inspection becomes a shortfall.

    Attributes:
        conditional: what a conditional pass lacks (micro).
        finding: what each finding costs (micro), by its severity.
        issuer_cap: most clean inspections of one owner's issuers that count in a month.
        slots: what promised slots do.
    """

    conditional: int
    finding: Mapping[str, int]
    issuer_cap: int
    slots: SlotRule = SlotRule.IGNORED

    @classmethod
    def read(cls, node: Node) -> InspectionOptions:
        """Read `{conditional, finding: {minor, major, critical}, issuer_cap}`, perhaps with `slots`."""
        members = node.members(("conditional", "finding", "issuer_cap"), ("slots",))
        # Said only where it is not the default: one policy has one document.
        rules = [rule.value for rule in SlotRule if rule is not SlotRule.IGNORED]
        return cls(
            conditional=members["conditional"].integer(0, MICRO),
            finding=_by_severity(members["finding"], 0, MICRO),
            issuer_cap=members["issuer_cap"].integer(1, 1000),
            slots=SlotRule(members["slots"].choice(rules)) if "slots" in members else SlotRule.IGNORED,
        )

    def to_json(self) -> JsonValue:
        """The document that reads back to this."""
        document: dict[str, JsonValue] = {
            "conditional": self.conditional,
            "finding": dict(self.finding),
            "issuer_cap": self.issuer_cap,
        }
        return document if self.slots is SlotRule.IGNORED else {**document, "slots": self.slots.value}


Options = (
    NoOptions
    | CapabilityOptions
    | StabilityOptions
    | ClosureOptions
    | ResponseOptions
    | RepeatOptions
    | InspectionOptions
)


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


def curve_json(curve: Curve) -> JsonValue:
    """`[[x, y], ...]`."""
    return [list(knot) for knot in zip(curve.xs, curve.ys, strict=True)]


def _by_severity(node: Node, minimum: int, maximum: int) -> dict[str, int]:
    members = node.members(SEVERITIES)
    return {severity: members[severity].integer(minimum, maximum) for severity in SEVERITIES}
