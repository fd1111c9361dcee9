"""A table of text with names for its columns: CSV as people export it, or a refusal that names the line.

Separator comma, semicolon or tab, told from the first line. Numbers have a decimal point: in a file with decimal commas
1,234 may mean two things, so such a file is refused rather than guessed.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Final

from evidence.errors import ImportRefusedError, LimitError, MalformedError, NotFoundError
from evidence.quantity import decimal_text
from spc.data import Array, values

MAX_BYTES: Final = 64 * 1024 * 1024
"""Largest file, bytes."""
MAX_ROWS: Final = 1_000_000
"""Most rows."""
MAX_COLUMNS: Final = 256
"""Most columns."""
MAX_CELL: Final = 1_000
"""Longest cell, characters."""

_COMMA: Final = re.compile(r"[+-]?[0-9]+,[0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text, all as long as `names`.

    Attributes:
        file: where it came from, for messages.
        names: of the columns; `1`, `2`, ... in a file without a heading.
        rows: cells without surrounding blanks.
        lines: line of each row in the file.
    """

    file: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def text(self, column: str) -> list[str]:
        """The cells of a column, none empty.

        Raises:
            NotFoundError: no such column.
            ImportRefusedError: an empty cell, with its line.
        """
        place = self._place(column)
        for line, row in zip(self.lines, self.rows, strict=True):
            if not row[place]:
                raise self._refused(line, f"nothing in column {self.names[place]!r}")
        return [row[place] for row in self.rows]

    def numbers(self, column: str | None = None) -> Array:
        """A column as numbers, shape (rows,); the first one that starts with a number when none is named.

        Raises:
            NotFoundError: no such column, or none of numbers.
            ImportRefusedError: a cell that is empty or no number, with its line.
        """
        name = self.first_numeric() if column is None else column
        found = []
        for line, cell in zip(self.lines, self.text(name), strict=True):
            try:
                found.append(float(decimal_text(cell)))
            except MalformedError as error:
                raise self._refused(line, f"column {name!r}: {error.message}") from error
        return values(found, place=name, at_least=1)

    def first_numeric(self) -> str:
        """Name of the first column whose first cell is a number.

        Raises:
            NotFoundError: there is none.
            ImportRefusedError: a cell before it has a decimal comma, so it may be the column that is meant.
        """
        for name, cell in zip(self.names, self.rows[0], strict=True):
            if _is_number(cell):
                return name
            if _COMMA.fullmatch(cell):
                raise self._refused(self.lines[0], f"column {name!r}: {cell!r} has a decimal comma; write a point")
        raise NotFoundError(
            f"{self.file}: no column of numbers", advice="Name the column with --column; use a decimal point."
        )

    def _place(self, column: str) -> int:
        if column not in self.names:
            raise NotFoundError(
                f"{self.file}: no column {column!r}", advice=f"Columns here: {', '.join(self.names[:20])}."
            )
        return self.names.index(column)

    def _refused(self, line: int, reason: str) -> ImportRefusedError:
        return ImportRefusedError(self.file, f"line {line}", reason)


def read_table(data: bytes, file: str) -> Table:
    """Read a CSV file.

    Raises:
        ImportRefusedError: not UTF-8, no row of data, rows of different length, columns named twice.
        LimitError: larger than the bounds above.
    """
    if len(data) > MAX_BYTES:
        raise LimitError(f"{file}: {len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefusedError(file, f"byte {error.start}", "not UTF-8 text") from error
    first = text.partition("\n")[0]
    separator = max("\t;,", key=first.count) if any(one in first for one in "\t;,") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, lines = list[tuple[str, ...]](), list[int]()
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _bounded(cells, len(rows), f"{file}, line {reader.line_num}")
                rows.append(tuple(cell.strip() for cell in cells))
                lines.append(reader.line_num)
    except csv.Error as error:
        raise ImportRefusedError(file, f"line {reader.line_num}", str(error)) from error
    names: tuple[str, ...] = ()
    if rows:
        if any(cell and not _is_number(cell) for cell in rows[0]) and not _is_data(rows):
            names, rows, lines = rows[0], rows[1:], lines[1:]
        else:
            names = tuple(str(number) for number in range(1, len(rows[0]) + 1))
    if not rows:
        raise ImportRefusedError(file, "line 1", "no row of data")
    if len(set(names)) != len(names):
        raise ImportRefusedError(file, "line 1", "two columns of one name")
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(names):
            raise ImportRefusedError(file, f"line {line}", f"{len(row)} cells where {len(names)} are expected")
    return Table(file, names, tuple(rows), tuple(lines))


def _is_data(rows: list[tuple[str, ...]]) -> bool:
    """Whether the first row, which holds words, is data all the same: it holds a number where the next row does."""
    return len(rows) > 1 and any(
        _is_number(one) and _is_number(other) for one, other in zip(rows[0], rows[1], strict=False)
    )


def _bounded(cells: list[str], count: int, where: str) -> None:
    if count >= MAX_ROWS:
        raise LimitError(f"{where}: more than {MAX_ROWS} rows")
    if len(cells) > MAX_COLUMNS:
        raise LimitError(f"{where}: more than {MAX_COLUMNS} columns")
    if any(len(cell) > MAX_CELL for cell in cells):
        raise LimitError(f"{where}: a cell of more than {MAX_CELL} characters")


def _is_number(cell: str) -> bool:
    try:
        decimal_text(cell)
    except MalformedError:
        return False
    return True
