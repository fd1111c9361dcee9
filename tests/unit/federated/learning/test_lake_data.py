"""A client's rows out of its own process table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from evidence.errors import NotFoundError, SchemaError
from federated import task as tasks
from federated.learning.config import TrainConfig
from federated.learning.lake_data import reader
from federated.specs import shipped
from federated.task import Task
from lake.process_import import ProcessMapping, import_csv
from lake.process_table import ProcessRow, ProcessTable
from tests.support.required import shared
from tests.unit.federated.learning.builders import UNITS, plant, spec, table

START = datetime(2026, 3, 1, tzinfo=UTC)


def fill(folder: Path, units: dict[str, str]) -> None:
    raw = table(40, 0)
    rows = []
    for index in range(40):
        moment, part = START + timedelta(minutes=index), f"P{index:03d}"
        for name, values in raw.values.items():
            rows.append(ProcessRow("press", name, units[name], float(values[index]), moment, part))
        rows.append(ProcessRow("press", "bad", "1", float(raw.labels[index]), moment, part))
    ProcessTable(folder).add(rows, "cd" * 32)


def test_rows_from_the_lake_are_those_that_were_imported(tmp_path: Path) -> None:
    fill(tmp_path, UNITS)
    found = tasks.load(Task(spec(), (8, 4)), reader(tmp_path))
    assert np.allclose(found.inputs, plant(40, 0).inputs) and np.array_equal(found.labels, plant(40, 0).labels)


def test_a_plant_that_records_in_another_unit_is_refused(tmp_path: Path) -> None:
    fill(tmp_path, {**UNITS, "heat": "K"})
    with pytest.raises(SchemaError, match="unit"):
        tasks.load(Task(spec(), (8, 4)), reader(tmp_path))


def test_an_empty_table_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no part"):
        tasks.load(Task(spec(), (8, 4)), reader(tmp_path))


def test_the_public_milling_file_goes_through_the_lake_to_a_first_update(tmp_path: Path) -> None:
    spelled = {
        "Air temperature [K]": ("air-temperature", "K"),
        "Process temperature [K]": ("process-temperature", "K"),
        "Rotational speed [rpm]": ("rotational-speed", "{count}/min"),
        "Torque [Nm]": ("torque", "N.m"),
        "Tool wear [min]": ("tool-wear", "min"),
        "Machine failure": ("machine-failure", "1"),
    }
    lake = ProcessTable(tmp_path)
    kept = import_csv(lake, shared("data", "ai4i2020.csv"), ProcessMapping(spelled, "mill", "UDI", start=START))
    assert kept == 60_000
    task = Task(shipped("milling-failure"), (8, 4))
    data = tasks.load(task, reader(tmp_path))
    assert len(data) == 10_000 and data.positives == 339
    update = tasks.train(task, tasks.new_model(task, 0), data, TrainConfig(epochs=1, batch=256, balance="full"))
    assert update.metrics["fitted"] < update.metrics["loss"] and update.weight == 10_000
