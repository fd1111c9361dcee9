"""A plant's rows out of its file: as stated, or refused with the place."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from evidence.errors import ImportRefusedError, SchemaError
from federated import task
from federated.learning.spec import read
from federated.plant_data import read_table
from tests.support.federation import SPEC, process_rows

HEADER = "air-temperature [K],process-temperature [K],rotational-speed [{count}/min],torque [N.m],tool-wear [min]"


def test_columns_units_and_missing_values_are_as_the_file_says(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(f"\ufeff{HEADER},machine-failure,remark\n300,310,1500,40,10,0,fine\n301,311,,41,11,1,\n", "utf-8")
    table = read_table(file, read(SPEC))
    assert table.units["torque"] == "N.m" and list(table.labels) == [0.0, 1.0]
    assert "remark" not in table.values and np.isnan(table.values["rotational-speed"][1])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"{HEADER},machine-failure\n1,2,3,4,5\n", "line 2"),
        (f"{HEADER},machine-failure\n1,2,3,4,5,0\n1,2,3,much,5,0\n", "line 3"),
        (f"{HEADER}\n1,2,3,4,5\n", "line 1"),
        (f"{HEADER},torque [N.m],machine-failure\n", "line 1"),
        ("", "line 1"),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "rows.csv").write_text(text)
    with pytest.raises(ImportRefusedError, match=place):
        read_table(tmp_path / "rows.csv", read(SPEC))
    with pytest.raises(ImportRefusedError, match="no such file"):
        read_table(tmp_path / "none.csv", read(SPEC))


def test_another_unit_is_refused_by_the_spec(tmp_path: Path) -> None:
    rows = process_rows(5, 0, read(SPEC))
    rows[0] = [cell.replace("[N.m]", "[lbf.ft]") for cell in rows[0]]
    with (tmp_path / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    with pytest.raises(SchemaError, match="the unit is"):
        task.load(task.task_of(SPEC), lambda spec: read_table(tmp_path / "rows.csv", spec))
