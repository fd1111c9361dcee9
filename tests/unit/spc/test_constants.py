import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from spc.constants import (
    Constants,
    RangeConstants,
    c4,
    d2,
    d2_star,
    d3,
    deviation_constant,
    freedom_of,
    range_constants,
)

# ASTM E2587 and Montgomery, appendix VI.
D2 = {2: 1.128, 3: 1.693, 4: 2.059, 5: 2.326, 6: 2.534, 7: 2.704, 8: 2.847, 9: 2.970, 10: 3.078, 15: 3.472, 25: 3.931}
D3 = {2: 0.853, 3: 0.888, 4: 0.880, 5: 0.864, 6: 0.848, 7: 0.833, 8: 0.820, 9: 0.808, 10: 0.797, 15: 0.756, 25: 0.708}
C4 = {2: 0.7979, 3: 0.8862, 4: 0.9213, 5: 0.9400, 6: 0.9515, 8: 0.9650, 10: 0.9727, 15: 0.9823, 25: 0.9896}
# AIAG MSA 4: K1 for 2 and 3 trials; K2 and K3 for 2 to 10 operators or parts.
K1 = {2: 0.8862, 3: 0.5908}
K3 = {2: 0.7071, 3: 0.5231, 4: 0.4467, 5: 0.4030, 6: 0.3742, 7: 0.3534, 8: 0.3375, 9: 0.3249, 10: 0.3146}
# Duncan's degrees of freedom of one range, as AIAG's appendix C prints them.
FREEDOM = {2: 1.0, 3: 2.0, 4: 2.9, 5: 3.8, 6: 4.7, 7: 5.5, 8: 6.3, 9: 7.0, 10: 7.7}


@pytest.mark.parametrize("size", D2)
def test_range_constants_are_the_printed_ones(size: int) -> None:
    printed = range_constants(size, Constants.PRINTED)
    assert (printed.d2, printed.d3) == (D2[size], D3[size])


@pytest.mark.parametrize("size", C4)
def test_c4_is_the_printed_one(size: int) -> None:
    assert deviation_constant(size, Constants.PRINTED) == C4[size]


def test_constants_with_a_closed_form_are_exact() -> None:
    assert d2(2) == pytest.approx(2 / math.sqrt(math.pi), abs=1e-11)
    assert d2(3) == pytest.approx(3 / math.sqrt(math.pi), abs=1e-11)
    assert d3(2) == pytest.approx(math.sqrt(2 - 4 / math.pi), abs=1e-10)
    assert c4(2) == pytest.approx(math.sqrt(2 / math.pi), rel=1e-14)


def test_aiag_constants_are_reciprocals_of_ours() -> None:
    assert {size: round(1 / d2(size), 4) for size in K1} == K1
    assert {size: round(1 / d2_star(size, 1), 4) for size in K3} == K3


def test_a_range_is_worth_the_freedom_that_duncan_printed() -> None:
    assert {size: round(freedom_of((d3(size) / d2(size)) ** 2), 1) for size in FREEDOM} == FREEDOM


@given(st.integers(2, 2_000_000))
@settings(deadline=None)
def test_freedom_undoes_the_variance_of_a_standard_deviation(size: int) -> None:
    spread = 1 / c4(size) ** 2 - 1
    assert freedom_of(spread) == pytest.approx(size - 1, rel=1e-7 if size < 10_000 else 1e-4)


@given(st.integers(2, 99))
@settings(max_examples=20, deadline=None)
def test_constants_rise_with_the_subgroup(size: int) -> None:
    assert d2(size) < d2(size + 1) and c4(size) < c4(size + 1) < 1
    assert d2_star(size, 1) > d2_star(size, 20) > d2(size)


@pytest.mark.parametrize("size", [-1, 0, 1, 101])
def test_a_subgroup_without_range_constants_is_refused(size: int) -> None:
    with pytest.raises(SchemaError):
        d2(size)
    if size < 2:
        with pytest.raises(SchemaError):
            c4(size)


def test_constants_of_another_program_must_be_above_zero() -> None:
    with pytest.raises(SchemaError):
        RangeConstants(0.0, 0.8)
    with pytest.raises(SchemaError):
        RangeConstants(2.3, math.nan)
    with pytest.raises(SchemaError):
        d2_star(5, 0)
    with pytest.raises(SchemaError):
        freedom_of(0.0)
