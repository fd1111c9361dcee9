"""Nothing is said of levels where nothing was."""

from __future__ import annotations

import numpy as np

from rca.columns import Column, Kind
from rca.effect.support import LEAST_NEAR, unsupported

VALUES = np.random.default_rng(1).normal(80.0, 2.0, 500)


def test_a_level_among_the_values_is_supported() -> None:
    assert unsupported(Column("temp"), VALUES, 81.0) is None


def test_a_level_beyond_all_values_is_not_and_says_where_they_lie() -> None:
    why = unsupported(Column("temp"), VALUES, 95.0)
    assert why is not None
    assert "never at 95" in why


def test_a_level_in_a_gap_between_two_ways_of_running_is_not_supported() -> None:
    modes = np.concatenate([VALUES, VALUES + 40.0])
    why = unsupported(Column("temp"), modes, 100.0)
    assert why is not None
    assert "0 times" in why


def test_labels_are_supported_where_they_occurred_often_enough() -> None:
    codes = np.array([0.0] * 100 + [1.0] * (LEAST_NEAR - 1))
    assert unsupported(Column("a", Kind.BINARY), codes, 0.0) is None
    assert unsupported(Column("a", Kind.BINARY), codes, 1.0) is not None
