"""Port to the control system: one set point read, or written after release. Nothing else ever reaches a machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Protocol

from evidence.errors import ConflictError, FaultError, NotFoundError, SchemaError
from evidence.quantity import Quantity, is_decimal

MAX_NAME: Final = 200
"""Longest name of a machine or parameter, characters."""


class ControlUnreachableError(FaultError):
    """No answer from the control system."""

    default_advice = (
        "Check the machine's address in control.json and its network; the release stays and is tried again."
    )


@dataclass(frozen=True, slots=True)
class Point:
    """A set point that this node may write, as the plant has configured it.

    Attributes:
        machine, parameter: the plant's names.
        unit: UCUM code of all values here.
        lowest, highest: the plant's own limits, decimals, both allowed. They hold whatever a release says.
        resolution: values nearer to each other than this are the same to the machine; a positive decimal.
        column: what tables of lots call this set point; empty when none records it.
    Raises:
        SchemaError: limits that are no decimals or the wrong way round, a unit that is not understood, no names.
    """

    machine: str
    parameter: str
    unit: str
    lowest: str
    highest: str
    resolution: str
    column: str = ""

    def __post_init__(self) -> None:
        for name in ("machine", "parameter"):
            if not 0 < len(getattr(self, name)) <= MAX_NAME:
                raise SchemaError(f"1 to {MAX_NAME} characters are expected", place=name)
        for name in ("lowest", "highest", "resolution"):
            Quantity(getattr(self, name), self.unit)
        if Fraction(self.lowest) >= Fraction(self.highest):
            raise SchemaError("it is not below `highest`", place="lowest")
        if Fraction(self.resolution) <= 0:
            raise SchemaError("it is not above 0", place="resolution")

    @property
    def name(self) -> tuple[str, str]:
        """What it is looked up by."""
        return self.machine, self.parameter

    def same(self, one: str, other: str) -> bool:
        """Whether two values are one to the machine."""
        return abs(Fraction(one) - Fraction(other)) < Fraction(self.resolution)


@dataclass(frozen=True, slots=True)
class SetPoint:
    """A released set point: decimals in `unit`; `key` names the release, the same however often it is tried."""

    key: str
    machine: str
    parameter: str
    unit: str
    present: str
    proposed: str


@dataclass(frozen=True, slots=True)
class Written:
    """That a set point is in the machine: the value read back, and by which way it came there (for people)."""

    value: str
    by: str


class ControlSystem(Protocol):
    """The plant's machines. What if we lose it? Nothing was written that is not in a released case."""

    def points(self) -> Sequence[Point]:
        """What may be written, in the order of the configuration."""

    def read(self, machine: str, parameter: str) -> str:
        """The present value, a decimal in the point's unit.

        MUST raise NotFoundError for a point that is not configured, ControlUnreachableError when there is no answer.
        """

    def write(self, wanted: SetPoint) -> Written | None:
        """Write `proposed` and read it back; None while somebody else still has to do it (a ticket).

        MUST be idempotent: a machine that holds `proposed` already is left alone and counts as written.
        MUST raise ConflictError, and write nothing, when the machine holds neither `present` nor `proposed`: the
        release was decided on another state of the world.
        MUST raise SchemaError, before anything is sent, for another unit or a value outside the plant's limits.
        MUST raise NotFoundError and ControlUnreachableError as `read`; the latter too when what is read back is not
        what was written.
        """


def check(point: Point, wanted: SetPoint) -> None:
    """What every adapter asks before it looks at a machine.

    Raises:
        SchemaError: another unit than the plant's, no decimals, or outside its limits.
    """
    if wanted.unit != point.unit:
        raise SchemaError(f"{point.parameter!r} is set in {point.unit}, not in {wanted.unit}", place="unit")
    for name in ("present", "proposed"):
        if not is_decimal(getattr(wanted, name)):
            raise SchemaError("a decimal is expected", place=name)
    if not Fraction(point.lowest) <= Fraction(wanted.proposed) <= Fraction(point.highest):
        raise SchemaError(
            f"{wanted.proposed} {point.unit} is outside the plant's limits {point.lowest} to {point.highest}",
            place="proposed",
            advice="Propose a value within the limits of control.json, or have them changed by whoever owns them.",
        )


def moved_on(point: Point, wanted: SetPoint, found: str) -> ConflictError:
    """The refusal of a machine whose value is another one by now."""
    return ConflictError(
        f"{point.machine}, {point.parameter}: the machine holds {found} {point.unit}, the release was decided on "
        f"{wanted.present}",
        advice="Propose the correction again from the present value.",
    )


def not_configured(machine: str, parameter: str) -> NotFoundError:
    """The refusal of a point that the plant did not open."""
    return NotFoundError(
        f"no set point {parameter[:60]!r} of {machine[:60]!r} is configured",
        advice="Add it to control.json in the node's home, with its limits.",
    )
