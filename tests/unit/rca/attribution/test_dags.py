import numpy as np
import pytest

from evidence.errors import LimitError, NotFoundError, SchemaError
from rca.attribution.dags import Dags, ancestors, one_graph, topological


def test_a_cycle_is_refused_with_its_nodes() -> None:
    with pytest.raises(SchemaError, match=r"cycle among nodes \[0, 1\]"):
        one_graph(("a", "b", "c"), [("a", "b"), ("b", "a"), ("a", "c")])


def test_an_edge_to_an_unknown_node_is_named() -> None:
    with pytest.raises(NotFoundError, match="'d'"):
        one_graph(("a", "b"), [("a", "d")])


def test_causes_stand_before_effects() -> None:
    dags = one_graph(("leak", "press", "heat"), [("heat", "press"), ("press", "leak")])
    assert topological(dags.edges[0]) == (2, 1, 0)


def test_reach_is_the_share_of_graphs_with_a_path() -> None:
    one = one_graph(("a", "b", "c"), [("a", "b"), ("b", "c")])
    two = one_graph(("a", "b", "c"), [("a", "b")])
    both = Dags(one.names, np.concatenate([one.edges, two.edges]))
    assert both.reach("c").tolist() == [0.5, 0.5, 1.0]


def test_nodes_left_out_go_with_their_edges() -> None:
    dags = one_graph(("a", "b", "c"), [("a", "b"), ("b", "c")]).over(("c", "a"))
    assert not dags.edges.any()
    assert dags.names == ("c", "a")


def test_a_node_is_its_own_ancestor() -> None:
    assert ancestors(np.zeros((2, 2), dtype=np.bool_), 1).tolist() == [False, True]


def test_no_graph_and_wrong_shapes_are_refused() -> None:
    with pytest.raises(LimitError):
        Dags(("a",), np.zeros((0, 1, 1), dtype=np.bool_))
    with pytest.raises(SchemaError, match="2 nodes"):
        Dags(("a", "b"), np.zeros((1, 1, 1), dtype=np.bool_))
