"""A twin line gives its true graph, data, and what do() does."""

from __future__ import annotations

import numpy as np
import pytest

from evidence.errors import NotFoundError, SchemaError
from rca.columns import Column
from rca.twins.line import TwinLine, closure, twin_line
from rca.twins.mechanism import Change, Mechanism, Shape

LINEAR = (Shape.LINEAR,)


def line() -> TwinLine:
    """hidden -> b, hidden -> d; a -> b -> c; c -> d; names are in reverse order of causes."""
    columns = (
        Column("z", tier=0),
        Column("hidden", tier=0),
        Column("y", tier=1),
        Column("x", tier=2),
        Column("w", tier=3),
    )
    mechanisms = (
        Mechanism((), (), ()),
        Mechanism((), (), ()),
        Mechanism((0, 1), LINEAR * 2, (0.6, 0.6), sigma=0.5, location=10.0, scale=2.0),
        Mechanism((2,), LINEAR, (0.8,), sigma=0.6),
        Mechanism((1, 3), LINEAR * 2, (0.5, -0.6), sigma=0.6),
    )
    return twin_line(columns, mechanisms, frozenset({1}), np.random.default_rng(5))


def test_tables_show_no_latent_node_and_their_order_gives_no_cause_away() -> None:
    table = line().sample(np.random.default_rng(1), 50)
    assert table.names == ("w", "x", "y", "z")


def test_the_true_graph_is_given_in_the_order_asked_for() -> None:
    found = line().edges(("z", "y", "x", "w"))
    assert [tuple(pair) for pair in np.argwhere(found).tolist()] == [(0, 1), (1, 2), (2, 3)]
    assert line().reaches(("z", "y", "x", "w"))[0, 3]


def test_a_latent_node_between_two_visible_ones_counts_as_an_edge() -> None:
    columns = (Column("a"), Column("h"), Column("b"))
    chain = (Mechanism((), (), ()), Mechanism((0,), LINEAR, (0.9,)), Mechanism((1,), LINEAR, (0.9,)))
    found = twin_line(columns, chain, frozenset({1}), np.random.default_rng(1)).edges(("a", "b"))
    assert found.tolist() == [[False, True], [False, False]]


def test_equal_seeds_differ_only_by_what_was_done() -> None:
    one = line()
    plain = one.sample(np.random.default_rng(3), 200)
    held = one.sample(np.random.default_rng(3), 200, do={"y": 14.0})
    assert np.array_equal(plain.column("z"), held.column("z"))
    assert (held.column("y") == 14.0).all()
    assert not np.allclose(plain.column("x"), held.column("x"))


def test_setting_a_node_cuts_its_causes_and_moves_its_effects_by_the_true_amount() -> None:
    one = line()
    # x answers to y with 0.8 standard deviations a standard deviation; w to x with -0.6.
    spread = one.spreads[one.node("y")]
    told = one.effect(np.random.default_rng(4), "y", 10.0, 10.0 + spread, "x")
    assert told == pytest.approx(0.8, abs=0.03)
    assert one.effect(np.random.default_rng(4), "w", 0.0, 1.0, "x") == 0.0
    held = one.sample(np.random.default_rng(4), 5000, do={"y": np.linspace(6, 14, 5000)})
    assert abs(np.corrcoef(held.column("y"), held.column("z"))[0, 1]) < 0.05


def test_a_fault_in_a_latent_node_shows_in_its_children() -> None:
    one = line()
    before = one.sample(np.random.default_rng(6), 4000)
    after = one.sample(np.random.default_rng(6), 4000, changes={"hidden": Change(shift=3.0)})
    assert after.column("y").mean() > before.column("y").mean() + 1.0
    assert np.array_equal(after.column("z"), before.column("z"))


def test_missing_values_are_lost_at_the_asked_rate() -> None:
    table = line().sample(np.random.default_rng(7), 4000, missing=0.3)
    assert np.isnan(table.values).mean() == pytest.approx(0.3, abs=0.02)


def test_unknown_nodes_and_parents_out_of_order_are_refused() -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        line().sample(np.random.default_rng(1), 10, do={"nowhere": 1.0})
    with pytest.raises(SchemaError, match="parent"):
        TwinLine((Column("a"),), (Mechanism((0,), LINEAR, (1.0,)),), frozenset(), (0.0,), (1.0,), ((0.0, 1.0),))


def test_closure_follows_every_path() -> None:
    edges = np.zeros((4, 4), dtype=bool)
    edges[0, 1] = edges[1, 2] = edges[2, 3] = True
    assert closure(edges).sum() == 6
