"""Mechanisms of twin lines: unit noise, sensors that can be read backwards."""

from __future__ import annotations

import numpy as np
import pytest

from evidence.errors import SchemaError
from rca.columns import Kind
from rca.twins.mechanism import Change, Mechanism, Noise, Shape, Warp, noise, unwarped, warped


@pytest.mark.parametrize("family", list(Noise))
def test_noise_of_every_family_has_mean_zero_and_variance_one(family: Noise) -> None:
    drawn = noise(np.random.default_rng(1), family, 200_000)
    assert abs(drawn.mean()) < 0.02
    assert drawn.var() == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("warp", [warp for warp in Warp if warp is not Warp.ROUNDED])
def test_what_a_sensor_bent_can_be_bent_back(warp: Warp) -> None:
    state = np.linspace(-2.5, 2.5, 41)
    assert np.allclose(unwarped(warp, warped(warp, state)), state, atol=1e-6)
    assert (np.diff(warped(warp, state)) > 0).all()


def test_faults_change_shift_spread_and_gain() -> None:
    rng = np.random.default_rng(2)
    one = Mechanism((0,), (Shape.LINEAR,), (0.6,), sigma=0.8)
    parent, own = rng.standard_normal(50_000), rng.standard_normal(50_000)
    plain = one.answer({0: parent}, own, Change())
    shifted = one.answer({0: parent}, own, Change(shift=2.0))
    loud = one.answer({0: parent}, own, Change(spread=2.0))
    deaf = one.answer({0: parent}, own, Change(gain=0.0))
    assert shifted.mean() - plain.mean() == pytest.approx(2.0)
    assert loud.var() == pytest.approx(0.36 + 4 * 0.64, rel=0.03)
    assert abs(np.corrcoef(deaf, parent)[0, 1]) < 0.02


def test_labels_and_counts_are_recorded_as_whole_numbers() -> None:
    state = np.linspace(-4, 4, 101)
    for kind, levels in ((Kind.COUNT, 20), (Kind.CATEGORICAL, 4), (Kind.BINARY, 0)):
        found = Mechanism((), (), (), kind=kind, levels=levels).recorded(state)
        assert (found == np.floor(found)).all()
        assert found.min() >= 0
        assert len(np.unique(found)) >= 2


def test_a_parent_without_a_shape_is_refused() -> None:
    with pytest.raises(SchemaError):
        Mechanism((0, 1), (Shape.LINEAR,), (0.5, 0.5))
