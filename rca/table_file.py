"""A table from files: a CSV file, and a JSON file that says what its columns are (`credence-rca-columns/1`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from evidence.canonical import loads
from evidence.draft import JsonValue
from evidence.errors import ImportRefusedError, SchemaError
from evidence.ucum import unit
from rca.columns import Column, Kind, column_from
from rca.table import Array, Table, table_of
from spc.table import Table as Cells
from spc.table import read_table

FORMAT: Final = "credence-rca-columns/1"
MISSING: Final = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "-"})
"""Cells that say that nothing was measured."""

_NUMBER: Final = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)(?: *(\S{1,40}))?", re.ASCII)
_TRUTH: Final = {"0": 0.0, "1": 1.0, "false": 0.0, "true": 1.0, "no": 0.0, "yes": 1.0, "ok": 0.0, "nok": 1.0}


def read_columns(data: bytes) -> tuple[Column, ...]:
    """Read the file that says what the columns are.

    Raises:
        MalformedError: not JSON.
        SchemaError: not of this format, or a column against its rules, with its place.
    """
    document = loads(data)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise SchemaError(f"not a file of columns ({FORMAT})", place="/format")
    listed = document.get("columns")
    if not isinstance(listed, list) or not listed or set(document) - {"format", "columns"}:
        raise SchemaError("a file of columns holds format and columns, a list", place="/columns")
    found = []
    for number, one in enumerate(listed):
        if not isinstance(one, dict):
            raise SchemaError("a column is an object", place=f"/columns/{number}")
        found.append(column_from(one, f"/columns/{number}"))
    return tuple(found)


def columns_document(columns: Sequence[Column]) -> dict[str, JsonValue]:
    """The JSON form that `read_columns` reads."""
    return {"format": FORMAT, "columns": [column.document() for column in columns]}


def read_csv(data: bytes, file: str, columns: Sequence[Column]) -> Table:
    """Read the named columns of a CSV file; other columns of the file are left out.

    A cell may carry its unit (`12.5 um`): it is converted when it measures the same, refused when it does not.

    Raises:
        ImportRefusedError: not a CSV file, a column that is not there, a cell unsuited to its column (with line).
        LimitError: larger than `spc.table` reads.
        SchemaError: values against the rules of a table.
    """
    cells = read_table(data, file)
    for column in columns:
        if column.name not in cells.names:
            listed = ", ".join(cells.names[:20])
            raise ImportRefusedError(file, "heading", f"no column {column.name!r}", advice=f"Columns here: {listed}.")
    return table_of(columns, [_read(cells, column) for column in columns])


def guessed(data: bytes, file: str, tiers: Mapping[str, int] | None = None) -> tuple[Column, ...]:
    """Columns guessed from a CSV file, for a person to correct: numbers in the unit their cells carry (else 1), words a
    category.

    Raises:
        ImportRefusedError, LimitError: as `read_csv`.
    """
    cells = read_table(data, file)
    found = []
    for place, name in enumerate(cells.names):
        words = sorted({row[place] for row in cells.rows} - MISSING)
        tier = (tiers or {}).get(name, 0)
        numbers = [_NUMBER.fullmatch(word) for word in words]
        if all(numbers):
            kind = Kind.BINARY if set(words) == {"0", "1"} else Kind.CONTINUOUS
            codes = {match[2] for match in numbers if match and match[2]}
            found.append(Column(name, kind, codes.pop() if len(codes) == 1 else "1", tier))
        elif len(words) == 2:
            found.append(Column(name, Kind.BINARY, tier=tier, categories=tuple(words)))
        elif len(words) > 2:
            found.append(Column(name, Kind.CATEGORICAL, tier=tier, categories=tuple(words[:256])))
    return tuple(found)


def _read(cells: Cells, column: Column) -> Array:
    place = cells.names.index(column.name)
    codes = {label: float(code) for code, label in enumerate(column.categories)}
    if column.kind is Kind.BINARY and not codes:
        codes = _TRUTH
    values = np.full(len(cells.rows), np.nan)
    for number, (line, row) in enumerate(zip(cells.lines, cells.rows, strict=True)):
        cell = row[place]
        if cell in MISSING and cell not in codes:
            continue
        known = codes.get(cell if column.categories else cell.lower())
        if known is not None:
            values[number] = known
        elif codes:
            listed = ", ".join(list(codes)[:20])
            raise ImportRefusedError(
                cells.file, f"line {line}", f"column {column.name!r}: {cell[:40]!r} is none of {listed}"
            )
        else:
            values[number] = _number(cell, column, cells.file, line)
    return values


def _number(cell: str, column: Column, file: str, line: int) -> float:
    match = _NUMBER.fullmatch(cell)
    if match is None:
        raise ImportRefusedError(file, f"line {line}", f"column {column.name!r}: {cell[:40]!r} is not a number")
    value, code = float(match[1]), match[2]
    if code is None or code == column.unit:
        return value
    try:
        written, wanted = unit(code), unit(column.unit)
    except SchemaError as error:
        raise ImportRefusedError(file, f"line {line}", f"column {column.name!r}: {error.message}") from error
    if written.dimension != wanted.dimension:
        raise ImportRefusedError(
            file,
            f"line {line}",
            f"column {column.name!r} mixes units: {code} does not measure what {column.unit} does",
            advice="Split the column by unit, or correct the unit of the column.",
        )
    base = value * float(written.factor) + float(written.offset)
    return (base - float(wanted.offset)) / float(wanted.factor)
