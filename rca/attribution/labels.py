"""Labels made comparable: a label's number is what the target was on average, in the reference, where it stood.

Codes 0, 1, 2 of labels have no order, so neither a mean nor a slope of them means anything. Their effect on the target
has both. Labels that make no difference to the target come out alike, and a change of them rightly explains nothing.

Source: Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", SIGKDD Explorations 3
(2001): means shrunk towards the overall mean, so that a rare label says little.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from rca.attribution.frame import Frame, frame_of
from rca.columns import Column, Kind
from rca.table import Table, table_of

Array = npt.NDArray[np.float64]

MOST_CELLS: Final = 10_000_000
"""Most cells of the reference, and of the window; of more rows, evenly spaced ones stand for all."""
SHRINK: Final = 10.0
"""Rows of the overall mean that are added to each label."""


def labelled_frame(reference: Table, window: Table, target: str) -> Frame:
    """A frame of tables that may hold labels; every categorical column but the target is coded by the target.

    A categorical target is coded 0 and 1: its commonest label in the reference, or another. Beyond MOST_CELLS evenly
    spaced rows stand for all: fifty thousand rows of two hundred columns say as much of a mechanism as a million.

    Raises:
        SchemaError, NotFoundError: as `frame_of`.
    """
    reference, window = _thinned(reference), _thinned(window)
    if not any(column.kind is Kind.CATEGORICAL for column in reference.columns):
        return frame_of(reference, window, target)
    goal = _goal(reference, target)
    before, after, columns = list[Array](), list[Array](), list[Column]()
    for column in reference.columns:
        here, there = reference.column(column.name), window.column(column.name)
        columns.append(Column(column.name, tier=column.tier, observation=column.observation, source=column.source))
        if column.kind is Kind.CATEGORICAL and column.name == target:
            usual = _commonest(here)
            here, there = (np.where(np.isnan(one), np.nan, one != usual) for one in (here, there))
        elif column.kind is Kind.CATEGORICAL:
            values = _values(here, goal, len(column.categories))
            here, there = _coded(here, values), _coded(there, values)
        before.append(here)
        after.append(there)
    return frame_of(table_of(columns, before), table_of(columns, after), target)


def _thinned(table: Table) -> Table:
    most = max(MOST_CELLS // max(len(table.columns), 1), 1)
    if table.rows <= most:
        return table
    return table.take(np.linspace(0, table.rows - 1, most).astype(np.int64))


def _goal(reference: Table, target: str) -> Array:
    values = reference.column(target)
    if reference.columns[reference.place(target)].kind is not Kind.CATEGORICAL:
        return values
    return np.where(np.isnan(values), np.nan, values != _commonest(values))


def _commonest(values: Array) -> float:
    labels, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    return float(labels[int(np.argmax(counts))]) if labels.size else 0.0


def _values(codes: Array, goal: Array, labels: int) -> Array:
    """One number a label: the shrunk mean of the target; labels never seen get the overall mean, shape (labels,)."""
    known = ~np.isnan(codes) & ~np.isnan(goal)
    overall = float(goal[known].mean()) if known.any() else 0.0
    places = codes[known].astype(np.int64)
    counts = np.bincount(places, minlength=labels)
    sums = np.bincount(places, weights=goal[known], minlength=labels)
    return np.asarray((sums + SHRINK * overall) / (counts + SHRINK))


def _coded(codes: Array, values: Array) -> Array:
    known = ~np.isnan(codes)
    return np.where(known, values[np.where(known, codes, 0.0).astype(np.int64)], np.nan)
