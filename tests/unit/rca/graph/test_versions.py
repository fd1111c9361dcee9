"""Versions compared and merged."""

from __future__ import annotations

import pytest

from evidence.errors import ConflictError
from rca.columns import Column
from rca.graph.graph import CausalGraph
from rca.graph.versions import diff, merge
from rca.graph.word import belief

COLUMNS = (Column("a"), Column("b"), Column("c", tier=1))
START = CausalGraph(COLUMNS, ("lot", "test"))


def said(graph: CausalGraph, cause: str, effect: str, probability: float, author: str = "li") -> CausalGraph:
    return graph.with_words([belief(cause, effect, probability, author=author, reason="x", at="2026-11-26T10:00:00Z")])


def test_a_diff_names_edges_words_and_columns_that_changed() -> None:
    after = CausalGraph((Column("a"), Column("b", unit="um"), Column("d")), ("lot", "test"))
    found = diff(START, said(after, "a", "b", 0.9))
    assert (found.columns_added, found.columns_removed, found.columns_changed) == (("d",), ("c",), ("b",))
    assert [(one.edge, one.before) for one in found.edges] == [(("a", "b"), None)]
    assert len(found.words) == 1
    assert found.document()["format"] == "credence-rca-graph-diff/1"


def test_a_version_does_not_differ_from_itself() -> None:
    graph = said(START, "a", "b", 0.9)
    found = diff(graph, graph)
    assert not found.edges
    assert not found.words


def test_merging_loses_nothing_and_does_not_depend_on_the_order() -> None:
    one, other = said(START, "a", "b", 0.9), said(START, "b", "c", 0.8, "wu")
    merged = merge(one, other)
    assert merged.version == merge(other, one).version
    assert set(merged.standings()) == {("a", "b"), ("b", "c")}
    assert merge(merged, one).version == merged.version


def test_beliefs_that_form_a_cycle_only_together_are_refused() -> None:
    with pytest.raises(ConflictError, match="cycle"):
        merge(said(START, "a", "b", 0.9), said(START, "b", "a", 0.9, "wu"))


def test_a_column_that_is_not_the_same_in_both_is_refused() -> None:
    with pytest.raises(ConflictError, match="'a'"):
        merge(START, CausalGraph((Column("a", unit="mm"),)))


def test_routes_with_other_names_are_refused_and_a_longer_one_is_kept() -> None:
    with pytest.raises(ConflictError, match="tiers"):
        merge(START, CausalGraph(COLUMNS, ("lot", "field")))
    assert merge(START, CausalGraph(COLUMNS, ("lot", "test", "field"))).tiers == ("lot", "test", "field")
