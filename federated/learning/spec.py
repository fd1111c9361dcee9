"""The feature spec: what every plant of a federation must mean by a column before anything is learnt from it.

A spec is a JSON document that the parties agree on; its SHA-256 names it in every round. Columns are what a plant
measures (name, unit, plausible range); features are what the network sees: a column, or an exact product or difference
of two columns, shifted by an agreed centre and divided by an agreed scale. No statistic of a plant enters it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import rfc8785

from evidence.errors import LimitError, MalformedError, SchemaError
from evidence.quantity import is_decimal
from evidence.ucum import unit
from scoring.document import Node

FORMAT: Final = "credence-feature-spec/1"
MAX_BYTES: Final = 256 * 1024
MAX_FEATURES: Final = 256
CLAMP: Final = 8
"""A feature is cut off at this many scales from its centre, in training and in scoring."""
OPERATIONS: Final = ("column", "difference", "product")
DIRECTIONS: Final = {"falls": -1, "free": 0, "rises": 1}
"""Whether the risk may only fall, or only rise, as the feature grows; `free` says nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a plant measures.

    Attributes:
        unit: UCUM code; values in another unit are refused.
        low, high: the plausible range, both ends included; a value outside it is a fault of the measurement.
        optional: a missing value is allowed, and the network is told that it is missing.
    """

    name: str
    unit: str
    low: Fraction
    high: Fraction
    optional: bool = False

    def __post_init__(self) -> None:
        unit(self.unit)
        if not self.low < self.high:
            raise SchemaError(f"the range of {self.name!r} is empty", place=f"columns/{self.name}")


@dataclass(frozen=True, slots=True)
class Feature:
    """What the network sees: `(operation(of) - centre) / scale`, cut off at `CLAMP`.

    Attributes:
        of: names of columns, one for `column`, two for `difference` (first minus second) and `product`.
        direction: -1, 0 or 1, see `DIRECTIONS`.
    """

    name: str
    operation: str
    of: tuple[str, ...]
    centre: Fraction
    scale: Fraction
    direction: int = 0

    def __post_init__(self) -> None:
        place = f"features/{self.name}"
        if self.operation not in OPERATIONS or len(self.of) != (1 if self.operation == "column" else 2):
            raise SchemaError("a feature is one column, or a difference or product of two", place=place)
        if self.scale <= 0:
            raise SchemaError("the scale must be positive", place=place)
        if self.direction not in (-1, 0, 1):
            raise SchemaError("the direction is -1, 0 or 1", place=place)


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """A whole spec, valid once built.

    Attributes:
        label: name of the column with the outcome, 0 or 1 (1 is bad).
        outside: largest share of a plant's rows with a value outside its range; more looks like a wrong unit.
    """

    name: str
    version: int
    label: str
    columns: tuple[Column, ...]
    features: tuple[Feature, ...]
    outside: Fraction = Fraction(1, 20)

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        features = [feature.name for feature in self.features]
        if len(set(names)) < len(names) or len(set(features)) < len(features):
            raise SchemaError("a name is used twice", place="columns")
        if not 1 <= len(features) <= MAX_FEATURES or not 1 <= len(names) <= MAX_FEATURES:
            raise SchemaError(f"1 to {MAX_FEATURES} columns and features are allowed", place="features")
        if self.label in names:
            raise SchemaError("the label may not be a column: it would tell itself", place="label")
        for feature in self.features:
            if unknown := set(feature.of) - set(names):
                raise SchemaError(f"there is no column {min(unknown)!r}", place=f"features/{feature.name}")
        if self.version < 1 or not 0 <= self.outside < 1:
            raise SchemaError("versions count from 1, and `outside` is a share below 1", place="version")

    @property
    def optional(self) -> tuple[str, ...]:
        """Columns that may be missing, in order; each gives the network one more input, 1 where it is missing."""
        return tuple(column.name for column in self.columns if column.optional)

    @property
    def width(self) -> int:
        """Number of inputs of the network."""
        return len(self.features) + len(self.optional)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical document, 64 hex digits: the name of the spec in every round."""
        return hashlib.sha256(self.encode()).hexdigest()

    def encode(self) -> bytes:
        """The RFC 8785 canonical document."""
        words = {number: word for word, number in DIRECTIONS.items()}
        document: Any = {
            "format": FORMAT,
            "name": self.name,
            "version": self.version,
            "label": self.label,
            "outside": decimal_text(self.outside),
            "columns": [
                {
                    "name": one.name,
                    "unit": one.unit,
                    "low": decimal_text(one.low),
                    "high": decimal_text(one.high),
                    "optional": one.optional,
                }
                for one in self.columns
            ],
            "features": [
                {
                    "name": one.name,
                    "operation": one.operation,
                    "of": list(one.of),
                    "centre": decimal_text(one.centre),
                    "scale": decimal_text(one.scale),
                    "direction": words[one.direction],
                }
                for one in self.features
            ],
        }
        return rfc8785.dumps(document)


def read(path: Path) -> FeatureSpec:
    """The spec in a file.

    Raises:
        LimitError: larger than `MAX_BYTES`.
        MalformedError: not JSON.
        SchemaError: not a spec, with the place.
    """
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise LimitError(f"{path.name} is larger than {MAX_BYTES} bytes")
    return decode(data)


def decode(data: bytes) -> FeatureSpec:
    """The spec that a document states; see `read`."""
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise MalformedError("a feature spec is a JSON document") from error
    top = Node(parsed).members(("format", "name", "version", "label", "outside", "columns", "features"))
    top["format"].choice((FORMAT,))
    return FeatureSpec(
        name=top["name"].text(80),
        version=top["version"].integer(1, 10**6),
        label=top["label"].text(80),
        outside=_fraction(top["outside"]),
        columns=tuple(_column(node) for node in top["columns"].items(1, MAX_FEATURES)),
        features=tuple(_feature(node) for node in top["features"].items(1, MAX_FEATURES)),
    )


def refuse_other_order(spec: FeatureSpec, names: tuple[str, ...]) -> None:
    """Raise SchemaError unless `names` are the spec's features in its order; another order would be silently wrong."""
    if names != tuple(feature.name for feature in spec.features):
        raise SchemaError("features are not those of the spec, in its order", place="features")


def edges(low: float, high: float, bins: int) -> tuple[float, ...]:
    """`bins - 1` inner edges that cut a range into equal parts, for histograms whose bins all parties agree on."""
    step = (high - low) / bins
    cuts = tuple(low + step * index for index in range(1, bins))
    if any(a >= b for a, b in pairwise(cuts)):
        raise SchemaError("the range is too narrow to be cut", place="bins")
    return cuts


def _column(node: Node) -> Column:
    entry = node.members(("name", "unit", "low", "high", "optional"))
    low, high = _fraction(entry["low"]), _fraction(entry["high"])
    return Column(entry["name"].text(80), entry["unit"].text(40), low, high, entry["optional"].flag())


def _feature(node: Node) -> Feature:
    entry = node.members(("name", "operation", "of", "centre", "scale", "direction"))
    return Feature(
        name=entry["name"].text(80),
        operation=entry["operation"].choice(OPERATIONS),
        of=tuple(one.text(80) for one in entry["of"].items(1, 2)),
        centre=_fraction(entry["centre"]),
        scale=_fraction(entry["scale"]),
        direction=DIRECTIONS[entry["direction"].choice(DIRECTIONS)],
    )


def _fraction(node: Node) -> Fraction:
    text = node.text(64)
    if not is_decimal(text):
        raise node.refuse(f"{text[:40]!r} is not a decimal number")
    return Fraction(text)


def decimal_text(value: Fraction) -> str:
    """An exact decimal; every number of a spec came from one."""
    for digits in range(31):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            sign = "-" if scaled < 0 else ""
            whole = str(abs(scaled.numerator)).rjust(digits + 1, "0")
            return sign + (whole if not digits else f"{whole[:-digits]}.{whole[-digits:]}")
    raise SchemaError(f"{value} has no decimal of 30 digits or fewer", place="spec")
