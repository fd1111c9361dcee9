"""Suggested mappings: a person's starting point that works for plain tables as it is."""

from __future__ import annotations

import io

import pytest

import lake
from evidence.errors import ImportRefusedError
from tests.support.lake_files import qif, read, series


def suggest(text: str) -> dict[str, object]:
    return dict(lake.suggest_mapping("a.csv", io.BytesIO(text.encode())))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Teil;Merkmal;Einheit;USG;OSG;Messwert;Datum\nP;D;mm;9,9;10,1;10,02;01.03.2026 08:00\n", "measurement-series"),
        ("零件,特性,单位,下限,上限,测量值,日期\nP,D,毫米,9.9,10.1,10.02,2026-03-01\n", "measurement-series"),
        ("Lot,Qty,Unit,Due Date,Delivered\nL1,5,kg,2026-03-01,2026-03-02\n", "delivery"),
        ("NCR,Severity,Opened,Closed\nN1,major,03/01/2026,\n", "nonconformance"),
        ("Complaint,Severity,Received,Responded,Closed\nC1,minor,2026-03-01,2026-03-02,\n", "complaint"),
        ("Part,Lot,Inspected,Defective,Date\nP,L,50,1,2026-03-01\n", "inspection-result"),
    ],
)
def test_a_plain_table_reads_with_the_mapping_suggested_for_it(text: str, kind: str) -> None:
    mapping = suggest(text)
    assert mapping["kind"] == kind
    content = read("a.csv", text, mapping=mapping)
    assert [draft.kind for draft in content.drafts] == [kind]


def test_decimal_commas_and_date_formats_are_noticed() -> None:
    mapping = suggest("Teil;Wert;Datum\nP;10,02;01.03.2026\n")
    assert mapping["decimal"] == ","
    assert mapping["occurred"] == {"columns": ["Datum"], "format": "%d.%m.%Y"}
    assert mapping["measurements"] == [{"columns": ["Wert"]}]
    assert series(read("a.csv", "Teil;Wert;Datum\nP;10,02;01.03.2026\n", mapping=mapping))[0]["values"] == ["10.02"]


def test_formats_with_their_own_meaning_need_no_mapping() -> None:
    with pytest.raises(ImportRefusedError, match="needs no mapping"):
        suggest(qif())
