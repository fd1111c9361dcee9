"""Clocks set right and sources joined."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import SchemaError
from rca.align import clock_from_marks, join, latest_before
from rca.columns import Column
from rca.table import table_of


@given(offset=st.floats(-1e4, 1e4), drift=st.floats(-1e-3, 1e-3))
def test_a_clock_is_found_from_common_marks_even_when_one_of_five_is_wrong(offset: float, drift: float) -> None:
    readings = np.array([0.0, 1000.0, 2500.0, 4000.0, 7000.0])
    reference = offset + (1 + drift) * readings
    wrong = reference.copy()
    wrong[2] += 30.0
    clock, _ = clock_from_marks(readings, wrong)
    assert np.allclose(clock.reference(readings), reference, atol=8.0)
    exact, left = clock_from_marks(readings, reference)
    assert np.allclose(exact.reference(readings), reference, atol=1e-5)
    assert left < 1e-5


def test_a_rate_that_no_clock_has_is_refused() -> None:
    with pytest.raises(SchemaError, match="rate"):
        clock_from_marks(np.array([0.0, 1.0, 2.0]), np.array([0.0, 60.0, 120.0]))


def test_the_last_known_value_counts_until_it_is_too_old() -> None:
    found = latest_before(np.array([10.0, 20.0]), np.array([1.0, 2.0]), np.array([5.0, 12.0, 20.0, 99.0]), 30.0)
    assert np.array_equal(found, [np.nan, 1.0, 2.0, np.nan], equal_nan=True)


def test_sources_are_joined_by_part_and_gaps_stay_gaps() -> None:
    oven = table_of([Column("temp")], [[1.0, 2.0]])
    camera = table_of([Column("pores")], [[7.0]])
    joined = join([(oven, ["p1", "p2"]), (camera, ["p2"])], ["p2", "p1", "p3"])
    assert joined.column("temp").tolist()[:2] == [2.0, 1.0]
    assert np.array_equal(joined.column("pores"), [7.0, np.nan, np.nan], equal_nan=True)


def test_one_column_in_two_units_is_refused_as_mixed_units() -> None:
    one = table_of([Column("gap", unit="um")], [[1.0]])
    other = table_of([Column("gap", unit="mm")], [[1.0]])
    with pytest.raises(SchemaError, match="mixed units"):
        join([(one, ["p"]), (other, ["p"])], ["p"])


def test_a_part_twice_in_one_source_is_refused() -> None:
    with pytest.raises(SchemaError, match="'p' twice"):
        join([(table_of([Column("a")], [[1.0, 2.0]]), ["p", "p"])], ["p"])
