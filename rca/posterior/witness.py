"""Hidden common causes: which sampled edges an instrument bears witness to, and how far the others are trusted.

A graph without hidden nodes draws an edge wherever a hidden cause moves two columns. A cause Z of U that does not act
on V otherwise tells the two apart: if U truly acts on V, moving U through Z moves V. So each edge is confirmed by such
a witness, contradicted by it, or without one, and survives in the graphs that statements are read from with a
probability of its own. Those probabilities only sharpen the raw figure; what it means is settled by calibration.

Source:
    Angrist, Imbens, Rubin, "Identification of causal effects using instrumental variables", JASA 91 (1996);
    Mani, Spirtes, Cooper, "A theoretical study of Y structures for causal discovery", UAI 2006.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from rca.posterior.features import Moments
from rca.table import Array

_SURE: Final = 0.6
_HARDLY: Final = 0.3
_PARENT: Final = 0.5
_WORTH: Final = 0.02
_CLEAR: Final = 2.5
_APART: Final = 1.5


class Witness(IntEnum):
    """What instruments say of an edge."""

    NONE = 0
    CONFIRMED = 1
    CONTRADICTED = 2


# How often sampled edges were true on 24 lines of 98 nodes (seeds of their own, used for nothing else), by witness:
# direction settled by the route, and not.
_KEPT: Final = np.array([[0.90, 0.98, 0.75], [0.70, 0.90, 0.40]])


def survival(moments: Moments, frequency: Array, settled: npt.NDArray[np.bool_]) -> Array:
    """Probability that a sampled edge survives, [cause, effect].

    Args:
        frequency: of every edge among the sampled graphs, [cause, effect].
        settled: whether the route alone fixes its direction, [cause, effect].
    """
    seen = witnesses(moments, frequency)
    return np.asarray(_KEPT[np.where(settled, 0, 1), seen])


def witnesses(moments: Moments, frequency: Array) -> npt.NDArray[np.int64]:
    """The `Witness` of every edge, [cause, effect]."""
    size = len(moments.columns)
    first = [moments.block(place)[0] for place in range(size)]
    products = moments.products[np.ix_(first, first)]
    found = np.zeros((size, size), dtype=np.int64)
    for cause in range(size):
        behind = np.flatnonzero(frequency[:, cause] >= _SURE)
        for effect in np.flatnonzero(frequency[cause] >= _WORTH) if behind.size else ():
            instruments = behind[(behind != effect) & (frequency[behind, effect] < _HARDLY)]
            if instruments.size:
                others = np.flatnonzero(frequency[:, effect] >= _PARENT)
                others = others[(others != cause) & ~np.isin(others, instruments)]
                rows = float(moments.rows[cause, effect])
                found[cause, effect] = _heard(products, int(cause), int(effect), instruments, others, rows)
    return found


def two_stage(
    products: Array, cause: int, effect: int, instruments: npt.NDArray[np.int64], others: npt.NDArray[np.int64]
) -> tuple[float, float, float, float]:
    """Slope of `effect` on `cause` by instruments, by least squares, error variance times rows, strength.

    Everything is taken given `others`. Strength is the share of the cause that the instruments explain.
    """
    order = [cause, effect, *instruments.tolist()]
    left = products[np.ix_(order, order)]
    if others.size:
        cross = products[np.ix_(others, order)]
        left = left - cross.T @ np.linalg.solve(products[np.ix_(others, others)] + 1e-6 * np.eye(len(others)), cross)
    to_cause, to_effect = left[2:, 0], left[2:, 1]
    weights = np.linalg.solve(left[2:, 2:] + 1e-9 * np.eye(len(instruments)), to_cause)
    moved = max(float(to_cause @ weights), 1e-12)
    slope = float(to_effect @ weights) / moved
    plain = float(left[0, 1] / max(left[0, 0], 1e-12))
    rest = max(float(left[1, 1] - 2 * slope * left[0, 1] + slope**2 * left[0, 0]), 1e-12)
    return slope, plain, rest / moved, moved / max(float(left[0, 0]), 1e-12)


def _heard(
    products: Array,
    cause: int,
    effect: int,
    instruments: npt.NDArray[np.int64],
    others: npt.NDArray[np.int64],
    rows: float,
) -> Witness:
    slope, plain, variance, _ = two_stage(products, cause, effect, instruments, others)
    error = float(np.sqrt(variance / max(rows, 1.0)))
    if slope * np.sign(plain) > _CLEAR * error:
        return Witness.CONFIRMED
    if abs(plain) > _CLEAR * error and abs(plain - slope) > _APART * error:
        return Witness.CONTRADICTED
    return Witness.NONE
