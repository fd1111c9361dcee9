"""The same table gives the same graphs, under any names and in any order of its columns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import LimitError, NotFoundError, SchemaError
from rca.columns import Column, Kind
from rca.posterior.fit import Beliefs, Walk, fit
from rca.posterior.posterior import Posterior
from rca.table import Table, table_of
from rca.twins.recipe import Recipe

SHORT = Walk(chains=2, burn=10, keep=15, draws=2)
MIXED = Recipe(((0, 4), (1, 4)), kinds=(0.2, 0.2, 0.2), latents=0.1).draw(np.random.default_rng(3))
TABLE = MIXED.sample(np.random.default_rng(4), 150, missing=0.1)
FIRST = fit(TABLE, seed=7, walk=SHORT)


@settings(max_examples=12, deadline=None)
@given(
    order=st.permutations(range(8)), names=st.lists(st.text("abcxyz", min_size=1), min_size=8, max_size=8, unique=True)
)
def test_same_seed_same_answer_in_any_column_order_and_under_any_names(order: list[int], names: list[str]) -> None:
    turned = [TABLE.columns[place] for place in order]
    renamed = tuple(
        Column(name, one.kind, one.unit, one.tier, one.observation, one.categories)
        for name, one in zip(names, turned, strict=True)
    )
    other = fit(Table(renamed, TABLE.values[:, order]), seed=7, walk=SHORT)
    back = {name: one.name for name, one in zip(names, turned, strict=True)}
    assert [back[name] for name in other.names] == list(FIRST.names)
    assert np.array_equal(other.graphs, FIRST.graphs)
    assert np.array_equal(other.held, FIRST.held)


def test_other_seeds_give_other_graphs() -> None:
    assert not np.array_equal(fit(TABLE, seed=8, walk=SHORT).graphs, FIRST.graphs)


def test_every_sampled_graph_keeps_to_the_route_and_has_no_cycle() -> None:
    for cause, effect in np.argwhere(FIRST.graphs.any(axis=0)):
        assert FIRST.columns[cause].may_cause(FIRST.columns[effect])
    assert not np.diagonal(FIRST.reached, axis1=1, axis2=2).any()
    assert not (FIRST.held & ~FIRST.graphs).any()


def chain(rows: int = 600) -> Table:
    rng = np.random.default_rng(1)
    lot = rng.normal(size=rows)
    oven = 0.9 * lot + 0.5 * rng.normal(size=rows)
    test = -0.9 * oven + 0.5 * rng.normal(size=rows)
    other = rng.normal(size=rows)
    columns = (Column("lot"), Column("oven", tier=1), Column("test", tier=2), Column("other", tier=1))
    return table_of(columns, [lot, oven, test, other])


def sure() -> Posterior:
    return fit(chain(), seed=1, walk=SHORT)


def test_a_plain_chain_is_found() -> None:
    found = sure()
    assert found.path("lot", "oven", "test") > 0.6
    # With three possible causes the prior of an edge is a half; an unrelated column falls below it.
    assert found.reaches()[found.place("other"), found.place("test")] < 0.5
    assert found.likely_paths("lot", "test")[0][0] == ("lot", "oven", "test")


def test_the_joint_frequency_of_a_path_is_that_of_graphs_which_hold_all_of_it() -> None:
    found = sure()
    one, two = found.place("lot"), found.place("oven")
    joint = (found.held[:, one, two] & found.held[:, two, found.place("test")]).mean()
    assert found.path("lot", "oven", "test") == joint
    assert joint <= min(found.path("lot", "oven"), found.path("oven", "test"))


def test_what_physics_forbids_is_in_no_graph() -> None:
    found = fit(chain(), seed=1, walk=SHORT, beliefs=Beliefs(impossible=frozenset({("lot", "oven")})))
    assert not found.graphs[:, found.place("lot"), found.place("oven")].any()


def test_beliefs_move_what_data_leave_open_but_not_what_data_settle() -> None:
    rng = np.random.default_rng(2)
    weak = table_of([Column("a"), Column("b", tier=1)], [rng.normal(size=60), rng.normal(size=60)])
    said = {("a", "b"): 4.0}
    silent, told = fit(weak, seed=1, walk=SHORT), fit(weak, seed=1, walk=SHORT, beliefs=Beliefs(said))
    assert told.graphs.max(axis=(1, 2)).mean() > silent.graphs.max(axis=(1, 2)).mean() + 0.3
    against = fit(chain(), seed=1, walk=SHORT, beliefs=Beliefs({("lot", "oven"): -4.0}))
    assert against.graphs[:, against.place("lot"), against.place("oven")].mean() > 0.9


def test_beliefs_about_a_column_that_is_not_there_are_refused() -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        fit(chain(), seed=1, beliefs=Beliefs({("lot", "nowhere"): 1.0}))


def test_a_column_with_another_ones_values_stands_where_that_one_does() -> None:
    table = chain()
    double = table_of(
        [*table.columns, Column("oven, copied", tier=1)],
        [*(table.column(name) for name in table.names), table.column("oven")],
    )
    found = fit(double, seed=1, walk=SHORT)
    assert found.place("oven") == found.place("oven, copied")


def test_labels_cause_and_are_caused() -> None:
    rng = np.random.default_rng(5)
    shift = rng.integers(0, 3, 500).astype(float)
    temp = np.array([0.0, 2.0, -1.0])[shift.astype(int)] + rng.normal(size=500)
    grade = (temp + 0.5 * rng.normal(size=500) > 0).astype(float)
    columns = (
        Column("shift", Kind.CATEGORICAL, categories=("a", "b", "c")),
        Column("temp", tier=1),
        Column("grade", Kind.BINARY, tier=2),
    )
    found = fit(table_of(columns, [shift, temp, grade]), seed=1, walk=SHORT)
    assert found.path("shift", "temp", "grade") > 0.6


def test_progress_is_told_and_ends_in_the_walk() -> None:
    told = list[tuple[str, float]]()
    fit(chain(), seed=1, walk=SHORT, progress=lambda what, share: told.append((what, share)))
    assert told[0][0] == "reading"
    assert told[-1][0] == "walking"
    assert all(0 <= share <= 1 for _, share in told)


def test_walks_out_of_bounds_are_refused() -> None:
    with pytest.raises(SchemaError):
        Walk(chains=0)
    with pytest.raises(LimitError):
        Walk(chains=100, keep=100)
