"""Rulers unbend sensors and go on straight beyond what was seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca.columns import Column, Kind
from rca.suggest.ruler import Ruler

BENT = np.exp(np.random.default_rng(1).normal(size=4000))
RULER = Ruler(Column("a"), BENT)


@given(value=st.floats(0.05, 20.0))
def test_readings_come_back_from_their_scores(value: float) -> None:
    assert RULER.reading(RULER.score(np.array([value])))[0] == pytest.approx(value, rel=1e-6)


@given(one=st.floats(-5, 60), other=st.floats(-5, 60))
def test_the_order_of_readings_is_kept_even_beyond_the_data(one: float, other: float) -> None:
    low, high = RULER.score(np.array([min(one, other), max(one, other)]))
    assert low <= high


def test_scores_of_the_values_are_normal() -> None:
    scores = RULER.score(BENT)
    assert scores.mean() == pytest.approx(0.0, abs=0.05)
    assert scores.std() == pytest.approx(1.0, abs=0.08)


def test_labels_are_left_as_they_are() -> None:
    codes = np.array([0.0, 1.0, 1.0])
    assert Ruler(Column("b", Kind.BINARY), codes).score(codes).tolist() == codes.tolist()
