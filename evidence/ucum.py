"""Units of measure as UCUM codes: which ones are understood, what they measure, and their exact ratio to base units.

A bounded part of UCUM: its grammar without parentheses, and the atoms that inspection files use. All ratios are
rational; where UCUM has an irrational one (degree to radian), the two are kept apart and do not convert.

Source:
    Unified Code for Units of Measure, version 2.2, sections 2 (grammar) and 4 (tables).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from evidence.errors import SchemaError

MAX_LENGTH: Final = 40
"""Longest unit code accepted, characters."""
MAX_COMPONENTS: Final = 8
"""Most atoms and factors in one unit code."""

_ADVICE: Final = "Use a UCUM code such as mm, um, kg, N.m, Cel, %, 1 or {count}; see evidence/ucum.py for all of them."

_PREFIXES: Final = {
    "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1,
    "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
}  # fmt: skip

# Atoms that are their own measure, and atoms by exact ratio to others. Prefixes go before the first two tables only.
_BASE: Final = frozenset({"m", "g", "s", "K", "C", "cd", "rad", "mol", "By", "B"})
_METRIC: Final = {
    "N": ("1000", "g.m.s-2"), "Pa": ("1", "N.m-2"), "J": ("1", "N.m"), "W": ("1", "J.s-1"), "Hz": ("1", "s-1"),
    "A": ("1", "C.s-1"), "V": ("1", "J.C-1"), "Ohm": ("1", "V.A-1"), "S": ("1", "A.V-1"), "F": ("1", "C.V-1"),
    "Wb": ("1", "V.s"), "T": ("1", "Wb.m-2"), "H": ("1", "Wb.A-1"), "lm": ("1", "cd"), "lx": ("1", "lm.m-2"),
    "bar": ("100000", "Pa"), "L": ("0.001", "m3"), "l": ("0.001", "m3"), "t": ("1000000", "g"), "Cel": ("1", "K"),
    "bit": ("1/8", "By"), "kat": ("1", "mol.s-1"), "St": ("0.0001", "m2.s-1"), "P": ("0.1", "Pa.s"),
    "G": ("0.0001", "T"), "m[Hg]": ("133322", "Pa"),
}  # fmt: skip
_PLAIN: Final = {
    "min": ("60", "s"), "h": ("3600", "s"), "d": ("86400", "s"), "wk": ("604800", "s"), "deg": ("1", "deg"),
    "'": ("1/60", "deg"), "''": ("1/3600", "deg"), "gon": ("0.9", "deg"), "circ": ("360", "deg"),
    "%": ("0.01", "1"), "[ppth]": ("1/1000", "1"), "[ppm]": ("1/1000000", "1"), "[ppb]": ("1/1000000000", "1"),
    "10*": ("10", "1"), "10^": ("10", "1"), "[g]": ("9.80665", "m.s-2"), "atm": ("101325", "Pa"),
    "[in_i]": ("0.0254", "m"), "[ft_i]": ("0.3048", "m"), "[yd_i]": ("0.9144", "m"), "[mil_i]": ("0.0000254", "m"),
    "[mi_i]": ("1609.344", "m"), "[lb_av]": ("453.59237", "g"), "[oz_av]": ("28.349523125", "g"),
    "[lbf_av]": ("1", "[lb_av].[g]"), "[psi]": ("1", "[lbf_av].[in_i]-2"), "[gal_us]": ("3.785411784", "L"),
    "[degF]": ("5/9", "K"), "[pH]": ("1", "[pH]"),
}  # fmt: skip
# Zero of the two scales that have their own, in kelvin.
_OFFSETS: Final = {"Cel": Fraction("273.15"), "[degF]": Fraction("459.67") * Fraction(5, 9)}

_COMPONENT: Final = re.compile(
    r"(?:(?P<factor>[1-9][0-9]{0,8})(?![0-9*^])|(?P<atom>10[*^]|[A-Za-z]{0,3}\[[A-Za-z0-9_]{1,8}\]|[A-Za-z]{1,6}|''|'|%)"
    r"(?P<power>[+-]?[1-9][0-9]?)?)?(?P<note>\{[!-z|~]{0,30}\})?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit's exact meaning: a value in it is value * factor + offset in base units.

    Attributes:
        code: as written.
        factor: how many base units one of it is.
        offset: what zero of its scale is in base units (temperatures only).
        dimension: base atom and power, sorted; units convert into each other when these are equal.
    """

    code: str
    factor: Fraction
    offset: Fraction
    dimension: tuple[tuple[str, int], ...]


@lru_cache(maxsize=512)
def unit(code: str) -> Unit:
    """The meaning of a UCUM code.

    Raises:
        SchemaError: empty, longer than MAX_LENGTH, or not understood.
    """
    if not 0 < len(code) <= MAX_LENGTH:
        raise SchemaError(f"a unit of {len(code)} characters; 1 to {MAX_LENGTH} are allowed", advice=_ADVICE)
    factor, powers, sign, position, parts, offset = Fraction(1), dict[str, int](), 1, 0, 0, Fraction(0)
    if code.startswith("/"):
        sign, position = -1, 1
    while True:
        match = _COMPONENT.match(code, position)
        if match is None or match.end() == position or parts == MAX_COMPONENTS:
            raise SchemaError(f"{code!r} is not a unit that is understood (at {code[position:]!r})", advice=_ADVICE)
        parts, position, power = parts + 1, match.end(), sign * int(match["power"] or 1)
        if match["factor"]:
            # UCUM reads 1.5 as "1 times 5"; whoever writes it means one and a half.
            if parts > 1 and sign == 1:
                raise SchemaError(f"{code!r} has a number after a point, which UCUM multiplies", advice=_ADVICE)
            factor *= Fraction(int(match["factor"])) ** sign
        elif match["atom"]:
            one = _atom(match["atom"], code)
            factor *= one.factor**power
            for name, exponent in one.dimension:
                powers[name] = powers.get(name, 0) + exponent * power
            # A scale with its own zero is one only when it stands alone; in K/min or 1/Cel it counts differences.
            offset = one.offset if parts == power == 1 and position == len(code) else Fraction(0)
        if position == len(code):
            return Unit(code, factor, offset, tuple(sorted((name, n) for name, n in powers.items() if n)))
        if code[position] not in "./":
            raise SchemaError(f"{code!r} is not a unit that is understood (at {code[position:]!r})", advice=_ADVICE)
        sign = 1 if code[position] == "." else -1
        position += 1


def _atom(text: str, code: str) -> Unit:
    if text in _PLAIN:
        return _defined(text, text, *_PLAIN[text])
    # Longest first: "da" is a prefix, and so is "d".
    for prefix in ("", text[:2], text[:1]):
        name, exponent = text.removeprefix(prefix), _PREFIXES.get(prefix, 0 if not prefix else None)
        if exponent is not None and name in _BASE:
            return Unit(text, Fraction(10) ** exponent, Fraction(0), ((name, 1),))
        if exponent is not None and name in _METRIC:
            whole = _defined(text, name, *_METRIC[name])
            return Unit(text, whole.factor * Fraction(10) ** exponent, whole.offset, whole.dimension)
    raise SchemaError(f"{code!r} is not a unit that is understood: no atom {text!r}", advice=_ADVICE)


def _defined(text: str, name: str, ratio: str, other: str) -> Unit:
    if other == name:
        return Unit(text, Fraction(ratio), Fraction(0), ((name, 1),))
    base = unit(other)
    return Unit(text, Fraction(ratio) * base.factor, _OFFSETS.get(name, Fraction(0)), base.dimension)
