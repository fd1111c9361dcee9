"""Whether the data reach as far as a question does: nobody knows what a furnace does where it never was."""

from __future__ import annotations

from typing import Final

import numpy as np

from rca.columns import Column, Kind
from rca.table import Array

NEAR: Final = 0.35
"""Half width of the neighbourhood of a level, in the column's standard deviations."""
LEAST_NEAR: Final = 15
"""Fewest rows in that neighbourhood, or at that level of a label."""


def unsupported(column: Column, values: Array, level: float) -> str | None:
    """Why nothing is known of `column` at this level, in words; None when enough rows are near it.

    Args:
        values: of the column, NaN where missing, shape (rows,).
    """
    known = values[~np.isnan(values)]
    if column.kind in (Kind.BINARY, Kind.CATEGORICAL):
        near = int(np.count_nonzero(known == level))
        what = f"{column.name!r} was {level:g}"
    else:
        low, high = np.quantile(known, [0.005, 0.995]) if known.size else (0.0, 0.0)
        if not low <= level <= high:
            return f"{column.name!r} was never at {level:.6g}: 99 % of it lies between {low:.6g} and {high:.6g}"
        near = int(np.count_nonzero(np.abs(known - level) <= NEAR * known.std()))
        what = f"{column.name!r} was near {level:.6g}"
    return None if near >= LEAST_NEAR else f"{what} only {near} times; at least {LEAST_NEAR} are needed"
