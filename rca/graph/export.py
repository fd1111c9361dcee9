"""A graph for other programs: GraphML and DOT, tiers as ranks, edges with what is known of them.

Source:
    GraphML specification 1.0 (graphml.graphdrawing.org); the DOT language (graphviz.org).
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

from rca.calibration.curve import Stated
from rca.columns import Column
from rca.graph.graph import CausalGraph
from rca.posterior.fit import Edge

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_NODE_KEYS = {"kind": "string", "unit": "string", "tier": "int", "tier_name": "string", "observation": "boolean"}
_EDGE_KEYS = {"log_odds": "double", "impossible": "boolean", "raw": "double", "probability": "double"}


def graphml(graph: CausalGraph, stated: Mapping[Edge, Stated] | None = None) -> bytes:
    """GraphML, UTF-8; edges are all that somebody spoke about or that have a stated confidence."""
    root = ElementTree.Element("graphml", {"xmlns": _NAMESPACE})
    for owner, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for name, kind in keys.items():
            about = {"id": f"{owner}.{name}", "for": owner, "attr.name": name, "attr.type": kind}
            ElementTree.SubElement(root, "key", about)
    body = ElementTree.SubElement(root, "graph", {"id": graph.version, "edgedefault": "directed"})
    ids = {column.name: f"n{place}" for place, column in enumerate(graph.columns)}
    for column in graph.columns:
        node = ElementTree.SubElement(body, "node", {"id": ids[column.name]})
        _data(node, "node", {"name": column.name, **_about(graph, column)})
    for (cause, effect), known in _edges(graph, stated or {}).items():
        edge = ElementTree.SubElement(body, "edge", {"source": ids[cause], "target": ids[effect]})
        _data(edge, "edge", known)
    name_key = {"id": "node.name", "for": "node", "attr.name": "name", "attr.type": "string"}
    root.insert(0, ElementTree.Element("key", name_key))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def dot(graph: CausalGraph, stated: Mapping[Edge, Stated] | None = None) -> str:
    """DOT; one rank a tier, impossible edges dotted, confidence or log-odds as label."""
    lines = ["digraph causes {", "  rankdir=LR;", "  node [shape=box];"]
    for tier in sorted({column.tier for column in graph.columns}):
        names = [_quoted(column.name) for column in graph.columns if column.tier == tier]
        lines.append(f"  {{ rank=same; {'; '.join(names)}; }}")
    for (cause, effect), known in _edges(graph, stated or {}).items():
        label = known.get("probability") or known.get("log_odds") or ""
        style = ", style=dotted" if known["impossible"] == "true" else ""
        lines.append(f"  {_quoted(cause)} -> {_quoted(effect)} [label={_quoted(label)}{style}];")
    return "\n".join([*lines, "}", ""])


def _edges(graph: CausalGraph, stated: Mapping[Edge, Stated]) -> dict[Edge, dict[str, str]]:
    standings = graph.standings()
    found = dict[Edge, dict[str, str]]()
    for edge in sorted({*standings, *stated}):
        known = {"impossible": "false"}
        if (standing := standings.get(edge)) is not None:
            known["impossible"] = str(standing.impossible).lower()
            if standing.log_odds is not None:
                known["log_odds"] = f"{standing.log_odds:.4f}"
        if (one := stated.get(edge)) is not None:
            known["raw"] = f"{one.raw:.4f}"
            if one.probability is not None:
                known["probability"] = f"{one.probability:.3f}"
        found[edge] = known
    return found


def _about(graph: CausalGraph, column: Column) -> dict[str, str]:
    name = graph.tiers[column.tier] if column.tier < len(graph.tiers) else ""
    return {
        "kind": column.kind.value,
        "unit": column.unit,
        "tier": str(column.tier),
        "tier_name": name,
        "observation": str(column.observation).lower(),
    }


def _data(parent: ElementTree.Element, owner: str, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        ElementTree.SubElement(parent, "data", {"key": f"{owner}.{name}"}).text = value


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
