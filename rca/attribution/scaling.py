"""Columns on one footing: centred and divided by a spread that is never zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from rca.attribution.frame import Frame

Array = npt.NDArray[np.float64]

FLOOR: Final = 1e-3
"""Least spread of a column as a share of its size (of its centre, and of how far the window lies from it).

A column that never changed says that its spread is small against its size, not that it is zero: without a floor any
change of it is infinitely surprising and hides all else. One part in a thousand is what a plant's gauges resolve;
it also bounds every deviation to 1000 spreads.
"""
_TINY: Final = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """A frame in spreads from the reference's centre; missing cells are NaN.

    Attributes:
        reference: shape (n_reference, n_columns).
        window: shape (n_window, n_columns).
        centre: median of the reference, in the column's unit, shape (n_columns,).
        spread: standard deviation of the reference, or the floor, in the column's unit, shape (n_columns,).
        floored: where the floor took the place of the standard deviation.
    """

    reference: Array
    window: Array
    centre: Array
    spread: Array
    floored: npt.NDArray[np.bool_]


def scaled(frame: Frame, *, floor: float = FLOOR) -> Scaled:
    """Centre and scale a frame by its reference."""
    count = len(frame.names)
    centre, deviation = np.zeros(count), np.zeros(count)
    for place in range(count):
        known = frame.reference[~np.isnan(frame.reference[:, place]), place]
        if known.size:
            centre[place], deviation[place] = float(np.median(known)), float(np.std(known))
    away = np.where(np.isnan(frame.window), 0.0, np.abs(frame.window - centre)).max(axis=0)
    least = floor * np.maximum(np.abs(centre), away)
    spread = np.maximum(deviation, least)
    spread = np.where(spread > _TINY, spread, 1.0)
    return Scaled(
        (frame.reference - centre) / spread, (frame.window - centre) / spread, centre, spread, deviation < least
    )
