from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rca.attribution.shapley import contributions


def drawn(seed: int, nodes: int = 4, rows: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    slopes = np.triu(rng.normal(size=(nodes, nodes)), 1)
    own = rng.normal(size=(rows, nodes)) + rng.normal(size=nodes)
    return slopes, own, own @ np.linalg.inv(np.eye(nodes) - slopes)


def by_hand(slopes: np.ndarray, own: np.ndarray, target: int) -> np.ndarray:
    """Shapley values of "node's noise as in the window, or zero", over every order of the players."""
    nodes = len(slopes)
    total = np.zeros(nodes)
    orders = list(permutations(range(nodes)))
    for order in orders:
        now = np.zeros_like(own)
        before = 0.0
        for player in order:
            now[:, player] = own[:, player]
            after = float((now @ np.linalg.inv(np.eye(nodes) - slopes))[:, target].mean())
            total[player] += after - before
            before = after
    return total / len(orders)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_closed_form_equals_the_average_over_all_orders(seed: int) -> None:
    slopes, own, window = drawn(seed)
    split = contributions(slopes, np.ones(4), window, 3)
    assert np.allclose(split.mean, by_hand(slopes, own, 3), atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_parts_add_up_to_what_is_split(seed: int) -> None:
    slopes, _, window = drawn(seed)
    noises = np.array([0.5, 1.0, 2.0, 0.3])
    split = contributions(slopes, noises, window, 3)
    assert split.mean.sum() == pytest.approx(window[:, 3].mean())
    usual = float(((split.effects * noises) ** 2).sum())
    assert split.square.sum() == pytest.approx(float((window[:, 3] ** 2).mean()) - usual)


def test_a_node_without_a_path_adds_nothing() -> None:
    slopes = np.zeros((2, 2))
    split = contributions(slopes, np.ones(2), np.full((3, 2), 5.0), 1)
    assert split.effects.tolist() == [0.0, 1.0]
    assert split.mean.tolist() == [0.0, 5.0]
