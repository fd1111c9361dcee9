"""Graphs of what engineers know: averaged, checked against the route, kept for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.canonical import encode
from evidence.errors import ConflictError, NotFoundError, SchemaError
from rca.columns import Column
from rca.graph.graph import CausalGraph, graph_from
from rca.graph.word import Saying, Word, belief

COLUMNS = (Column("lot"), Column("oven", tier=1), Column("press", tier=1), Column("test", tier=2))
START = CausalGraph(COLUMNS, ("supplier", "station", "test"))


def says(cause: str, effect: str, probability: float, author: str = "li", minute: int = 0) -> Word:
    return belief(cause, effect, probability, author=author, reason="seen", at=f"2026-11-26T10:{minute:02}:00Z")


def test_authors_are_averaged_in_log_odds_and_the_last_word_of_each_counts() -> None:
    words = [says("lot", "oven", 0.2), says("lot", "oven", 0.9, minute=1), says("lot", "oven", 0.5, "wu")]
    standing = START.with_words(words).standings()["lot", "oven"]
    assert standing.log_odds == pytest.approx(says("lot", "oven", 0.9).log_odds / 2, abs=1e-3)
    assert len(standing.history) == 3


def test_a_withdrawn_belief_no_longer_counts_but_stays_in_the_history() -> None:
    gone = Word("lot", "oven", Saying.WITHDRAWN, 0.0, "li", "mixed up two ovens", "2026-11-26T11:00:00Z")
    graph = START.with_words([says("lot", "oven", 0.9), gone])
    assert graph.beliefs().log_odds == {}
    assert len(graph.standings()["lot", "oven"].history) == 2


def test_only_impossibility_forbids() -> None:
    never = Word(
        "press", "oven", Saying.IMPOSSIBLE, 0.0, "li", "the oven stands before the press", "2026-11-26T11:00:00Z"
    )
    beliefs = START.with_words([never, says("lot", "oven", 0.001)]).beliefs()
    assert beliefs.impossible == {("press", "oven")}
    assert ("lot", "oven") in beliefs.log_odds


def test_an_edge_against_the_route_is_refused_with_the_way_out() -> None:
    with pytest.raises(ConflictError, match="later on the route") as caught:
        START.with_words([says("test", "lot", 0.9)])
    assert "tier" in caught.value.advice


def test_believed_edges_that_form_a_cycle_are_refused_and_the_cycle_is_named() -> None:
    with pytest.raises(ConflictError, match="oven -> press -> oven"):
        START.with_words([says("oven", "press", 0.9), says("press", "oven", 0.8)])


def test_a_doubted_edge_closes_no_cycle() -> None:
    START.with_words([says("oven", "press", 0.9), says("press", "oven", 0.1)])


@given(
    edges=st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] != pair[1]), max_size=12)
)
def test_a_graph_is_refused_exactly_when_its_believed_edges_form_a_cycle(edges: set[tuple[int, int]]) -> None:
    columns = tuple(Column(f"c{number}") for number in range(7))
    rest, removed = set(edges), True
    while removed:
        ends = {effect for _, effect in rest} | {cause for cause, _ in rest}
        free = {one for one in ends if all(effect != one for _, effect in rest)}
        removed = bool(free & {cause for cause, _ in rest})
        rest = {pair for pair in rest if pair[0] not in free}
    words = [says(f"c{cause}", f"c{effect}", 0.9) for cause, effect in edges]
    if rest:
        with pytest.raises(ConflictError, match="cycle"):
            CausalGraph(columns, (), tuple(words))
    else:
        CausalGraph(columns, (), tuple(words))


def test_words_about_unknown_columns_are_refused() -> None:
    with pytest.raises(NotFoundError, match="kiln"):
        START.with_words([says("kiln", "oven", 0.9)])


def test_a_graph_read_back_from_its_document_is_the_same_and_a_changed_one_is_noticed() -> None:
    graph = START.with_words([says("lot", "oven", 0.9)])
    assert graph_from(encode(graph.document())) == graph
    tampered = encode(graph.document()).replace(b'"seen"', b'"told"')
    with pytest.raises(SchemaError, match="version"):
        graph_from(tampered)


def test_words_in_any_order_and_said_twice_give_one_version() -> None:
    one, two = says("lot", "oven", 0.9), says("oven", "test", 0.8, "wu", 1)
    assert START.with_words([one, two, one]).version == START.with_words([two, one]).version != START.version
