"""Does 0.92 mean 0.92? Stated probabilities held against the truth of lines that no curve was built on.

Source:
    Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015 (ECE).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from rca.calibration.curve import Curve
from rca.calibration.statements import BINS, Stratum, Tally


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a reliability curve: what was stated on average, and how much of it was true."""

    stated: float
    observed: float
    statements: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """How stated probabilities fared.

    Attributes:
        points: the curve, ascending, one a tenth of stated probability and one above the threshold.
        threshold: what counts as sure.
        sure: how many statements reached it.
        sure_true: how many of those were true.
        recall: share of all true statements that reached it.
        ece: mean distance between stated and observed, weighted by statements.
        silent: share of statements about which nothing could be said.
    """

    points: tuple[Point, ...]
    threshold: float
    sure: int
    sure_true: int
    recall: float
    ece: float
    silent: float

    @property
    def observed(self) -> float:
        """Rate of true ones among the sure; NaN when there is none."""
        return self.sure_true / self.sure if self.sure else float("nan")


def reliability(
    lines: Iterable[tuple[Mapping[Stratum, Curve], Mapping[Stratum, Tally]]],
    strata: Iterable[Stratum],
    *,
    threshold: float = 0.92,
) -> Reliability:
    """Hold each line's statements of these strata against its truth, stated by the curves that go with it."""
    chosen = tuple(strata)
    stated, count, true = list[np.ndarray](), list[np.ndarray](), list[np.ndarray]()
    for curves, tally in lines:
        for stratum in chosen:
            stated.append(curves[stratum].rates())
            count.append(tally[stratum].stated)
            true.append(tally[stratum].true)
    rates = np.concatenate(stated) if stated else np.full(BINS, np.nan)
    counts = np.concatenate(count) if count else np.zeros(BINS, dtype=np.int64)
    trues = np.concatenate(true) if true else np.zeros(BINS, dtype=np.int64)
    said = ~np.isnan(rates)
    # Bins of a tenth, the last one cut at the threshold.
    group = np.where(rates >= threshold, 10, np.minimum(np.nan_to_num(rates) * 10, 9).astype(np.int64))
    points, gap = list[Point](), 0.0
    spoken = int(counts[said].sum())
    for number in range(11):
        inside = said & (group == number) & (counts > 0)
        total = int(counts[inside].sum())
        if total:
            mean = float((rates[inside] * counts[inside]).sum() / total)
            seen = float(trues[inside].sum() / total)
            points.append(Point(mean, seen, total))
            gap += abs(mean - seen) * total / spoken
    sure = said & (rates >= threshold)
    everything = int(trues.sum())
    return Reliability(
        tuple(points),
        threshold,
        int(counts[sure].sum()),
        int(trues[sure].sum()),
        float(trues[sure].sum() / everything) if everything else 0.0,
        gap,
        1 - spoken / max(int(counts.sum()), 1),
    )
