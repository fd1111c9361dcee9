import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import LimitError
from rca.attribution.game import EXACT, shapley


def glove(members: frozenset[int]) -> np.ndarray:
    """Players 0 and 1 own a left glove, player 2 a right one; a pair is worth 1 (Shapley: 1/6, 1/6, 4/6)."""
    return np.array([float(2 in members and bool(members & {0, 1}))])


def test_the_glove_game_has_its_textbook_values() -> None:
    shares = shapley(3, glove, rng=np.random.default_rng(0))
    assert shares.exact
    assert shares.values[:, 0] == pytest.approx([1 / 6, 1 / 6, 4 / 6])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 14))
def test_values_add_up_to_what_all_are_worth(seed: int, players: int) -> None:
    weights = np.random.default_rng(seed).normal(size=(players, players, 2))

    def value(members: frozenset[int]) -> np.ndarray:
        chosen = sorted(members)
        return np.asarray(weights[np.ix_(chosen, chosen)].sum(axis=(0, 1)))

    shares = shapley(players, value, rng=np.random.default_rng(seed), orders=20)
    assert shares.exact == (players <= EXACT)
    assert shares.values.sum(axis=0) == pytest.approx(weights.sum(axis=(0, 1)))


def test_sampled_values_lie_within_their_errors_of_the_exact_ones() -> None:
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(12, 12))

    def value(members: frozenset[int]) -> np.ndarray:
        chosen = sorted(members)
        return np.array([np.tanh(weights[np.ix_(chosen, chosen)].sum() / 10)])

    sampled = shapley(12, value, rng=np.random.default_rng(2), orders=400)
    other = shapley(12, value, rng=np.random.default_rng(3), orders=4000)
    assert not sampled.exact
    assert (np.abs(sampled.values - other.values) < 4.5 * (sampled.errors + other.errors) + 1e-9).all()


def test_equal_seeds_give_equal_values_and_nobody_gives_none() -> None:
    one, other = (shapley(12, lambda m: np.array([len(m) ** 2.0]), rng=np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one.values, other.values)
    assert shapley(0, glove, rng=np.random.default_rng(0)).values.shape == (0, 1)


def test_too_many_players_are_refused() -> None:
    with pytest.raises(LimitError):
        shapley(10_000, glove, rng=np.random.default_rng(0))
