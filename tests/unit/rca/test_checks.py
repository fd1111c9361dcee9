"""What cannot be asked is refused or abstained from, with the reason."""

from __future__ import annotations

import numpy as np
import pytest

from evidence.errors import SchemaError
from rca.checks import Abstention, fitness
from rca.columns import Column
from rca.table import MIN_ROWS, table_of

RNG = np.random.default_rng(0)
GOOD = RNG.normal(size=(3, 100))


def test_dead_columns_are_abstained_from_each_with_its_reason() -> None:
    few = np.full(100, np.nan)
    few[:10] = 1.0 + np.arange(10)
    names = ("good", "fine", "gone", "still", "few", "copy")
    data = [GOOD[0], GOOD[1], np.full(100, np.nan), np.ones(100), few, GOOD[0]]
    found = fitness(table_of([Column(name) for name in names], data))
    reasons = dict(found.abstained)
    assert reasons["gone"] is Abstention.ALL_MISSING
    assert reasons["still"] is Abstention.CONSTANT
    assert reasons["few"] is Abstention.TOO_FEW
    assert Abstention.TWIN in reasons.values()
    assert {found.same_as[0][0], found.same_as[0][1]} == {"good", "copy"}
    assert len(found.usable) == 2


def test_too_few_rows_are_refused_with_the_number_that_is_needed() -> None:
    short = table_of([Column("a"), Column("b")], [GOOD[0][: MIN_ROWS - 1], GOOD[1][: MIN_ROWS - 1]])
    with pytest.raises(SchemaError, match=f"at least {MIN_ROWS}"):
        fitness(short)


def test_a_table_with_one_live_column_is_refused_and_says_why_the_others_are_dead() -> None:
    with pytest.raises(SchemaError, match="never changes"):
        fitness(table_of([Column("a"), Column("b")], [GOOD[0], np.zeros(100)]))


def test_the_share_of_missing_values_counts_usable_columns_only() -> None:
    half = GOOD[1].copy()
    half[:50] = np.nan
    found = fitness(table_of([Column("a"), Column("b"), Column("c")], [GOOD[0], half, np.full(100, np.nan)]))
    assert found.missing == pytest.approx(0.25)
