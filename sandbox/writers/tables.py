"""CSV and Excel tables, as an ERP exports them, byte for byte the same for equal rows."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Final

Row = Sequence[str]
_EPOCH: Final = datetime(2020, 1, 1)
_ZIP_TIME: Final = (2020, 1, 1, 0, 0, 0)


def csv_table(header: Row, rows: Sequence[Row]) -> bytes:
    """A CSV file (RFC 4180) in UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def excel_table(sheet: str, header: Row, rows: Sequence[Row]) -> bytes:
    """An Excel workbook with one sheet of text cells."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.created = book.properties.modified = _EPOCH
    page = book.active
    assert page is not None
    page.title = sheet
    for row in (header, *rows):
        page.append(list(row))
    raw = io.BytesIO()
    book.save(raw)
    return _same_times(raw.getvalue())


def _same_times(workbook: bytes) -> bytes:
    """The same archive with fixed times: openpyxl stamps the present into it, and equal seeds must give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _without_modified(data)
            target.writestr(zipfile.ZipInfo(name, _ZIP_TIME), data)
    return out.getvalue()


def _without_modified(core: bytes) -> bytes:
    start, end = core.find(b"<dcterms:modified"), core.find(b"</dcterms:modified>")
    return core if start < 0 else core[:start] + core[end + len(b"</dcterms:modified>") :]
