"""A month's parts out of the node's own process table (`lake/process_table.py`), as a model's columns ask for them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

from evidence.errors import NotFoundError, SchemaError
from evidence.quantity import is_decimal
from lake.process_query import Sensor, parts
from lake.process_table import ProcessTable
from node.services.process_risk.parts import Parts
from scoring.process_risk import MAX_PARTS
from scoring.risk_model import RiskModel


def table_parts(folder: Path, model: RiskModel, made: tuple[datetime, datetime]) -> Parts:
    """The parts whose last value lies in a span of time, from the first moment on and before the second.

    A column named `<sensor>:<statistic>:<seconds>s` is taken from the sensor's readings before each part, as it was in
    training. Values are the table's, written as the shortest decimals that read back as the same numbers.

    Raises:
        NotFoundError: there is no table, or no value of any of the model's columns in it.
        SchemaError: a column stands in the table with two units, or all are sensors'.
        LimitError: more than `MAX_PARTS` parts. StorageError: the table cannot be read.
    """
    if not folder.is_dir():
        raise NotFoundError(
            "this node has no process table yet",
            advice="Fill it: credence process import FILE (docs/operations.md).",
        )
    named = [(column.name, Sensor.of_column(column.name)) for column in model.columns]
    plain = [name for name, sensor in named if sensor is None]
    if not plain:
        raise SchemaError("the model reads sensors only, and no column tells its parts apart", place="columns")
    found = parts(ProcessTable(folder), plain, [one for _, one in named if one], made=made, most=MAX_PARTS)
    # A unit comes from the table; where it holds nothing of a column, nothing is said about the unit.
    held = [name for name, _ in named if not np.isnan(found.values[name]).all()]
    if not held:
        raise NotFoundError(
            f"the process table holds no part of {made[0]:%Y-%m} with a column of {model.name}",
            advice="Import the month's process data first: credence process import FILE.",
        )
    columns = {name: found.values[name] for name in held}
    rows = tuple(
        {name: _text(float(values[place])) for name, values in columns.items() if not np.isnan(values[place])}
        for place in range(len(found.part))
    )
    units = {column.name: found.units[column.name] if column.name in held else column.unit for column in model.columns}
    return Parts(rows, units)


def _text(value: float) -> str:
    text = f"{Decimal(repr(value)):f}"
    # Beyond the digits of a decimal there is no range of a model either.
    return text if is_decimal(text) else f"{Decimal(repr(min(1e29, max(-1e29, value)))):.30f}"
