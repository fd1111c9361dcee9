"""What others do, on the same cases: simple rankings that any causal method has to beat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from rca.attribution.dags import ancestors
from rca.attribution.frame import Frame
from rca.attribution.mechanism import filled
from rca.attribution.scaling import scaled
from rca.evaluate.case import Case, Ranking

Array = npt.NDArray[np.float64]

ANOMALOUS: Final = 5.0
"""Spreads beyond which the filter of `correlation` takes a column for anomalous."""
JITTER: Final = 1e-3
"""Noise that `linear_shapley` puts on every column, as a share of its size, so that constant columns can be fitted."""


def z_score(case: Case) -> list[str]:
    """By root mean square departure from the reference, in standard deviations."""
    return _ranked(case.frame, _departure(case.frame))


def correlation(case: Case) -> list[str]:
    """By correlation with the target over the window, among columns that depart by more than ANOMALOUS at once."""
    data = scaled(case.frame)
    window = filled(data.window)
    target = window[:, case.frame.place(case.frame.target)]
    odd = np.abs(window).max(axis=0) > ANOMALOUS
    return _ranked(case.frame, np.where(odd, np.abs(_correlated(window, target)), -1.0))


def novelty(case: Case) -> list[str]:
    """By the share of window values outside of all that the reference has shown."""
    frame = case.frame
    low, high = _edges(frame.reference)
    new = (frame.window < low) | (frame.window > high)
    share = new.sum(axis=0) / np.maximum(np.count_nonzero(~np.isnan(frame.window), axis=0), 1)
    return _ranked(frame, share + 1e-6 * np.minimum(_departure(frame), 1e3))


def linear_shapley(case: Case) -> list[str]:
    """By the Shapley value of each node's noise in a linear model of the graph, fitted by least squares.

    The graph is the first one given; constant columns are jittered, as users of DoWhy do.
    """
    frame = case.frame.reordered(case.frame.canonical_order())
    edges = case.dags.over(frame.names).edges[0]
    rng = np.random.default_rng(0)
    centre = np.array([np.median(one[~np.isnan(one)]) if (~np.isnan(one)).any() else 0.0 for one in frame.reference.T])
    size = JITTER * np.maximum(np.abs(centre), 1e-9)
    before = np.where(np.isnan(frame.reference), centre, frame.reference) - centre
    after = np.where(np.isnan(frame.window), centre, frame.window) - centre
    before = before + rng.normal(size=before.shape) * size
    nodes = len(frame.names)
    slopes = np.zeros((nodes, nodes))
    for node in range(nodes):
        causes = np.flatnonzero(edges[:, node])
        if causes.size:
            slopes[causes, node] = np.linalg.lstsq(before[:, causes], before[:, node], rcond=None)[0]
    goal = frame.place(frame.target)
    effects = np.linalg.inv(np.eye(nodes) - slopes)[:, goal]
    own = after - after @ slopes
    reach = ancestors(edges, goal)
    return _ranked(frame, np.where(reach, np.abs(own.mean(axis=0) * effects), -1.0))


PEERS: Final[Mapping[str, Ranking]] = {
    "z-score": z_score,
    "correlation + anomaly filter": correlation,
    "novelty": novelty,
    "linear Shapley (least squares)": linear_shapley,
}


def _departure(frame: Frame) -> Array:
    return np.asarray(np.sqrt(np.mean(filled(scaled(frame).window) ** 2, axis=0)))


def _correlated(window: Array, target: Array) -> Array:
    """Pearson correlation of each column with the target over the rows; zero for a column that does not vary."""
    away, goal = window - window.mean(axis=0), target - target.mean()
    size = np.sqrt((away**2).sum(axis=0) * (goal**2).sum())
    return np.asarray(np.divide(away.T @ goal, size, out=np.zeros(window.shape[1]), where=size > 0))


def _edges(reference: Array) -> tuple[Array, Array]:
    """Lowest and highest known value of each column; without any, everything is inside."""
    low = np.where(np.isnan(reference), np.inf, reference).min(axis=0)
    high = np.where(np.isnan(reference), -np.inf, reference).max(axis=0)
    none = low > high
    return np.where(none, -np.inf, low), np.where(none, np.inf, high)


def _ranked(frame: Frame, scores: Array) -> list[str]:
    """Names by falling score, the target and silent columns left out; ties by the order of contents."""
    order = sorted(frame.canonical_order(), key=lambda place: -float(scores[place]))
    left_out = {frame.target, *frame.silent}
    return [frame.names[place] for place in order if frame.names[place] not in left_out]
