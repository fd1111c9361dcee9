"""A month's parts from a CSV file whose headings say the unit: `torque [N.m]`."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from evidence.errors import ImportRefusedError, LimitError
from evidence.quantity import is_decimal
from lake.process_import import MISSING
from scoring.process_risk import MAX_PARTS

MAX_BYTES: Final = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Parts:
    """For each part its values by column, missing ones left out; and the UCUM unit of each column."""

    rows: tuple[dict[str, str], ...]
    units: dict[str, str]


def read_parts(file: str, data: bytes, wanted: Collection[str]) -> Parts:
    """Read a file whole or not at all; columns that are not `wanted` are skipped.

    Raises:
        ImportRefusedError: a column is missing, twice or without a unit, or a value is no decimal number.
        LimitError: larger than `MAX_BYTES`, or more than `MAX_PARTS` lines.
    """
    if len(data) > MAX_BYTES:
        raise LimitError(f"{file} is larger than {MAX_BYTES} bytes")
    try:
        lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        places, units = _headings(file, next(lines, []), wanted)
        rows: list[dict[str, str]] = []
        for line in lines:
            if not line:
                continue
            if len(rows) == MAX_PARTS:
                raise LimitError(f"{file} has more than {MAX_PARTS} parts")
            rows.append(_part(file, lines.line_num, line, places))
    except (csv.Error, UnicodeDecodeError) as error:
        raise ImportRefusedError(file, "as a whole", f"it is no CSV file in UTF-8: {error}") from error
    return Parts(tuple(rows), units)


def _headings(file: str, headings: list[str], wanted: Collection[str]) -> tuple[dict[str, int], dict[str, str]]:
    places: dict[str, int] = {}
    units: dict[str, str] = {}
    for place, heading in enumerate(headings):
        name, _, unit = heading.strip().rpartition(" [")
        if name not in wanted or not unit.endswith("]"):
            continue
        if name in places:
            raise ImportRefusedError(file, "line 1", f"there are two columns {name!r}")
        places[name], units[name] = place, unit.removesuffix("]")
    for name in wanted:
        if name not in places:
            advice = "Head each column with its name and its UCUM unit, for example: torque [N.m]"
            raise ImportRefusedError(file, "line 1", f"there is no column {name!r} with a unit", advice=advice)
    return places, units


def _part(file: str, number: int, line: list[str], places: dict[str, int]) -> dict[str, str]:
    found = {}
    for name, place in places.items():
        if place >= len(line):
            raise ImportRefusedError(file, f"line {number}", "the line is too short")
        text = line[place].strip()
        if text in MISSING:
            continue
        if not is_decimal(text):
            raise ImportRefusedError(file, f"line {number}, {name}", f"{text[:40]!r} is not a decimal number")
        found[name] = text
    return found
