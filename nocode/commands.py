"""What a flow asks of the node: templates in the definition, commands out of the interpreter.

The interpreter never does anything itself. Each command has a key made of the case, the entry that caused it and its
place there: carrying out the same key twice must do nothing the second time, so that a crash can be made good by
running the step again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from evidence.draft import Draft, JsonValue, Kind
from evidence.identity import Subject
from nocode.document import Words
from nocode.fields import Field
from nocode.meaning import Meaning


@dataclass(frozen=True, slots=True)
class FromField:
    """The value of a field; left out when the field has none."""

    field: Field


@dataclass(frozen=True, slots=True)
class FromCase:
    """`id`, `opened-at`, `now`, or `opener`: the organisation that opened the case."""

    what: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value written into the definition."""

    value: JsonValue


Source: TypeAlias = FromField | FromCase | Fixed


@dataclass(frozen=True, slots=True)
class NotifyTemplate:
    """Tell everybody who has one of these roles."""

    roles: tuple[str, ...]
    text: Words


@dataclass(frozen=True, slots=True)
class SubmitTemplate:
    """Submit a statement about `subject`."""

    kind: Kind
    subject: Source
    fields: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class RecomputeTemplate:
    """Compute and attest the score of `subject` again."""

    subject: Source


@dataclass(frozen=True, slots=True)
class ApplyTemplate:
    """Write a set point to a machine. Only the way of a release by two people, no authors, may ask for it.

    Attributes:
        machine, parameter, unit: which set point, by the plant's own names, and its UCUM unit.
        present: the value that the release was decided on; a machine that holds another one is left alone.
        proposed: the value to write.
    """

    machine: Source
    parameter: Source
    unit: Source
    present: Source
    proposed: Source

    @property
    def sources(self) -> tuple[tuple[str, Source], ...]:
        """Each source with its name in the definition."""
        return tuple((name, getattr(self, name)) for name in APPLY_MEMBERS)


@dataclass(frozen=True, slots=True)
class OpenRepairTemplate:
    """Open the case's repair claim on chain, in the `scope` that a body must be accredited for to co-sign it."""

    scope: Source


APPLY_MEMBERS: Final = ("machine", "parameter", "present", "proposed", "unit")
Template: TypeAlias = NotifyTemplate | SubmitTemplate | RecomputeTemplate | ApplyTemplate | OpenRepairTemplate


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell everybody who has one of these roles."""

    key: str
    roles: tuple[str, ...]
    text: Words


@dataclass(frozen=True, slots=True)
class SignRequest:
    """Ask people of a role to sign: `missing` signatures of this meaning, over the record with this digest."""

    key: str
    step: str
    role: str
    meaning: Meaning
    missing: int
    record: bytes


@dataclass(frozen=True, slots=True)
class SubmitStatement:
    """Submit `draft` about `subject`."""

    key: str
    subject: Subject
    draft: Draft


@dataclass(frozen=True, slots=True)
class RecomputeScore:
    """Compute and attest the score of `subject` again."""

    key: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class ApplySetPoint:
    """Write `proposed` to a machine's parameter, if it still holds `present`; decimals in `unit` (UCUM)."""

    key: str
    machine: str
    parameter: str
    unit: str
    present: str
    proposed: str


@dataclass(frozen=True, slots=True)
class OpenRepair:
    """Open the repair claim of the case on chain, in `scope`."""

    key: str
    scope: str


@dataclass(frozen=True, slots=True)
class Close:
    """The case has ended, in `state`."""

    key: str
    state: str


Command: TypeAlias = Notify | SignRequest | SubmitStatement | RecomputeScore | ApplySetPoint | OpenRepair | Close
