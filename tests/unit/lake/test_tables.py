"""CSV and Excel tables by their mapping: every row counts, and one bad row refuses the file."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import ImportRefusedError, SchemaError
from tests.support.lake_files import read, results, series

LONG: dict[str, Any] = {
    "format": "credence-mapping/1",
    "kind": "measurement-series",
    "occurred": {"columns": ["Time"]},
    "fields": {
        "part": {"column": "Part"},
        "characteristic": {"column": "Feature"},
        "unit": {"value": "mm"},
        "lot": {"column": "Lot", "optional": True},
    },
    "measurements": [{"columns": ["Value"]}],
}
TABLE = "Part,Feature,Lot,Value,Time\nP,D1,L1,10.010,2026-03-01T08:00:00Z\nP,D1,L1,10.02,2026-03-01T09:00:00Z\n"


def test_rows_that_agree_on_part_characteristic_and_lot_are_one_series() -> None:
    content = read("a.csv", TABLE + "P,D2,,3,2026-03-01T09:00:00Z\n", mapping=LONG)
    first, second = series(content)
    assert content.format == "CSV"
    assert (first["characteristic"], first["lot"], first["values"]) == ("D1", "L1", ["10.010", "10.02"])
    assert (second["characteristic"], "lot" in second, second["values"]) == ("D2", False, ["3"])
    assert content.drafts[0].source == "a.csv, line 2"


def test_a_mapping_may_come_as_the_bytes_of_its_file() -> None:
    assert read("a.csv", TABLE, mapping=json.dumps(LONG).encode()) == read("a.csv", TABLE, mapping=LONG)


def test_german_tables_are_read_by_their_own_signs() -> None:
    mapping = {
        **LONG,
        "decimal": ",",
        "zone": "Europe/Berlin",
        "occurred": {"columns": ["Datum", "Zeit"], "format": "%d.%m.%Y %H:%M"},
        "fields": {"part": {"column": "Teil"}, "characteristic": {"value": "D1"}, "unit": {"column": "Einheit"}},
        "measurements": [{"columns": ["Wert"]}],
    }
    text = "Teil;Einheit;Wert;Datum;Zeit\nWelle;µm;-0,50;01.07.2026;08:15\n"
    (one,) = series(read("a.csv", text.encode("iso-8859-1"), mapping={**mapping, "table": {"encoding": "iso-8859-1"}}))
    assert (one["unit"], one["values"], one["times"]) == ("um", ["-0.50"], ["2026-07-01T08:15:00+02:00"])
    with pytest.raises(ImportRefusedError, match="not utf-8"):
        read("a.csv", text.encode("iso-8859-1"), mapping=mapping)
    with pytest.raises(ImportRefusedError, match="decimal sign is a comma"):
        read("a.csv", text.replace("-0,50", "1.234"), mapping=mapping)


def test_several_columns_are_one_subgroup_a_row() -> None:
    mapping = {
        **LONG,
        "fields": {name: LONG["fields"][name] for name in ("part", "characteristic", "unit")},
        "measurements": [{"columns": ["x1", "x2"], "fields": {"upper_limit": {"value": "2"}}}],
    }
    text = "Part,Feature,Time,x1,x2\n" + "".join(f"P,D,2026-03-0{day},1,1.{day}\n" for day in (1, 2))
    (one,) = series(read("a.csv", text, mapping=mapping))
    assert (one["subgroup_size"], one["values"], one["upper_limit"]) == (2, ["1", "1.1", "1", "1.2"], "2")


def test_wide_tables_have_a_characteristic_a_column() -> None:
    wide = {
        **LONG,
        "fields": {"part": {"column": "Part"}},
        "measurements": [
            {
                "columns": [name],
                "optional": True,
                "fields": {"characteristic": {"value": name}, "unit": {"value": unit}},
            }
            for name, unit in (("Width", "mm"), ("Weight", "g"))
        ],
    }
    content = read("a.csv", "Part,Time,Width,Weight\nP,2026-03-01,10,\nP,2026-03-02,11,5.0\n", mapping=wide)
    assert [(one["characteristic"], one["unit"], one["values"]) for one in series(content)] == [
        ("Width", "mm", ["10", "11"]),
        ("Weight", "g", ["5.0"]),
    ]


def test_rows_of_other_kinds_are_one_statement_each() -> None:
    mapping = {
        "format": "credence-mapping/1",
        "kind": "nonconformance",
        "occurred": {"columns": ["Opened"]},
        "fields": {
            "number": {"column": "No"},
            "severity": {"column": "Class", "translate": {"A": "critical", "B": "major"}},
            "opened_at": {"column": "Opened"},
            "closed_at": {"column": "Closed", "optional": True},
        },
    }
    text = "No,Class,Opened,Closed\nN1,A,2026-03-01,2026-03-05\nN2,B,2026-03-02,\n"
    content = read("a.csv", text, mapping=mapping)
    assert [(one.fields["severity"], one.fields["state"]) for one in content.drafts] == [
        ("critical", "closed"),
        ("major", "opened"),
    ]
    with pytest.raises(ImportRefusedError, match="no translation"):
        read("a.csv", text.replace("B,", "C,"), mapping=mapping)


def test_defect_columns_are_counted_by_code() -> None:
    mapping = {
        "format": "credence-mapping/1",
        "kind": "inspection-result",
        "occurred": {"columns": ["Date"]},
        "fields": {"lot": {"column": "Lot"}, "inspected": {"column": "n"}, "nonconforming": {"column": "bad"}},
        "defects": {"SCR": "scratches", "DENT": "dents"},
    }
    (one,) = results(read("a.csv", "Lot,Date,n,bad,scratches,dents\nL1,2026-03-01,50,2,3,0\n", mapping=mapping))
    assert (one["inspected"], one["nonconforming"], one["result"]) == (50, 2, "fail")
    assert one["defects"] == [{"code": "SCR", "count": 3}]
    with pytest.raises(ImportRefusedError, match="line 2"):
        read("a.csv", "Lot,Date,n,bad,scratches,dents\nL1,2026-03-01,50,51,3,0\n", mapping=mapping)


def test_statistics_columns_make_a_study() -> None:
    mapping = {
        "format": "credence-mapping/1",
        "kind": "study",
        "occurred": {"columns": ["Date"]},
        "fields": {"study_type": {"value": "capability"}, "part": {"column": "Part"}},
        "statistics": {"Cpk": "Cpk", "Cp": "Cp"},
    }
    content = read("a.csv", "Part,Date,Cpk,Cp\nP,2026-03-01,1.670,\n", mapping=mapping)
    assert content.drafts[0].fields["statistics"] == {"Cpk": "1.670"}


def test_bad_rows_refuse_the_file_and_all_of_them_are_named() -> None:
    text = TABLE + "P,D1,L1,x,2026-03-01\nP,D1,L1,1,2026-03-01\nP,D1,L1,,2026-03-01\n"
    with pytest.raises(ImportRefusedError) as caught:
        read("a.csv", text, mapping=LONG)
    assert caught.value.where == "line 4"
    assert "column 'Value': 'x' is not a decimal number" in caught.value.reason
    assert "1 more bad rows: line 6" in caught.value.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Part,Feature,Lot,Value\nP,D,L,1\n", "no column 'Time'"),
        ("Part,Part,Lot,Value,Time\n", "stands twice"),
        ("Part,Feature,Lot,Value,Time\nP,D,L,1,2026-03-01,surplus\n", "has no title"),
        ('Part,Feature,Lot,Value,Time\nP,"D"x,L,1,2026-03-01\n', "not CSV"),
        ("Part,Feature,Lot,Value,Time\nP,D,L,1,soon\n", "column 'Time'"),
        ("Part,Feature,Lot,Value,Time\nP,,L,1,2026-03-01\n", "column 'Feature': empty"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(ImportRefusedError, match=reason):
        read("a.csv", text, mapping=LONG)


def test_subgroups_over_rows_must_be_full() -> None:
    assert series(read("a.csv", TABLE, mapping={**LONG, "subgroup_size": 2}))[0]["subgroup_size"] == 2
    with pytest.raises(ImportRefusedError, match="do not fill subgroups of 3"):
        read("a.csv", TABLE, mapping={**LONG, "subgroup_size": 3})


def test_a_table_without_mapping_is_refused_with_the_columns_it_has() -> None:
    with pytest.raises(ImportRefusedError, match="Part, Feature, Lot, Value, Time") as caught:
        read("a.csv", TABLE)
    assert "credence evidence suggest-mapping" in caught.value.advice


def test_the_mapping_in_the_documentation_reads_the_table_it_describes() -> None:
    page = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
    (mapping,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    text = "Teil;Charge;Datum;Zeit;d1;d2;d3\nP;;01.03.2026;08:00;10,01;10,02;9,99\n"
    (one,) = series(read("a.csv", text, mapping=mapping.encode()))
    assert (one["values"], one["subgroup_size"]) == (["10.01", "10.02", "9.99"], 3)
    assert (one["lower_limit"], one["times"][0]) == ("9.9", "2026-03-01T08:00:00+01:00")


def test_a_mapping_that_is_none_is_the_callers_mistake() -> None:
    with pytest.raises(SchemaError):
        read("a.csv", TABLE, mapping=b"{}")


cells = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
numbers = st.decimals(min_value=-(10**6), max_value=10**6, places=3, allow_nan=False).map(lambda one: format(one, "f"))


@settings(max_examples=60)
@given(st.lists(st.tuples(cells, numbers), min_size=1, max_size=20), st.sampled_from([",", ";", "\t"]))
def test_what_is_written_reads_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["Part", "Feature", "Lot", "Value", "Time"])
    writer.writerows([("P", name, "L", value, "2026-03-01T08:00:00Z") for name, value in rows])
    expected: dict[str, list[str]] = {}
    for name, value in rows:
        expected.setdefault(name, []).append(value)
    found = series(read("a.csv", out.getvalue(), mapping={**LONG, "table": {"delimiter": delimiter}}))
    assert {one["characteristic"]: one["values"] for one in found} == expected
