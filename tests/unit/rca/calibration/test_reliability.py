"""Reliability counts what was said against what was true."""

from __future__ import annotations

import math

import pytest

from rca.calibration.reliability import fared


def test_observed_recall_error_and_silence() -> None:
    found = fared([(0.95, 100, 93), (0.15, 200, 40), (None, 50, 7)])
    assert (found.sure, found.sure_true) == (100, 93)
    assert found.observed == pytest.approx(0.93)
    assert found.recall == pytest.approx(93 / 140)
    assert found.ece == pytest.approx((0.02 * 100 + 0.05 * 200) / 300)
    assert found.silent == pytest.approx(50 / 350)
    assert [point.statements for point in found.points] == [200, 100]


def test_what_reaches_the_threshold_is_a_group_of_its_own() -> None:
    found = fared([(0.91, 10, 5), (0.92, 10, 10)])
    assert [point.observed for point in found.points] == [0.5, 1.0]


def test_nothing_said_is_no_rate() -> None:
    found = fared([])
    assert math.isnan(found.observed)
    assert (found.ece, found.silent, found.recall) == (0.0, 0.0, 0.0)
