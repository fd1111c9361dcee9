import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from evidence.errors import SchemaError
from spc.attributes import attribute_capability, defect_capability
from spc.interval import Side
from spc.proportions import ProportionMethod, proportion, rate

counts = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.floats(0.5, 0.999))
@settings(deadline=None)
def test_clopper_pearson_bounds_leave_exactly_the_stated_tails(count: tuple[int, int], confidence: float) -> None:
    bad, n = count
    found = proportion(bad, n, confidence=confidence).interval
    tail = (1 - confidence) / 2
    if bad > 0:
        assert binom.sf(bad - 1, n, found.lower / 1e6) == pytest.approx(tail, rel=1e-6)
    if bad < n:
        assert binom.cdf(bad, n, found.upper / 1e6) == pytest.approx(tail, rel=1e-6)
    assert found.lower <= 1e6 * bad / n <= found.upper
    assert (found.lower == 0) == (bad == 0) and (found.upper == 1e6) == (bad == n)


@given(counts, st.sampled_from(ProportionMethod))
@settings(deadline=None)
def test_more_bad_parts_never_lower_a_bound(count: tuple[int, int], method: ProportionMethod) -> None:
    bad, n = count
    if bad < n:
        less, more = (proportion(one, n, method=method).interval for one in (bad, bad + 1))
        assert less.lower <= more.lower and less.upper <= more.upper


@given(counts, st.sampled_from(ProportionMethod))
@settings(deadline=None)
def test_good_and_bad_may_change_places(count: tuple[int, int], method: ProportionMethod) -> None:
    bad, n = count
    one, other = proportion(bad, n, method=method).interval, proportion(n - bad, n, method=method).interval
    assert one.lower == pytest.approx(1e6 - other.upper, abs=1e-4)


def test_jeffreys_lies_within_clopper_pearson() -> None:
    wide, narrow = (proportion(3, 1000, method=method).interval for method in list(ProportionMethod)[:2])
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_three_hundred_good_parts_prove_one_per_cent() -> None:
    assert proportion(0, 300, side=Side.UPPER).interval.upper == pytest.approx(1e6 * (1 - 0.05 ** (1 / 300)))


@pytest.mark.parametrize("bad", [(-1, 10), (11, 10), (0, 0), (1.5, 10), (True, 10), (1, 10**16)])
def test_counts_that_contradict_each_other_are_refused(bad: tuple[int, int]) -> None:
    with pytest.raises(SchemaError):
        proportion(*bad)


@given(st.integers(0, 500), st.floats(0.1, 1e4))
@settings(deadline=None)
def test_garwood_bounds_leave_exactly_the_stated_tails(defects: int, units: float) -> None:
    each, found = rate(defects, units)
    assert found.lower <= each <= found.upper
    assert poisson.cdf(defects, found.upper * units) == pytest.approx(0.025, rel=1e-6)
    if defects:
        assert poisson.sf(defects - 1, found.lower * units) == pytest.approx(0.025, rel=1e-6)


def test_without_a_bad_part_there_is_a_bound_and_no_estimate() -> None:
    found = attribute_capability(0, 300, side=Side.LOWER)
    assert found.ppk is None and found.interval.upper == math.inf
    assert found.interval.lower == pytest.approx(0.7762, abs=1e-3)  # z of 0.99006 over three
    assert attribute_capability(300, 300).ppk is None


def test_the_equivalent_index_undoes_the_normal_tail() -> None:
    assert attribute_capability(1350, 1_000_000).ppk == pytest.approx(1.0, abs=1e-4)
    found = attribute_capability(5, 1000)
    assert found.ppk is not None and found.interval.lower < found.ppk < found.interval.upper


def test_defects_per_opportunity_and_yield() -> None:
    found = defect_capability(12, 100, opportunities=4)
    assert (found.per_unit, found.dpmo) == (0.12, 30_000)
    assert found.first_pass_yield == pytest.approx(math.exp(-0.12))
    assert found.yield_interval.lower < found.first_pass_yield < found.yield_interval.upper
    for units, places in ((0, 1), (-5, 1), (10, 0), (10, 1.5)):
        with pytest.raises(SchemaError):
            defect_capability(1, units, opportunities=places)  # type: ignore[arg-type]
