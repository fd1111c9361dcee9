"""One pass over a table: what each column contributes to a regression, and all products of those contributions.

A column contributes a block of features: its standardised value and its square for numbers, indicators for labels.
Graphs of a million rows are scored from the products alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from rca.columns import Column, Kind
from rca.table import Array, Table, Values

STRIP: Final = 20_000
"""Rows read at a time."""
_CLIP: Final = 4.0
_SAMPLE: Final = 20_000
_FEW: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """How one column becomes features.

    Attributes:
        centre, spread: of its value; the spread is robust for numbers with outliers.
        line: (mean, deviation) of the clipped standardised value.
        curve: (slope, mean, deviation): the square with its linear part taken out; deviation 0: no square.
        shares: of each category but the first that is kept, with its code.
    """

    centre: float
    spread: float
    line: tuple[float, float]
    curve: tuple[float, float, float]
    shares: tuple[tuple[int, float], ...]

    @property
    def width(self) -> int:
        """How many features: the linear ones first."""
        return len(self.shares) or (2 if self.curve[2] else 1)

    @property
    def linear(self) -> int:
        """How many of them are linear (all indicators count as linear)."""
        return len(self.shares) or 1

    def features(self, values: Values) -> Array:
        """Shape (rows, width); NaN where missing."""
        values = np.asarray(values, dtype=np.float64)
        if self.shares:
            found = [
                (np.where(np.isnan(values), np.nan, values == code) - share) / np.sqrt(share * (1 - share))
                for code, share in self.shares
            ]
            return np.column_stack(found)
        first = (np.clip((values - self.centre) / self.spread, -_CLIP, _CLIP) - self.line[0]) / self.line[1]
        if not self.curve[2]:
            return first[:, None]
        slope, mean, deviation = self.curve
        return np.column_stack([first, (first**2 - slope * first - mean) / deviation])


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """All that scoring needs of a table.

    Attributes:
        columns: in canonical order.
        scales: one a column.
        starts: first feature of each column, and at the end the number of features.
        products: mean products of features, shape (features, features); positive definite.
        rows: effective number of rows a pair of columns has in common, shape (columns, columns).
    """

    columns: tuple[Column, ...]
    scales: tuple[Scale, ...]
    starts: tuple[int, ...]
    products: Array
    rows: Array

    def block(self, place: int, *, linear: bool = False) -> range:
        """Features of a column; only its linear ones when `linear`."""
        start = self.starts[place]
        return range(start, start + (self.scales[place].linear if linear else self.scales[place].width))


def moments(table: Table) -> Moments:
    """Read a table, columns in canonical order: a bounded sample for the scales, all rows once for the products."""
    scales = tuple(
        scale_of(column, _thin(table.values[:, place], _SAMPLE)) for place, column in enumerate(table.columns)
    )
    starts = tuple(int(one) for one in np.cumsum([0, *(scale.width for scale in scales)]))
    total, pairs = np.zeros((starts[-1], starts[-1])), np.zeros((len(scales), len(scales)))
    owner = np.repeat(np.arange(len(scales)), np.diff(starts))
    for start in range(0, table.rows, STRIP):
        features, known = _features(scales, table.values[start : start + STRIP])
        total += features.T @ features
        seen = known.astype(np.float64)
        pairs += seen.T @ seen
    together = pairs[np.ix_(owner, owner)]
    products = _positive(total / np.maximum(together, 1.0))
    return Moments(table.columns, scales, starts, products, pairs)


def scale_of(column: Column, values: Values) -> Scale:
    """The scale of a column from its values, shape (rows,); a constant one gets a harmless scale."""
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    if column.kind is Kind.CATEGORICAL:
        shares = [(code, float(np.mean(known == code))) for code in range(len(column.categories))]
        present = [(code, share) for code, share in shares if share * max(known.size, 1) >= _FEW]
        # The commonest category is the reference: its indicator is what the others leave.
        present.sort(key=lambda pair: (-pair[1], pair[0]))
        rest = tuple(sorted(pair for pair in present[1:] if 0 < pair[1] < 1))
        if rest:
            return Scale(0.0, 1.0, (0.0, 1.0), (0.0, 0.0, 0.0), rest)
    centre = float(known.mean()) if known.size else 0.0
    spread = float(known.std()) or 1.0 if known.size else 1.0
    low, middle, high = np.percentile(known, [15.87, 50, 84.13]) if known.size else (0.0, 0.0, 0.0)
    robust = float(high - low) / 2
    if column.kind is not Kind.BINARY and 0 < robust < 0.7 * spread:
        centre, spread = float(middle), robust
    first = np.clip((known - centre) / spread, -_CLIP, _CLIP)
    line = (float(first.mean()), float(first.std()) or 1.0) if known.size else (0.0, 1.0)
    first = (first - line[0]) / line[1]
    if np.unique(first[:1000]).size < 4:
        return Scale(centre, spread, line, (0.0, 0.0, 0.0), ())
    square = first**2
    slope = float(np.mean(square * first))
    rest_ = square - slope * first
    return Scale(centre, spread, line, (slope, float(rest_.mean()), float(rest_.std())), ())


def _features(scales: tuple[Scale, ...], values: Values) -> tuple[Array, npt.NDArray[np.bool_]]:
    known = ~np.isnan(values)
    blocks = [scale.features(values[:, place]) for place, scale in enumerate(scales)]
    found = np.concatenate(blocks, axis=1)
    return np.nan_to_num(found, copy=False, nan=0.0), known


def _thin(values: Values, most: int) -> Values:
    if len(values) <= most:
        return values
    return values[np.linspace(0, len(values) - 1, most).astype(np.int64)]


def _positive(products: Array) -> Array:
    """Nearest matrix with unit-size diagonal kept that regressions can be solved in."""
    lowest = float(np.linalg.eigvalsh(products)[0])
    floor = 1e-6
    if lowest >= floor:
        return products
    diagonal = np.diag(np.diag(products))
    share = min((floor - lowest) / (1.0 - lowest), 1.0)
    return np.asarray((1 - share) * products + share * diagonal)
