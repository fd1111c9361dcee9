"""Sources with clocks and keys of their own, brought together: clock offsets, joins by part and joins by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evidence.errors import SchemaError
from rca.table import Array, Table, table_of


@dataclass(frozen=True, slots=True)
class Clock:
    """How one source's clock reads against the reference: reference = offset + rate * reading, seconds."""

    offset: float = 0.0
    rate: float = 1.0

    def reference(self, readings: Array) -> Array:
        """Readings of this clock on the reference clock."""
        return np.asarray(self.offset + self.rate * readings)


def clock_from_marks(readings: Array, reference: Array) -> tuple[Clock, float]:
    """The clock from events that both sides logged, and the largest remaining difference, seconds.

    One mark gives an offset; from three on the rate is fitted too (Theil-Sen: the median slope, so that one wrong
    mark in four does no harm).

    Raises:
        SchemaError: no mark, lengths differ, or a rate more than 1 % off, which no clock is.
    """
    if readings.shape != reference.shape or readings.ndim != 1 or not readings.size:
        raise SchemaError("marks come in pairs, at least one")
    rate = 1.0
    if readings.size >= 3:
        later, earlier = np.triu_indices(readings.size, 1)
        gaps = readings[later] - readings[earlier]
        apart = gaps != 0
        if apart.any():
            rate = float(np.median((reference[later] - reference[earlier])[apart] / gaps[apart]))
    if not 0.99 <= rate <= 1.01:
        raise SchemaError(
            f"a clock rate of {rate:.4f}", advice="Check that the marks are the same events and both in seconds."
        )
    clock = Clock(float(np.median(reference - rate * readings)), rate)
    return clock, float(np.abs(clock.reference(readings) - reference).max())


def latest_before(times: Array, values: Array, parts: Array, within: float) -> Array:
    """The last value known at each part's time, NaN when it is older than `within` seconds (LIMS, ERP changes).

    Raises:
        SchemaError: times do not ascend.
    """
    if (np.diff(times) < 0).any():
        raise SchemaError("times must ascend", advice="Sort the source by time first.")
    place = np.searchsorted(times, parts, "right") - 1
    found = np.asarray(values, dtype=np.float64)[np.maximum(place, 0)] if times.size else np.full(len(parts), np.nan)
    age = parts - times[np.maximum(place, 0)] if times.size else np.full(len(parts), np.inf)
    return np.where((place >= 0) & (age <= within), found, np.nan)


def join(tables: Sequence[tuple[Table, Sequence[str]]], keys: Sequence[str]) -> Table:
    """Tables of several sources as one, a row for each of `keys`; missing where a source does not know the part.

    Args:
        tables: each with the key (serial or lot number) of each of its rows.
        keys: of the rows wanted, in order.

    Raises:
        SchemaError: a key twice in one source, or a column in two sources (with other units: mixed units).
    """
    columns, data, seen = [], list[Array](), dict[str, str]()
    for table, own in tables:
        if len(own) != table.rows:
            raise SchemaError(f"{len(own)} keys for {table.rows} rows")
        where = {key: row for row, key in enumerate(own)}
        if len(where) != len(own):
            twice = next(key for row, key in enumerate(own) if where[key] != row)
            raise SchemaError(f"part {twice[:60]!r} twice in one source", advice="Keep one row a part, e.g. the last.")
        rows = np.array([where.get(key, -1) for key in keys], dtype=np.int64)
        for place, column in enumerate(table.columns):
            if column.name in seen:
                mixed = seen[column.name] != column.unit
                units = f", in {seen[column.name]} and in {column.unit}: mixed units" if mixed else ""
                raise SchemaError(
                    f"in two sources{units}", place=f"column {column.name!r}", advice="Rename one, or leave one out."
                )
            seen[column.name] = column.unit
            columns.append(column)
            values = np.asarray(table.values[:, place], dtype=np.float64)
            data.append(np.where(rows >= 0, values[np.maximum(rows, 0)], np.nan))
    return table_of(columns, data)
