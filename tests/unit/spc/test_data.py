import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import LimitError, SchemaError
from evidence.quantity import Quantity
from spc import data
from spc.data import counts, grouped, in_unit, mean_and_deviation, subgroups, values


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e101, -1e300])
def test_a_value_that_is_not_finite_is_named_by_its_number(bad: float) -> None:
    with pytest.raises(SchemaError, match="value 2 is"):
        values([1.0, bad, 3.0])
    with pytest.raises(SchemaError, match="value 2, 1 is"):
        subgroups([[1.0, 2.0], [bad, 3.0]])


@pytest.mark.parametrize(
    "bad", [[], [1.0], 3.0, "12", ["1", "2"], [[1.0, 2.0]], [True, False], [1j, 2j], [[1.0], [2.0, 3.0]], [None, 1.0]]
)
def test_what_is_no_series_of_two_numbers_is_refused(bad: object) -> None:
    with pytest.raises(SchemaError):
        values(bad)  # type: ignore[arg-type]


def test_an_endless_array_is_refused_before_it_is_read() -> None:
    with pytest.raises(LimitError):
        values(np.zeros(data.MAX_VALUES + 1))


def test_an_incomplete_subgroup_is_never_dropped_unseen() -> None:
    with pytest.raises(SchemaError, match="1 would be left over"):
        grouped(range(11), 5)
    with pytest.raises(SchemaError, match="at least 2"):
        grouped(range(10), 1)
    with pytest.raises(SchemaError, match="at least 2"):
        subgroups([[1.0], [2.0]])


@pytest.mark.parametrize("bad", [[1.5, 2], [-1, 2], [1e16, 1]])
def test_counts_are_whole_and_not_negative(bad: list[float]) -> None:
    with pytest.raises(SchemaError, match="whole numbers"):
        counts(bad, place="bad")


def test_quantities_become_numbers_of_one_unit() -> None:
    found = in_unit([Quantity("1.5", "mm"), Quantity("200", "um"), Quantity("0.3", "cm")], "mm")
    assert found.tolist() == [1.5, 0.2, 3.0]
    with pytest.raises(SchemaError, match="does not convert"):
        in_unit([Quantity("1", "mm"), Quantity("1", "kg")], "mm")


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=60).filter(lambda x: len(set(x)) > 1))
@settings(deadline=None)
def test_a_large_common_part_costs_no_digits_of_the_deviation(whole: list[int]) -> None:
    plain = np.array(whole, dtype=float)
    mean, deviation = mean_and_deviation(plain + 2.0**40)
    assert deviation == pytest.approx(float(np.std(plain, ddof=1)), rel=1e-12)
    assert mean - 2.0**40 == pytest.approx(float(plain.mean()), abs=1e-3)


@pytest.mark.parametrize("bad", [math.nan, 0.0, 1.0, -0.5, 2.0])
def test_a_share_lies_strictly_between(bad: float) -> None:
    with pytest.raises(SchemaError):
        data.share(bad, place="confidence")


@pytest.mark.parametrize("bad", [math.nan, 0.0, -1.0, math.inf])
def test_a_positive_number_is_finite_and_above_zero(bad: float) -> None:
    with pytest.raises(SchemaError):
        data.positive(bad, place="sigma")
