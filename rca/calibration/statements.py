"""Statements about causes, sorted into strata, and counted by raw frequency on lines whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from rca.posterior.posterior import Flags, Posterior, possible, settled
from rca.table import Array

BINS: Final = 400
"""Cells of equal width into which raw frequencies from 0 to 1 are counted; the last one holds 1 too."""
Counts = npt.NDArray[np.int64]


class Claim(StrEnum):
    """What is stated."""

    EDGE = "edge"
    REACH = "reach"
    PATH = "path"


class Where(StrEnum):
    """Whether the route's tiers settle the direction of every step, or the data alone had to."""

    BETWEEN = "between tiers"
    WITHIN = "within a tier"


Stratum = tuple[Claim, Where]
STRATA: Final[tuple[Stratum, ...]] = tuple((claim, where) for claim in Claim for where in Where)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Statements of one line: how many by raw frequency, and how many of them are true; shape (BINS,) each."""

    stated: Counts
    true: Counts


def cells(raw: Array) -> npt.NDArray[np.int64]:
    """The cell of each raw frequency, shape as `raw`."""
    return np.minimum((raw * BINS + 1e-9).astype(np.int64), BINS - 1)


def tallies(posterior: Posterior, edges: Flags, reaches: Flags) -> dict[Stratum, Tally]:
    """Count all statements that could be made of a line with these true edges and reaches (order as the posterior)."""
    fixed, may = settled(posterior.columns), possible(posterior.columns)
    found = dict[Stratum, Tally]()
    for claim, raw, truth in (
        (Claim.EDGE, posterior.edges(), edges),
        (Claim.REACH, posterior.reaches(), reaches),
    ):
        found[claim, Where.BETWEEN] = _count(raw[fixed], truth[fixed])
        found[claim, Where.WITHIN] = _count(raw[may & ~fixed], truth[may & ~fixed])
    raw, truth, between = _paths(posterior, edges, fixed)
    found[Claim.PATH, Where.BETWEEN] = _count(raw[between], truth[between])
    found[Claim.PATH, Where.WITHIN] = _count(raw[~between], truth[~between])
    return found


def _paths(posterior: Posterior, edges: Flags, fixed: Flags) -> tuple[Array, Flags, Flags]:
    """All paths A -> B -> C, true or sampled: raw joint frequency, truth, whether the route settles them."""
    size = len(posterior.columns)
    graphs = posterior.held
    worth = graphs.mean(axis=0) >= 1 / BINS
    raws, truths, betweens = list[Array](), list[Flags](), list[Flags]()
    for middle in range(size):
        into = np.flatnonzero(worth[:, middle] | edges[:, middle])
        out = np.flatnonzero(worth[middle] | edges[middle])
        if not into.size or not out.size:
            continue
        first = graphs[:, into, middle].astype(np.float32)
        second = graphs[:, middle, out].astype(np.float32)
        raw = (first.T @ second / len(graphs)).astype(np.float64)
        distinct = into[:, None] != out
        raws.append(raw[distinct])
        truths.append((edges[into, middle][:, None] & edges[middle, out])[distinct])
        betweens.append((fixed[into, middle][:, None] & fixed[middle, out])[distinct])
    if not raws:
        return np.empty(0), np.empty(0, dtype=np.bool_), np.empty(0, dtype=np.bool_)
    return np.concatenate(raws), np.concatenate(truths), np.concatenate(betweens)


def _count(raw: Array, truth: Flags) -> Tally:
    where = cells(raw)
    return Tally(
        np.bincount(where, minlength=BINS).astype(np.int64),
        np.bincount(where[truth], minlength=BINS).astype(np.int64),
    )
