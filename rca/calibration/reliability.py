"""Does 0.92 mean 0.92? Stated probabilities held against the truth of lines that no curve was built on.

Source:
    Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015 (ECE).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rca.calibration.curve import Curve
from rca.calibration.statements import Stratum, Tally


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


Spoken = tuple[float | None, int, int]
"""A stated probability (None: cannot say), how many statements carried it, and how many of them are true."""


def spoken(curves: Mapping[Stratum, Curve], tallies: Mapping[Stratum, Tally], stratum: Stratum) -> list[Spoken]:
    """What these curves say of one line's statements in a stratum, against the line's truth."""
    tally = tallies[stratum]
    found = list[Spoken]()
    for one in curves[stratum].bins:
        cells = slice(one.first, one.last + 1)
        stated = int(tally.stated[cells].sum())
        if stated:
            found.append((one.said if one.speaks else None, stated, int(tally.true[cells].sum())))
    return found


def reliability(
    lines: Iterable[tuple[Mapping[Stratum, Curve], Mapping[Stratum, Tally]]],
    strata: Iterable[Stratum],
    *,
    threshold: float = 0.92,
) -> Reliability:
    """Hold each line's statements of these strata against its truth, stated by the curves that go with it."""
    chosen = tuple(strata)
    said = (one for curves, tally in lines for stratum in chosen for one in spoken(curves, tally, stratum))
    return fared(said, threshold=threshold)


def fared(said: Iterable[Spoken], *, threshold: float = 0.92) -> Reliability:
    """How stated probabilities fared, all together."""
    rows = list(said)
    heard = [(probability, count, true) for probability, count, true in rows if probability is not None]
    total = sum(count for _, count, _ in heard)
    groups = dict[int, list[tuple[float, int, int]]]()
    for probability, count, true in heard:
        # Groups of a tenth; what reaches the threshold is a group of its own.
        group = 10 if probability >= threshold else min(int(probability * 10), 9)
        groups.setdefault(group, []).append((probability, count, true))
    points, gap = list[Point](), 0.0
    for _, members in sorted(groups.items()):
        size = sum(count for _, count, _ in members)
        mean = sum(probability * count for probability, count, _ in members) / size
        seen = sum(true for _, _, true in members) / size
        points.append(Point(mean, seen, size))
        gap += abs(mean - seen) * size / total
    sure = [(count, true) for probability, count, true in heard if probability >= threshold]
    everything, all_true = sum(count for _, count, _ in rows), sum(true for _, _, true in rows)
    sure_true = sum(true for _, true in sure)
    return Reliability(
        tuple(points),
        threshold,
        sum(count for count, _ in sure),
        sure_true,
        sure_true / all_true if all_true else 0.0,
        gap,
        1 - total / everything if everything else 0.0,
    )
