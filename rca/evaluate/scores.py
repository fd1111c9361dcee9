"""How often a ranking is right, with intervals, and whether stated probabilities come true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from spc.proportions import proportion


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with a 95 % interval (Clopper-Pearson)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share; NaN of nothing."""
        return self.hits / self.of if self.of else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound; 0 and 1 of nothing."""
        if not self.of:
            return 0.0, 1.0
        bounds = proportion(self.hits, self.of).interval
        return bounds.lower / 1e6, bounds.upper / 1e6

    def text(self) -> str:
        """As a table shows it."""
        low, high = self.interval
        return f"{self.value:.2f} [{low:.2f}, {high:.2f}]" if self.of else "-"


@dataclass(frozen=True, slots=True)
class Ranks:
    """Places of the true cause over many cases; 0 where it was not suspected at all."""

    ranks: tuple[int, ...]

    def top(self, most: int) -> Share:
        """How often the true cause was among the first so many."""
        return Share(sum(1 for rank in self.ranks if 0 < rank <= most), len(self.ranks))


def rank_of(ranked: Sequence[str], roots: Sequence[str]) -> int:
    """Place of the first true cause, from 1; 0 when none is suspected."""
    places = [ranked.index(root) + 1 for root in roots if root in ranked]
    return min(places, default=0)


@dataclass(frozen=True, slots=True)
class Stated:
    """Probabilities that were stated, with what came true.

    Attributes:
        pairs: (stated probability, came true).
    """

    pairs: tuple[tuple[float, bool], ...]

    def at_least(self, level: float) -> Share:
        """How many statements of at least this probability came true."""
        hits = [true for stated, true in self.pairs if stated >= level]
        return Share(sum(hits), len(hits))

    def bins(
        self, edges: Sequence[float] = (0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
    ) -> list[tuple[float, float, float, Share]]:
        """Reliability: for each bin its edges, the mean that was stated, and the share that came true."""
        found = []
        for low, high in pairwise(edges):
            inside = [pair for pair in self.pairs if low <= pair[0] < high or (high == edges[-1] and pair[0] == high)]
            mean = float(np.mean([pair[0] for pair in inside])) if inside else float("nan")
            found.append((low, high, mean, Share(sum(true for _, true in inside), len(inside))))
        return found

    @property
    def error(self) -> float:
        """Expected calibration error over the bins, weighted by statements."""
        parts = [(share.of, abs(mean - share.value)) for _, _, mean, share in self.bins() if share.of]
        return sum(of * gap for of, gap in parts) / max(sum(of for of, _ in parts), 1)
