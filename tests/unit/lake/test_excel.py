"""Excel: exact numbers and dates, no formulas believed, bombs measured before they go off."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time
from typing import Any

import pytest
from openpyxl import Workbook

from evidence.errors import ImportRefusedError
from tests.support.lake_files import read, series

MAPPING: dict[str, Any] = {
    "format": "credence-mapping/1",
    "kind": "measurement-series",
    "decimal": ",",
    "occurred": {"columns": ["Day", "Clock"]},
    "fields": {"part": {"column": "Part"}, "characteristic": {"value": "D"}, "unit": {"value": "mm"}},
    "measurements": [{"columns": ["Value"]}],
}
TITLES = ["Part", "Day", "Clock", "Value", "Sum"]
ROW = ["P", datetime(2026, 3, 1), time(8, 30, 15), 0.1, None]


def workbook(*rows: list[Any], before: int = 0, sheet: str | None = None) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    if sheet is not None:
        page = book.create_sheet(sheet)
    for _ in range(before):
        page.append(["a report"])
    for row in (TITLES, *rows):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return out.getvalue()


def test_numbers_and_dates_are_exact() -> None:
    data = workbook(ROW, ["P", datetime(2026, 3, 2), time(23, 59, 59), 12, None], ["P", *ROW[1:3], "0,250", None])
    content = read("a.xlsx", data, mapping=MAPPING)
    (one,) = series(content)
    assert content.format == "Excel"
    assert one["values"] == ["0.1", "12", "0.250"]
    assert one["times"] == ["2026-03-01T08:30:15Z", "2026-03-02T23:59:59Z", "2026-03-01T08:30:15Z"]


def test_title_row_and_sheet_are_told_by_the_mapping() -> None:
    data = workbook(ROW, before=2, sheet="Messung")
    told = {**MAPPING, "table": {"sheet": "Messung", "header_row": 3}}
    assert series(read("a.xlsx", data, mapping=told))[0]["values"] == ["0.1"]
    with pytest.raises(ImportRefusedError, match="there are Sheet, Messung"):
        read("a.xlsx", data, mapping={**MAPPING, "table": {"sheet": "Nope"}})


def test_a_formula_matters_only_where_the_mapping_reads_it() -> None:
    assert series(read("a.xlsx", workbook([*ROW[:4], "=D2*2"]), mapping=MAPPING))[0]["values"] == ["0.1"]
    for bad, reason in (("=1+1", "formula"), ("#N/A", "error value")):
        with pytest.raises(ImportRefusedError, match=reason) as caught:
            read("a.xlsx", workbook([*ROW[:3], bad, None]), mapping=MAPPING)
        assert caught.value.where == "line 2"


def test_blank_rows_are_no_rows() -> None:
    assert series(read("a.xlsx", workbook([None] * 5, ROW, [None] * 5), mapping=MAPPING))[0]["values"] == ["0.1"]


def test_a_zip_bomb_is_refused_before_it_is_inflated() -> None:
    bomb = with_member(workbook(ROW), "xl/worksheets/sheet1.xml", b"<a>" + b" " * 40_000_000)
    assert len(bomb) < 200_000
    with pytest.raises(ImportRefusedError, match="inflates beyond"):
        read("a.xlsx", bomb, mapping=MAPPING)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', "DTD"),
        ("xl/workbook.xml", "<a/>".encode("utf-16"), "not UTF-8"),
        ("xl/workbook.xml", b"<a/>", "no sheet"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row", "not a readable"),
    ],
)
def test_a_damaged_or_hostile_part_is_refused(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(ImportRefusedError, match=reason):
        read("a.xlsx", with_member(workbook(ROW), name, content), mapping=MAPPING)


def test_a_sheet_that_claims_rows_without_end_is_refused() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Part</t></is></c></row>'
        b'<row r="999999999"><c r="A999999999"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(ImportRefusedError, match="more than 200000 rows"):
        read("a.xlsx", with_member(workbook(ROW), "xl/worksheets/sheet1.xml", sheet), mapping=MAPPING)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'<sheetData><row r="1">' + b"<c/>" * 300_000, "a row with more cells"),
        (b"<!-- <row > -->", "comment"),
        (b"<![CDATA[<row >]]>", "CDATA"),
    ],
)
def test_a_row_built_to_fill_the_memory_is_refused_before_it_is_parsed(content: bytes, reason: str) -> None:
    with pytest.raises(ImportRefusedError, match=reason):
        read("a.xlsx", with_member(workbook(ROW), "xl/worksheets/sheet1.xml", content), mapping=MAPPING)


def test_other_archives_are_not_workbooks() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(ImportRefusedError, match="no Excel workbook"):
        read("a.xlsx", out.getvalue(), mapping=MAPPING)
    with pytest.raises(ImportRefusedError, match="damaged zip"):
        read("a.xlsx", b"PK\x03\x04" + b"\0" * 100, mapping=MAPPING)
