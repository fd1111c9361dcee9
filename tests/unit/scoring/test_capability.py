import json
import math
import random
from fractions import Fraction
from statistics import NormalDist, stdev

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evidence.aggregate import Aggregate
from evidence.errors import SchemaError
from scoring.capability import pool, root_micro
from scoring.options import CPK_CAP, Sigma
from scoring.scale import MICRO
from tests.support.required import shared

VALUES = ["10.01", "9.98", "10.05", "10.02", "9.95", "10.00", "10.03", "9.99"]


def cpk_float(values: list[float], lower: float | None, upper: float | None) -> float:
    mean, sigma = sum(values) / len(values), stdev(values)
    sides = [upper - mean] if upper is not None else []
    sides += [mean - lower] if lower is not None else []
    return min(sides) / (3 * sigma)


def sample_of(values: list[str], lower: str | None, upper: str | None, sigma: Sigma = Sigma.OVERALL, size: int = 1):
    limits = [None if limit is None else Fraction(limit) for limit in (lower, upper)]
    return pool([(Aggregate.of_values(values, subgroup_size=size), limits[0], limits[1])], sigma)


@given(
    st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=40),
    st.integers(-(10**6), 10**6),
    st.integers(0, 10**6),
    st.sampled_from(["both", "lower", "upper"]),
)
def test_the_squared_index_equals_the_fraction_of_the_textbook(values, lower, width, sides) -> None:
    low = None if sides == "upper" else Fraction(lower)
    high = None if sides == "lower" else Fraction(lower + width)
    sample = pool([(Aggregate.of_values([str(value) for value in values]), low, high)], Sigma.OVERALL)
    assert sample is not None
    mean = Fraction(sum(values), len(values))
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    assume(variance >= Fraction(1, 12))
    sides_left = ([high - mean] if high is not None else []) + ([mean - low] if low is not None else [])
    nearest = min(sides_left)
    assert sample.signed_square == nearest * abs(nearest) / (9 * variance)


def test_cpk_agrees_with_floats_to_the_last_millionth() -> None:
    rng = random.Random(7)
    for _ in range(300):
        values = [f"{rng.gauss(10, 0.1):.4f}" for _ in range(rng.randint(2, 60))]
        sample = sample_of(values, "9.6", "10.5")
        assert sample is not None
        assert abs(sample.cpk_micro / MICRO - cpk_float([float(v) for v in values], 9.6, 10.5)) < 1.001e-6


def test_the_published_reference_case_holds_to_its_digits() -> None:
    case = json.loads(shared("reference", "capability_ss_ca.json").read_text())
    values = [f"{value:.2f}" for value in case["data"]]
    sample = sample_of(values, str(case["lsl"]), str(case["usl"]))
    assert sample is not None
    assert sample.cpk_micro == int(case["published"]["cpk_overall_sd"] * MICRO)


def test_the_estimators_differ_and_each_is_what_its_name_says() -> None:
    groups = [["1.0", "1.2", "1.1"], ["1.6", "1.5", "1.7"]]
    values = [value for group in groups for value in group]
    overall, pooled = sample_of(values, "0", "3", Sigma.OVERALL), sample_of(values, "0", "3", Sigma.POOLED, 3)
    assert overall is not None and pooled is not None
    within = sum((float(v) - sum(map(float, g)) / 3) ** 2 for g in groups for v in g) / 4
    assert (overall.freedom, pooled.freedom) == (5, 4)
    assert math.isclose(float(pooled.variance) / 100, within)
    assert math.isclose(float(overall.variance) / 100, stdev(map(float, values)) ** 2)


@given(st.integers(1, 7), st.sampled_from(list(Sigma)))
def test_splitting_a_series_changes_nothing(cut: int, sigma: Sigma) -> None:
    values = VALUES * 2
    limits = (Fraction("9.7"), Fraction("10.3"))
    whole = pool([(Aggregate.of_values(values, subgroup_size=2), *limits)], sigma)
    parts = [values[: 2 * cut], values[2 * cut :]]
    assert pool([(Aggregate.of_values(part, subgroup_size=2), *limits) for part in parts], sigma) == whole


def test_a_wider_limit_stated_beside_a_tighter_one_is_ignored() -> None:
    tight, wide = (Fraction("9.7"), Fraction("10.3")), (Fraction("9"), Fraction("11"))
    aggregate = Aggregate.of_values(VALUES)
    sample = pool([(aggregate, *tight), (aggregate, *wide)], Sigma.OVERALL)
    assert sample is not None and (sample.lower, sample.upper) == (970, 1030)


def test_series_of_different_resolution_are_pooled_in_the_finer_one() -> None:
    limits = (Fraction("0"), Fraction("2"))
    mixed = pool(
        [(Aggregate.of_values(["1.0", "1.1"]), *limits), (Aggregate.of_values(["1.25"]), *limits)], Sigma.OVERALL
    )
    assert mixed == sample_of(["1.00", "1.10", "1.25"], "0", "2")


def test_no_spread_is_never_better_than_the_rounding_allows() -> None:
    sample = sample_of(["1.0"] * 5, "0.0", "2.0")
    assert sample is not None
    assert sample.variance == Fraction(1, 12)
    assert sample.cpk_micro == min(CPK_CAP, root_micro(Fraction(100 * 12, 9)))


def test_no_limits_or_no_freedom_is_no_evidence() -> None:
    free = sample_of(VALUES, None, None)
    assert free is not None and not free.is_limited
    assert sample_of(["1.0"], "0", "2") is None
    assert sample_of(VALUES, "9", "11", Sigma.POOLED, 1) is None


def test_limits_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(SchemaError, match="lower limit lies above"):
        pool([(Aggregate.of_values(VALUES), Fraction(11), Fraction(9))], Sigma.OVERALL)


@given(st.fractions(-100, 100, max_denominator=10**9))
def test_the_root_is_rounded_down_on_both_sides_of_zero(square: Fraction) -> None:
    root = root_micro(square)
    scaled = square * MICRO**2

    def signed(value: int) -> int:
        return value * abs(value)

    assert signed(root) <= scaled < signed(root + 1)


def test_bounds_cover_the_true_index_about_as_often_as_stated() -> None:
    rng = random.Random(11)
    true, n, trials = 1.5, 50, 1500
    sigma = 0.9 / (3 * true)
    hits = 0
    for _ in range(trials):
        values = [f"{rng.gauss(10, sigma):.5f}" for _ in range(n)]
        sample = sample_of(values, None, "10.9")
        assert sample is not None
        low, high = sample.bounds_micro(900_000)
        hits += low <= true * MICRO <= high
    assert 0.87 <= hits / trials <= 0.93


def test_bounds_are_bissells_formula_rounded_outward() -> None:
    sample = sample_of(VALUES, "9.7", "10.3")
    assert sample is not None
    cpk, n = math.sqrt(float(sample.signed_square)), len(VALUES)
    reach = NormalDist().inv_cdf(0.95) * math.sqrt(1 / (9 * n) + cpk**2 / (2 * (n - 1)))
    low, high = sample.bounds_micro(900_000)
    assert 0 <= cpk - reach - low / MICRO < 4e-6
    assert 0 <= high / MICRO - cpk - reach < 4e-6
