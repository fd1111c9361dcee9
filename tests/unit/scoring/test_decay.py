from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import SchemaError
from scoring.decay import DecayTable, exact_weight, table_fault
from scoring.scale import AGE_ONE


@given(st.integers(0, 120), st.integers(1, 120))
def test_a_weight_is_the_exact_floor_of_the_power(months: int, half_life: int) -> None:
    weight = exact_weight(months, half_life)
    power = Fraction(AGE_ONE**half_life, 2**months)
    assert Fraction(weight) ** half_life <= power < Fraction(weight + 1) ** half_life


def test_half_lives_halve_exactly() -> None:
    table = DecayTable.of(12, 37)
    assert [table.weight(months) for months in (0, 12, 24, 36)] == [2**32, 2**31, 2**30, 2**29]
    assert table.weight(37) == 0


@given(st.integers(1, 60), st.integers(0, 59), st.sampled_from([-1, 1]))
def test_a_table_that_is_off_by_one_is_refused_at_the_entry(half_life: int, index: int, off: int) -> None:
    weights = list(DecayTable.of(half_life, 60).weights)
    weights[index] += off
    fault = table_fault(half_life, weights)
    assert fault is not None and fault[0] == index
    with pytest.raises(SchemaError) as error:
        DecayTable(half_life, tuple(weights))
    assert error.value.place == f"/table/{index}"
