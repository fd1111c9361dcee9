import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from spc.weighted_charts import cusum, ewma

series = st.lists(st.floats(-100, 100), min_size=3, max_size=40).filter(lambda x: np.ptp(x) > 1e-3)


@given(series)
@settings(max_examples=50, deadline=None)
def test_at_full_weight_an_ewma_is_the_series_itself(values: list[float]) -> None:
    curve = ewma(values, target=0.0, sigma=2.0, weight=1.0).location
    assert curve.points == pytest.approx(values) and curve.upper == pytest.approx([6.0] * len(values))


@given(series, st.floats(0.01, 0.99))
@settings(max_examples=50, deadline=None)
def test_limits_start_at_one_value_and_grow_to_the_steady_ones(values: list[float], weight: float) -> None:
    exact = ewma(values, target=0.0, sigma=1.0, weight=weight).location
    steady = ewma(values, target=0.0, sigma=1.0, weight=weight, steady=True).location
    assert exact.upper[0] == pytest.approx(3 * weight)  # variance of the first point is weight^2
    assert (np.diff(exact.upper) >= -1e-15).all() and (exact.upper <= steady.upper * (1 + 1e-12)).all()


@given(series)
@settings(max_examples=50, deadline=None)
def test_a_mirrored_series_mirrors_the_cusum(values: list[float]) -> None:
    above, below = cusum(values, target=0.0, sigma=1.0).panels
    mirrored_above, mirrored_below = cusum([-one for one in values], target=0.0, sigma=1.0).panels
    assert mirrored_above.points == pytest.approx(-below.points)
    assert mirrored_below.points == pytest.approx(-above.points)
    assert (above.points >= 0).all() and (below.points <= 0).all()


def test_a_lasting_shift_of_one_sigma_is_found_within_thirty_points() -> None:
    rng = np.random.default_rng(4)
    values = np.concatenate([rng.normal(0, 1, 40), rng.normal(1, 1, 40)])
    for chart in (cusum(values, target=0.0, sigma=1.0), ewma(values, target=0.0, sigma=1.0, weight=0.1, width=2.7)):
        found = chart.location.outside
        assert found and 41 <= found[0] <= 70


def test_the_run_length_of_a_calm_cusum_is_about_465() -> None:
    rng = np.random.default_rng(8)
    lengths = []
    for _ in range(300):
        found = cusum(rng.normal(0, 1, 3000), target=0.0, sigma=1.0)
        lengths.append(min((*found.panels[0].outside[:1], *found.panels[1].outside[:1]), default=3000))
    assert np.mean(lengths) == pytest.approx(465, rel=0.2)


@pytest.mark.parametrize("weight", [0.0, -0.1, 1.1, np.nan])
def test_a_weight_outside_its_range_is_refused(weight: float) -> None:
    with pytest.raises(SchemaError):
        ewma([1.0, 2.0, 3.0], weight=weight)


def test_a_sigma_or_width_of_zero_is_refused() -> None:
    with pytest.raises(SchemaError):
        ewma([1.0, 2.0, 3.0], sigma=0.0)
    with pytest.raises(SchemaError):
        ewma([1.0, 2.0, 3.0], width=-1.0)
    with pytest.raises(SchemaError):
        cusum([1.0, 2.0, 3.0], decision=0.0)
    with pytest.raises(SchemaError, match="do not vary"):
        cusum([2.0, 2.0, 2.0])
