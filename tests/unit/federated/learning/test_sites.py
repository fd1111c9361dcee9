"""A plant's own model and its probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import SchemaError
from federated import task as tasks
from federated.learning import metrics
from federated.learning.calibration import Calibration, fit
from federated.learning.network import predict
from federated.learning.scaling import moments, rescaled
from federated.learning.sites import UPPER, SiteModel, SiteScaling, joined
from federated.task import Task
from tests.unit.federated.learning.builders import plant, spec, table

TASK = Task(spec(), (8, 4))
SHAPE = TASK.shape
ONE, TWO = tasks.new_model(TASK, 1), tasks.new_model(TASK, 2)


def test_a_site_mixes_the_federation_with_what_it_learnt_alone() -> None:
    data = plant(30, 0)
    site = SiteModel((ONE, TWO), ONE, 0.5)
    first, second = predict(SHAPE, ONE, data.inputs), predict(SHAPE, TWO, data.inputs)
    assert np.allclose(site.logits(SHAPE, data), 0.5 * (first + second) / 2 + 0.5 * first)


def test_the_federation_always_counts() -> None:
    with pytest.raises(SchemaError):
        SiteModel(())
    with pytest.raises(SchemaError):
        SiteModel((ONE,), TWO, 0.0)
    with pytest.raises(SchemaError):
        SiteModel((ONE,), None, 0.5)


def test_own_scales_come_from_the_rows_trained_on_and_bound_the_inputs() -> None:
    data = plant(500, 0)
    found = SiteScaling.of(data).apply(data).inputs
    assert np.allclose(found.mean(axis=0), 0, atol=0.05) and np.abs(found).max() <= 4
    with pytest.raises(SchemaError):
        SiteScaling.of(data.take(np.zeros(500, dtype=bool)))


def test_joining_takes_the_lower_layer_from_all_and_the_upper_ones_from_home() -> None:
    both = joined(SHAPE, ONE, TWO)
    home = SHAPE.mask(UPPER)
    assert np.array_equal(both[home], TWO[home]) and np.array_equal(both[~home], ONE[~home])
    with pytest.raises(SchemaError):
        joined(SHAPE, ONE, TWO[:-1])


@given(slope=st.floats(0.2, 3), shift=st.floats(-2, 2))
def test_calibration_finds_the_truth_of_a_site(slope: float, shift: float) -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, 4000)
    labels = (rng.random(4000) < Calibration(slope, shift).probabilities(logits)).astype(float)
    found = fit(logits, labels)
    assert found.slope == pytest.approx(slope, rel=0.35, abs=0.1) and found.shift == pytest.approx(shift, abs=0.35)


def test_calibration_keeps_the_ranks_and_lowers_the_loss() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(2, 2, 500)
    labels = (rng.random(500) < 1 / (1 + np.exp(3 - logits))).astype(float)
    found = fit(logits, labels)
    after = found.probabilities(logits)
    assert metrics.auc(labels, after) == metrics.auc(labels, logits)
    assert metrics.log_loss(labels, after) < metrics.log_loss(labels, Calibration().probabilities(logits))


def test_calibration_needs_rows_with_both_outcomes() -> None:
    for labels in (np.zeros(50), np.ones(50), np.array([0.0, 1.0])):
        with pytest.raises(SchemaError):
            fit(np.zeros(len(labels)), labels)
    with pytest.raises(SchemaError):
        Calibration(-1.0, 0.0)


def test_scales_agreed_by_sums_are_those_of_all_rows_together() -> None:
    parts = [table(300, seed) for seed in range(3)]
    found = rescaled(spec(), np.sum([moments(spec(), one.values) for one in parts], axis=0))
    heat = np.concatenate([one.values["heat"] for one in parts])
    assert found.version == 2
    assert float(found.features[0].centre) == pytest.approx(heat.mean(), rel=1e-3)
    assert float(found.features[0].scale) == pytest.approx(heat.std(), rel=1e-3)
    with pytest.raises(SchemaError):
        rescaled(spec(), moments(spec(), table(5, 0).values))
