"""Curves say what was true of twins, and nothing where too few twins speak."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from rca.calibration.curve import LEAST_TWINS, Bin, Curve, curve
from rca.calibration.statements import BINS, Tally


def lines(rates: np.ndarray, *, twins: int = 10, each: int = 3, seed: int = 1) -> list[Tally]:
    """Twins with `each` statements in every cell, true at the given rate of that cell."""
    rng = np.random.default_rng(seed)
    stated = np.full(BINS, each, dtype=np.int64)
    return [Tally(stated, rng.binomial(each, rates).astype(np.int64)) for _ in range(twins)]


TRUE = np.linspace(0.0, 0.98, BINS)


def test_what_is_said_is_the_rate_at_which_twins_were_true() -> None:
    found = curve(lines(TRUE, twins=40))
    for raw in (0.1, 0.4, 0.7):
        cell = int(raw * BINS)
        home = next(one for one in found.bins if one.first <= cell <= one.last)
        assert found.state(raw).probability == pytest.approx(TRUE[home.first : home.last + 1].mean(), abs=0.03)
    fresh = lines(TRUE, twins=40, seed=2)
    rates = found.rates()
    said = sum((rates * one.stated).sum() for one in fresh)
    assert said == pytest.approx(sum(one.true.sum() for one in fresh), rel=0.02)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), each=st.integers(1, 6), power=st.floats(0.2, 5))
def test_a_higher_raw_figure_never_says_less(seed: int, each: int, power: float) -> None:
    found = curve(lines(TRUE**power, each=each, seed=seed))
    spoken = [one.rate for one in found.bins if one.speaks]
    assert spoken == sorted(spoken)


def test_the_highest_bin_is_widened_until_its_rate_is_the_one_asked_for() -> None:
    found = curve(lines(TRUE, twins=40), top=0.93, floor=0.85)
    top = found.bins[-1]
    assert top.rate == pytest.approx(0.93, abs=0.01)
    assert top.first > 0.8 * BINS


def test_caution_takes_off_one_standard_error_and_narrows_the_highest_bin() -> None:
    plain, cautious = (curve(lines(TRUE, twins=6), top=0.92, floor=0.85, caution=one) for one in (0.0, 1.0))
    assert cautious.bins[-1].first >= plain.bins[-1].first
    assert cautious.bins[-1].said == pytest.approx(cautious.bins[-1].rate - cautious.bins[-1].error)
    assert cautious.bins[-1].said >= 0.92 - 0.005


def test_no_highest_bin_where_twins_never_reach_it() -> None:
    found = curve(lines(TRUE * 0.8))
    assert max(one.said for one in found.bins) < 0.85


def test_too_few_twins_cannot_say() -> None:
    stated = curve(lines(TRUE, twins=LEAST_TWINS - 1)).state(0.9)
    assert stated.probability is None
    assert (stated.low, stated.high) == (0.0, 1.0)


def test_without_any_twin_nothing_can_be_said() -> None:
    assert curve([]).state(0.5).probability is None


def test_lines_that_differ_widen_the_interval() -> None:
    each = np.full(BINS, 4, dtype=np.int64)
    split = [Tally(each, each if number % 2 else each * 0) for number in range(10)]
    alike = lines(np.full(BINS, 0.5), each=4)
    wide, narrow = curve(split).state(0.5), curve(alike).state(0.5)
    assert wide.high - wide.low > 5 * (narrow.high - narrow.low)


@pytest.mark.parametrize("raw", [-0.01, 1.01, float("nan")])
def test_a_raw_figure_that_is_no_frequency_is_refused(raw: float) -> None:
    with pytest.raises(SchemaError):
        curve([]).state(raw)


def test_bins_that_leave_a_gap_are_refused() -> None:
    with pytest.raises(SchemaError):
        Curve((Bin(0, 10, 1, 1, 1, 0.1), Bin(12, BINS - 1, 1, 1, 1, 0.1)))
