"""Decimal numbers as files write them, kept digit for digit and never turned into binary floats."""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact
from typing import Final

from evidence import quantity
from evidence.errors import MalformedError

# Measuring machines write exponents with four digits: 2.49960000000000E+0002.
_PADDED_EXPONENT: Final = re.compile(r"(?<=[eE])([+-]?)0+(?=\d)", re.ASCII)
_EXACT: Final = Context(prec=200, traps=[Inexact])
"""Exact or an exception: a rounded limit would be another limit."""


def decimal_text(text: str, *, decimal_comma: bool = False) -> str:
    """Spell a number the way statements do, without changing its value or its trailing zeros.

    Args:
        text: digits with an optional sign, decimal sign and exponent, e.g. ".0005", "2.4996E+0002", "-33.050".
        decimal_comma: a comma, not a point, parts the fraction; digit grouping is refused either way, because
            "1.234" and "1,234" then mean two things.

    Raises:
        MalformedError: not such a number, or more than 30 digits on a side of its decimal sign.
    """
    bare = text.strip()
    if decimal_comma:
        if "." in bare:
            raise MalformedError(f"{text[:40]!r} holds a point, but the file's decimal sign is a comma")
        bare = bare.replace(",", ".")
    return quantity.decimal_text(_PADDED_EXPONENT.sub(r"\1", bare))


def add(left: str, right: str) -> str:
    """Exact sum of two plain decimal texts, with the more decimals of the two."""
    return _plain(_EXACT.add(Decimal(left), Decimal(right)))


def negate(text: str) -> str:
    """The number with its sign turned."""
    return _plain(_EXACT.minus(Decimal(text)))


def halve(text: str) -> str:
    """Exactly half of a plain decimal text."""
    return scale(text, Decimal("0.5"))


def scale(text: str, factor: Decimal) -> str:
    """Exact product of a plain decimal text and a factor, trailing zeros of the fraction dropped.

    Raises:
        MalformedError: the product needs more than 200 digits.
    """
    try:
        product = _EXACT.multiply(Decimal(text), factor)
    except Inexact as error:
        raise MalformedError(f"{text} times {factor} has no exact decimal form") from error
    spelled = _plain(product)
    return quantity.decimal_text(spelled.rstrip("0").rstrip(".") if "." in spelled else spelled)


def _plain(number: Decimal) -> str:
    return format(number if number else abs(number), "f")
