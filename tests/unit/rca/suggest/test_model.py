"""Models move what lies behind the levers, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from rca.columns import Column
from rca.suggest.model import Model
from rca.table import Table

COLUMNS = tuple(Column(name, tier=tier) for tier, name in enumerate(("lever", "middle", "goal", "aside")))


def values() -> np.ndarray:
    rng = np.random.default_rng(1)
    lever = rng.normal(size=2000)
    middle = 0.5 * lever + rng.normal(size=2000)
    goal = -2.0 * middle + 0.3 * rng.normal(size=2000)
    return np.column_stack([lever, middle, goal, rng.normal(size=2000)])


def graph(*edges: tuple[int, int]) -> np.ndarray:
    found = np.zeros((4, 4), dtype=bool)
    for edge in edges:
        found[edge] = True
    return found


def model(*edges: tuple[int, int]) -> Model:
    data = values()
    return Model(Table(COLUMNS, data), data, graph(*edges), [0], 2, np.random.default_rng(2))


def test_a_moved_lever_moves_the_goal_along_the_path_and_keeps_each_parts_rest() -> None:
    data = values()
    moved = model((0, 1), (1, 2)).moved({0: data[:, 0] + 1.0})
    assert (moved - data[:, 2]).mean() == pytest.approx(-1.0, abs=0.15)
    # Each part keeps what else made it what it was.
    assert np.corrcoef(moved, data[:, 2])[0, 1] > 0.99


def test_without_a_path_nothing_moves() -> None:
    data = values()
    assert np.array_equal(model((0, 1), (3, 2)).moved({0: data[:, 0] + 1.0}), data[:, 2])


def test_a_lever_left_alone_moves_nothing() -> None:
    data = values()
    assert np.allclose(model((0, 1), (1, 2)).moved({0: data[:, 0]}), data[:, 2])
