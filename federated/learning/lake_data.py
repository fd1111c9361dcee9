"""A client's own rows out of its process table, as the spec asks for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from evidence.errors import NotFoundError
from federated.learning.dataset import Table
from federated.learning.spec import FeatureSpec
from lake.process_query import Sensor, parts
from lake.process_table import ProcessTable


def reader(folder: Path) -> Callable[[FeatureSpec], Table]:
    """Reads the columns of a spec and its label for every part; for `task.load`.

    A column named `<sensor>:<statistic>:<seconds>s` is taken from the sensor's readings before each part. Units come
    from the table, so that a plant that records in another unit is refused by the spec, not averaged in.
    """

    def read(spec: FeatureSpec) -> Table:
        names = [column.name for column in spec.columns if ":" not in column.name]
        sensors = [_sensor(column.name) for column in spec.columns if ":" in column.name]
        found = parts(ProcessTable(folder), [*names, spec.label], sensors)
        if not found.part:
            raise NotFoundError(
                f"the process table holds no part with {spec.label!r}", advice="Import the plant's process data first."
            )
        units = {column.name: found.units[column.name] for column in spec.columns}
        values = {column.name: found.values[column.name] for column in spec.columns}
        return Table(values, units, np.asarray(found.values[spec.label], dtype=np.float64))

    return read


def _sensor(column: str) -> Sensor:
    name, _, rest = column.rpartition(":")[0].rpartition(":")
    statistic, seconds = rest, column.rpartition(":")[2]
    if not name or not seconds.endswith("s") or not seconds[:-1].isdigit():
        raise NotFoundError(f"{column!r} is no sensor column", advice="Write <sensor>:<statistic>:<seconds>s.")
    return Sensor(name, statistic, int(seconds[:-1]))
