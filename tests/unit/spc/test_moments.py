from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nct, norm

from evidence.errors import LimitError, SchemaError
from spc import moments as module
from spc.moments import moments
from spc.tolerance import one_sided_factor, two_sided_factor

decimals = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=6)


@given(st.lists(decimals, min_size=2, max_size=30))
@settings(deadline=None)
def test_moments_are_those_of_exact_arithmetic(values: list[Decimal]) -> None:
    found = moments(values)
    exact = [Fraction(one) for one in values]
    mean = sum(exact) / len(exact)
    variance = sum((one - mean) ** 2 for one in exact) / (len(exact) - 1)
    assert (found.mean, found.variance) == (mean, variance)
    assert Fraction(found.deviation) ** 2 == pytest.approx(float(variance), rel=1e-15)


def test_michelsons_speed_of_light_has_the_certified_deviation() -> None:
    # Michelson's 100 measurements of 1879, in 1000 km/s less 299: NIST StRD "Michelso".
    tail = (
        "850 740 900 1070 930 850 950 980 980 880 1000 980 930 650 760 810 1000 1000 960 960 "
        "960 940 960 940 880 800 850 880 900 840 830 790 810 880 880 830 800 790 760 800 "
        "880 880 880 860 720 720 620 860 970 950 880 910 850 870 840 840 850 840 840 840 "
        "890 810 810 820 800 770 760 740 750 760 910 920 890 860 880 720 840 850 850 780 "
        "890 840 780 810 760 810 790 810 820 850 870 870 810 740 810 940 950 800 810 870"
    )
    found = moments([Decimal(299) + Decimal(one) / 1000 for one in tail.split()])
    assert found.n == 100 and float(found.mean) == 299.8524
    assert found.deviation == pytest.approx(0.0790105478190518, rel=1e-14)


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "1E-61", "1E61"])
def test_numbers_without_a_bounded_form_are_refused(bad: str) -> None:
    with pytest.raises(SchemaError, match="value 2"):
        moments([Decimal(1), Decimal(bad)])


def test_too_few_and_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SchemaError):
        moments([Decimal(1)])
    monkeypatch.setattr(module, "MAX_VALUES", 3)
    with pytest.raises(LimitError):
        moments([Decimal(1)] * 4)


def test_tolerance_factors_are_the_tabled_ones() -> None:
    assert round(one_sided_factor(10, 0.95, 0.95), 3) == 2.911  # ISO 16269-6, table C
    assert round(one_sided_factor(43, 0.90, 0.99), 3) == 1.874  # NIST e-Handbook 7.2.6.3
    assert one_sided_factor(20, 0.99, 0.9) == pytest.approx(nct.ppf(0.9, 19, norm.ppf(0.99) * 20**0.5) / 20**0.5)


def test_a_tolerance_interval_holds_its_share_as_often_as_stated() -> None:
    rng = np.random.default_rng(12)
    sample = rng.normal(0, 1, (20_000, 25))
    mean, deviation = sample.mean(axis=1), sample.std(axis=1, ddof=1)
    k = two_sided_factor(25, 0.95, 0.9)
    held = norm.cdf(mean + k * deviation) - norm.cdf(mean - k * deviation)
    assert (held >= 0.95).mean() == pytest.approx(0.9, abs=0.015)


@pytest.mark.parametrize(("n", "coverage", "confidence"), [(1, 0.9, 0.9), (10, 1.0, 0.9), (10, 0.9, 0.0)])
def test_a_tolerance_factor_wants_sense(n: int, coverage: float, confidence: float) -> None:
    for factor in (one_sided_factor, two_sided_factor):
        with pytest.raises(SchemaError):
            factor(n, coverage, confidence)
