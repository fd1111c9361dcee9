"""Wide CSV files of process data into the table: one line a part or a moment, one column a measured name."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final

from evidence.draft import Tier
from evidence.errors import ImportRefusedError, LimitError, MalformedError, SchemaError
from lake.process_table import ProcessRow, ProcessTable
from lake.times import iso_time

MAX_BYTES: Final = 4 * 2**30
MAX_COLUMNS: Final = 500
MAX_HEADINGS: Final = 2**20
MISSING: Final = ("", "NA", "NaN", "nan", "null", "NULL")


@dataclass(frozen=True, slots=True)
class ProcessMapping:
    """What the columns of a file mean.

    Attributes:
        values: for each column of the file with values, the name and the UCUM unit in the table.
        station: the station of all lines, or None when `station_column` tells it.
        part_column, lot_column, time_column, station_column: headings; None where the file has no such column.
        start: the time of lines without a time column; line n is taken n seconds later, so that their order stays.
        zone: of times without an offset.
        tier: of all values.
    """

    values: Mapping[str, tuple[str, str]]
    station: str | None = None
    part_column: str | None = None
    lot_column: str | None = None
    time_column: str | None = None
    station_column: str | None = None
    start: datetime | None = None
    zone: tzinfo = UTC
    tier: Tier = Tier.SENSITIVE

    def __post_init__(self) -> None:
        if not 1 <= len(self.values) <= MAX_COLUMNS:
            raise SchemaError(f"1 to {MAX_COLUMNS} columns with values are expected", place="values")
        if (self.station is None) == (self.station_column is None):
            raise SchemaError("either a station or a column with it", place="station")
        if (self.time_column is None) == (self.start is None):
            raise SchemaError("either a column with times or the time of the first line", place="time_column")

    @property
    def digest(self) -> bytes:
        """Names the mapping: the same file read otherwise is another import."""
        document = [sorted((k, *v) for k, v in self.values.items()), self.station, self.part_column, self.lot_column]
        document += [self.time_column, self.station_column, str(self.start), str(self.zone), self.tier.value]
        return hashlib.sha256(json.dumps(document).encode()).digest()


def values_of(headings: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What the columns with values of a file mean, where each heading says name and unit: `torque [N.m]`.

    A heading without a unit in brackets is no value (a serial number, a time).

    Raises:
        SchemaError: two headings with one name, or none with a unit.
    """
    found: dict[str, tuple[str, str]] = {}
    for heading in headings:
        name, _, unit = heading.strip().rpartition(" [")
        if name and unit.endswith("]"):
            if any(name.strip() == known for known, _ in found.values()):
                raise SchemaError(f"there are two columns {name.strip()!r}", place="line 1")
            found[heading] = (name.strip(), unit.removesuffix("]"))
    if not found:
        raise SchemaError("no heading says a unit", place="line 1", advice="Write them like this: torque [N.m]")
    return found


def headings_of(path: Path, delimiter: str = ",", *, called: str = "") -> list[str]:
    """The first line of a CSV file, at most `MAX_HEADINGS` bytes of it; ImportRefusedError when it is none."""
    with path.open("rb") as stream:
        first = stream.readline(MAX_HEADINGS + 1)
    try:
        if len(first) > MAX_HEADINGS:
            raise LimitError(f"{called or path.name}: the first line has more than {MAX_HEADINGS} bytes")
        return next(csv.reader([first.decode("utf-8-sig")], delimiter=delimiter, strict=True), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise ImportRefusedError(called or path.name, "line 1", f"it is no CSV file in UTF-8: {error}") from error


def import_csv(
    table: ProcessTable, path: Path, mapping: ProcessMapping, delimiter: str = ",", *, called: str = ""
) -> int:
    """Read a file whole or not at all; returns the number of values kept, 0 when it was imported before.

    Args:
        called: what errors call the file, when its name on this disk says nothing to anybody.

    Raises:
        ImportRefusedError: a heading is missing, or a line has a value or a time that cannot be read; nothing is kept.
        LimitError: the file is larger than `MAX_BYTES`.
    """
    if path.stat().st_size > MAX_BYTES:
        raise LimitError(f"{called or path.name} is larger than {MAX_BYTES} bytes")
    with path.open("rb") as stream:
        content = hashlib.file_digest(stream, "sha256").digest()
    source = hashlib.sha256(b"credence/process/v1" + content + mapping.digest).hexdigest()
    with path.open(encoding="utf-8-sig", newline="") as text:
        return table.add(_rows(called or path.name, csv.DictReader(text, delimiter=delimiter), mapping), source)


def _rows(file: str, reader: csv.DictReader[str], mapping: ProcessMapping) -> Iterator[ProcessRow]:
    headings = set(reader.fieldnames or ())
    named = [mapping.part_column, mapping.lot_column, mapping.time_column, mapping.station_column, *mapping.values]
    for heading in named:
        if heading is not None and heading not in headings:
            raise ImportRefusedError(file, "line 1", f"there is no column {heading!r}")
    try:
        for number, line in enumerate(reader):
            yield from _values(line, number, mapping)
    except (SchemaError, MalformedError, csv.Error, UnicodeDecodeError, ValueError) as error:
        raise ImportRefusedError(file, f"line {reader.line_num}", str(error)) from error


def _values(line: Mapping[str, str], number: int, mapping: ProcessMapping) -> Iterator[ProcessRow]:
    if mapping.time_column is not None:
        moment = iso_time(line[mapping.time_column], mapping.zone)
    else:
        assert mapping.start is not None
        moment = datetime.fromtimestamp(mapping.start.timestamp() + number, UTC)
    station = mapping.station or line[str(mapping.station_column)]
    part = line[mapping.part_column] if mapping.part_column else None
    lot = line[mapping.lot_column] if mapping.lot_column else None
    for heading, (name, unit) in mapping.values.items():
        text = line[heading]
        if text is None:
            raise SchemaError("the line is too short", place=heading)
        if text.strip() not in MISSING:
            yield ProcessRow(station, name, unit, float(text), moment, part or None, lot or None, mapping.tier)
