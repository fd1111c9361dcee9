"""Rows of a table, the same from CSV and Excel: cells by column title, with the row they stand in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, TypeAlias

from lake.content import Source


class ExactNumber(str):
    """A number that the file stores as a number: its decimal sign is a point, whatever the mapping says of text."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that must not be believed (a formula, an error value); it matters only to mappings that read it."""

    reason: str
    advice: str


Cell: TypeAlias = "str | datetime | time | Unreadable | None"
"""Text, an Excel date (naive) or time of day; None when empty."""

MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 500
MAX_CELL: Final = 10_000
_DELIMITERS: Final = (";", "\t", ",", "|")
_NEWLINES: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Table:
    """A table's column titles and its rows.

    Attributes:
        titles: in order, white space tidied, all different, untitled columns left out.
        rows: row number in the file and cells by title; rows without any cell are left out.
    """

    titles: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, Cell]], ...]


def csv_table(
    source: Source, data: bytes, *, header_row: int = 1, delimiter: str | None = None, encoding: str | None = None
) -> Table:
    """Read a CSV file.

    Raises:
        ImportRefusedError: undecodable, not CSV, rows longer than the header, or too large.
    """
    text = _decode(source, data, encoding)
    first = next(iter(_NEWLINES.split(text, maxsplit=header_row)[header_row - 1 : header_row]), "")
    mark = delimiter or max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)

    def numbered() -> Iterator[tuple[int, Sequence[Cell]]]:
        begun = 1
        try:
            for row in reader:
                yield begun, [cell.strip() or None for cell in row]
                begun = reader.line_num + 1
        except csv.Error as error:
            raise source.refusal(f"line {begun}", f"not CSV: {error}") from error

    return table(source, numbered(), header_row)


def table(source: Source, rows: Iterable[tuple[int, Sequence[Cell]]], header_row: int) -> Table:
    """Put titles to the cells of numbered rows.

    Raises:
        ImportRefusedError: no header row, a title twice, cells without a title, or more rows or columns than read.
    """
    titles: list[str | None] | None = None
    kept: list[tuple[int, dict[str, Cell]]] = []
    seen = 0
    for number, cells in rows:
        seen += 1
        if len(kept) >= MAX_ROWS or len(cells) > MAX_COLUMNS or seen > MAX_ROWS + header_row + 10_000:
            raise source.refusal(
                f"line {number}", f"more than {MAX_ROWS} rows or {MAX_COLUMNS} columns", "Split the table."
            )
        if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in cells):
            raise source.refusal(f"line {number}", f"a cell longer than {MAX_CELL} characters")
        if number < header_row:
            continue
        if titles is None:
            titles = _titles(source, number, cells)
            continue
        row: dict[str, Cell] = {}
        for index, cell in enumerate(cells):
            if cell is None:
                continue
            title = titles[index] if index < len(titles) else None
            if title is None:
                raise source.refusal(
                    f"line {number}", f"a cell in column {index + 1}, which has no title", "Give the column a title."
                )
            row[title] = cell
        if row:
            kept.append((number, row))
    if titles is None:
        raise source.refusal("end", f"no row {header_row} with column titles")
    return Table(tuple(title for title in titles if title is not None), tuple(kept))


def _titles(source: Source, number: int, cells: Sequence[Cell]) -> list[str | None]:
    titles: list[str | None] = []
    for cell in cells:
        title = " ".join(str(cell).split()) if cell is not None else None
        if title is not None and title in titles:
            raise source.refusal(f"line {number}", f"the column {title!r} stands twice", "Rename one of the two.")
        titles.append(title)
    if not any(titles):
        raise source.refusal(f"line {number}", "no column titles", "Say in the mapping which row has them.")
    return titles


def _decode(source: Source, data: bytes, encoding: str | None) -> str:
    if encoding is None:
        encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise source.refusal(
            f"byte {error.start}", f"not {encoding}", "Name the file's encoding in the mapping (table.encoding)."
        ) from error
    if "\0" in text:
        raise source.refusal("start", "binary data in no format that is known")
    return text
