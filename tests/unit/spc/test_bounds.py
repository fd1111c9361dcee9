import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, nct

from evidence.errors import SchemaError
from spc.bounds import bissell, boyles, chi_square, exact_cpk, noncentral_t
from spc.interval import Interval, Side, tails

indices = st.floats(-0.5, 3.0)
sizes = st.integers(5, 300)
levels = st.floats(0.6, 0.995)


@given(indices, sizes, levels)
@settings(max_examples=40, deadline=None)
def test_noncentral_t_bounds_leave_the_stated_probability(index: float, n: int, confidence: float) -> None:
    found = noncentral_t(index, n, n - 1, confidence)
    scale, tail = 3 * math.sqrt(n), (1 - confidence) / 2
    # scipy's noncentral t gives no number for some estimates near zero, so ours is made without it.
    assume(abs(index) > 0.05)
    assert nct.sf(scale * index, n - 1, scale * found.lower) == pytest.approx(tail, rel=1e-6)
    assert nct.cdf(scale * index, n - 1, scale * found.upper) == pytest.approx(tail, rel=1e-6)


def test_bounds_of_an_estimate_of_zero_mirror_each_other() -> None:
    found = noncentral_t(0.0, 20, 19, 0.95)
    assert found.lower == pytest.approx(-found.upper)
    assert found.upper == pytest.approx(1.959963985 / (3 * math.sqrt(20)), rel=1e-8)  # the mean alone decides


@given(st.floats(0.1, 3.0), sizes, levels)
@settings(max_examples=40, deadline=None)
def test_chi_square_bounds_leave_the_stated_probability(index: float, n: int, confidence: float) -> None:
    found = chi_square(index, n - 1, confidence)
    # sigma-hat^2 / sigma^2 = (true / estimate)^2 is chi-square over its freedom.
    assert chi2.cdf((n - 1) * (found.lower / index) ** 2, n - 1) == pytest.approx((1 - confidence) / 2, rel=1e-7)
    assert chi2.sf((n - 1) * (found.upper / index) ** 2, n - 1) == pytest.approx((1 - confidence) / 2, rel=1e-7)


@pytest.mark.parametrize("bound", [bissell, exact_cpk, noncentral_t])
@given(index=indices, n=sizes, confidence=levels)
@settings(max_examples=25, deadline=None)
def test_bounds_enclose_the_estimate_and_meet_as_values_become_many(bound, index, n, confidence) -> None:
    found = bound(index, n, n - 1, confidence)
    # Above the estimate must the upper bound lie; a lower bound may pass it only where the index is tiny.
    assert found.lower < found.upper and found.lower <= index + 1e-9
    many = bound(index, 100 * n, 100 * n - 1, confidence)
    assert many.upper - many.lower < found.upper - found.lower


@pytest.mark.parametrize("bound", [bissell, exact_cpk, noncentral_t])
@given(index=indices, n=sizes, confidence=levels)
@settings(max_examples=15, deadline=None)
def test_one_bound_alone_is_the_bound_of_twice_the_doubt(bound, index, n, confidence) -> None:
    both = bound(index, n, n - 1, 2 * confidence - 1 if confidence > 0.5 else confidence)
    lower = bound(index, n, n - 1, confidence, Side.LOWER)
    upper = bound(index, n, n - 1, confidence, Side.UPPER)
    assert (lower.upper, upper.lower) == (math.inf, -math.inf)
    assert (lower.lower, upper.upper) == pytest.approx((both.lower, both.upper), abs=1e-6)


@pytest.mark.parametrize(("true", "off"), [(1.33, 0.0), (1.33, 1.0), (0.5, 0.0), (0.3, 2.0)])
def test_exact_bounds_of_cpk_cover_wherever_the_mean_lies(true: float, off: float) -> None:
    n, draws = 20, 8000
    rng = np.random.default_rng(17)
    sample = rng.normal(off, 1, (draws, n))
    half = 3 * true + off
    seen = (half - np.abs(sample.mean(axis=1))) / (3 * sample.std(axis=1, ddof=1))
    grid = np.linspace(seen.min(), seen.max(), 40)
    lower = np.interp(seen, grid, [exact_cpk(one, n, n - 1, 0.95, Side.LOWER).lower for one in grid])
    upper = np.interp(seen, grid, [exact_cpk(one, n, n - 1, 0.95, Side.UPPER).upper for one in grid])
    assert (lower <= true).mean() > 0.944 and (upper >= true).mean() > 0.944


def test_bissell_covers_less_than_stated_from_above_on_a_centred_process() -> None:
    # The reason why the exact bound is the default: 95 % stated, about 92 % kept at n = 30.
    exact = exact_cpk(1.2, 30, 29, 0.95, Side.UPPER).upper
    assert bissell(1.2, 30, 29, 0.95, Side.UPPER).upper < exact


def test_a_far_away_second_limit_makes_no_difference_to_the_lower_bound() -> None:
    assert exact_cpk(1.4, 50, 49, 0.9).lower == pytest.approx(noncentral_t(1.4, 50, 49, 0.9).lower)
    assert exact_cpk(1.4, 50, 49, 0.9).upper >= noncentral_t(1.4, 50, 49, 0.9).upper


def test_boyles_bounds_on_target_are_chi_square_with_n_degrees() -> None:
    assert boyles(1.5, 0.0, 60, 0.95).lower == pytest.approx(chi_square(1.5, 60, 0.95).lower)
    # Off target the matched freedom rises, since the known target is not estimated.
    assert boyles(1.5, 1.0, 60, 0.95).lower > boyles(1.5, 0.0, 60, 0.95).lower


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.1, math.nan])
def test_a_confidence_that_is_none_is_refused(confidence: float) -> None:
    with pytest.raises(SchemaError):
        bissell(1.0, 50, 49, confidence)
    with pytest.raises(SchemaError):
        tails(confidence, Side.BOTH)


def test_an_interval_is_never_reversed() -> None:
    with pytest.raises(SchemaError):
        Interval(2.0, 1.0, 0.95, "test")
    with pytest.raises(SchemaError):
        Interval(math.nan, 1.0, 0.95, "test")
