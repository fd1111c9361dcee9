import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from spc.data import subgroups
from spc.sigma import SigmaMethod, estimate, within

SUBGROUP = {method: 5 if method.needs_subgroups else None for method in SigmaMethod}


@pytest.mark.parametrize("method", SigmaMethod)
def test_an_estimator_finds_the_spread_of_a_stable_process(method: SigmaMethod) -> None:
    flat = np.random.default_rng(3).normal(20, 0.7, 5000)
    found = estimate(flat, method, subgroup=SUBGROUP[method])
    assert found.value == pytest.approx(0.7, rel=0.03)
    assert found.method is method and found.n == 5000


@pytest.mark.parametrize("method", SigmaMethod)
def test_the_freedom_of_an_estimator_tells_how_much_it_scatters(method: SigmaMethod) -> None:
    rng = np.random.default_rng(11)
    drawn = [estimate(rng.normal(0, 1, 50), method, subgroup=SUBGROUP[method]) for _ in range(3000)]
    relative = np.std([one.value for one in drawn]) / np.mean([one.value for one in drawn])
    # A chi variable scatters by about 1 / sqrt(2 freedom).
    assert relative == pytest.approx(1 / np.sqrt(2 * drawn[0].freedom), rel=0.06)


@pytest.mark.parametrize("method", SigmaMethod)
@given(shift=st.floats(-1e6, 1e6), scale=st.floats(1e-3, 1e3))
@settings(max_examples=25, deadline=None)
def test_an_estimate_ignores_the_origin_and_follows_the_unit(method: SigmaMethod, shift: float, scale: float) -> None:
    flat = np.random.default_rng(1).normal(0, 1, 40)
    plain = estimate(flat, method, subgroup=SUBGROUP[method]).value
    assert estimate(flat * scale, method, subgroup=SUBGROUP[method]).value == pytest.approx(plain * scale, rel=1e-9)
    moved = estimate(flat + shift, method, subgroup=SUBGROUP[method]).value
    assert moved == pytest.approx(plain, rel=1e-8)


def test_a_shift_between_subgroups_is_seen_overall_and_not_within() -> None:
    rng = np.random.default_rng(5)
    flat = np.concatenate([rng.normal(level, 1, 5) for level in rng.normal(0, 4, 60)])
    assert estimate(flat, SigmaMethod.OVERALL).value > 3
    for method in (SigmaMethod.RANGE, SigmaMethod.DEVIATION, SigmaMethod.POOLED):
        assert estimate(flat, method, subgroup=5).value < 1.3


@pytest.mark.parametrize("method", SigmaMethod)
@pytest.mark.parametrize("value", [0.0, 7.3, 1e-9, 1e15])
def test_values_that_do_not_vary_are_refused(method: SigmaMethod, value: float) -> None:
    with pytest.raises(SchemaError, match="do not vary"):
        estimate([value] * 20, method, subgroup=SUBGROUP[method])


def test_a_method_with_subgroups_wants_their_size() -> None:
    with pytest.raises(SchemaError, match="subgroup size"):
        estimate(range(20), SigmaMethod.POOLED)
    with pytest.raises(SchemaError, match="does not use subgroups"):
        within(subgroups([[1, 2], [3, 5]]), SigmaMethod.OVERALL)
