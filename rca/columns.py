"""What a column of a table of parts is: its name, kind, unit and place on the process route."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from evidence.ucum import unit

MAX_COLUMNS: Final = 512
"""Most columns of one table."""
MAX_NAME: Final = 200
"""Longest name of a column, characters."""
MAX_CATEGORIES: Final = 256
"""Most categories of one column."""
MAX_TIER: Final = 63
"""Highest tier of a route."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class Kind(StrEnum):
    """How the values of a column behave."""

    CONTINUOUS = "continuous"
    COUNT = "count"
    BINARY = "binary"
    CATEGORICAL = "categorical"


@dataclass(frozen=True, slots=True)
class Column:
    """One measured or recorded thing about each part or lot.

    Attributes:
        name: what people call it; no computation depends on it.
        kind: how its values behave.
        unit: UCUM code; `1` for labels and pure numbers.
        tier: place on the process route, 0 the furthest upstream. Nothing causes a thing of a lower tier.
        observation: it only watches (AOI, SPI, a test): it causes no process variable, whatever its tier.
        categories: labels of a categorical column, in the order of their codes 0, 1, ...; None or two labels else.
        source: the system it comes from, for people.
    """

    name: str
    kind: Kind = Kind.CONTINUOUS
    unit: str = "1"
    tier: int = 0
    observation: bool = False
    categories: tuple[str, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        place = f"column {self.name[:40]!r}"
        if not 0 < len(self.name) <= MAX_NAME or _CONTROL.search(self.name) or self.name != self.name.strip():
            raise SchemaError(f"a name has 1 to {MAX_NAME} printable characters and no blanks around", place=place)
        if not 0 <= self.tier <= MAX_TIER:
            raise SchemaError(f"tier {self.tier}; 0 to {MAX_TIER} are allowed", place=place)
        unit(self.unit)
        if len(self.categories) > MAX_CATEGORIES or len(set(self.categories)) != len(self.categories):
            raise SchemaError(f"categories must differ and be at most {MAX_CATEGORIES}", place=place)
        if self.kind is Kind.CATEGORICAL and len(self.categories) < 2:
            raise SchemaError("a categorical column names at least two categories", place=place)
        if self.kind is Kind.BINARY and len(self.categories) not in (0, 2):
            raise SchemaError("a binary column names two categories or none", place=place)

    def may_cause(self, other: Column) -> bool:
        """Whether physics lets this cause `other`: not backwards on the route, not from watching to the process."""
        return self.tier <= other.tier and (not self.observation or other.observation)

    def document(self) -> dict[str, JsonValue]:
        """The JSON form; `from_document` reads it back."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "unit": self.unit,
            "tier": self.tier,
            "observation": self.observation,
            "categories": list(self.categories),
            "source": self.source,
        }


def column_from(document: Mapping[str, object], place: str) -> Column:
    """Read the JSON form of a column.

    Raises:
        SchemaError: a field unknown, missing or of a wrong type, or against the rules of a column.
    """
    known = {"name", "kind", "unit", "tier", "observation", "categories", "source"}
    if unknown := sorted(set(document) - known):
        raise SchemaError(f"unknown field {unknown[0]!r}", place=place, advice=f"Fields: {', '.join(sorted(known))}.")
    name, tier = document.get("name"), document.get("tier", 0)
    kind, code, source = document.get("kind", "continuous"), document.get("unit", "1"), document.get("source", "")
    watching, labels = document.get("observation", False), document.get("categories", [])
    if not isinstance(name, str) or not isinstance(code, str) or not isinstance(source, str):
        raise SchemaError("name, unit and source are texts, and the name must be there", place=place)
    if type(tier) is not int or not isinstance(watching, bool):
        raise SchemaError("tier is a whole number, observation true or false", place=place)
    if not isinstance(labels, list) or not all(isinstance(one, str) for one in labels):
        raise SchemaError("categories are a list of texts", place=place)
    if kind not in [one.value for one in Kind]:
        raise SchemaError(f"kind {str(kind)[:40]!r}", place=place, advice=f"Kinds: {', '.join(Kind)}.")
    return Column(name, Kind(kind), code, tier, watching, tuple(labels), source)
