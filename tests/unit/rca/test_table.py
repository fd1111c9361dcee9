"""A table is frozen by its hash and computed in an order that no name decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import LimitError, NotFoundError, SchemaError
from rca.columns import Column, Kind
from rca.table import Table, table_of

ROWS = 40


def table(seed: int = 1) -> Table:
    rng = np.random.default_rng(seed)
    columns = (Column("a"), Column("b", tier=1), Column("c", Kind.COUNT, "{count}", 1), Column("d", Kind.BINARY))
    data = (rng.normal(size=ROWS), rng.normal(size=ROWS), rng.poisson(3, ROWS), rng.random(ROWS) < 0.5)
    return table_of(columns, data)


@given(order=st.permutations(range(4)), marks=st.lists(st.text("xyz", min_size=1), min_size=4, max_size=4, unique=True))
def test_the_canonical_order_depends_neither_on_names_nor_on_the_order_of_columns(
    order: list[int], marks: list[str]
) -> None:
    first = table()
    renamed = tuple(Column(marks[place], one.kind, one.unit, one.tier) for place, one in enumerate(first.columns))
    other = Table(tuple(renamed[place] for place in order), first.values[:, order])
    assert np.array_equal(first.canonical().values, other.canonical().values)
    assert [column.tier for column in first.canonical().columns] == [one.tier for one in other.canonical().columns]


@given(order=st.permutations(range(4)))
def test_the_digest_is_the_same_in_any_order_of_columns(order: list[int]) -> None:
    first = table()
    assert Table(tuple(first.columns[place] for place in order), first.values[:, order]).digest == first.digest


def test_one_changed_value_one_name_or_one_tier_changes_the_digest() -> None:
    first = table()
    values = first.values.copy()
    values[3, 0] += 1e-9
    names = (Column("A"), *first.columns[1:])
    tiers = (Column("a", tier=1), *first.columns[1:])
    others = {Table(first.columns, values).digest, Table(names, first.values).digest, Table(tiers, first.values).digest}
    assert len(others | {first.digest}) == 4


def test_a_table_cannot_be_changed_once_built_and_leaves_its_callers_array_alone() -> None:
    mine = np.zeros((ROWS, 1))
    built = Table((Column("a"),), mine)
    with pytest.raises(ValueError, match="read-only"):
        built.values[0, 0] = 1.0
    mine[0, 0] = 1.0


def test_all_spellings_of_a_missing_value_and_of_zero_have_one_hash() -> None:
    odd = np.frombuffer(np.array([0x7FF8000000000123], dtype=np.uint64).tobytes(), dtype=np.float64)[0]
    one = np.array([[np.nan], [0.0], [1.0]])
    other = np.array([[odd], [-0.0], [1.0]])
    assert Table((Column("a"),), one).digest == Table((Column("a"),), other).digest


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        (Column("a"), [1.0, np.inf], "infinite"),
        (Column("a", Kind.COUNT), [1.0, -1.0], "whole numbers"),
        (Column("a", Kind.COUNT), [1.0, 1.5], "whole numbers"),
        (Column("a", Kind.BINARY), [0.0, 2.0], "highest"),
        (Column("a", Kind.CATEGORICAL, categories=("x", "y", "z")), [0.0, 3.0], "highest"),
    ],
)
def test_values_that_do_not_suit_their_kind_are_refused(column: Column, values: list[float], words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        table_of([column], [np.array(values)])


def test_an_unknown_column_is_named_with_those_that_are_there() -> None:
    with pytest.raises(NotFoundError, match="nowhere") as caught:
        table().select(["nowhere"])
    assert "a, b, c, d" in caught.value.advice


def test_two_columns_of_one_name_and_no_column_are_refused() -> None:
    with pytest.raises(SchemaError, match="one name"):
        Table((Column("a"), Column("a")), np.zeros((3, 2)))
    with pytest.raises(LimitError):
        Table((), np.zeros((3, 0)))


def test_columns_of_different_length_are_refused_with_the_way_out() -> None:
    with pytest.raises(SchemaError, match="different length") as caught:
        table_of([Column("a"), Column("b")], [np.zeros(3), np.zeros(4)])
    assert "align" in caught.value.advice


def test_taking_rows_and_columns_keeps_the_values() -> None:
    first = table()
    some = first.take(first.column("a") > 0).select(["c", "a"])
    assert some.names == ("c", "a")
    assert np.array_equal(some.column("a"), first.column("a")[first.column("a") > 0])
