"""Causal graphs that an attribution is averaged over: samples of a posterior, or one graph that people drew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.errors import LimitError, NotFoundError, SchemaError
from rca.posterior.posterior import Posterior, closures

Edges = npt.NDArray[np.bool_]

MAX_SAMPLES: Final = 2_000
"""Most graphs of one posterior."""
MAX_AVERAGED: Final = 60
"""Graphs of a posterior that an attribution is averaged over, unless told otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class Dags:
    """Directed acyclic graphs over named columns, each as likely as the other.

    Attributes:
        names: nodes.
        edges: shape (samples, nodes, nodes); `edges[s, i, j]` says that in graph s node i is a direct cause of node j.
    """

    names: tuple[str, ...]
    edges: Edges

    def __post_init__(self) -> None:
        count = len(self.names)
        if self.edges.ndim != 3 or self.edges.shape[1:] != (count, count) or self.edges.dtype != np.bool_:
            raise SchemaError(
                f"edges of shape {self.edges.shape} for {count} nodes; samples by nodes by nodes of truth"
            )
        if not 0 < self.edges.shape[0] <= MAX_SAMPLES:
            raise LimitError(f"{self.edges.shape[0]} graphs; 1 to {MAX_SAMPLES}")
        reached = closures(self.edges)
        for number in np.flatnonzero(reached.diagonal(axis1=1, axis2=2).any(axis=1)):
            topological(self.edges[number])
        frozen = self.edges.copy()
        frozen.flags.writeable = False
        object.__setattr__(self, "edges", frozen)

    def over(self, names: Sequence[str]) -> Dags:
        """The same graphs with nodes in this order; nodes left out go with their edges.

        Raises:
            NotFoundError: a name that is no node.
        """
        if unknown := [name for name in names if name not in self.names]:
            raise NotFoundError(f"{unknown[0][:60]!r} is no node of the graph", advice="Add it to the graph first.")
        if tuple(names) == self.names:
            return self
        places = [self.names.index(name) for name in names]
        return Dags(tuple(names), self.edges[:, places][:, :, places])

    def reach(self, target: str) -> npt.NDArray[np.float64]:
        """Share of graphs with a directed path from each node to the target, shape (nodes,); 1 for the target."""
        goal = self.names.index(target)
        return np.asarray(np.mean([ancestors(sample, goal) for sample in self.edges], axis=0), dtype=np.float64)


def one_graph(names: Sequence[str], edges: Iterable[tuple[str, str]]) -> Dags:
    """A single graph from (cause, effect) pairs.

    Raises:
        NotFoundError: an edge names a node that is not there.
        SchemaError: a cycle.
    """
    places = {name: place for place, name in enumerate(names)}
    matrix = np.zeros((1, len(places), len(places)), dtype=np.bool_)
    for cause, effect in edges:
        for name in (cause, effect):
            if name not in places:
                raise NotFoundError(f"{name[:60]!r} is no node of the graph", advice="Add it to the graph first.")
        matrix[0, places[cause], places[effect]] = True
    return Dags(tuple(names), matrix)


def topological(edges: Edges) -> tuple[int, ...]:
    """Nodes with every cause before its effects; among free nodes the lowest place first.

    Raises:
        SchemaError: a cycle, with the places of its nodes.
    """
    waiting = edges.sum(axis=0)
    free = [int(place) for place in np.flatnonzero(waiting == 0)]
    order = list[int]()
    while free:
        node = min(free)
        free.remove(node)
        order.append(node)
        for effect in np.flatnonzero(edges[node]):
            waiting[effect] -= 1
            if waiting[effect] == 0:
                free.append(int(effect))
    if len(order) < edges.shape[0]:
        stuck = set(range(edges.shape[0])) - set(order)
        while ends := {node for node in stuck if not any(edges[node, other] for other in stuck)}:
            stuck -= ends
        raise SchemaError(
            f"the graph has a cycle among nodes {sorted(stuck)[:10]}", advice="Remove or turn one edge of the cycle."
        )
    return tuple(order)


def ancestors(edges: Edges, goal: int) -> npt.NDArray[np.bool_]:
    """Nodes with a directed path to `goal`, itself included, shape (nodes,)."""
    found = np.zeros(edges.shape[0], dtype=np.bool_)
    found[goal] = True
    ahead = [goal]
    while ahead:
        causes = np.flatnonzero(edges[:, ahead].any(axis=1) & ~found)
        found[causes] = True
        ahead = [int(one) for one in causes]
    return found


def dags_of(posterior: Posterior, names: Sequence[str], *, most: int = MAX_AVERAGED) -> Dags:
    """Graphs of a posterior over these columns; a column that the posterior says nothing of stands alone.

    Args:
        most: most graphs, taken evenly from all; more change averages by less than their own error.
    """
    taken = np.linspace(0, len(posterior.graphs) - 1, min(most, len(posterior.graphs))).astype(int)
    places = [place for place, name in enumerate(posterior.names) if name in names]
    where = [list(names).index(posterior.names[place]) for place in places]
    edges = np.zeros((taken.size, len(names), len(names)), dtype=np.bool_)
    pairs = np.ix_(np.arange(taken.size), np.array(where, dtype=int), np.array(where, dtype=int))
    edges[pairs] = posterior.graphs[np.ix_(taken, np.array(places, dtype=int), np.array(places, dtype=int))]
    return Dags(tuple(names), edges)
