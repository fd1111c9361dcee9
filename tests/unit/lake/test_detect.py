"""Formats are told from content; names and endings may lie."""

from __future__ import annotations

import pytest

from evidence.errors import ImportRefusedError
from lake.detect import Format, detect
from tests.support.lake_files import qif, read


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (qif().encode(), Format.QIF),
        (b"\xef\xbb\xbf<!-- c --><q:QIFDocument xmlns:q='x'/>", Format.QIF),
        (("<!--" + "x" * 9000 + "-->" + qif()[21:]).encode(), Format.QIF),
        (qif().encode("utf-16"), Format.QIF),
        (b"K0100 1\r\nK1001/1 P\r\n", Format.AQDEF),
        (b"\xef\xbb\xbf\r\nK0100/0 1", Format.AQDEF),
        (b' {"MessageName": "CFX.X"}', Format.CFX),
        (b"[]", Format.CFX),
        (b"PK\x03\x04", Format.EXCEL),
        (b"a;b\n1;2\n", Format.CSV),
        ("Größe;µ\n".encode("iso-8859-1"), Format.CSV),
    ],
)
def test_the_format_is_told_from_the_content(data: bytes, found: Format) -> None:
    assert detect("misleading.png", data) is found


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "binary data"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old binary Office"),
        (b"<html></html>", "not a QIFDocument"),
        (b"  \n ", "white space"),
        (b"", "empty"),
    ],
)
def test_what_is_none_of_them_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ImportRefusedError, match=reason):
        read("a.qif", data)
