"""Sampled graphs of causes, and the raw frequency of what people ask about: an edge, a path, a reach.

Raw frequencies are not yet probabilities that mean what they say: `rca.calibration` maps them to true rates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from evidence.errors import InputError, NotFoundError, SchemaError
from rca.checks import Abstention
from rca.columns import Column
from rca.posterior.local import Scoring
from rca.table import Array

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """What a table and engineers' beliefs say about causes.

    Attributes:
        columns: those that take part, in canonical order.
        graphs: sampled edges, shape (samples, columns, columns), [sample, cause, effect].
        held: those of them that survive the doubt about hidden common causes (`rca.posterior.witness`), shape as
            `graphs`; statements are read from these.
        abstained: columns about which nothing is said, with the reason.
        same_as: columns that hold the same values as another, which stands for them.
        window: digest of the table.
        rows: of the table.
        seed: of the walk.
        scoring: how sets of parents were scored.
        disagreement: largest difference between the chains in how often one column reaches another, 0 to 1.
    """

    columns: tuple[Column, ...]
    graphs: Flags
    held: Flags
    abstained: tuple[tuple[str, Abstention], ...]
    same_as: tuple[tuple[str, str], ...]
    window: str
    rows: int
    seed: int
    scoring: Scoring
    disagreement: float
    reached: Flags = field(init=False, repr=False)
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        size = len(self.columns)
        shape = self.graphs.shape
        if self.graphs.ndim != 3 or shape[1:] != (size, size) or not len(self.graphs) or self.held.shape != shape:
            raise SchemaError(f"sampled graphs of shape {shape} for {size} columns")
        places = {column.name: place for place, column in enumerate(self.columns)}
        places.update({name: places[other] for name, other in self.same_as if other in places})
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "reached", closures(self.held))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns that take part, in canonical order."""
        return tuple(column.name for column in self.columns)

    def place(self, name: str) -> int:
        """Where a column stands; a twin of another stands where that one does.

        Raises:
            InputError: nothing is said about this column, with the reason.
            NotFoundError: no such column.
        """
        if name in self._places:
            return self._places[name]
        if why := dict(self.abstained).get(name):
            raise InputError(f"nothing can be said about {name!r}: {why}", advice="Ask about another column.")
        raise NotFoundError(f"no column {name[:60]!r}", advice=f"Columns: {', '.join(self.names[:20])}.")

    def edges(self) -> Array:
        """Raw frequency of every edge, [cause, effect]."""
        return np.asarray(self.held.mean(axis=0))

    def reaches(self) -> Array:
        """Raw frequency that one column reaches another by any directed path, [cause, effect]."""
        return np.asarray(self.reached.mean(axis=0))

    def path(self, *steps: str) -> float:
        """Raw joint frequency of all edges of the path A -> B -> C ... in one graph.

        Raises:
            SchemaError: fewer than two steps, or one twice.
            InputError, NotFoundError: as `place`.
        """
        places = [self.place(step) for step in steps]
        if len(places) < 2 or len(set(places)) < len(places):
            raise SchemaError("a path has at least two columns, each once")
        together = np.ones(len(self.held), dtype=np.bool_)
        for cause, effect in pairwise(places):
            together &= self.held[:, cause, effect]
        return float(together.mean())

    def likely_paths(self, cause: str, effect: str, *, most: int = 5) -> list[tuple[tuple[str, ...], float]]:
        """The most frequent directed paths from `cause` to `effect`, each with its raw joint frequency.

        Every sampled graph votes for its shortest path (ties: in canonical order); errors as `place`.
        """
        start, end = self.place(cause), self.place(effect)
        votes = dict[tuple[int, ...], int]()
        for number in np.flatnonzero(self.reached[:, start, end]):
            found = _shortest(self.held[number], start, end)
            votes[found] = votes.get(found, 0) + 1
        ranked = sorted(votes, key=lambda one: (-votes[one], one))[:most]
        named = [tuple(self.columns[place].name for place in one) for one in ranked]
        return sorted(((one, self.path(*one)) for one in named), key=lambda pair: -pair[1])


def settled(columns: tuple[Column, ...]) -> Flags:
    """Whether the route alone settles that only [cause] may cause [effect], shape (columns, columns)."""
    may = possible(columns)
    return np.asarray(may & ~may.T)


def possible(columns: tuple[Column, ...]) -> Flags:
    """Whether physics lets [cause] cause [effect], shape (columns, columns)."""
    found = np.array([[one.may_cause(other) for other in columns] for one in columns], dtype=np.bool_)
    np.fill_diagonal(found, False)
    return found


def closures(graphs: Flags) -> Flags:
    """Which column is reached from which in every graph, shape as `graphs` (Warshall, all graphs at once)."""
    found = graphs.copy()
    for middle in range(graphs.shape[1]):
        found |= found[:, :, middle, None] & found[:, middle, None, :]
    return found


def _shortest(graph: Flags, start: int, end: int) -> tuple[int, ...]:
    came = {start: start}
    front = [start]
    while end not in came:
        following = []
        for one in front:
            for effect in np.flatnonzero(graph[one]).tolist():
                if effect not in came:
                    came[effect] = one
                    following.append(effect)
        front = following
    path = [end]
    while path[-1] != start:
        path.append(came[path[-1]])
    return tuple(reversed(path))
