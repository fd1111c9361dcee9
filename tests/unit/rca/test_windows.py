"""Windows before a part: nothing from after it leaks in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import SchemaError
from rca.windows import Feature, Window, band_power, events, windowed

TIMES = np.arange(0.0, 100.0, 0.5)


@given(lag=st.floats(0, 20), width=st.floats(1, 30), part=st.floats(40, 90), jump=st.floats(1, 1000))
def test_what_happens_after_the_window_changes_no_feature(lag: float, width: float, part: float, jump: float) -> None:
    values = np.sin(TIMES)
    later = np.where(part - lag <= TIMES, values + jump, values)
    window = Window(width, lag)
    before = windowed(TIMES, values, np.array([part]), window, list(Feature))
    after = windowed(TIMES, later, np.array([part]), window, list(Feature))
    assert np.allclose(np.concatenate(before), np.concatenate(after), atol=1e-3, equal_nan=True)


def test_features_are_those_of_the_samples_in_the_window() -> None:
    values = 3.0 + 0.25 * TIMES
    values[5] = np.nan
    found = dict(zip(Feature, windowed(TIMES, values, np.array([20.0]), Window(10.0, 5.0), list(Feature)), strict=True))
    inside = values[(TIMES >= 5.0) & (TIMES < 15.0)]
    assert found[Feature.MEAN] == pytest.approx(inside.mean())
    assert found[Feature.DEVIATION] == pytest.approx(inside.std())
    assert found[Feature.SLOPE] == pytest.approx(0.25)
    assert found[Feature.LAST] == pytest.approx(inside[-1])
    assert (found[Feature.LOWEST], found[Feature.HIGHEST]) == (pytest.approx(inside.min()), pytest.approx(inside.max()))


def test_a_large_offset_costs_no_digits() -> None:
    rng = np.random.default_rng(0)
    values = 1e9 + rng.normal(size=len(TIMES))
    found = windowed(TIMES, values, np.array([50.0]), Window(20.0), [Feature.DEVIATION])[0]
    assert found[0] == pytest.approx(values[(TIMES >= 30) & (TIMES < 50)].std(), rel=1e-4)


def test_an_empty_window_gives_nothing_rather_than_zero() -> None:
    found = windowed(TIMES, np.ones_like(TIMES), np.array([-5.0]), Window(2.0), list(Feature))
    assert all(np.isnan(one).all() for one in found)


def test_the_power_of_a_tone_is_found_in_its_band_only() -> None:
    fast = np.arange(0.0, 10.0, 0.001)
    tone = 2.0 * np.sin(2 * np.pi * 120.0 * fast)
    power = band_power(fast, tone, np.array([9.0]), Window(4.0), [(20, 60), (100, 140), (400, 600)])
    # Mean square of a sine of amplitude 2 is 2.
    assert power[0, 1] == pytest.approx(2.0, rel=0.02)
    assert power[0, 0] < 1e-6
    assert np.isnan(power[0, 2])  # above half the sampling rate


def test_log_entries_are_counted_by_label() -> None:
    times = np.array([1.0, 2.0, 3.0, 8.0])
    found = events(times, ["jam", "jam", "door", "jam"], np.array([5.0, 9.0]), Window(4.0), ["jam", "door", "none"])
    assert found.tolist() == [[2.0, 1.0, 0.0], [1.0, 0.0, 0.0]]


def test_times_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(SchemaError, match="ascend"):
        windowed(TIMES[::-1].copy(), TIMES, np.array([1.0]), Window(1.0), [Feature.MEAN])


def test_a_window_without_width_is_refused() -> None:
    with pytest.raises(SchemaError):
        Window(0.0)
