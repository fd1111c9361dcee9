"""Pooling adjacent violators against the definition, by brute force."""

from fractions import Fraction
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.monotone import bins, pool_adjacent_violators, rising_rates

small = st.integers(-8, 8).map(Fraction)
positive = st.integers(1, 5).map(Fraction)
series = st.lists(st.tuples(small, positive), min_size=1, max_size=7)


def spread(values: list[Fraction], weights: list[Fraction]) -> list[Fraction]:
    levels: list[Fraction] = []
    for block in pool_adjacent_violators(values, weights):
        levels += [block.level] * (block.last - block.first + 1)
    return levels


def brute_force(values: list[Fraction], weights: list[Fraction]) -> list[Fraction]:
    """The best of all ways to cut the series into stretches whose means rise: the definition, 2^(n-1) tries."""
    n, best = len(values), None
    for size in range(n):
        for cuts in combinations(range(1, n), size):
            edges = [0, *cuts, n]
            fit: list[Fraction] = []
            for low, high in pairwise(edges):
                total = sum(weights[low:high])
                mean = sum(v * w for v, w in zip(values[low:high], weights[low:high], strict=True)) / total
                fit += [mean] * (high - low)
            if all(a <= b for a, b in pairwise(fit)):
                loss = sum(w * (v - f) ** 2 for v, w, f in zip(values, weights, fit, strict=True))
                if best is None or loss < best[0]:
                    best = loss, fit
    assert best is not None
    return best[1]


@given(series)
@settings(max_examples=150, deadline=None)
def test_pooling_gives_the_nearest_rising_steps(pairs: list[tuple[Fraction, Fraction]]) -> None:
    values, weights = [value for value, _ in pairs], [weight for _, weight in pairs]
    assert spread(values, weights) == brute_force(values, weights)


@given(st.lists(st.tuples(small, positive), min_size=1, max_size=60))
@settings(max_examples=100, deadline=None)
def test_long_series_meet_the_max_min_formula(pairs: list[tuple[Fraction, Fraction]]) -> None:
    values, weights = [value for value, _ in pairs], [weight for _, weight in pairs]
    n = len(values)
    sums, masses = [Fraction(0)], [Fraction(0)]
    for value, weight in pairs:
        sums.append(sums[-1] + value * weight)
        masses.append(masses[-1] + weight)
    at = n // 2
    # Robertson, Wright and Dykstra, Order Restricted Statistical Inference, 1988, theorem 1.4.4.
    expected = max(
        min((sums[high] - sums[low]) / (masses[high] - masses[low]) for high in range(at + 1, n + 1))
        for low in range(at + 1)
    )
    assert spread(values, weights)[at] == expected


outcomes = st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 1)), max_size=80)


@given(outcomes, st.integers(1, 12))
@settings(max_examples=150, deadline=None)
def test_bins_lose_no_sample_and_never_split_a_theta(samples: list[tuple[int, int]], most: int) -> None:
    found = bins(samples, most)
    assert len(found) <= most
    assert sum(one.n for one in found) == len(samples)
    assert sum(one.bad for one in found) == sum(outcome for _, outcome in samples)
    assert sum(one.theta for one in found) == sum(theta for theta, _ in samples)
    rest = sorted(theta for theta, _ in samples)
    for one in found:
        part, rest = rest[: one.n], rest[one.n :]
        assert sum(part) == one.theta
        assert not rest or part[-1] < rest[0]


@given(outcomes, st.integers(1, 12))
@settings(max_examples=150, deadline=None)
def test_rates_rise_strictly_and_have_a_logarithm(samples: list[tuple[int, int]], most: int) -> None:
    rates = rising_rates(bins(samples, most))
    assert all(0 < rate < 1 for _, rate in rates)
    for (theta, rate), (next_theta, next_rate) in pairwise(rates):
        assert theta < next_theta
        assert rate < next_rate
    assert bool(rates) == (len({outcome for _, outcome in samples}) == 2)


def test_outcomes_that_get_better_with_theta_are_one_block() -> None:
    assert len(rising_rates(bins([(theta, int(theta < 20)) for theta in range(40)], 8))) == 1
