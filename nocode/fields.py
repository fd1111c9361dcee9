"""Typed fields of forms, and facts that the node states: what a value may be, and what it is when compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeAlias

from evidence.clock import parse_instant
from evidence.draft import JsonValue
from evidence.errors import CredenceError, SchemaError
from evidence.identity import Lei, Subject
from evidence.quantity import is_decimal
from evidence.ucum import unit
from nocode.document import Node, Words, is_clean

MAX_INTEGER: Final = 2**53 - 1
MAX_TEXT: Final = 4_000
"""Longest text that a form takes, characters."""
MAX_DIGESTS: Final = 200
"""Most entries of a list of evidence."""
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)

Comparable: TypeAlias = "str | Fraction | bool | date"
"""What a value is when compared; two values of one domain compare, of two domains never do."""


class FieldType(StrEnum):
    """What a field holds. Numbers with a fraction are decimal strings; digests are statement ids."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    DATE = "date"
    INSTANT = "instant"
    LEI = "lei"
    SUBJECT = "subject"
    DIGEST = "digest"
    DIGESTS = "digests"


class Domain(StrEnum):
    """Which values can be compared with each other."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"
    LEI = "organisation"
    SUBJECT = "subject"
    DIGEST = "digest"
    USER = "user"
    LIST = "list"

    @property
    def ordered(self) -> bool:
        """Whether less and greater mean something."""
        return self in (Domain.NUMBER, Domain.DATE, Domain.INSTANT)


_DOMAINS: Final = {
    FieldType.TEXT: Domain.TEXT,
    FieldType.CHOICE: Domain.TEXT,
    FieldType.INTEGER: Domain.NUMBER,
    FieldType.DECIMAL: Domain.NUMBER,
    FieldType.BOOLEAN: Domain.BOOLEAN,
    FieldType.DATE: Domain.DATE,
    FieldType.INSTANT: Domain.INSTANT,
    FieldType.LEI: Domain.LEI,
    FieldType.SUBJECT: Domain.SUBJECT,
    FieldType.DIGEST: Domain.DIGEST,
    FieldType.DIGESTS: Domain.LIST,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a case, or one fact: its name and which values it takes.

    Attributes:
        least, most: bounds of an integer, both allowed.
        longest: of a text, characters.
        options: of a choice.
        unit: UCUM code of a decimal, for the form; empty for none.
    """

    name: str
    type: FieldType
    title: Words
    least: int = 0
    most: int = MAX_INTEGER
    longest: int = MAX_TEXT
    options: tuple[str, ...] = ()
    unit: str = ""

    @property
    def domain(self) -> Domain:
        """Which values it can be compared with."""
        return _DOMAINS[self.type]

    @property
    def is_list(self) -> bool:
        """Whether values are added to it rather than replacing each other."""
        return self.type is FieldType.DIGESTS

    def check(self, value: JsonValue, place: str) -> JsonValue:
        """The value itself, if the field takes it.

        Raises:
            SchemaError: why not, at `place`.
        """
        if self.is_list:
            return self._digests(value, place)
        self.read(value, place)
        return value

    def read(self, value: JsonValue, place: str) -> Comparable:
        """The value of a field that is no list, to be compared; raises SchemaError when the field does not take it."""
        match self.type:
            case FieldType.INTEGER:
                if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
                    raise SchemaError(f"an integer from {self.least} to {self.most} is expected", place=place)
                return Fraction(value)
            case FieldType.BOOLEAN:
                if not isinstance(value, bool):
                    raise SchemaError("true or false is expected", place=place)
                return value
        if not isinstance(value, str):
            raise SchemaError("a text is expected", place=place)
        return self._read_text(value, place)

    def _read_text(self, value: str, place: str) -> Comparable:
        try:
            match self.type:
                case FieldType.TEXT if 1 <= len(value) <= self.longest and is_clean(value):
                    return value
                case FieldType.CHOICE if value in self.options:
                    return value
                case FieldType.DECIMAL if is_decimal(value):
                    return Fraction(value)
                case FieldType.DATE if _DATE.fullmatch(value):
                    return date.fromisoformat(value)
                case FieldType.INSTANT:
                    return parse_instant(value).astimezone(UTC)
                case FieldType.LEI:
                    return Lei(value)
                case FieldType.SUBJECT:
                    return str(Subject.parse(value))
                case FieldType.DIGEST if _DIGEST.fullmatch(value):
                    return value
        except (CredenceError, ValueError) as error:
            raise SchemaError(f"not a value of the type {self.type.value}: {error}", place=place) from error
        raise SchemaError(f"{value[:40]!r} is not a value of the type {self.type.value} as defined here", place=place)

    def _digests(self, value: JsonValue, place: str) -> JsonValue:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_DIGESTS:
            raise SchemaError(f"a list of 1 to {MAX_DIGESTS} statement ids is expected", place=place)
        for index, entry in enumerate(value):
            if not isinstance(entry, str) or not _DIGEST.fullmatch(entry):
                raise SchemaError("64 lower-case hex digits are expected", place=f"{place}/{index}")
        if len(set(value)) != len(value):
            raise SchemaError("the same statement twice", place=place)
        return tuple(value)


def read_field(name: str, node: Node) -> Field:
    """A field out of a definition; raises SchemaError at the exact place."""
    kind = FieldType(node.members(("type", "title"), _OPTIONS)["type"].choice([each.value for each in FieldType]))
    own = {
        FieldType.INTEGER: ("least", "most"),
        FieldType.TEXT: ("longest",),
        FieldType.CHOICE: ("options",),
        FieldType.DECIMAL: ("unit",),
    }.get(kind, ())
    members = node.members(("type", "title", *(("options",) if kind is FieldType.CHOICE else ())), own)
    title = members["title"].words()
    match kind:
        case FieldType.INTEGER:
            least = members["least"].integer(-MAX_INTEGER, MAX_INTEGER) if "least" in members else 0
            most = members["most"].integer(least, MAX_INTEGER) if "most" in members else MAX_INTEGER
            return Field(name, kind, title, least=least, most=most)
        case FieldType.TEXT:
            longest = members["longest"].integer(1, MAX_TEXT) if "longest" in members else MAX_TEXT
            return Field(name, kind, title, longest=longest)
        case FieldType.CHOICE:
            return Field(name, kind, title, options=_read_options(members["options"]))
        case FieldType.DECIMAL if "unit" in members:
            code = members["unit"].text(40)
            try:
                unit(code)
            except SchemaError as error:
                raise members["unit"].refuse(error.message) from error
            return Field(name, kind, title, unit=code)
    return Field(name, kind, title)


_OPTIONS: Final = ("least", "most", "longest", "options", "unit")


def _read_options(node: Node) -> tuple[str, ...]:
    found: list[str] = []
    for entry in node.items(1, 64):
        if (option := entry.text(64)) in found:
            raise entry.refuse(f"{option!r} is there twice")
        found.append(option)
    return tuple(found)
