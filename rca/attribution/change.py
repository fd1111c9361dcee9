"""Did a node stop following its causes as before? Mean and variance of its own noise, before against window.

Far outside of what was seen, nobody knows how a node follows its causes: a line fitted on quiet days says little of
the storm. So beyond a few spreads from the centre the slope may bend, with a wide prior, and only what no slope
explains counts as the node's own change. A node whose causes stay inside what was seen gets no such freedom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from rca.attribution.mechanism import Mechanism, filled

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Freedom:
    """How freely a slope may bend where nobody has seen it.

    Attributes:
        support: spreads from the centre up to which the reference shows how a node follows a cause.
        free: prior standard deviation of the bend beyond, when asking whether the node itself changed.
        mild: the same when asking how far an effect carries: there a wild slope would invent influence.
    """

    support: float = 3.0
    free: float = 5.0
    mild: float = 1.0


FREEDOM: Final = Freedom()
PRIOR_ROWS: Final = 1.0
"""Rows that say "variance unchanged" before the window is looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What became of one node in the window.

    Attributes:
        strength: log likelihood ratio of "own mean and variance changed" to "unchanged", 0 or more.
        shift: mean of its own noise in the window, in spreads of that noise.
        widened: variance of its own noise in the window against before.
        marginal: `strength` with the causes left out of sight.
        slopes: effect of each cause over the window, in scaled units, shape (n_causes,).
    """

    strength: float
    shift: float
    widened: float
    marginal: float
    slopes: Array


def change_of(mechanism: Mechanism, node: int, window: Array, weights: Array, freedom: Freedom = FREEDOM) -> Change:
    """Compare a node's window with its mechanism.

    Args:
        mechanism: fitted on the reference.
        node: place of the node.
        window: scaled, shape (rows, columns), NaN where missing.
        weights: how far the target lies from its centre in each row, shape (rows,): which rows need explaining.
        freedom: of slopes beyond support.
    """
    known = ~np.isnan(window[:, node])
    if not known.any():
        return Change(0.0, 0.0, 1.0, 0.0, np.zeros(len(mechanism.causes)))
    outcome = window[known, node]
    plain, _, _ = strength_of(outcome)
    if not mechanism.causes:
        strength, shift, widened = strength_of(outcome)
        return Change(strength, shift, widened, plain, np.zeros(0))
    causes = filled(window[known][:, list(mechanism.causes)])
    features = mechanism.basis.features(causes)
    beyond = np.sign(causes) * np.maximum(np.abs(causes) - freedom.support, 0.0)
    rest = outcome - features @ mechanism.coefficients
    free = np.hstack([features @ mechanism.root, freedom.free * beyond])
    own = rest - free @ _explained(free, rest, mechanism.noise)
    strength, shift, widened = strength_of(own / mechanism.noise)
    mild = freedom.mild * beyond
    bend = freedom.mild * _explained(mild, rest, mechanism.noise)
    slopes = _slopes(mechanism, causes, features, beyond, bend, weights[known])
    return Change(strength, shift, widened, plain, slopes)


def strength_of(own: Array) -> tuple[float, float, float]:
    """Log likelihood ratio of a changed normal distribution to the standard one, with its shift and variance ratio.

    Args:
        own: noise in units of its standard deviation before, shape (rows,).
    """
    rows = own.size
    shift = float(own.mean())
    widened = float((np.sum((own - shift) ** 2) + PRIOR_ROWS) / (rows + PRIOR_ROWS))
    strength = 0.5 * rows * (shift**2 + widened - 1.0 - np.log(widened))
    return max(float(strength), 0.0), shift, widened


def _explained(directions: Array, rest: Array, noise: float) -> Array:
    """Posterior mean of standard normal weights of `directions` that explain `rest`, shape (n_directions,)."""
    gram = directions.T @ directions + noise**2 * np.eye(directions.shape[1])
    return np.asarray(np.linalg.solve(gram, directions.T @ rest), dtype=np.float64)


def _slopes(mechanism: Mechanism, causes: Array, features: Array, beyond: Array, bend: Array, weights: Array) -> Array:
    """The straight slope that stands for each cause's curve and bend over the rows that need explaining."""
    count = len(mechanism.causes)
    plain = np.array(mechanism.coefficients[:count])
    share = np.abs(weights) @ np.abs(beyond)
    size = np.abs(weights) @ np.abs(causes)
    moved = size > 0
    plain[moved] += bend[moved] * share[moved] / size[moved]
    if mechanism.basis.knots is not None:
        for place in np.flatnonzero(moved):
            mine = slice(count + 2 * place, count + 2 * place + 2)
            curve = features[:, mine] @ mechanism.coefficients[mine]
            pull = np.abs(weights) * np.sign(causes[:, place])
            plain[place] += float(pull @ curve) / float(size[place])
    return plain
