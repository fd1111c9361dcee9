"""Aggregates: exact sums, and no sums that values could not have."""

from __future__ import annotations

import statistics
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evidence.aggregate import MAX_VALUES, Aggregate
from evidence.errors import SchemaError
from tests.support.statements import vectors

VALUES = st.lists(st.from_regex(r"-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?", fullmatch=True), min_size=1, max_size=24)


def test_the_sums_are_those_worked_out_by_hand() -> None:
    fields = vectors("statement")["fields"]
    aggregate = Aggregate.of_values(fields["values"], subgroup_size=2)
    assert aggregate.to_json() == fields["aggregate"]
    assert aggregate.subgroup_size == 2


@given(VALUES)
def test_mean_and_variance_follow_exactly(values: list[str]) -> None:
    aggregate = Aggregate.of_values(values)
    exact = [Fraction(value) for value in values]
    scale = 10**aggregate.decimals
    assert Fraction(aggregate.sum, aggregate.n * scale) == statistics.mean(exact)
    assert (Fraction(aggregate.min, scale), Fraction(aggregate.max, scale)) == (min(exact), max(exact))
    if len(exact) > 1:
        spread = Fraction(aggregate.sum_squares) - Fraction(aggregate.sum**2, aggregate.n)
        assert spread / (aggregate.n - 1) / scale**2 == statistics.variance(exact)


@given(VALUES, st.integers(2, 5))
def test_the_variance_within_subgroups_follows_exactly(values: list[str], size: int) -> None:
    values = values[: len(values) // size * size]
    assume(values)
    aggregate = Aggregate.of_values(values, subgroup_size=size)
    groups = [[Fraction(value) for value in values[at : at + size]] for at in range(0, len(values), size)]
    pooled = sum(statistics.variance(group) * (size - 1) for group in groups) / (len(values) - len(groups))
    ours = Fraction(aggregate.sum_squares) - Fraction(aggregate.subgroup_sum_squares, size)
    assert ours / (aggregate.n - aggregate.subgroups) / 10 ** (2 * aggregate.decimals) == pooled


@given(VALUES)
def test_an_aggregate_reads_back_as_it_was_written(values: list[str]) -> None:
    aggregate = Aggregate.of_values(values)
    assert Aggregate.from_json(aggregate.to_json()) == aggregate


@given(VALUES, st.from_regex(r"-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,9})?", fullmatch=True))
def test_a_limit_is_told_in_the_unit_of_the_sums(values: list[str], limit: str) -> None:
    aggregate = Aggregate.of_values(values)
    whole, finer = aggregate.scaled(limit)
    assert Fraction(whole, finer * 10**aggregate.decimals) == Fraction(Decimal(limit))


@pytest.mark.parametrize(
    "changes",
    [
        {"n": 0}, {"n": 5}, {"subgroups": 3}, {"subgroups": 0}, {"decimals": -1}, {"decimals": 31},
        {"n": MAX_VALUES + 1},
        {"min": 1003}, {"max": 998}, {"sum": 4009}, {"sum": 3995}, {"sum_squares": 4004000}, {"sum_squares": 4005000},
        {"sum_squares": 4004001}, {"subgroup_sum_squares": 8000000}, {"subgroup_sum_squares": 8009000},
        {"subgroups": 4}, {"min": 1000, "max": 1000},
    ],
)  # fmt: skip
def test_sums_that_no_values_have_are_refused(changes: dict[str, int]) -> None:
    sound = Aggregate.of_values(["10.01", "9.99", "10", "10.02"], subgroup_size=2)
    with pytest.raises(SchemaError):
        replace(sound, **changes)


@pytest.mark.parametrize(
    "change",
    [{"n": 4}, {"n": "04"}, {"n": "+4"}, {"n": "4.0"}, {"sum": "-0"}, {"sum": ""}, {"more": "1"}, {"sum": "1" * 200}],
)
def test_numbers_in_another_spelling_are_refused(change: dict[str, Any]) -> None:
    sound: dict[str, Any] = dict(Aggregate.of_values(["1", "2", "3", "4"]).to_json())
    with pytest.raises(SchemaError):
        Aggregate.from_json(sound | change)
    with pytest.raises(SchemaError):
        Aggregate.from_json({name: value for name, value in sound.items() if name not in change} | {"more": "1"})


def test_values_that_do_not_fill_their_subgroups_are_refused() -> None:
    for values, size in ((["1", "2", "3"], 2), (["1"], 0), ([], 1), (["1"] * (MAX_VALUES + 1), 1)):
        with pytest.raises(SchemaError):
            Aggregate.of_values(values, subgroup_size=size)


def test_a_value_that_is_no_number_is_named_by_its_place() -> None:
    with pytest.raises(SchemaError, match="/values/1"):
        Aggregate.of_values(["1", "1e5"])
