import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from spc.chart import Panel, panel
from spc.charts import i_mr, xbar_r, xbar_s


def stable(count: int, size: int, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(100, 2, (count, size))


@pytest.mark.parametrize("make", [xbar_r, xbar_s])
@given(size=st.integers(2, 12), seed=st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_every_limit_lies_three_standard_errors_from_its_centre(make, size: int, seed: int) -> None:
    chart = make(stable(25, size, seed))
    for one in chart.panels:
        assert one.upper == pytest.approx(one.centre + 3 * one.error)
        # The means are near 100, so only the ranges and deviations have their lower limit cut at zero.
        assert one.lower == pytest.approx(np.maximum(one.centre - 3 * one.error, 0))
    assert chart.location.error[0] == pytest.approx(chart.sigma / np.sqrt(size))


def test_limits_of_phase_one_do_not_move_when_phase_two_drifts() -> None:
    calm = stable(25, 5)
    drifting = np.vstack([calm, stable(10, 5, 3) + 20])
    before, after = xbar_r(calm), xbar_r(drifting, phase1=25)
    assert (after.location.upper[0], after.sigma) == (before.location.upper[0], before.sigma)
    assert set(range(26, 36)) <= set(after.location.outside)
    assert xbar_r(drifting).location.upper[0] > before.location.upper[0]


def test_a_moving_range_belongs_to_the_second_of_its_two_points() -> None:
    values = [10.0, 10.2, 9.9, 10.1, 10.0, 10.3, 9.8, 10.1, 18.0, 10.0, 10.1, 9.9]
    chart = i_mr(values, phase1=8)
    assert chart.location.outside == (9,)
    assert chart.panels[1].first == 2 and chart.panels[1].outside == (9, 10)


def test_false_alarms_of_a_stable_process_are_about_one_in_370() -> None:
    chart = xbar_r(stable(20_000, 5))
    assert len(chart.location.outside) / 20_000 == pytest.approx(0.0027, abs=0.0012)


def test_few_points_are_called_provisional() -> None:
    assert any("provisional" in note for note in xbar_s(stable(12, 4)).notes)
    assert not xbar_s(stable(25, 4)).notes
    assert any("prefer X-bar/S" in note for note in xbar_r(stable(25, 12)).notes)


@pytest.mark.parametrize("phase1", [-1, 0, 1, 26])
def test_a_phase_one_that_does_not_fit_is_refused(phase1: int) -> None:
    with pytest.raises(SchemaError, match="phase1"):
        xbar_r(stable(25, 5), phase1=phase1)


def test_one_subgroup_or_two_values_make_no_chart() -> None:
    with pytest.raises(SchemaError):
        xbar_r(stable(1, 5))
    with pytest.raises(SchemaError):
        i_mr([1.0, 2.0])
    with pytest.raises(SchemaError, match="do not vary"):
        xbar_s(np.repeat(np.arange(10.0)[:, None], 3, axis=1))


def test_a_panel_with_reversed_limits_or_gaps_cannot_be_built() -> None:
    points = np.arange(3.0)
    with pytest.raises(SchemaError, match="reversed"):
        panel("x", points, 1.0, 2.0, 0.0, 1.0, independent=True)
    with pytest.raises(SchemaError, match="finite"):
        panel("x", points, np.nan, 0.0, 2.0, 1.0, independent=True)
    with pytest.raises(SchemaError, match="different lengths"):
        Panel("x", points, points, points, points[:2], points, True)
