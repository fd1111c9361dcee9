"""Tables from CSV files: units, labels, refusals with the line."""

from __future__ import annotations

import json

import numpy as np
import pytest

from evidence.errors import ImportRefusedError, MalformedError, SchemaError
from rca.columns import Column, Kind
from rca.table_file import columns_document, guessed, read_columns, read_csv

LABELS = ("day", "night")


def test_numbers_labels_truth_values_and_gaps_are_read() -> None:
    columns = [
        Column("temp", unit="Cel"),
        Column("shift", Kind.CATEGORICAL, categories=LABELS),
        Column("bad", Kind.BINARY),
        Column("pores", Kind.COUNT, "{count}"),
    ]
    table = read_csv(b"temp,shift,bad,pores\n80.5,night,yes,3\n,day,no,NA\n", "a.csv", columns)
    assert table.values[0].tolist() == [80.5, 1.0, 1.0, 3.0]
    assert np.isnan(table.values[1, [0, 3]]).all()


def test_a_cell_with_its_unit_is_converted_when_it_measures_the_same() -> None:
    table = read_csv(
        b"gap,temp\n12.5 um,300 K\n0.02 mm,20\n", "a.csv", [Column("gap", unit="um"), Column("temp", unit="Cel")]
    )
    assert table.column("gap").tolist() == pytest.approx([12.5, 20.0])
    assert table.column("temp").tolist() == pytest.approx([26.85, 20.0])


def test_mixed_units_are_refused_with_line_and_column() -> None:
    with pytest.raises(ImportRefusedError, match=r"line 3.*'gap' mixes units"):
        read_csv(b"gap\n12 um\n3 kg\n", "a.csv", [Column("gap", unit="um")])


@pytest.mark.parametrize(("cell", "words"), [("soon", "not a number"), ("1 furlongish", "not a unit")])
def test_a_cell_that_is_no_number_is_refused_with_its_line(cell: str, words: str) -> None:
    with pytest.raises(ImportRefusedError, match=f"line 3.*{words}"):
        read_csv(f"gap\n1\n{cell}\n".encode(), "a.csv", [Column("gap", unit="um")])


def test_an_unknown_label_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ImportRefusedError, match="'noon' is none of day, night"):
        read_csv(b"shift\nnoon\n", "a.csv", [Column("shift", Kind.CATEGORICAL, categories=LABELS)])


def test_a_column_that_the_file_lacks_is_refused() -> None:
    with pytest.raises(ImportRefusedError, match="no column 'b'"):
        read_csv(b"a\n1\n2\n", "a.csv", [Column("b")])


def test_columns_read_back_from_their_document_are_the_same() -> None:
    columns = (Column("a", tier=2), Column("b", Kind.CATEGORICAL, categories=LABELS, observation=True))
    assert read_columns(json.dumps(columns_document(columns)).encode()) == columns


@pytest.mark.parametrize(
    "text", ['{"format":"other","columns":[]}', '{"format":"credence-rca-columns/1","columns":[1]}', "[]"]
)
def test_a_file_of_columns_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(SchemaError):
        read_columns(text.encode())


def test_a_file_of_columns_that_is_not_json_is_refused() -> None:
    with pytest.raises(MalformedError):
        read_columns(b"columns: []")


def test_kinds_are_guessed_for_a_person_to_correct() -> None:
    found = guessed(b"t,ok,shift,line\n1.5,0,day,a\n2,1,night,b\n3,1,day,c\n", "a.csv", {"shift": 2})
    assert [column.kind for column in found] == [Kind.CONTINUOUS, Kind.BINARY, Kind.BINARY, Kind.CATEGORICAL]
    assert found[2].categories == LABELS
    assert found[2].tier == 2
