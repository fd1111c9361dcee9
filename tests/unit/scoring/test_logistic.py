"""The fit against an independent optimiser and the conditions of its optimum."""

import numpy as np
import pytest
from scipy.optimize import minimize

from evidence.errors import SchemaError
from scoring.logistic import fit_logistic, probability


def problem(seed: int, n: int = 300, k: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.random((n, k))
    truth = rng.normal(0, 3, k)  # some negative: the bound is met
    y = (rng.random(n) < 1 / (1 + np.exp(-(x @ truth - truth.sum() / 2)))).astype(float)
    return x, y, rng.random(k) * 2


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("pull", [1e-6, 0.01, 1.0])
def test_the_fit_is_the_one_that_another_optimiser_finds(seed: int, pull: float) -> None:
    x, y, centre = problem(seed)

    def loss(at: np.ndarray) -> float:
        eta = at[0] + x @ at[1:]
        return float(np.mean(np.logaddexp(0, eta) - y * eta) + pull * np.sum((at[1:] - centre) ** 2))

    found = fit_logistic(x, y, centre, pull)
    bounds = [(None, None)] + [(0, None)] * x.shape[1]
    other = minimize(loss, np.zeros(5), method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-15, "gtol": 1e-9})
    assert (found[1:] >= 0).all()
    assert loss(found) <= other.fun + 1e-12
    assert np.abs(found - other.x).max() < 1e-2 * max(1, np.abs(found).max())


def test_a_strong_pull_gives_the_centre_and_a_weak_one_the_data() -> None:
    x, y, centre = problem(3)
    assert np.abs(fit_logistic(x, y, centre, 1e6)[1:] - centre).max() < 1e-5
    assert np.abs(fit_logistic(x, y, centre, 1e-6)[1:] - centre).max() > 0.1


def test_perfectly_separated_outcomes_stay_finite_under_a_pull() -> None:
    x = np.linspace(0, 1, 50)[:, None]
    found = fit_logistic(x, (x[:, 0] > 0.5).astype(float), np.zeros(1), 1e-6)
    assert np.isfinite(found).all()
    ends = probability(x, found)[[0, -1]]
    assert ends[0] < 1e-3
    assert ends[1] > 1 - 1e-3


def test_one_outcome_alone_is_refused() -> None:
    with pytest.raises(SchemaError):
        fit_logistic(np.ones((5, 1)), np.zeros(5), np.zeros(1), 1.0)
