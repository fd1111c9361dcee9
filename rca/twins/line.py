"""A twin line: its true graph, data drawn from it, and what intervening on it does.

Nodes are numbered in causal order: every parent stands before its children. Latent nodes act and are in no table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.errors import NotFoundError, SchemaError
from rca.columns import Column, Kind
from rca.table import Array, Table
from rca.twins.mechanism import Change, Mechanism, noise

Flags = npt.NDArray[np.bool_]
_PILOT: Final = 4000
_UNCHANGED: Final = Change()


@dataclass(frozen=True, slots=True)
class TwinLine:
    """A simulated line with known causes; build it with `twin_line`, which sets the scales.

    Attributes:
        columns: one a node, latent nodes included; parents never stand on a higher tier.
        mechanisms: one a node.
        latent: nodes that no table shows.
        centres: mean of each node's recorded value, undisturbed, shape (nodes,).
        spreads: standard deviation of each node's recorded value, undisturbed, shape (nodes,).
        states: (mean, standard deviation) of the state behind each value, undisturbed; children answer to the state.
    """

    columns: tuple[Column, ...]
    mechanisms: tuple[Mechanism, ...]
    latent: frozenset[int]
    centres: tuple[float, ...]
    spreads: tuple[float, ...]
    states: tuple[tuple[float, float], ...]
    _places: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not len(self.columns) == len(self.mechanisms) == len(self.centres) == len(self.spreads):
            raise SchemaError("a line has one column, mechanism, centre and spread a node")
        for node, mechanism in enumerate(self.mechanisms):
            if any(parent >= node for parent in mechanism.parents):
                raise SchemaError(f"node {node} has a parent that stands after it", advice="Number causes first.")
        self._places.update({column.name: node for node, column in enumerate(self.columns)})

    @property
    def visible(self) -> tuple[int, ...]:
        """Nodes that tables show, in causal order."""
        return tuple(node for node in range(len(self.columns)) if node not in self.latent)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the visible nodes as tables show them: by name, so that their order gives no cause away."""
        return tuple(sorted(self.columns[node].name for node in self.visible))

    def node(self, name: str) -> int:
        """The number of a node; NotFoundError when there is none of that name."""
        if name not in self._places:
            raise NotFoundError(f"no node {name[:60]!r} in this line", advice=f"Nodes: {', '.join(self.names[:20])}.")
        return self._places[name]

    def edges(self, names: tuple[str, ...] | None = None) -> Flags:
        """True edges among visible nodes, [cause, effect], rows and columns as `names` (default: `self.names`).

        A latent node between two visible ones counts as an edge from the one to the other.
        """
        nodes = len(self.columns)
        direct = np.zeros((nodes, nodes), dtype=np.bool_)
        for node, mechanism in enumerate(self.mechanisms):
            direct[list(mechanism.parents), node] = True
        for hidden in sorted(self.latent):
            direct |= np.outer(direct[:, hidden], direct[hidden])
        where = [self.node(name) for name in names or self.names]
        return direct[np.ix_(where, where)]

    def reaches(self, names: tuple[str, ...] | None = None) -> Flags:
        """Whether a directed path leads from one visible node to another, [cause, effect], order as `edges`."""
        return closure(self.edges(names))

    def sample(
        self,
        rng: np.random.Generator,
        n: int,
        *,
        do: Mapping[str, float | Array] | None = None,
        changes: Mapping[str, Change] | None = None,
        missing: float = 0.0,
    ) -> Table:
        """Draw `n` parts; equal seeds give equal noise, so that draws with and without `do` differ only by it.

        Args:
            rng: the only source of chance.
            do: nodes held at a value (in their unit) or at one value a part, shape (n,).
            changes: faults, by node (latent ones too).
            missing: share of values that are lost, at random.

        Raises:
            NotFoundError: `do` or `changes` names no node.
        """
        values = self._draw(rng, n, do or {}, changes or {})
        nodes = [self.node(name) for name in self.names]
        shown = values[:, nodes]
        if missing > 0:
            shown = np.where(rng.random(shown.shape) < missing, np.nan, shown)
        return Table(tuple(self.columns[node] for node in nodes), shown)

    def effect(
        self, rng: np.random.Generator, cause: str, low: float, high: float, effect: str, n: int = 20000
    ) -> float:
        """True mean change of `effect` when `cause` is moved from `low` to `high`, in the effect's unit."""
        seed = int(rng.integers(2**63))
        node = self.node(effect)
        means = [
            self._draw(np.random.default_rng(seed), n, {cause: level}, {})[:, node].mean() for level in (low, high)
        ]
        return float(means[1] - means[0])

    def _draw(
        self,
        rng: np.random.Generator,
        n: int,
        do: Mapping[str, float | Array],
        changes: Mapping[str, Change],
    ) -> Array:
        held = {self.node(name): value for name, value in do.items()}
        faults = {self.node(name): change for name, change in changes.items()}
        own = [noise(rng, mechanism.noise, n) for mechanism in self.mechanisms]
        values = np.empty((n, len(self.columns)))
        standardised = dict[int, Array]()
        for node, mechanism in enumerate(self.mechanisms):
            if node in held:
                values[:, node] = held[node]
                state = mechanism.state(values[:, node])
            else:
                state = mechanism.answer(standardised, own[node], faults.get(node, _UNCHANGED))
                values[:, node] = mechanism.recorded(state)
                state = state if mechanism.kind is Kind.CONTINUOUS else values[:, node]
            centre, spread = self.states[node]
            standardised[node] = (state - centre) / spread
        return values


def twin_line(
    columns: tuple[Column, ...],
    mechanisms: tuple[Mechanism, ...],
    latent: frozenset[int],
    rng: np.random.Generator,
) -> TwinLine:
    """A line whose centres and spreads come from a pilot run, node after node."""
    seen, states = list[tuple[float, float]](), list[tuple[float, float]]()
    standardised = dict[int, Array]()
    for mechanism in mechanisms:
        state = mechanism.answer(standardised, noise(rng, mechanism.noise, _PILOT), _UNCHANGED)
        values = mechanism.recorded(state)
        state = state if mechanism.kind is Kind.CONTINUOUS else values
        seen.append((float(values.mean()), float(values.std()) or 1.0))
        states.append((float(state.mean()), float(state.std()) or 1.0))
        standardised[len(standardised)] = (state - states[-1][0]) / states[-1][1]
    return TwinLine(
        columns, mechanisms, latent, tuple(one for one, _ in seen), tuple(one for _, one in seen), tuple(states)
    )


def closure(edges: Flags) -> Flags:
    """Which nodes are reached from which by one edge or more, [from, to] (Warshall)."""
    found = edges.copy()
    for middle in range(len(found)):
        found |= np.outer(found[:, middle], found[middle])
    return found
