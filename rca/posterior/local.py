"""How well each set of candidate parents accounts for one column: a table of 2^K scores, by one recursion.

Log marginal likelihood by BIC, once with linear actions and once with curved ones, averaged. Labels are scored through
their indicators: the log determinant of their residual covariance, whose difference times n is the likelihood-ratio
statistic of independence to first order. The shape of residuals is not used: sensors bend it, and where it was used,
directions came out more certain and more often wrong (decision record "Graphs are sampled" in docs/adr).

Source:
    Schwarz, "Estimating the dimension of a model", Annals of Statistics 6 (1978).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.errors import SchemaError
from rca.posterior.features import Moments
from rca.table import Array

MAX_CANDIDATES: Final = 15
"""Most candidate parents of a column, so also most parents."""
MAX_EVIDENCE: Final = 20_000
"""Rows beyond which a likelihood grows no further: from there on the model's errors decide, not chance."""
_RIDGE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Scoring:
    """How sets of parents are scored.

    Attributes:
        candidates: most candidate parents of a column, at most MAX_CANDIDATES.
        temper: share of the log likelihood that counts, above 0 to 1: a model that is only nearly true deserves less
            than all of it.
        parents: parents that a column is expected to have, for the prior of an edge that nobody spoke about.
    """

    candidates: int = 12
    temper: float = 0.5
    parents: float = 1.5

    def __post_init__(self) -> None:
        if not 1 <= self.candidates <= MAX_CANDIDATES:
            raise SchemaError(f"{self.candidates} candidate parents; 1 to {MAX_CANDIDATES} are allowed")
        if not 0 < self.temper <= 1 or not 0 < self.parents <= MAX_CANDIDATES:
            raise SchemaError("temper lies above 0 and up to 1, expected parents above 0")


def score_sets(moments: Moments, target: int, candidates: Sequence[int], scoring: Scoring) -> Array:
    """Tempered log likelihoods of all subsets of `candidates` as parents, shape (2^K,); bit k is candidate k."""
    rows = _rows(moments, target, candidates)
    own = len(moments.block(target, linear=True))
    found = []
    for linear in (True, False):
        spread = _residual(moments, target, candidates, linear=linear)
        freedom = own * bit_sums([float(len(moments.block(one, linear=linear))) for one in candidates])
        found.append(-0.5 * rows * spread - 0.5 * np.log(rows) * freedom)
    return np.asarray(scoring.temper * np.logaddexp(*found))


def bit_sums(weights: Sequence[float]) -> Array:
    """Sum of the weights whose bits are set, for every subset, shape (2^K,)."""
    total = np.zeros(1)
    for weight in weights:
        total = np.concatenate([total, total + weight])
    return total


def subset_totals(scores: Array) -> Array:
    """Log of the summed scores of all subsets of each set, shape (2^K,) (zeta transform in logarithms)."""
    total = scores.copy()
    for bit in range(len(scores).bit_length() - 1):
        halves = total.reshape(-1, 2, 1 << bit)
        halves[:, 1] = np.logaddexp(halves[:, 0], halves[:, 1])
    return total


def pick_candidates(
    moments: Moments, target: int, allowed: Sequence[int], wanted: Sequence[int], most: int
) -> tuple[int, ...]:
    """Candidate parents: those `wanted` by engineers first, then by what each adds (forward selection).

    Args:
        allowed: columns that physics lets cause the target, canonical order.
        wanted: those of them that stand whatever the data say, strongest belief first.
        most: how many at most.
    """
    chosen = list(wanted[:most])
    features = [feature for one in allowed for feature in moments.block(one)]
    goals = list(moments.block(target, linear=True))
    order = features + goals
    left = moments.products[np.ix_(order, order)].copy()
    owner = np.repeat(np.arange(len(allowed)), [len(moments.block(one)) for one in allowed])
    goal: npt.NDArray[np.int64] = np.arange(len(features), len(order))
    open_ = np.array([one not in chosen for one in allowed])
    for one in chosen:
        _sweep(left, np.flatnonzero(owner == list(allowed).index(one)))
    while len(chosen) < most and open_.any():
        own = np.maximum(np.diag(left)[: len(features)], 1e-9)
        # Features already explained by the chosen ones have nothing left to add: their remains are rounding.
        gain = np.where(own > 1e-4, (left[: len(features), goal] ** 2).sum(axis=1) / own, 0.0)
        best = int(np.argmax(np.where(open_, np.bincount(owner, gain, len(allowed)), -1.0)))
        chosen.append(allowed[best])
        open_[best] = False
        _sweep(left, np.flatnonzero(owner == best))
    return tuple(chosen)


def _sweep(left: Array, block: npt.NDArray[np.int64]) -> None:
    cross = left[block]
    left -= cross.T @ np.linalg.solve(left[np.ix_(block, block)] + _RIDGE * np.eye(len(block)), cross)


def _residual(moments: Moments, target: int, candidates: Sequence[int], *, linear: bool) -> Array:
    """Log determinant of the target's residual covariance for every set, shape (2^K,)."""
    order = [feature for one in candidates for feature in moments.block(one, linear=linear)]
    order += list(moments.block(target, linear=True))
    state = moments.products[np.ix_(order, order)][None] + _RIDGE * np.eye(len(order))
    # One candidate after another is left out (first half) or projected out (second half): Schur complements.
    for one in candidates:
        width = len(moments.block(one, linear=linear))
        own, cross, rest = state[:, :width, :width], state[:, :width, width:], state[:, width:, width:]
        state = np.concatenate([rest, rest - cross.transpose(0, 2, 1) @ _solve(own, cross)])
    if state.shape[1] == 1:
        return np.asarray(np.log(np.maximum(state[:, 0, 0], 1e-9)))
    return np.asarray(np.linalg.slogdet(state)[1])


def _solve(own: Array, cross: Array) -> Array:
    """own^-1 cross for stacks of small matrices; the sizes that are common are written out, ten times faster."""
    if own.shape[1] == 1:
        return np.asarray(cross / own)
    if own.shape[1] == 2:
        a, b, d = own[:, 0, 0], own[:, 0, 1], own[:, 1, 1]
        determinant = (a * d - b * b)[:, None]
        upper = (d[:, None] * cross[:, 0] - b[:, None] * cross[:, 1]) / determinant
        lower = (a[:, None] * cross[:, 1] - b[:, None] * cross[:, 0]) / determinant
        return np.stack([upper, lower], axis=1)
    return np.asarray(np.linalg.solve(own, cross))


def _rows(moments: Moments, target: int, candidates: Sequence[int]) -> float:
    shared = moments.rows[target, list(candidates)] if candidates else moments.rows[target, [target]]
    return min(max(float(np.mean(shared)), 2.0), MAX_EVIDENCE)
