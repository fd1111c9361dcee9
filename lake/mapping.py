"""Mapping files: which column of a table becomes which field, versioned and checked by their own JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evidence import canonical, schema
from evidence.draft import JsonValue, Kind
from evidence.errors import SchemaError

FORMAT: Final = "credence-mapping/1"
_MAX_BYTES: Final = 1024 * 1024
_ADVICE: Final = "docs/importing.md describes mapping files; `credence evidence suggest-mapping FILE` drafts one."
_SERIES_FIELDS: Final = frozenset(
    {"part", "characteristic", "unit", "nominal", "lower_limit", "upper_limit", "lot", "station", "gauge", "operator"}
)


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where one field comes from: a column, or one value for all rows."""

    column: str | None
    value: str | None
    optional: bool
    translate: Mapping[str, str]
    format: str | None


@dataclass(frozen=True, slots=True)
class MeasurementColumns:
    """Columns that hold measured values; several of them are one subgroup a row."""

    columns: tuple[str, ...]
    fields: Mapping[str, FieldSource]
    optional: bool


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One mapping file, valid once built.

    Attributes:
        occurred: columns of the date and time; with `occurred_first` alternatives, the first that is not empty.
        types: for each field of the kind, how its text is read: "decimal", "number", "instant", "unit", "boolean",
            or the name of another schema definition for text.
    """

    kind: Kind
    header_row: int
    sheet: str | None
    delimiter: str | None
    encoding: str | None
    decimal_comma: bool
    zone: ZoneInfo | None
    occurred: tuple[str, ...]
    occurred_first: bool
    occurred_format: str | None
    fields: Mapping[str, FieldSource]
    defects: Mapping[str, str] = field(default_factory=dict)
    statistics: Mapping[str, str] = field(default_factory=dict)
    measurements: tuple[MeasurementColumns, ...] = ()
    subgroup_size: int = 1
    types: Mapping[str, str] = field(default_factory=dict)

    def columns(self) -> list[str]:
        """Every column that the mapping reads, once."""
        named = [*self.occurred, *self.defects.values(), *self.statistics.values()]
        sources = list(self.fields.values())
        for one in self.measurements:
            named.extend(one.columns)
            sources.extend(one.fields.values())
        named.extend(one.column for one in sources if one.column is not None)
        return list(dict.fromkeys(named))


def parse_mapping(given: Mapping[str, JsonValue] | bytes) -> TableMapping:
    """Check a mapping and read it.

    Raises:
        SchemaError: not a mapping of this version, with its place; an unknown zone; fields that the kind has not.
        MalformedError, LimitError: bytes that are no JSON.
    """
    raw: Any = canonical.loads(given, limit=_MAX_BYTES) if isinstance(given, bytes) else given
    _check(raw)
    kind = Kind(raw["kind"])
    table = raw.get("table", {})
    types = _types(kind)
    fields = _fields(raw.get("fields", {}), types, "/fields")
    measurements = tuple(
        MeasurementColumns(
            tuple(one["columns"]),
            _fields(one.get("fields", {}), types, f"/measurements/{index}/fields"),
            one.get("optional", False),
        )
        for index, one in enumerate(raw.get("measurements", ()))
    )
    _check_kind(kind, raw, fields, measurements)
    return TableMapping(
        kind=kind,
        header_row=table.get("header_row", 1),
        sheet=table.get("sheet"),
        delimiter=table.get("delimiter"),
        encoding=table.get("encoding"),
        decimal_comma=raw.get("decimal") == ",",
        zone=_zone(raw.get("zone")),
        occurred=tuple(raw["occurred"].get("columns") or raw["occurred"]["first_of"]),
        occurred_first="first_of" in raw["occurred"],
        occurred_format=raw["occurred"].get("format"),
        fields=fields,
        defects=raw.get("defects", {}),
        statistics=raw.get("statistics", {}),
        measurements=measurements,
        subgroup_size=raw.get("subgroup_size", 1),
        types=types,
    )


def _check(raw: object) -> None:
    from jsonschema.exceptions import best_match

    error = best_match(_validator().iter_errors(raw))
    if error is not None:
        place = "".join(f"/{step}" for step in error.absolute_path)
        raise SchemaError(f"not a mapping of {FORMAT}: {error.message[:300]}", place=place or "/", advice=_ADVICE)


@lru_cache(maxsize=1)
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    text = (resources.files("lake") / "schemas" / "mapping.1.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _types(kind: Kind) -> dict[str, str]:
    """How each field of a kind is read, from its published schema."""
    types = {}
    for name, part in schema.document(schema.latest(kind))["properties"].items():
        reference = str(part.get("$ref", "")).removeprefix("#/$defs/")
        types[name] = reference or str(part.get("type", "text"))
    return types


def _fields(raw: Mapping[str, Any], types: Mapping[str, str], place: str) -> dict[str, FieldSource]:
    fields = {}
    for name, one in raw.items():
        if types.get(name, "object") in ("object", "array"):
            raise SchemaError("no such field of this kind that a column can fill", place=f"{place}/{name}")
        fields[name] = FieldSource(
            one.get("column"), one.get("value"), one.get("optional", False), one.get("translate", {}), one.get("format")
        )
    return fields


def _check_kind(
    kind: Kind, raw: Mapping[str, Any], fields: Mapping[str, FieldSource], rows: tuple[MeasurementColumns, ...]
) -> None:
    """What only some kinds may say, and what they must."""
    only = {"defects": Kind.INSPECTION_RESULT, "statistics": Kind.STUDY}
    for name, owner in only.items():
        if name in raw and kind is not owner:
            raise SchemaError(f"only mappings of {owner.value} have this", place=f"/{name}", advice=_ADVICE)
    series = kind is Kind.MEASUREMENT_SERIES
    if series != bool(rows) or ("subgroup_size" in raw and not series):
        place = "/measurements" if "subgroup_size" not in raw or series else "/subgroup_size"
        raise SchemaError(
            f"mappings of {Kind.MEASUREMENT_SERIES.value} have measurements, others do not", place=place, advice=_ADVICE
        )
    for index, one in enumerate(rows):
        names = {*fields, *one.fields}
        for missing in ("part", "characteristic", "unit"):
            if missing not in names:
                raise SchemaError(
                    f"the field {missing} is needed here or in /fields", place=f"/measurements/{index}", advice=_ADVICE
                )
        if not names <= _SERIES_FIELDS:
            extra = sorted(names - _SERIES_FIELDS)[0]
            raise SchemaError("is computed from the values, not mapped", place=f"/fields/{extra}", advice=_ADVICE)
        if len(one.columns) > 1 and raw.get("subgroup_size", 1) != 1:
            raise SchemaError("several columns are a subgroup already", place="/subgroup_size", advice=_ADVICE)


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SchemaError(f"{name!r} is no zone of the IANA database", place="/zone") from error
