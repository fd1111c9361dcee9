import numpy as np
import pytest

from rca.attribution.change import change_of, strength_of
from rca.attribution.mechanism import fit


def pair(seed: int = 0, rows: int = 500) -> np.ndarray:
    rng = np.random.default_rng(seed)
    cause = rng.normal(size=rows)
    return np.column_stack([cause, 0.8 * cause + 0.6 * rng.normal(size=rows)])


def test_an_effect_that_follows_its_cause_has_not_changed() -> None:
    reference = pair()
    window = pair(1, 50)
    window[:, 0] += 2.0
    window[:, 1] += 1.6
    change = change_of(fit(reference, 1, (0,)), 1, window, window[:, 1])
    assert change.marginal > 50
    assert change.strength < 5
    assert change.slopes[0] == pytest.approx(0.8, abs=0.1)


def test_a_shift_of_its_own_shows_in_its_noise() -> None:
    window = pair(2, 50)
    window[:, 1] -= 1.2
    change = change_of(fit(pair(), 1, (0,)), 1, window, window[:, 1])
    assert change.shift == pytest.approx(-2.0, abs=0.5)
    assert change.strength > 30


def test_beyond_support_a_steeper_slope_is_no_change_of_the_effect() -> None:
    window = np.array([[0.0, 0.0], [20.0, 60.0], [40.0, 120.0]])
    far = change_of(fit(pair(), 1, (0,)), 1, window, window[:, 1])
    alone = change_of(fit(pair(), 1, ()), 1, window, window[:, 1])
    assert far.strength < 0.01 * alone.strength


def test_inside_support_a_steeper_slope_is_a_change_of_the_effect() -> None:
    window = pair(3, 60)
    window[:, 1] += 1.6 * window[:, 0]
    assert change_of(fit(pair(), 1, (0,)), 1, window, window[:, 1]).strength > 30


def test_strength_is_zero_for_what_is_exactly_as_before() -> None:
    strength, shift, widened = strength_of(np.array([1.0, -1.0] * 20))
    assert strength == pytest.approx(0.0, abs=1e-9)
    assert (shift, widened) == (0.0, 1.0)


def test_strength_grows_with_shift_and_with_spread() -> None:
    rng = np.random.default_rng(5)
    base = rng.normal(size=200)
    plain = strength_of(base)[0]
    assert strength_of(base + 1)[0] > plain + 10
    assert strength_of(3 * base)[0] > plain + 10
    assert strength_of(0.1 * base)[0] > plain + 10


def test_a_node_without_values_in_the_window_says_nothing() -> None:
    window = np.full((3, 2), np.nan)
    assert change_of(fit(pair(), 1, (0,)), 1, window, np.zeros(3)).strength == 0.0
