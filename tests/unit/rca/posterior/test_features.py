"""One pass gives what a regression on the whole table would."""

from __future__ import annotations

import numpy as np
import pytest

from rca.columns import Column, Kind
from rca.posterior import features
from rca.posterior.features import moments, scale_of
from rca.table import Table, table_of


def table(rows: int, missing: float = 0.0) -> Table:
    rng = np.random.default_rng(1)
    one = rng.normal(size=rows)
    other = 0.7 * one + rng.normal(size=rows)
    shift = rng.integers(0, 3, rows)
    values = np.column_stack([one, other, shift]).astype(float)
    values[rng.random(values.shape) < missing] = np.nan
    labels = Column("shift", Kind.CATEGORICAL, categories=("a", "b", "c"))
    return Table((Column("one"), Column("other"), labels), values)


def test_strips_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = moments(table(5000, 0.1))
    monkeypatch.setattr(features, "STRIP", 777)
    strips = moments(table(5000, 0.1))
    assert np.allclose(whole.products, strips.products)
    assert np.array_equal(whole.rows, strips.rows)


def test_features_of_numbers_are_standardised_and_the_square_holds_no_line() -> None:
    found = moments(table(20_000))
    block = list(found.block(0))
    assert found.products[np.ix_(block, block)] == pytest.approx(np.eye(2), abs=0.02)


def test_the_correlation_of_two_columns_is_found_under_gaps() -> None:
    found = moments(table(50_000, 0.3))
    assert found.products[found.block(0)[0], found.block(1)[0]] == pytest.approx(0.7 / np.sqrt(1.49), abs=0.02)
    assert found.rows[0, 1] == pytest.approx(50_000 * 0.49, rel=0.02)


def test_one_wild_value_does_not_squeeze_the_scale() -> None:
    values = np.random.default_rng(2).normal(size=1000)
    values[0] = 1e6
    spread = scale_of(Column("a"), values).features(values[1:])[:, 0].std()
    assert spread == pytest.approx(1.0, abs=0.1)


def test_rare_labels_are_left_to_the_commonest() -> None:
    codes = np.array([0.0] * 60 + [1.0] * 39 + [2.0])
    column = Column("c", Kind.CATEGORICAL, categories=("a", "b", "rare"))
    assert [code for code, _ in scale_of(column, codes).shares] == [1]


def test_products_can_be_solved_in_even_with_a_column_twice_and_gaps() -> None:
    rng = np.random.default_rng(3)
    one = rng.normal(size=200)
    two = one.copy()
    two[::2] = np.nan
    found = moments(table_of([Column("a"), Column("b"), Column("c")], [one, two, rng.normal(size=200)]))
    assert np.linalg.eigvalsh(found.products)[0] > 0
