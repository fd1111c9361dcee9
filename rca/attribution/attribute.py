"""From a frame and graphs to ranked causes: change, contribution and path, averaged over the graphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from rca.attribution.change import FREEDOM, Freedom, change_of
from rca.attribution.dags import Dags, ancestors
from rca.attribution.frame import Frame
from rca.attribution.mechanism import filled, fit
from rca.attribution.scaling import FLOOR, scaled
from rca.attribution.shapley import contributions

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Blend:
    """Weights of the logarithms that make the score of a cause; their sum does not matter.

    Attributes:
        change: of the strength of its own change given its causes.
        share: of its share of the target's departure.
        marginal: of its anomaly with the causes out of sight, which no wrong edge can spoil.
    """

    change: float = 1.0
    share: float = 1.0
    marginal: float = 0.0


BLEND: Final = Blend()


@dataclass(frozen=True, slots=True)
class Suspect:
    """One column as a cause of the alarm.

    Attributes:
        name: the column.
        score: what causes are ranked by; only its order means something.
        reach: share of graphs in which a directed path leads from it to the target, 0 to 1.
        strength: log likelihood ratio that its own mechanism changed, averaged over graphs.
        marginal: the same with its causes out of sight.
        shift: mean of its own noise in the window, in spreads of that noise, averaged over graphs.
        widened: variance of its own noise in the window against before, averaged over graphs.
        share: its part of the change of the target's mean square departure, as a share of all.
        mean_part: its part of the target's mean departure, in the target's unit.
    """

    name: str
    score: float
    reach: float
    strength: float
    marginal: float
    shift: float
    widened: float
    share: float
    mean_part: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """All causes of one alarm, the likeliest first.

    Attributes:
        target: the column that raised the alarm.
        departure: its mean in the window less its centre before, in its unit.
        suspects: every judged column, the target among them: its own part is what no cause explains.
        silent: columns with too few values to be judged.
        floored: columns whose spread had to be raised to the floor.
        graphs: how many graphs were averaged over.
        rows: of the window in which the target has a value.
    """

    target: str
    departure: float
    suspects: tuple[Suspect, ...]
    silent: tuple[str, ...]
    floored: tuple[str, ...]
    graphs: int
    rows: int

    def suspect(self, name: str) -> Suspect | None:
        """One suspect; None when the column is silent or unknown."""
        return next((one for one in self.suspects if one.name == name), None)

    @property
    def causes(self) -> tuple[Suspect, ...]:
        """Suspects other than the target itself."""
        return tuple(one for one in self.suspects if one.name != self.target)


def attribute(
    frame: Frame,
    dags: Dags,
    *,
    blend: Blend = BLEND,
    smooth: bool = False,
    floor: float = FLOOR,
    freedom: Freedom = FREEDOM,
) -> Attribution:
    """Rank the causes of an alarm.

    Args:
        frame: reference and window.
        dags: graphs over at least the frame's columns.
        blend: what the score weighs.
        smooth: let mechanisms be curves where that predicts better.
        floor: least spread of a column as a share of its size.
        freedom: of slopes where the reference has shown nothing.

    Raises:
        NotFoundError: a column of the frame is no node of the graphs.
    """
    frame = frame.reordered(frame.canonical_order())
    graphs = dags.over(frame.names)
    data = scaled(frame, floor=floor)
    target = frame.place(frame.target)
    rows = ~np.isnan(data.window[:, target])
    window, reference = data.window[rows], data.reference
    silent = np.array([name in frame.silent for name in frame.names])
    fitted = _Fits(reference, window, window[:, target], smooth, freedom)
    total = _Totals(len(frame.names))
    for edges in graphs.edges:
        total.add(fitted, edges & ~silent[:, None] & ~silent[None, :], target)
    means = total.means(len(graphs.edges))
    scores = _scores(means, blend)
    suspects = [
        Suspect(
            name,
            float(scores[place]),
            float(means["reach"][place]),
            float(means["strength"][place]),
            float(means["marginal"][place]),
            float(means["shift"][place]),
            float(means["widened"][place]),
            float(means["share"][place]),
            float(means["mean"][place] * data.spread[target]),
        )
        for place, name in enumerate(frame.names)
        if not silent[place]
    ]
    floored = [name for name, one, mute in zip(frame.names, data.floored, silent, strict=True) if one and not mute]
    return Attribution(
        frame.target,
        float(window[:, target].mean() * data.spread[target]),
        tuple(sorted(suspects, key=lambda one: -one.score)),
        tuple(sorted(frame.silent)),
        tuple(sorted(floored)),
        len(graphs.edges),
        len(window),
    )


class _Fits:
    """Mechanisms and changes by (node, causes): graphs of one posterior share most of them."""

    def __init__(self, reference: Array, window: Array, weights: Array, smooth: bool, freedom: Freedom) -> None:
        self.reference, self.window, self.weights = reference, window, weights
        self.smooth, self.freedom = smooth, freedom
        self.complete = filled(window)
        self._kept = dict[tuple[int, tuple[int, ...]], tuple[float, Array, Array]]()

    def __call__(self, node: int, causes: tuple[int, ...]) -> tuple[float, Array, Array]:
        """Noise before, slopes over the window, and what `_OWN` names."""
        key = (node, causes)
        if key not in self._kept:
            mechanism = fit(self.reference, node, causes, smooth=self.smooth)
            change = change_of(mechanism, node, self.window, self.weights, self.freedom)
            own = np.array([change.strength, change.marginal, change.shift, change.widened])
            self._kept[key] = (mechanism.noise, change.slopes, own)
        return self._kept[key]


_OWN: Final = ("strength", "marginal", "shift", "widened")


class _Totals:
    """Sums over graphs of everything that a suspect shows."""

    def __init__(self, nodes: int) -> None:
        self.own = np.zeros((nodes, len(_OWN)))
        self.share, self.mean, self.reach = np.zeros(nodes), np.zeros(nodes), np.zeros(nodes)

    def add(self, fitted: _Fits, edges: npt.NDArray[np.bool_], target: int) -> None:
        """One more graph."""
        nodes = edges.shape[0]
        slopes, noises = np.zeros((nodes, nodes)), np.zeros(nodes)
        for node in range(nodes):
            causes = np.flatnonzero(edges[:, node])
            noises[node], slopes[causes, node], own = fitted(node, tuple(causes.tolist()))
            self.own[node] += own
        split = contributions(slopes, noises, fitted.complete, target)
        changed = float(np.mean(fitted.complete[:, target] ** 2))
        self.share += split.square / max(changed, 1e-12)
        self.mean += split.mean
        self.reach += ancestors(edges, target)

    def means(self, graphs: int) -> dict[str, Array]:
        """Averages over graphs."""
        found = {name: self.own[:, place] / graphs for place, name in enumerate(_OWN)}
        return found | {"share": self.share / graphs, "mean": self.mean / graphs, "reach": self.reach / graphs}


_LEAST_STRENGTH: Final = 0.5
_LEAST_SHARE: Final = 1e-3


def _scores(means: dict[str, Array], blend: Blend) -> Array:
    """Weighted sum of logarithms; a column that reaches the target in no graph comes after all that do."""
    parts = (
        blend.change * np.log(means["strength"] + _LEAST_STRENGTH)
        + blend.share * np.log(np.maximum(means["share"], 0.0) + _LEAST_SHARE)
        + blend.marginal * np.log(means["marginal"] + _LEAST_STRENGTH)
    )
    return np.where(means["reach"] > 0, parts, parts - 1e6)
