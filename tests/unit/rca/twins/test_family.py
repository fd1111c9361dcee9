"""Twins copy a table's tiers, kinds, rows and gaps, and come from recipes that look like it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evidence.errors import SchemaError
from rca.twins.family import drawn, family, likeness, summary, twin
from rca.twins.recipe import Recipe

WEAK = Recipe(((0, 8), (1, 8)), density=0.7, strength=(0.03, 0.2), latents=0.0)
STRONG = Recipe(((0, 8), (1, 8)), density=2.4, strength=(0.7, 0.95), latents=0.0)


def test_a_twin_copies_tiers_rows_and_gaps() -> None:
    table = WEAK.draw(np.random.default_rng(1)).sample(np.random.default_rng(2), 321, missing=0.2)
    like = likeness(table)
    line, copy = twin(like, drawn(like, np.random.default_rng(3)), np.random.default_rng(4))
    assert copy.rows == 321
    assert sorted(column.tier for column in copy.columns) == sorted(column.tier for column in table.columns)
    assert np.isnan(copy.values).mean() == pytest.approx(0.2, abs=0.03)
    assert len(line.latent) == round(len(line.latent))


def test_a_strongly_correlated_table_gets_strongly_correlated_twins() -> None:
    means = []
    for recipe in (WEAK, STRONG):
        table = recipe.draw(np.random.default_rng(5)).sample(np.random.default_rng(6), 400)
        kept = family(likeness(table), np.random.default_rng(7), tries=24, keep=5)
        means.append(np.mean([one.strength[1] * one.density for one in kept]))
    assert means[1] > means[0]


def test_the_family_of_a_table_does_not_depend_on_the_order_of_its_columns() -> None:
    table = STRONG.draw(np.random.default_rng(8)).sample(np.random.default_rng(9), 200)
    turned = table.select(table.names[::-1])
    one, other = (family(likeness(t.canonical()), np.random.default_rng(1), tries=6, keep=2) for t in (table, turned))
    assert one == other


def test_summaries_of_independent_columns_are_small() -> None:
    table = replace(WEAK, density=0.0).draw(np.random.default_rng(1)).sample(np.random.default_rng(2), 2000)
    assert summary(table)[0] < 0.05


def test_more_kept_than_tried_is_refused() -> None:
    table = WEAK.draw(np.random.default_rng(1)).sample(np.random.default_rng(2), 100)
    with pytest.raises(SchemaError):
        family(likeness(table), np.random.default_rng(1), tries=2, keep=3)
