"""Excel workbooks (.xlsx): one sheet as rows, read-only, bounded, formulas not evaluated.

Attacks stopped: zip bombs (members are measured before they are inflated), entities in any XML part, formulas that
would have to be trusted (a cached result may be anything), sheets that claim millions of rows.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from evidence.errors import ImportRefusedError, MalformedError
from lake.content import Source
from lake.decimals import decimal_text
from lake.rows import MAX_COLUMNS, Cell, ExactNumber, Table, Unreadable, table

_MAX_MEMBERS: Final = 2000
_MAX_INFLATED: Final = 160 * 1024 * 1024
_MAX_RATIO: Final = 200
_RATIO_FREE: Final = 4 * 1024 * 1024
# Elements cost many times their bytes in memory once parsed; a sheet's rows are let go one by one.
_MAX_TAGS: Final = 2_000_000
_MAX_CELL_TAGS: Final = 12_000_000
_MAX_ROW_TAGS: Final = 200_000
_CHUNK: Final = 1024 * 1024
_MAX_SHEET_ROWS: Final = 1_048_576
_DECLARATION: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MARKED: Final = re.compile(rb"<!")
_ROW: Final = re.compile(rb"</?(?:[^\s<>/:]{1,64}:)?row[\s/>]")
# What openpyxl lets through from damaged workbooks, at its border.
_DAMAGED: Final = (
    KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, EOFError, OSError, RuntimeError,
    NotImplementedError, AssertionError, zipfile.BadZipFile, zlib.error, ParseError,
)  # fmt: skip


def excel_table(source: Source, data: bytes, *, header_row: int = 1, sheet: str | None = None) -> Table:
    """Read one sheet of a workbook.

    Numbers are binary doubles inside the file; the shortest decimal that reads back as the same double is taken, which
    is what was typed up to 15 digits.

    Args:
        sheet: its name; the first one when None.
    Raises:
        ImportRefusedError: not a workbook, a bomb, no such sheet, or a table that cannot be read.
    """
    check_archive(source, data)
    from lxml import etree
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            chosen = _sheet(source, book, sheet)
            return table(source, _rows(source, chosen), header_row)
        finally:
            book.close()
    except (*_DAMAGED, etree.LxmlError) as error:
        raise source.refusal("workbook", f"not a readable Excel workbook: {type(error).__name__}") from error


def check_archive(source: Source, data: bytes) -> None:
    """Measure a zip archive and inspect its XML parts, inflating in chunks and never more than is allowed.

    Raises:
        ImportRefusedError: not a workbook, encrypted, too many or too large members, or a DTD in an XML part.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = [member.filename for member in members]
            if "xl/workbook.xml" not in names:
                raise source.refusal("start", "a zip archive, but no Excel workbook", "Unpack it and import its files.")
            if len(members) > _MAX_MEMBERS or len(set(names)) != len(names):
                raise source.refusal("archive", f"more than {_MAX_MEMBERS} members, or two of the same name")
            if any(member.flag_bits & 1 for member in members):
                raise source.refusal("archive", "encrypted", "Save it without a password.")
            budget = min(_MAX_INFLATED, max(_RATIO_FREE, len(data) * _MAX_RATIO))
            for member in members:
                budget -= _inflate(source, archive, member, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError) as error:
        raise source.refusal("archive", f"a damaged zip archive: {error}") from error


def _inflate(source: Source, archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: int) -> int:
    """Inflate one member for inspection; its real size, at most `budget`."""
    size = 0
    is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    part = _Part(source, member.filename)
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > budget:
                raise source.refusal("archive", f"{member.filename} inflates beyond what is read: a zip bomb?")
            if is_xml:
                part.inspect(chunk)
    return size


class _Part:
    """Inspects one XML part chunk by chunk, before any XML parser sees it."""

    def __init__(self, source: Source, name: str) -> None:
        self.source, self.name = source, name
        self.is_sheet = "/worksheets/" in name
        self.tail = b""
        self.tags = self.in_row = 0
        self.begun = False

    def inspect(self, chunk: bytes) -> None:
        """Refuse other encodings, declarations, and more elements than are read (in one row of a sheet)."""
        if not self.begun and chunk.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
            raise self._refusal("is not UTF-8")
        self.begun = True
        # In sheets comments and CDATA are refused too: text like <row> inside them would defeat the count below.
        if (_MARKED if self.is_sheet else _DECLARATION).search(self.tail + chunk):
            raise self._refusal("holds a DTD, entity declaration, comment or CDATA section")
        self.tail = chunk[-16:]
        self.tags += chunk.count(b"<")
        if self.is_sheet:
            first, *rows = _ROW.split(chunk)
            self.in_row += first.count(b"<")
            for row in rows:
                self._check_row()
                self.in_row = row.count(b"<")
            self._check_row()
        if self.tags > (_MAX_CELL_TAGS if self.is_sheet else _MAX_TAGS):
            raise self._refusal("has more elements than are read")

    def _check_row(self) -> None:
        if self.in_row > _MAX_ROW_TAGS:
            raise self._refusal("has a row with more cells than are read")

    def _refusal(self, reason: str) -> ImportRefusedError:
        return self.source.refusal("archive", f"{self.name} {reason}")


def _sheet(source: Source, book: Any, name: str | None) -> Any:
    names = list(book.sheetnames)
    if name is None:
        if not names:
            raise source.refusal("workbook", "no sheet")
        return book[names[0]]
    if name not in names:
        shown = ", ".join(names[:20])
        raise source.refusal("workbook", f"no sheet {name!r}; there are {shown}", "Correct table.sheet in the mapping.")
    return book[name]


def _rows(source: Source, sheet: Any) -> Iterator[tuple[int, Sequence[Cell]]]:
    # The dimension that a sheet claims may be absurd; rows are counted as they come instead.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > _MAX_SHEET_ROWS:
            raise source.refusal(f"line {number}", "more rows than a sheet has")
        cells = [_cell(cell) for cell in row[: MAX_COLUMNS + 1]]
        while cells and cells[-1] is None:
            cells.pop()
        yield number, cells


def _cell(cell: Any) -> Cell:
    value, kind = cell.value, cell.data_type
    if value is None:
        return None
    if kind == "f":
        return Unreadable("a formula; formulas are not evaluated", "Copy the column and paste it as values.")
    if kind == "e":
        return Unreadable(f"the error value {str(value)[:20]}", "Correct the cell.")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return ExactNumber(value)
    if isinstance(value, float):
        return _plain(value)
    if isinstance(value, datetime | time):
        return value
    if isinstance(value, timedelta):
        return Unreadable("a duration", "Write it as a number and name its unit.")
    return str(value).strip() or None


def _plain(number: float) -> Cell:
    try:
        return ExactNumber(decimal_text(repr(number)).removesuffix(".0"))
    except MalformedError:
        return Unreadable(f"the number {number!r}", "Write it with at most 30 digits on a side of the decimal point.")
