"""How to draw a twin line: how many nodes on which tiers, how dense, how strong, how bent, with how many latents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evidence.errors import SchemaError
from rca.columns import Column, Kind
from rca.twins.line import TwinLine, twin_line
from rca.twins.mechanism import Mechanism, Noise, Shape, Warp


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a drawn line looks like on average.

    Attributes:
        tiers: (tier, visible nodes on it), ascending.
        density: mean number of visible parents a node.
        near: share of parents taken from the node's own tier or the one before it.
        strength: (least, most) share of a node's variance that its parents explain.
        bent: share of parent actions that are not linear.
        latents: hidden common causes, as a share of the visible nodes.
        odd: share of nodes whose noise is not normal.
        warped: share of continuous nodes whose sensor bends the reading, so that shapes tell nothing of direction.
        kinds: shares of (count, binary, categorical) nodes; the rest is continuous.
        uneven: share of nodes whose variation depends on a parent.
        watching: share of nodes of the last two tiers that are observations.
    """

    tiers: tuple[tuple[int, int], ...]
    density: float = 1.8
    near: float = 0.8
    strength: tuple[float, float] = (0.15, 0.8)
    bent: float = 0.5
    latents: float = 0.08
    odd: float = 0.6
    warped: float = 0.3
    kinds: tuple[float, float, float] = (0.0, 0.0, 0.0)
    uneven: float = 0.1
    watching: float = 0.0

    def __post_init__(self) -> None:
        if not self.tiers or any(count < 1 for _, count in self.tiers):
            raise SchemaError("a line has at least one node on each tier named")
        if list(self.tiers) != sorted(self.tiers) or sum(count for _, count in self.tiers) < 2:
            raise SchemaError("tiers ascend, and a line has at least two nodes")

    @property
    def nodes(self) -> int:
        """How many visible nodes."""
        return sum(count for _, count in self.tiers)

    def draw(self, rng: np.random.Generator) -> TwinLine:
        """A line drawn by this recipe; equal seeds give equal lines. Names x0, x1, ... are dealt at random."""
        columns, latent = self._columns(rng)
        mechanisms = list[Mechanism]()
        for node, column in enumerate(columns):
            parents = () if node in latent else self._parents(rng, columns, node, latent)
            mechanisms.append(self._mechanism(rng, parents, column))
        return twin_line(columns, tuple(mechanisms), frozenset(latent), rng)

    def _columns(self, rng: np.random.Generator) -> tuple[tuple[Column, ...], set[int]]:
        hidden = round(self.latents * self.nodes)
        # A latent acts from its tier on; it stands before that tier's visible nodes, since it is a root.
        places = [tier for tier, count in self.tiers for _ in range(count)]
        at = sorted(int(rng.choice(places)) for _ in range(hidden))
        numbers = iter(rng.permutation(self.nodes))
        columns, latent = list[Column](), set[int]()
        last = {tier for tier, _ in self.tiers[-2:]}
        for tier, count in self.tiers:
            for _ in range(at.count(tier)):
                latent.add(len(columns))
                columns.append(Column(f"hidden{len(latent)}", tier=tier))
            watches = [tier in last and rng.random() < self.watching for _ in range(count)]
            # Within a tier what watches stands after what acts.
            for watching in sorted(watches):
                name = f"x{next(numbers)}"
                columns.append(self._column(rng, name, tier, watching))
        return tuple(columns), latent

    def _column(self, rng: np.random.Generator, name: str, tier: int, watching: bool) -> Column:
        drawn, (count, binary, categorical) = rng.random(), self.kinds
        if drawn < count:
            return Column(name, Kind.COUNT, "{count}", tier, watching)
        if drawn < count + binary:
            return Column(name, Kind.BINARY, "1", tier, watching)
        if drawn < count + binary + categorical:
            labels = tuple(f"label {number}" for number in range(int(rng.integers(3, 6))))
            return Column(name, Kind.CATEGORICAL, "1", tier, watching, labels)
        return Column(name, Kind.CONTINUOUS, "1", tier, watching)

    def _parents(
        self, rng: np.random.Generator, columns: tuple[Column, ...], node: int, latent: set[int]
    ) -> tuple[int, ...]:
        own = columns[node].tier
        open_ = [one for one in range(node) if one not in latent and columns[one].may_cause(columns[node])]
        below = [tier for tier, _ in self.tiers if tier < own]
        before = below[-1] if below else own
        chosen = set[int]()
        # Roots are common on a line (set-points, lots), and a few nodes have many parents: the counts are skewed.
        wanted = 0 if rng.random() < 0.12 else int(rng.geometric(1 / (1 + self.density / 0.88)) - 1)
        for _ in range(min(wanted, 9, len(open_))):
            close = [one for one in open_ if columns[one].tier >= before and one not in chosen]
            far = [one for one in open_ if one not in chosen]
            pool = close if close and rng.random() < self.near else far
            chosen.add(int(rng.choice(pool)))
        hidden = [one for one in latent if one < node and own - columns[one].tier <= 1]
        # Each latent meets about three nodes near its tier: a confounder, not a weather that moves everything.
        near = max(sum(1 for column in columns if 0 <= column.tier - own <= 1), 1)
        chosen |= {one for one in hidden if rng.random() < min(3.5 / near, 0.5)}
        return tuple(sorted(chosen))

    def _mechanism(self, rng: np.random.Generator, parents: tuple[int, ...], column: Column) -> Mechanism:
        families = [family for family in Noise if family is not Noise.NORMAL]
        family = families[int(rng.integers(len(families)))] if rng.random() < self.odd else Noise.NORMAL
        explained = float(rng.uniform(*self.strength)) if parents else 0.0
        raw = rng.uniform(0.5, 1.5, len(parents)) * rng.choice([-1.0, 1.0], len(parents))
        size = float(np.sqrt((raw**2).sum())) or 1.0
        weights = raw / size * np.sqrt(explained)
        bent = [shape for shape in Shape if shape is not Shape.LINEAR]
        shapes = tuple(
            bent[int(rng.integers(len(bent)))] if rng.random() < self.bent else Shape.LINEAR for _ in parents
        )
        pairs: tuple[tuple[int, int, float], ...] = ()
        if len(parents) >= 2 and rng.random() < self.bent / 3:
            one, other = (int(found) for found in rng.choice(parents, 2, replace=False))
            pairs = ((one, other, 0.5 * float(np.sqrt(explained))),)
        levels = {Kind.COUNT: int(rng.integers(3, 60)), Kind.CATEGORICAL: len(column.categories)}.get(column.kind, 0)
        uneven = 0.3 if parents and rng.random() < self.uneven else 0.0
        location, scale, warp = 0.0, 1.0, Warp.NONE
        if column.kind is Kind.CONTINUOUS:
            location, scale = float(rng.uniform(-50, 200)), float(10 ** rng.uniform(-2, 1))
            if rng.random() < self.warped:
                warp = list(Warp)[int(rng.integers(1, len(Warp)))]
        elif column.kind is Kind.BINARY:
            location = float(rng.uniform(-1.0, 1.0))
        return Mechanism(
            parents, shapes, tuple(float(one) for one in weights), pairs, family,
            float(np.sqrt(1.0 - explained)), uneven, column.kind, levels, location, scale, warp,
        )  # fmt: skip
