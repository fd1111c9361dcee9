"""Why did the target's distribution change? Each mechanism is switched from the reference's to the window's.

Where `shapley.py` asks what raised these very rows, this asks what makes the window's population differ: "same
product, other shift". Players are the mechanisms of the target's ancestors and of the target; figures are the
target's mean and standard deviation. Straight mechanisms are carried through in closed form, curved ones by simulation
with common random numbers.

Source: Budhathoki, Janzing, Bloebaum, Ng, "Why did the distribution change?", AISTATS 2021 (PMLR 130:1666-1674).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from rca.attribution.dags import Dags, ancestors, topological
from rca.attribution.frame import Frame
from rca.attribution.game import Shares, Value, shapley
from rca.attribution.mechanism import Mechanism, filled, fit
from rca.attribution.scaling import scaled

Array = npt.NDArray[np.float64]

DRAWS: Final = 2_000
"""Simulated parts when a mechanism is curved."""
PRIOR_ROWS: Final = 20.0
"""Window rows that the reference's mechanism counts for when the window's is estimated: a mechanism is the same until
rows say otherwise, and a window of few rows says little."""


@dataclass(frozen=True, slots=True)
class Part:
    """What the change of one mechanism adds, in the target's unit.

    Attributes:
        name: the column whose mechanism it is.
        mean, deviation: part of the change of the target's mean and standard deviation.
        mean_error, deviation_error: standard errors, from sampling orders and from graphs that differ.
    """

    name: str
    mean: float
    deviation: float
    mean_error: float
    deviation_error: float


@dataclass(frozen=True, slots=True)
class DistributionChange:
    """A change of the target's distribution, split among mechanisms.

    Attributes:
        parts: the largest part of the mean first.
        mean, deviation: change as seen, window less reference, in the target's unit.
        unexplained_mean, unexplained_deviation: what the mechanisms together do not reproduce.
        curved: columns whose mechanism is a curve.
    """

    parts: tuple[Part, ...]
    mean: float
    deviation: float
    unexplained_mean: float
    unexplained_deviation: float
    curved: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Switch:
    """One node in both worlds: mechanism, and its own noise as (mean, draws)."""

    causes: tuple[int, ...]
    mechanisms: tuple[Mechanism, Mechanism]
    noises: tuple[Array, Array]


def distribution_change(
    frame: Frame, dags: Dags, *, rng: np.random.Generator, smooth: bool = False
) -> DistributionChange:
    """Split the change of the target's mean and standard deviation.

    Args:
        frame: reference and window; for a matched reference see `matching.py`.
        dags: graphs over the frame's columns; parts are averaged over them.
        rng: the only source of chance.
        smooth: let mechanisms be curves where that predicts better.

    Raises:
        NotFoundError: a column of the frame is no node of the graphs.
    """
    frame = frame.reordered(frame.canonical_order())
    graphs = dags.over(frame.names)
    data = scaled(frame)
    target = frame.place(frame.target)
    seeds = rng.integers(2**63, size=len(graphs.edges))
    found = [_one(data.reference, data.window, edges, target, int(seed), smooth) for edges, seed in
             zip(graphs.edges, seeds, strict=True)]  # fmt: skip
    values = np.array([one for one, _, _ in found])
    errors = np.array([other for _, other, _ in found])
    between = values.std(axis=0, ddof=1) ** 2 / len(found) if len(found) > 1 else np.zeros(values.shape[1:])
    spread = data.spread[target]
    mean, error = spread * values.mean(axis=0), spread * np.sqrt((errors**2).mean(axis=0) / len(found) + between)
    before, after = (one[~np.isnan(one[:, target]), target] for one in (data.reference, data.window))
    seen = spread * (after.mean() - before.mean()), spread * (after.std() - before.std())
    parts = [
        Part(name, float(mean[place, 0]), float(mean[place, 1]), float(error[place, 0]), float(error[place, 1]))
        for place, name in enumerate(frame.names)
        if np.any(mean[place] != 0)
    ]
    curved = {frame.names[place] for _, _, bent in found for place in bent}
    return DistributionChange(
        tuple(sorted(parts, key=lambda one: -abs(one.mean))),
        float(seen[0]),
        float(seen[1]),
        float(seen[0] - mean[:, 0].sum()),
        float(seen[1] - mean[:, 1].sum()),
        tuple(sorted(curved)),
    )


def _one(
    reference: Array, window: Array, edges: npt.NDArray[np.bool_], target: int, seed: int, smooth: bool
) -> tuple[Array, Array, list[int]]:
    """Parts, their errors, and curved nodes, of one graph, in the target's spreads."""
    players = [node for node in topological(edges) if ancestors(edges, target)[node]]
    rng = np.random.default_rng(seed)
    switches = {node: _switch(reference, window, node, edges, smooth, rng) for node in players}
    bent = [node for node in players if switches[node].mechanisms[0].basis.knots is not None]
    shares = _shares(players, switches, target, bool(bent), rng)
    values, errors = np.zeros((len(edges), 2)), np.zeros((len(edges), 2))
    values[players], errors[players] = shares.values, shares.errors
    return values, errors, bent


def _shares(
    players: list[int], switches: dict[int, _Switch], target: int, bent: bool, rng: np.random.Generator
) -> Shares:
    value: Value = _simulated(players, switches, target) if bent else _closed(players, switches, target)
    return shapley(len(players), value, rng=rng)


def _switch(
    reference: Array, window: Array, node: int, edges: npt.NDArray[np.bool_], smooth: bool, rng: np.random.Generator
) -> _Switch:
    causes = tuple(np.flatnonzero(edges[:, node]).tolist())
    before = fit(reference, node, causes, smooth=smooth)
    after = _updated(before, window, node)
    pick = rng.random(DRAWS)
    noises = tuple(
        np.quantile(_rest(mechanism, rows, node), pick) for mechanism, rows in ((before, reference), (after, window))
    )
    return _Switch(causes, (before, after), (noises[0], noises[1]))


def _updated(before: Mechanism, window: Array, node: int) -> Mechanism:
    """The window's mechanism: the reference's, moved as far as the window's rows insist."""
    known = ~np.isnan(window[:, node])
    if not before.causes or not known.any():
        return before
    features = before.basis.features(filled(window[known][:, list(before.causes)]))
    away = features - features.mean(axis=0)
    rest = window[known, node] - features @ before.coefficients
    gram = away.T @ away + PRIOR_ROWS * np.eye(features.shape[1])
    moved = before.coefficients + np.linalg.solve(gram, away.T @ (rest - rest.mean()))
    return Mechanism(before.causes, before.basis, moved, before.root, before.noise)


def _rest(mechanism: Mechanism, rows: Array, node: int) -> Array:
    known = ~np.isnan(rows[:, node])
    if not known.any():
        return np.zeros(1)
    if not mechanism.causes:
        return np.asarray(rows[known, node], dtype=np.float64)
    features = mechanism.basis.features(filled(rows[known][:, list(mechanism.causes)]))
    return np.asarray(rows[known, node] - features @ mechanism.coefficients)


def _closed(players: list[int], switches: dict[int, _Switch], target: int) -> Value:
    """Mean and standard deviation of the target by carrying means and covariances through straight mechanisms."""

    def value(members: frozenset[int]) -> Array:
        count = len(players)
        where = {node: place for place, node in enumerate(players)}
        slopes, means, variances = np.zeros((count, count)), np.zeros(count), np.zeros(count)
        for place, node in enumerate(players):
            new = int(place in members)
            switch = switches[node]
            for cause, slope in zip(switch.causes, switch.mechanisms[new].coefficients, strict=True):
                slopes[where[cause], place] = slope
            means[place], variances[place] = switch.noises[new].mean(), switch.noises[new].var()
        goal = np.zeros(count)
        goal[where[target]] = 1.0
        effects = np.linalg.solve(np.eye(count) - slopes, goal)
        return np.array([effects @ means, np.sqrt(effects**2 @ variances)])

    return value


def _simulated(players: list[int], switches: dict[int, _Switch], target: int) -> Value:
    """The same by simulation; every set of players sees the same draws."""

    def value(members: frozenset[int]) -> Array:
        values = dict[int, Array]()
        for place, node in enumerate(players):
            new = int(place in members)
            switch = switches[node]
            mechanism = switch.mechanisms[new]
            values[node] = switch.noises[new]
            if switch.causes:
                causes = np.column_stack([values[cause] for cause in switch.causes])
                values[node] = mechanism.basis.features(causes) @ mechanism.coefficients + switch.noises[new]
        return np.array([values[target].mean(), values[target].std()])

    return value
