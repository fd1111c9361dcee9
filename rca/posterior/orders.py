"""Tiered order-MCMC: a random walk over orders in which every column stands after its causes.

Tiers fix the order between them; within a tier one column after another is put back at a place drawn from its full
conditional (a Gibbs step, so nothing is ever rejected). An order's score is the product over columns of the summed
scores of all parent sets that the order allows: a look-up each.

Source:
    Friedman, Koller, "Being Bayesian about network structure", Machine Learning 50 (2003);
    Kuipers, Suter, Moffa, "Efficient sampling and structure learning of Bayesian networks", JCGS 31 (2022).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rca.posterior.local import subset_totals
from rca.table import Array


class OrderWalk:
    """One chain over the orders of columns, tier after tier."""

    def __init__(
        self,
        tiers: Sequence[Sequence[int]],
        candidates: Sequence[Sequence[int]],
        totals: Sequence[Array],
        rng: np.random.Generator,
    ) -> None:
        """Start from a random order.

        Args:
            tiers: columns of each tier, ascending.
            candidates: candidate parents of each column; bit k of its sets is candidate k.
            totals: `subset_totals` of each column's scores.
            rng: the only source of chance.
        """
        self._rng = rng
        self._totals = [memoryview(np.ascontiguousarray(one).data) for one in totals]
        # bit[u][v]: the bit that u has among v's candidates.
        self._bit = [dict[int, int]() for _ in candidates]
        for column, own in enumerate(candidates):
            for place, cause in enumerate(own):
                self._bit[cause][column] = 1 << place
        self._tiers = [[int(one) for one in rng.permutation(list(tier))] for tier in tiers]
        self.before = self._predecessors(len(candidates))

    def sweep(self) -> None:
        """Draw a new place for every column, once each, in random order."""
        for tier in self._tiers:
            if len(tier) > 1:
                for column in self._rng.permutation(tier):
                    self._redraw(tier, int(column))

    def _redraw(self, tier: list[int], column: int) -> None:
        place = tier.index(column)
        logs = np.array(self._gains(tier, column, place))
        weights = np.exp(logs - logs.max())
        running = np.cumsum(weights)
        drawn = int(np.searchsorted(running, self._rng.random() * running[-1], "right"))
        self._move(tier, column, place, min(drawn, len(tier) - 1))

    def _gains(self, tier: list[int], column: int, place: int) -> list[float]:
        """Change of the log score for every place that the column could take."""
        bit, totals, before, own = self._bit, self._totals, self.before, self._totals[column]
        mine, start = bit[column], own[before[column]]
        gains = [0.0] * len(tier)
        for walk, added in ((range(place - 1, -1, -1), True), (range(place + 1, len(tier)), False)):
            others, allowed = 0.0, before[column]
            for at in walk:
                other = tier[at]
                # `column` now stands before `other` (moving up) or after it (moving down).
                if shift := mine.get(other, 0):
                    seen, total = before[other], totals[other]
                    others += total[seen | shift if added else seen & ~shift] - total[seen]
                if shift := bit[other].get(column, 0):
                    allowed = allowed & ~shift if added else allowed | shift
                gains[at] = others + own[allowed] - start
        return gains

    def _move(self, tier: list[int], column: int, place: int, to: int) -> None:
        if to == place:
            return
        before, mine = self.before, self._bit[column]
        earlier = to < place
        for at in range(to, place) if earlier else range(place + 1, to + 1):
            other = tier[at]
            shift, back = mine.get(other, 0), self._bit[other].get(column, 0)
            before[other] = before[other] | shift if earlier else before[other] & ~shift
            before[column] = before[column] & ~back if earlier else before[column] | back
        tier.insert(to, tier.pop(place))

    def _predecessors(self, size: int) -> list[int]:
        before, seen = [0] * size, list[int]()
        for tier in self._tiers:
            for column in tier:
                before[column] = sum(self._bit[cause].get(column, 0) for cause in seen)
                seen.append(column)
        return before


class SetDraw:
    """Draws parent sets of one column among those that an order allows; remembers what it worked out."""

    def __init__(self, candidates: Sequence[int], scores: Array) -> None:
        self._members = np.array(candidates, dtype=np.int64)
        self._sets = np.arange(len(scores))
        self._scores = scores
        self._known = dict[int, tuple[Array, Array]]()

    def __call__(self, before: int, rng: np.random.Generator, draws: int) -> list[list[int]]:
        """`draws` parent sets, as columns."""
        if before not in self._known:
            allowed = self._sets[(self._sets & ~before) == 0]
            logs = self._scores[allowed]
            weights = np.exp(logs - logs.max())
            # Sets of no weight are forgotten, else thousands of orders would fill the memory.
            kept = weights > 1e-9
            self._known[before] = (allowed[kept], np.cumsum(weights[kept]))
        allowed, running = self._known[before]
        picked = np.searchsorted(running, rng.random(draws) * running[-1], "right")
        sets = allowed[np.minimum(picked, len(allowed) - 1)]
        bits = np.arange(len(self._members))
        return [self._members[(int(one) >> bits) & 1 == 1].tolist() for one in sets]


def totals_of(scores: Sequence[Array]) -> list[Array]:
    """`subset_totals` of each column's scores."""
    return [subset_totals(one) for one in scores]
