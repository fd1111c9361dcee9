"""Recipes draw lines that keep to the route."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import SchemaError
from rca.columns import Kind
from rca.twins.recipe import Recipe


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6), first=st.integers(1, 8), second=st.integers(1, 8), watching=st.sampled_from([0.0, 0.6])
)
def test_every_drawn_line_keeps_to_tiers_and_observations(seed: int, first: int, second: int, watching: float) -> None:
    recipe = Recipe(((0, first), (2, second)), watching=watching, kinds=(0.2, 0.2, 0.2))
    line = recipe.draw(np.random.default_rng(seed))
    assert len(line.visible) == first + second
    for node, mechanism in enumerate(line.mechanisms):
        for parent in mechanism.parents:
            assert parent in line.latent or line.columns[parent].may_cause(line.columns[node])
    table = line.sample(np.random.default_rng(seed), 60)
    assert np.isfinite(table.values).all()


def test_equal_seeds_draw_equal_lines() -> None:
    recipe = Recipe(((0, 6), (1, 6)))
    one, other = (recipe.draw(np.random.default_rng(9)) for _ in range(2))
    assert one.mechanisms == other.mechanisms
    assert one.sample(np.random.default_rng(1), 40).digest == other.sample(np.random.default_rng(1), 40).digest


def test_shares_of_kinds_are_kept_on_average() -> None:
    recipe = Recipe(((0, 100), (1, 100)), kinds=(0.2, 0.1, 0.1))
    columns = recipe.draw(np.random.default_rng(2)).columns
    visible = [column for column in columns if not column.name.startswith("hidden")]
    assert sum(one.kind is Kind.COUNT for one in visible) / 200 == pytest.approx(0.2, abs=0.08)
    assert sum(one.kind is Kind.CONTINUOUS for one in visible) / 200 == pytest.approx(0.6, abs=0.1)


@pytest.mark.parametrize("tiers", [(), ((0, 0),), ((1, 3), (0, 3)), ((0, 1),)])
def test_routes_that_are_none_are_refused(tiers: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(SchemaError):
        Recipe(tiers)
