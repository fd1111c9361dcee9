"""Two versions of a graph: what differs, and both as one."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.draft import JsonValue
from evidence.errors import ConflictError
from rca.columns import Column
from rca.graph.graph import CausalGraph, Standing
from rca.graph.word import Word
from rca.posterior.fit import Edge


@dataclass(frozen=True, slots=True)
class EdgeChange:
    """One edge of which two versions know different things; None where a version knows nothing."""

    edge: Edge
    before: Standing | None
    after: Standing | None


@dataclass(frozen=True, slots=True)
class GraphDiff:
    """What changed from one version to another.

    Attributes:
        before, after: versions.
        columns_added, columns_removed: by name.
        columns_changed: names of columns with another kind, unit, tier or role.
        edges: edges whose log-odds or impossibility changed, by name.
        words: what was said in between.
    """

    before: str
    after: str
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    columns_changed: tuple[str, ...]
    edges: tuple[EdgeChange, ...]
    words: tuple[Word, ...]

    def document(self) -> dict[str, JsonValue]:
        """The JSON form, for screens and programs."""
        return {
            "format": "credence-rca-graph-diff/1",
            "before": self.before,
            "after": self.after,
            "columns_added": list(self.columns_added),
            "columns_removed": list(self.columns_removed),
            "columns_changed": list(self.columns_changed),
            "edges": [
                {
                    "cause": one.edge[0],
                    "effect": one.edge[1],
                    "before": _said(one.before),
                    "after": _said(one.after),
                }
                for one in self.edges
            ],
            "words": [word.document() for word in self.words],
        }


def diff(before: CausalGraph, after: CausalGraph) -> GraphDiff:
    """What changed from `before` to `after`."""
    old, new = _columns(before), _columns(after)
    was, is_ = before.standings(), after.standings()
    edges = [
        EdgeChange(edge, was.get(edge), is_.get(edge))
        for edge in sorted({*was, *is_})
        if _said(was.get(edge)) != _said(is_.get(edge))
    ]
    known = {word.digest for word in before.words}
    return GraphDiff(
        before.version,
        after.version,
        tuple(sorted(set(new) - set(old))),
        tuple(sorted(set(old) - set(new))),
        tuple(sorted(name for name in set(old) & set(new) if old[name] != new[name])),
        tuple(edges),
        tuple(word for word in after.words if word.digest not in known),
    )


def merge(ours: CausalGraph, theirs: CausalGraph) -> CausalGraph:
    """Both graphs as one, the same whichever comes first; nothing that was said is lost.

    Raises:
        ConflictError: a column or the names of the tiers differ, or the beliefs of both together form a cycle, which
            is named.
    """
    one, other = _columns(ours), _columns(theirs)
    for name in sorted(set(one) & set(other)):
        if one[name] != other[name]:
            raise ConflictError(
                f"column {name!r} is not the same in both graphs", advice="Agree on its kind, unit and tier first."
            )
    shorter, longer = sorted((ours.tiers, theirs.tiers), key=len)
    if longer[: len(shorter)] != shorter:
        raise ConflictError("the tiers have other names in the two graphs", advice="Agree on the route first.")
    columns = tuple(column for _, column in sorted({**one, **other}.items()))
    return CausalGraph(columns, longer, (*ours.words, *theirs.words))


def _columns(graph: CausalGraph) -> dict[str, Column]:
    return {column.name: column for column in graph.columns}


def _said(standing: Standing | None) -> dict[str, JsonValue] | None:
    if standing is None:
        return None
    odds = None if standing.log_odds is None else f"{standing.log_odds:.4f}"
    return {"log_odds": odds, "impossible": standing.impossible}
