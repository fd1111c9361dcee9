"""The walk over orders visits them as often as their scores say."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from rca.posterior.local import subset_totals
from rca.posterior.orders import OrderWalk, SetDraw


def made(seed: int) -> tuple[list[list[int]], list[np.ndarray]]:
    """Four columns in one tier, each with the other three as candidates, random scores."""
    rng = np.random.default_rng(seed)
    candidates = [[other for other in range(4) if other != one] for one in range(4)]
    return candidates, [rng.normal(0, 1.5, 8) for _ in range(4)]


def before(order: tuple[int, ...], candidates: list[list[int]]) -> list[int]:
    place = {column: number for number, column in enumerate(order)}
    return [
        sum(1 << bit for bit, other in enumerate(own) if place[other] < place[column])
        for column, own in enumerate(candidates)
    ]


def test_parent_sets_are_visited_in_proportion_to_the_orders_that_allow_them() -> None:
    candidates, scores = made(1)
    totals = [subset_totals(one) for one in scores]
    exact = np.zeros((4, 8))
    for order in permutations(range(4)):
        masks = before(order, candidates)
        weight = np.exp(sum(totals[column][mask] for column, mask in enumerate(masks)))
        for column, mask in enumerate(masks):
            exact[column, mask] += weight
    exact /= exact[0].sum()
    walk = OrderWalk([list(range(4))], candidates, totals, np.random.default_rng(2))
    seen, sweeps = np.zeros((4, 8)), 12_000
    for _ in range(sweeps):
        walk.sweep()
        for column, mask in enumerate(walk.before):
            seen[column, mask] += 1 / sweeps
    assert np.abs(seen - exact).max() < 0.02


def test_tiers_are_never_crossed() -> None:
    candidates, scores = made(3)
    totals = [subset_totals(one) for one in scores]
    walk = OrderWalk([[2, 3], [0, 1]], candidates, totals, np.random.default_rng(4))
    for _ in range(200):
        walk.sweep()
        # 0 and 1 always have 2 and 3 before them, and the other way round never.
        assert walk.before[0] & 0b110 == 0b110
        assert walk.before[2] & 0b011 == 0


def test_sets_are_drawn_in_proportion_among_those_that_are_allowed() -> None:
    scores = np.log(np.array([1.0, 2.0, 3.0, 4.0]))
    draw = SetDraw([7, 9], scores)
    drawn = draw(0b01, np.random.default_rng(5), 9000)
    assert all(9 not in one for one in drawn)
    assert sum(one == [7] for one in drawn) / 9000 == pytest.approx(2 / 3, abs=0.02)
