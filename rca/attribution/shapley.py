"""Shapley values in closed form: what each node's own change adds to the target's departure.

In a linear system the target is a sum over nodes of (total effect of the node) times (its own noise), so the game
"switch node j from before to now" is additive and its Shapley values are the summands: no sampling, no error.
Source: Budhathoki et al., "Causal structure-based root cause analysis of outliers", ICML 2022 (PMLR 162), with the
noise of each node as player; Shapley, "A value for n-person games", 1953, for additive games.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """The target's departure from its centre, split among nodes.

    Attributes:
        effects: total effect of one spread of each node on the target, in the target's spreads, shape (nodes,).
        mean: parts of the target's mean departure, in its spreads, shape (nodes,); they add up to it.
        square: parts of the change of its mean square departure, shape (nodes,); they add up to the mean square in
            the window less what the model expects when nothing has changed.
    """

    effects: Array
    mean: Array
    square: Array


def contributions(slopes: Array, noises: Array, window: Array, target: int) -> Contributions:
    """Split the target's departure.

    Args:
        slopes: `slopes[i, j]` is the direct effect of node i on node j, scaled; acyclic, shape (nodes, nodes).
        noises: standard deviation of each node's own noise before, in its spread, shape (nodes,).
        window: scaled rows without gaps, shape (rows, nodes).
        target: place of the target.
    """
    own = window - window @ slopes
    goal = np.zeros(slopes.shape[0])
    goal[target] = 1.0
    effects = np.asarray(np.linalg.solve(np.eye(slopes.shape[0]) - slopes, goal), dtype=np.float64)
    parts = own * effects
    departure = window[:, target]
    usual = (effects * noises) ** 2
    return Contributions(effects, parts.mean(axis=0), departure @ parts / departure.size - usual)
