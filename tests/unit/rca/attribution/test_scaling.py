import numpy as np
import pytest

from rca.attribution.frame import Frame
from rca.attribution.scaling import FLOOR, scaled


def test_deviations_are_bounded_whatever_a_constant_column_does() -> None:
    reference = np.zeros((40, 3))
    reference[:, 1] = 100.0
    reference[:, 2] = np.random.default_rng(0).normal(size=40)
    window = np.array([[7.0, 99.0, 1e9]])
    data = scaled(Frame(("zero", "hundred", "noise"), reference, window, "noise"))
    assert np.abs(data.window).max() <= 1 / FLOOR + 1e-9
    assert data.window[0, 1] == pytest.approx(-10.0)
    assert data.floored.tolist() == [True, True, True]


def test_units_do_not_matter() -> None:
    rng = np.random.default_rng(1)
    reference, window = rng.normal(20, 1, (60, 2)), rng.normal(21, 1, (4, 2))
    one = scaled(Frame(("a", "b"), reference, window, "a"))
    other = scaled(Frame(("a", "b"), 1000 * reference, 1000 * window, "a"))
    assert np.allclose(one.window, other.window)


def test_missing_stays_missing() -> None:
    reference = np.random.default_rng(2).normal(size=(60, 2))
    reference[3, 1] = np.nan
    data = scaled(Frame(("a", "b"), reference, np.array([[1.0, np.nan]]), "a"))
    assert np.isnan(data.window[0, 1])
    assert np.isnan(data.reference[3, 1])
    assert not np.isnan(data.centre).any()
