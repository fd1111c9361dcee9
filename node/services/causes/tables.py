"""Keep tables of lots as plants export them, and read them back frozen by their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from evidence.canonical import encode
from evidence.clock import format_instant, parse_instant
from evidence.draft import JsonValue
from evidence.errors import CredenceError, ImportRefusedError, LimitError, StorageError
from node.services.causes.desk import TABLE, CausalDesk
from rca.table import Table
from rca.table_file import FORMAT as COLUMNS_FORMAT
from rca.table_file import columns_document, guessed, read_columns, read_csv
from spc.table import read_table

FORMAT: Final = "credence-rca-table/1"
TIME: Final = "time"
"""The column that says when a lot was made; RFC 3339."""
LOT: Final = "lot"
MAX_FILE_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Lots:
    """A table with what people know its rows by.

    Attributes:
        name: the SHA-256 of the file and of what its columns are, hexadecimal.
        times: when each lot was made; empty when the file does not say.
        lots: numbers of the lots; empty when the file does not say.
    """

    name: str
    table: Table
    times: tuple[datetime, ...]
    lots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeepTable:
    """Imports a table."""

    desk: CausalDesk

    def __call__(self, file: str, data: bytes, columns: bytes | None, *, by: str) -> Lots:
        """Read a CSV file whole, or refuse it whole; the same file again changes nothing.

        Args:
            columns: a `credence-rca-columns/1` file; without it, kinds are guessed and every column is of tier 0.
        Raises:
            LimitError, ImportRefusedError, SchemaError, MalformedError: with the place in the file.
        """
        if len(data) > MAX_FILE_BYTES:
            raise LimitError(f"{file} is larger than {MAX_FILE_BYTES} bytes", advice="Export a shorter time.")
        known = read_columns(columns) if columns is not None else guessed(data, file)
        known = tuple(column for column in known if column.name not in (TIME, LOT))
        table = read_csv(data, file, known)
        times, lots = _rows(data, file)
        said = columns_document(known)
        name = hashlib.sha256(hashlib.sha256(data).digest() + encode(said)).hexdigest()
        digest = hashlib.sha256(data).hexdigest()
        self.desk.keep_file(digest, data)
        about: dict[str, JsonValue] = {
            "format": FORMAT,
            "file": file[:200],
            "sha256": digest,
            "window": table.digest,
            "rows": table.rows,
            "columns": said["columns"],
            "first": format_instant(times[0]) if times else "",
            "last": format_instant(times[-1]) if times else "",
        }
        self.desk.keep(TABLE, name, about, about="", by=by)
        return Lots(name, table, times, lots)


@dataclass(frozen=True, slots=True)
class ReadTable:
    """Reads a kept table."""

    desk: CausalDesk

    def __call__(self, name: str) -> Lots:
        """The table, as it was imported.

        Raises:
            NotFoundError: no table of that name.
            StorageError: its bytes are gone or were changed.
        """
        _, said = self.desk.read(TABLE, name)
        data = self.desk.file(str(said["sha256"]))
        changed = StorageError(f"the table {name[:12]} was changed since it was kept", advice="Import its file again.")
        if hashlib.sha256(data).hexdigest() != said["sha256"]:
            raise changed
        columns = read_columns(encode({"format": COLUMNS_FORMAT, "columns": said["columns"]}))
        try:
            table = read_csv(data, str(said["file"]), columns)
        except CredenceError as error:
            raise changed from error
        if table.digest != said["window"]:
            raise changed
        times, lots = _rows(data, str(said["file"]))
        return Lots(name, table, times, lots)


def _rows(data: bytes, file: str) -> tuple[tuple[datetime, ...], tuple[str, ...]]:
    cells = read_table(data, file)
    lots = _column(cells.names, cells.rows, LOT)
    times = list[datetime]()
    for line, text in zip(cells.lines, _column(cells.names, cells.rows, TIME), strict=False):
        try:
            times.append(parse_instant(text))
        except CredenceError as error:
            raise ImportRefusedError(file, f"line {line}", f"column {TIME!r}: {error.message}") from error
        if len(times) > 1 and times[-1] < times[-2]:
            raise ImportRefusedError(file, f"line {line}", "earlier than the line before", advice="Sort it by time.")
    return tuple(times), tuple(lots)


def _column(names: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> list[str]:
    return [row[names.index(name)] for row in rows] if name in names else []
