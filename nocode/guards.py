"""Guards: a tiny language of conditions over a case, total by construction.

There are comparisons, `all`, `any`, `not`, `in` and `known`, nothing else: no loops, no functions, no text to evaluate.
Types are checked when a definition is read, and so is that no guard can meet a field that is not there yet (see
`may_be_missing`). Should one meet it all the same, that is an error with its name; it never counts as false.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final, Protocol, TypeAlias

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from nocode.durations import Duration
from nocode.fields import Comparable, Domain, Field

MAX_PARTS: Final = 64
"""Most comparisons, connectives and operands in one guard."""
MAX_NESTING: Final = 8


@dataclass(frozen=True, slots=True)
class FieldValue:
    """What a field of the case holds."""

    field: Field


@dataclass(frozen=True, slots=True)
class FactValue:
    """What the node says, at the moment of the event, of something outside the case."""

    fact: Field


@dataclass(frozen=True, slots=True)
class ListSize:
    """How many entries a list has; a list never written to has none."""

    field: Field


@dataclass(frozen=True, slots=True)
class Person:
    """The organisation or user of who acts, or of who opened the case."""

    who: str
    part: str


@dataclass(frozen=True, slots=True)
class Times:
    """How often an event or signature was accepted in this case so far, ever or within a time before now."""

    event: str
    within: Duration | None


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written into the definition."""

    value: Comparable


Operand: TypeAlias = FieldValue | FactValue | ListSize | Person | Times | Constant


@dataclass(frozen=True, slots=True)
class Compare:
    """Two operands of one domain compared: eq, ne, lt, le, gt, ge."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether an operand is one of some constants."""

    operand: Operand
    options: tuple[Comparable, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Whether a field has a value."""

    field: Field


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    part: Guard


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; those behind the first that does not are not looked at."""

    parts: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One part holds at least; those behind the first that does are not looked at."""

    parts: tuple[Guard, ...]


Guard: TypeAlias = Compare | OneOf | Known | Not | Every | Some


class Surroundings(Protocol):
    """What a guard is evaluated in."""

    @property
    def fields(self) -> Mapping[str, JsonValue]:
        """Fields of the case, with those of the event."""

    @property
    def facts(self) -> Mapping[str, JsonValue]:
        """Facts that came with the event."""

    def person(self, who: str, part: str) -> str:
        """`organisation` or `user` of the `actor` or the `opener`."""

    def times(self, event: str, since: Callable[[datetime], datetime] | None) -> int:
        """How often `event` was accepted so far, at or after `since` (given now) if there is one."""


def holds(guard: Guard, around: Surroundings) -> bool:
    """Evaluate a guard.

    Raises:
        SchemaError: a field or fact that it compares is missing; the place names it.
    """
    match guard:
        case Compare(operator, left, right):
            return _compare(operator, _value(left, around), _value(right, around))
        case OneOf(operand, options):
            return _value(operand, around) in options
        case Known(field):
            return field.name in around.fields
        case Not(part):
            return not holds(part, around)
        case Every(parts):
            return all(holds(part, around) for part in parts)
        case Some(parts):
            return any(holds(part, around) for part in parts)


def may_be_missing(guard: Guard, known: frozenset[str]) -> str | None:
    """The first field that `guard` may look at while only `known` are sure to be there; None when it is safe."""
    match guard:
        case Compare(_, left, right):
            return next((name for name in (*_reads(left), *_reads(right)) if name not in known), None)
        case OneOf(operand, _):
            return next((name for name in _reads(operand) if name not in known), None)
        case Known():
            return None
        case Not(part):
            return may_be_missing(part, known)
        case Every(parts):
            return _in_order(parts, known, truth=True)
        case Some(parts):
            return _in_order(parts, known, truth=False)


def operands(guard: Guard) -> Iterator[Operand]:
    """All operands of a guard, constants of `in` left out."""
    match guard:
        case Compare(_, left, right):
            yield from (left, right)
        case OneOf(operand, _):
            yield operand
        case Not(part):
            yield from operands(part)
        case Every(parts) | Some(parts):
            for part in parts:
                yield from operands(part)
        case Known():
            pass


def _in_order(parts: tuple[Guard, ...], known: frozenset[str], *, truth: bool) -> str | None:
    for part in parts:
        if (missing := may_be_missing(part, known)) is not None:
            return missing
        known |= _implied(part, truth)
    return None


def _implied(guard: Guard, truth: bool) -> frozenset[str]:
    """Fields that are surely there once `guard` came out as `truth`."""
    match guard:
        case Known(field):
            return frozenset({field.name}) if truth else frozenset()
        case Not(part):
            return _implied(part, not truth)
        case Every(parts) | Some(parts):
            each = [_implied(part, truth) for part in parts]
            together = isinstance(guard, Every) == truth
            return frozenset().union(*each) if together else frozenset.intersection(*each)
        case _:
            return frozenset()


def _reads(operand: Operand) -> tuple[str, ...]:
    return (operand.field.name,) if isinstance(operand, FieldValue) else ()


def _value(operand: Operand, around: Surroundings) -> Comparable:
    match operand:
        case Constant(value):
            return value
        case FieldValue(field):
            return _known(field, around.fields, "fields")
        case FactValue(fact):
            return _known(fact, around.facts, "facts")
        case ListSize(field):
            entries = around.fields.get(field.name, ())
            return Fraction(len(entries) if isinstance(entries, list | tuple) else 0)
        case Person(who, part):
            return around.person(who, part)
        case Times(event, within):
            return Fraction(around.times(event, None if within is None else within.before))


def _known(field: Field, values: Mapping[str, JsonValue], where: str) -> Comparable:
    if field.name not in values:
        raise SchemaError(
            "a condition needs this value, and it is not there",
            place=f"/{where}/{field.name}",
            advice="Give the value with the event.",
        )
    return field.read(values[field.name], f"/{where}/{field.name}")


def _compare(operator: str, left: Comparable, right: Comparable) -> bool:
    if operator == "eq":
        return left == right
    if operator == "ne":
        return left != right
    # Reading a definition lets only ordered domains come here, both sides of the same.
    below, above = _ordered(left, right)
    return {"lt": below, "le": not above, "gt": above, "ge": not below}[operator]


def _ordered(left: Comparable, right: Comparable) -> tuple[bool, bool]:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left < right, left > right
    assert isinstance(left, date) and isinstance(right, date)
    return left < right, left > right


def domain_of(operand: Operand) -> Domain | None:
    """What an operand can be compared with; None for a constant, which takes the other side's."""
    match operand:
        case FieldValue(field) | FactValue(field):
            return field.domain
        case ListSize() | Times():
            return Domain.NUMBER
        case Person(_, part):
            return Domain.LEI if part == "organisation" else Domain.USER
        case Constant():
            return None
