import numpy as np
import pytest

from rca.attribution.mechanism import LEAST_NOISE, fit


def test_coefficients_and_noise_are_found() -> None:
    rng = np.random.default_rng(0)
    causes = rng.normal(size=(2000, 2))
    node = causes @ [0.5, -0.3] + 0.8 * rng.normal(size=2000)
    mechanism = fit(np.column_stack([causes, node]), 2, (0, 1))
    assert mechanism.coefficients == pytest.approx([0.5, -0.3], abs=0.05)
    assert mechanism.noise == pytest.approx(0.8, abs=0.03)
    assert np.sqrt((mechanism.root @ mechanism.root.T).diagonal()) == pytest.approx([0.8 / 2000**0.5] * 2, rel=0.1)


def test_a_copy_keeps_some_noise() -> None:
    cause = np.random.default_rng(1).normal(size=100)
    assert fit(np.column_stack([cause, cause]), 1, (0,)).noise == LEAST_NOISE


def test_a_curve_is_taken_where_it_predicts_better_and_a_line_else() -> None:
    rng = np.random.default_rng(2)
    cause = rng.normal(size=500)
    bent = np.column_stack([cause, cause**2 - 1 + 0.3 * rng.normal(size=500)])
    straight = np.column_stack([cause, cause + 0.3 * rng.normal(size=500)])
    assert fit(bent, 1, (0,), smooth=True).basis.knots is not None
    assert fit(straight, 1, (0,), smooth=True).basis.knots is None
    assert fit(bent, 1, (0,)).basis.knots is None


def test_missing_values_weaken_and_never_invent() -> None:
    rng = np.random.default_rng(3)
    cause = rng.normal(size=2000)
    both = np.column_stack([cause, cause + 0.1 * rng.normal(size=2000)])
    both[rng.random(both.shape) < 0.3] = np.nan
    slope = float(fit(both, 1, (0,)).coefficients[0])
    assert 0.6 < slope <= 1.05


def test_a_node_without_causes_varies_by_itself() -> None:
    mechanism = fit(np.random.default_rng(4).normal(size=(50, 1)), 0, ())
    assert mechanism.noise == 1.0
    assert mechanism.coefficients.size == 0
