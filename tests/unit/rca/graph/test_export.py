"""Graphs for other programs."""

from __future__ import annotations

from xml.etree import ElementTree

from rca.calibration.curve import Stated
from rca.columns import Column
from rca.graph.export import dot, graphml
from rca.graph.graph import CausalGraph
from rca.graph.word import Saying, Word, belief

AT = "2026-11-26T10:00:00Z"
ODD = 'oven "B-7" <hot> & \\ 炉'
GRAPH = CausalGraph(
    (Column("lot"), Column(ODD, unit="Cel", tier=1), Column("test", tier=2)),
    ("supplier", "station", "test"),
    (
        belief("lot", ODD, 0.9, author="li", reason="seen", at=AT),
        Word("lot", "test", Saying.IMPOSSIBLE, 0.0, "li", "never meet", AT),
    ),
)
STATED = {(ODD, "test"): Stated(0.97, 0.93, 0.9, 0.96, 500, 12), ("lot", ODD): Stated(0.5, None, 0, 1, 3, 1)}
SPACE = "{http://graphml.graphdrawing.org/xmlns}"


def test_graphml_holds_nodes_and_edges_with_all_that_is_known() -> None:
    root = ElementTree.fromstring(graphml(GRAPH, STATED))
    declared = {key.get("id") for key in root.iter(f"{SPACE}key")}
    assert {data.get("key") for data in root.iter(f"{SPACE}data")} <= declared
    nodes = {node.get("id"): node for node in root.iter(f"{SPACE}node")}
    names = {data.text for data in root.iter(f"{SPACE}data") if data.get("key") == "node.name"}
    assert names == {"lot", ODD, "test"}
    edges = list(root.iter(f"{SPACE}edge"))
    assert len(edges) == 3
    assert all(edge.get("source") in nodes and edge.get("target") in nodes for edge in edges)
    probabilities = [data.text for data in root.iter(f"{SPACE}data") if data.get("key") == "edge.probability"]
    assert probabilities == ["0.930"]


def test_dot_ranks_tiers_and_quotes_names() -> None:
    text = dot(GRAPH, STATED)
    assert '"oven \\"B-7\\" <hot> & \\\\ 炉" -> "test" [label="0.930"];' in text
    assert text.count("rank=same") == 3
    assert '"lot" -> "test" [label="", style=dotted];' in text
