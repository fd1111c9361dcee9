"""Quantities: a decimal string and a unit, exact from the inspection file to the score."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from evidence.errors import MalformedError, SchemaError
from evidence.ucum import unit

MAX_DIGITS: Final = 30
"""Most digits on either side of the decimal point."""
DECIMAL_PATTERN: Final = r"^-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?$"
"""The one way to write a number in a statement; trailing zeros stay, since they say how finely it was read."""

_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,30})?", re.ASCII)
_LOOSE: Final = re.compile(r"[+-]?(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)


def is_decimal(text: str) -> bool:
    """Whether `text` is written as `DECIMAL_PATTERN` says."""
    return _DECIMAL.fullmatch(text) is not None


def decimal_text(text: str) -> str:
    """A number as files write it (`+1.50`, `.5`, `1.2E-3`) in the one way statements write it, value and digits kept.

    Raises:
        MalformedError: not a decimal number with a point, or more than MAX_DIGITS on a side of it.
    """
    if is_decimal(text):
        return text
    if not _LOOSE.fullmatch(text):
        raise MalformedError(f"{text[:40]!r} is not a decimal number")
    try:
        written = format(Decimal(text), "f")
    except InvalidOperation as error:
        raise MalformedError(f"{text[:40]!r} is not a decimal number") from error
    if not is_decimal(written):
        raise MalformedError(f"{text[:40]!r} has more than {MAX_DIGITS} digits on a side of its decimal point")
    return written


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much of what.

    Attributes:
        value: decimal string as `DECIMAL_PATTERN`.
        unit: UCUM code as `evidence.ucum.unit` understands it.
    Raises:
        SchemaError: either is not so.
    """

    value: str
    unit: str

    def __post_init__(self) -> None:
        if not is_decimal(self.value):
            raise SchemaError(f"{self.value[:40]!r} is not a decimal number", place="value")
        unit(self.unit)

    @property
    def exact(self) -> Fraction:
        """The value as an exact rational."""
        return Fraction(self.value)

    def is_commensurable(self, code: str) -> bool:
        """Whether the quantity can be told in the unit `code`."""
        return unit(self.unit).dimension == unit(code).dimension

    def in_unit(self, code: str) -> Fraction:
        """The exact value in another unit; temperatures on their scales, all else by ratio.

        Raises:
            SchemaError: the units measure different things, or `code` is not understood.
        """
        have, want = unit(self.unit), unit(code)
        if have.dimension != want.dimension:
            raise SchemaError(f"{self.unit!r} does not convert into {code!r}: they measure different things")
        return (self.exact * have.factor + have.offset - want.offset) / want.factor

    def __str__(self) -> str:
        return f"{self.value} {self.unit}"
