import json
import random
from decimal import ROUND_UP, localcontext
from fractions import Fraction
from math import comb

import pytest
from scipy.stats import beta

from scoring.beta import MOST_EVENTS, bounds
from scoring.scale import MICRO, PPB
from tests.support.required import shared


def assert_encloses_tightly(a: int, b: int, confidence: int) -> None:
    low, high = bounds(a, b, confidence)
    tail = (MICRO - confidence) / MICRO / 2
    exact_low = beta.ppf(tail, a / MICRO, b / MICRO) * PPB
    exact_high = PPB - beta.ppf(tail, b / MICRO, a / MICRO) * PPB
    slack = 1e-3  # parts per billion, the oracle's own error
    assert exact_low - 1 - slack <= low <= exact_low + slack
    assert exact_high - slack <= high <= exact_high + 1 + slack


@pytest.mark.parametrize("confidence", [900_000, 950_000, 990_000])
@pytest.mark.parametrize(
    ("a", "b"), [(1, 1), (0.5, 0.5), (1, 499), (0.001, 3), (3, 0.001), (20, 25_000), (2.5, 10), (900, 1_000_000)]
)
def test_bounds_enclose_the_exact_quantiles_within_one_part_per_billion(a: float, b: float, confidence: int) -> None:
    assert_encloses_tightly(int(a * MICRO), int(b * MICRO), confidence)


def test_bounds_agree_with_scipy_on_random_posteriors() -> None:
    rng = random.Random(20261123)
    for _ in range(150):
        a, b = int(10 ** rng.uniform(-2, 4) * MICRO), int(10 ** rng.uniform(-2, 6) * MICRO)
        assert_encloses_tightly(a, b, rng.choice([900_000, 950_000, 990_000]))


def test_bounds_mirror_when_good_and_bad_change_places() -> None:
    low, high = bounds(7 * MICRO, 93 * MICRO, 900_000)
    assert bounds(93 * MICRO, 7 * MICRO, 900_000) == (PPB - high, PPB - low)


def test_more_events_than_the_most_are_read_as_the_most() -> None:
    assert bounds(3 * MOST_EVENTS, 300 * MOST_EVENTS, 900_000) == bounds(MOST_EVENTS, 100 * MOST_EVENTS, 900_000)


def test_jeffreys_interval_of_the_reference_case() -> None:
    case = json.loads(shared("reference", "ppm_intervals.json").read_text())["cases"][0]
    low, high = bounds(3_500_000, (case["n"] - case["bad"]) * MICRO + 500_000, 950_000)
    assert low == int(case["jeffreys_ppm"][0] * 1000)
    assert high == int(case["jeffreys_ppm"][2] * 1000) + 1


def test_the_callers_decimal_context_changes_nothing() -> None:
    expected = bounds(3 * MICRO, 97 * MICRO, 900_000)
    with localcontext(prec=3, rounding=ROUND_UP):
        assert bounds(3 * MICRO, 97 * MICRO, 900_000) == expected


def test_integer_parameters_agree_with_the_exact_binomial_sum() -> None:
    def below(x: int, a: int, b: int) -> Fraction:
        share, n = Fraction(x, PPB), a + b - 1
        return sum((comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(a, n + 1)), Fraction(0))

    for a, b in ((1, 1), (2, 9), (7, 3), (1, 40), (25, 30)):
        low, high = bounds(a * MICRO, b * MICRO, 900_000)
        assert below(low, a, b) <= Fraction(1, 20) < below(low + 1, a, b)
        assert below(high - 1, a, b) < Fraction(19, 20) <= below(high, a, b)
