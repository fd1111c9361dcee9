"""The server's steps and what is told of predictions: pure functions held against slow ones."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import SchemaError
from federated.learning import metrics
from federated.learning.server import ServerState, fed_adam, fed_avg, mean_update

LABELLED = st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=30)


def test_fed_avg_adds_the_weighted_mean() -> None:
    state = ServerState.start(np.array([1.0, 2.0]))
    total = 3 * np.array([1.0, 0.0]) + 1 * np.array([0.0, 4.0])
    after = fed_avg(state, mean_update(total, 4.0))
    assert after.model.tolist() == [1.75, 3.0] and after.rounds == 1
    assert state.model.tolist() == [1.0, 2.0]


def test_fed_adam_is_algorithm_2_of_its_paper() -> None:
    state = ServerState.start(np.zeros(1))
    first, second, model = 0.0, 0.0, 0.0
    for update in (0.5, -0.2, 0.1):
        state = fed_adam(state, np.array([update]), rate=0.1, beta1=0.9, beta2=0.99, tau=0.001)
        first, second = 0.9 * first + 0.1 * update, 0.99 * second + 0.01 * update**2
        model += 0.1 * first / (second**0.5 + 0.001)
        assert state.model[0] == pytest.approx(model)
    assert state.rounds == 3


def test_a_sum_without_weight_or_with_infinities_is_refused() -> None:
    for total, weight in ((np.zeros(2), 0.0), (np.zeros(2), -1.0), (np.array([np.inf, 0]), 1.0)):
        with pytest.raises(SchemaError):
            mean_update(total, weight)
    with pytest.raises(SchemaError):
        fed_avg(ServerState.start(np.zeros(2)), np.zeros(3))


@given(LABELLED)
def test_auc_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[bool, int]]) -> None:
    labels = np.array([float(label) for label, _ in rows])
    scores = np.array([float(score) for _, score in rows])
    bad, good = scores[labels > 0.5], scores[labels < 0.5]
    pairs = [1.0 if b > g else 0.5 if b == g else 0.0 for b, g in itertools.product(bad, good)]
    found = metrics.auc(labels, scores)
    assert np.isnan(found) if not pairs else found == pytest.approx(float(np.mean(pairs)))


@given(LABELLED)
def test_no_threshold_has_a_better_f1_than_the_best_one(rows: list[tuple[bool, int]]) -> None:
    labels = np.array([float(label) for label, _ in rows])
    scores = np.array([float(score) for _, score in rows])
    best = metrics.f1(labels, scores, metrics.best_threshold(labels, scores))
    assert all(metrics.f1(labels, scores, float(one)) <= best + 1e-12 for one in np.unique(scores))


def test_errors_of_probabilities_are_what_they_are_called() -> None:
    labels, stated = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.5, 0.5, 0.5, 0.5])
    assert metrics.log_loss(labels, stated) == pytest.approx(np.log(2))
    assert metrics.brier(labels, stated) == 0.25
    assert metrics.calibration_error(labels, stated, bins=1) == 0.0
    assert metrics.calibration_error(np.ones(10), np.full(10, 0.25)) == pytest.approx(0.75)
