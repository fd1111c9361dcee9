"""A calibration curve: from the raw frequency of a statement to the rate at which such statements are true.

Bins are grown from the top: the first is the widest whose rate still reaches TOP, so that "at least 0.92" is said as
often as it is true, and nothing higher is ever said, because twins are like the plant but not the plant. Below it,
rates are made monotone (pool adjacent violators) and cut where they pass round values.

Source:
    Ayer et al., "An empirical distribution function for sampling with incomplete information", Annals of Mathematical
    Statistics 26 (1955); Cochran, "Sampling Techniques" (1977), section 6.4 (variance of a ratio over clusters).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from evidence.errors import SchemaError
from rca.calibration.statements import BINS, Counts, Tally, cells
from rca.table import Array

TOP: Final = 0.93
"""Rate that the highest bin is widened down to."""
FLOOR: Final = 0.85
"""Lowest local rate that the highest bin may take in."""
LEAST_STATEMENTS: Final = 60
"""Fewest statements of twins in a bin for it to say anything."""
LEAST_TWINS: Final = 5
"""Fewest twins that a bin's statements come from for it to say anything."""
_CUTS: Final = (0.8, 0.65, 0.5, 0.35, 0.2, 0.1, 0.05, 0.02, 0.005, 0.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Statements of twins with raw frequencies from cell `first` to cell `last`.

    Attributes:
        first, last: cells (see `statements.BINS`), both included.
        stated: how many statements.
        true: how many of them are true.
        twins: how many lines they come from.
        error: standard error of the rate, over lines.
        off: what caution takes off the rate before it is said.
    """

    first: int
    last: int
    stated: int
    true: int
    twins: int
    error: float
    off: float = 0.0

    @property
    def said(self) -> float:
        """The rate less what caution takes off, 0 to 1."""
        return max(self.rate - self.off, 0.0)

    @property
    def rate(self) -> float:
        """Share of true statements, 0 to 1; 0 when there is none."""
        return self.true / self.stated if self.stated else 0.0

    @property
    def speaks(self) -> bool:
        """Whether it holds enough statements of enough twins."""
        return self.stated >= LEAST_STATEMENTS and self.twins >= LEAST_TWINS


@dataclass(frozen=True, slots=True)
class Stated:
    """What may be said of a statement.

    Attributes:
        raw: its frequency among sampled graphs.
        probability: the rate at which such statements are true on twins; None: cannot say.
        low, high: 90 % interval of that rate.
        statements, twins: how many the rate rests on.
    """

    raw: float
    probability: float | None
    low: float
    high: float
    statements: int
    twins: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Bins in ascending order that cover all cells."""

    bins: tuple[Bin, ...]

    def __post_init__(self) -> None:
        edges = [(one.first, one.last) for one in self.bins]
        whole = bool(edges) and edges[0][0] == 0 and edges[-1][1] == BINS - 1
        if not whole or any(before[1] + 1 != after[0] for before, after in pairwise(edges)):
            raise SchemaError("the bins of a curve cover all raw frequencies once")

    def state(self, raw: float) -> Stated:
        """What may be said of a statement with this raw frequency; SchemaError outside 0 to 1."""
        if not 0.0 <= raw <= 1.0:
            raise SchemaError(f"a raw frequency of {raw}; it lies between 0 and 1")
        cell = int(cells(np.array([raw]))[0])
        found = next(one for one in self.bins if one.first <= cell <= one.last)
        if not found.speaks:
            return Stated(raw, None, 0.0, 1.0, found.stated, found.twins)
        margin = 1.645 * found.error
        low, high = max(found.rate - margin, 0.0), min(found.rate + margin, 1.0)
        return Stated(raw, found.said, low, high, found.stated, found.twins)

    def rates(self) -> Array:
        """Stated probability of each cell, NaN where nothing can be said, shape (BINS,)."""
        found = np.full(BINS, np.nan)
        for one in self.bins:
            if one.speaks:
                found[one.first : one.last + 1] = one.said
        return found


def curve(lines: Sequence[Tally], *, top: float = TOP, floor: float = FLOOR, caution: float = 0.0) -> Curve:
    """The curve of a stratum from the tallies of one twin each.

    Args:
        top, floor: as TOP and FLOOR.
        caution: standard errors that the highest bin's rate must still reach `top` without, and that are taken off
            what it says: the widest bin is chosen where chance was kind, so its plain rate promises too much.
    """
    stated = np.stack([one.stated for one in lines]) if lines else np.zeros((1, BINS), dtype=np.int64)
    true = np.stack([one.true for one in lines]) if lines else np.zeros((1, BINS), dtype=np.int64)
    n, hits = stated.sum(axis=0), true.sum(axis=0)
    local = _monotone(n, hits)
    highest = _top(stated, true, local, top, floor, caution)
    edges = {0, BINS, highest}
    for cut in _CUTS:
        above = np.flatnonzero(local[:highest] >= cut)
        if above.size:
            edges.add(int(above[0]))
    found = [_bin(stated, true, one, other - 1) for one, other in _pairs(sorted(edges))]
    bins = _merged(stated, true, found)
    if bins[-1].first == highest:
        bins[-1] = replace(bins[-1], off=caution * bins[-1].error)
    return Curve(tuple(bins))


def _monotone(n: Counts, hits: Counts) -> Array:
    """Rates of all cells made non-decreasing by pooling neighbours; empty cells take the rate below them."""
    blocks = list[list[float]]()
    for count, hit in zip(n.tolist(), hits.tolist(), strict=True):
        blocks.append([hit, count, 1])
        while len(blocks) > 1 and blocks[-2][0] * max(blocks[-1][1], 1e-9) >= blocks[-1][0] * max(blocks[-2][1], 1e-9):
            hit_, count_, cells_ = blocks.pop()
            blocks[-1] = [blocks[-1][0] + hit_, blocks[-1][1] + count_, blocks[-1][2] + cells_]
    return np.concatenate([np.full(int(size), hit / max(count, 1e-9)) for hit, count, size in blocks])


def _top(stated: Counts, true: Counts, local: Array, top: float, floor: float, caution: float) -> int:
    """First cell of the highest bin; BINS when no bin reaches `top`."""
    above = np.cumsum(stated[:, ::-1], axis=1)[:, ::-1]
    hits = np.cumsum(true[:, ::-1], axis=1)[:, ::-1]
    total = above.sum(axis=0)
    rate = hits.sum(axis=0) / np.maximum(total, 1)
    lines = np.maximum(np.count_nonzero(above, axis=0), 2)
    error = np.sqrt(((hits - rate * above) ** 2).sum(axis=0) * lines / (lines - 1)) / np.maximum(total, 1)
    good = (rate - caution * error >= top) & (total >= LEAST_STATEMENTS) & (local >= floor)
    found = np.flatnonzero(good)
    return int(found[0]) if found.size else BINS


def _bin(stated: Counts, true: Counts, first: int, last: int) -> Bin:
    n, hits = stated[:, first : last + 1].sum(axis=1), true[:, first : last + 1].sum(axis=1)
    total, lines = int(n.sum()), int(np.count_nonzero(n))
    rate = hits.sum() / total if total else 0.0
    error = 0.5
    if lines > 1:
        spread = float((((hits - rate * n) ** 2).sum() * lines / (lines - 1)) ** 0.5) / total
        # A bin without a miss is not a bin without doubt: rule of succession.
        error = max(spread, float(np.sqrt((rate * (1 - rate) + 1 / total) / total)))
    return Bin(first, last, total, int(hits.sum()), lines, float(error))


def _merged(stated: Counts, true: Counts, bins: list[Bin]) -> list[Bin]:
    """Bins that say too little join the one below, so that doubt lowers what is stated; rates come out ascending."""
    found = list[Bin]()
    for one in bins:
        found.append(one)
        while len(found) > 1 and (not found[-1].speaks or found[-1].rate <= found[-2].rate) and found[-2].speaks:
            last = found.pop()
            below = found.pop()
            found.append(_bin(stated, true, below.first, last.last))
    return found


def _pairs(edges: list[int]) -> list[tuple[int, int]]:
    return [(one, other) for one, other in pairwise(edges) if one < other]
