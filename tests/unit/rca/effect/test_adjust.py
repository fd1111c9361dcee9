"""Adjustment finds what a confounded regression does not."""

from __future__ import annotations

import numpy as np
import pytest

from rca.columns import Column, Kind
from rca.effect.adjust import Adjuster
from rca.table import Table, table_of


def confounded(shape: object = None) -> Table:
    rng = np.random.default_rng(1)
    z = rng.normal(size=4000)
    x = 0.8 * z + rng.normal(size=4000)
    acts = x if shape is None else shape(x)  # type: ignore[operator]
    y = 10.0 + 2.0 * acts - 3.0 * z + rng.normal(size=4000)
    return table_of([Column(name) for name in "zxy"], [z, x, y])


def test_the_true_change_is_found_given_the_confounder_and_missed_without() -> None:
    adjuster = Adjuster(confounded(), 1, -1.0, 1.0, 2)
    assert adjuster.change(frozenset({0})).value == pytest.approx(4.0, abs=0.15)
    assert abs(adjuster.change(frozenset()).value) < 2.5


def test_the_stated_error_is_that_of_repeated_samples() -> None:
    values, errors = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=300)
        table = table_of([Column("x"), Column("y")], [x, 0.5 * x + rng.normal(size=300)])
        found = Adjuster(table, 0, -1.0, 1.0, 1).change(frozenset())
        values.append(found.value)
        errors.append(found.error)
    assert np.std(values) == pytest.approx(np.mean(errors), rel=0.35)


def test_a_bent_action_is_followed() -> None:
    table = confounded(lambda x: np.maximum(x, 0.0))
    adjuster = Adjuster(table, 1, -1.5, 0.0, 2)
    assert abs(adjuster.change(frozenset({0})).value) < 0.6
    assert Adjuster(table, 1, 0.0, 1.5, 2).change(frozenset({0})).value == pytest.approx(3.0, abs=0.4)


def test_labels_are_compared_level_by_level() -> None:
    rng = np.random.default_rng(2)
    code = rng.integers(0, 3, 3000).astype(float)
    y = np.array([0.0, 5.0, -2.0])[code.astype(int)] + rng.normal(size=3000)
    column = Column("shift", Kind.CATEGORICAL, categories=("a", "b", "c"))
    found = Adjuster(table_of([column, Column("y")], [code, y]), 0, 1.0, 2.0, 1).change(frozenset())
    assert found.value == pytest.approx(-7.0, abs=0.2)


def test_rows_without_cause_or_effect_are_left_out() -> None:
    table = confounded()
    values = table.values.copy()
    values[::2, 1] = np.nan
    values[::3, 2] = np.nan
    adjuster = Adjuster(Table(table.columns, values), 1, -1.0, 1.0, 2)
    assert adjuster.rows == np.count_nonzero(~np.isnan(values[:, 1]) & ~np.isnan(values[:, 2]))
    assert adjuster.change(frozenset({0})).value == pytest.approx(4.0, abs=0.3)
