"""Linearity: does the bias of a gauge change over its range?

Source:
    AIAG, "Measurement Systems Analysis", 4th edition (2010), chapter III (regression of bias on reference).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from evidence.errors import SchemaError
from spc.data import Array, positive, share, values


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient of the line: estimate, standard error, Student's t and two-sided p (None on a perfect line)."""

    value: float
    error: float
    t: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class BiasAt:
    """Bias at one reference value, and the band of the line there."""

    reference: float
    readings: int
    bias: float
    line: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Linearity:
    """The line bias = intercept + slope * reference.

    Attributes:
        n: readings in all.
        slope, intercept: with their tests; a linear, unbiased gauge has zero for both.
        deviation: residual standard deviation, n - 2 degrees of freedom.
        r_squared: share of the variation of bias that the line explains.
        parts: bias and band at every reference, in rising order.
        holds_zero: whether the band holds zero at every reference, which is AIAG's test.
        percent: 100 times the size of the slope.
        linearity: size of the slope times the process variation, in the unit of the data; None without one.
    """

    n: int
    slope: Coefficient
    intercept: Coefficient
    deviation: float
    r_squared: float
    parts: tuple[BiasAt, ...]
    holds_zero: bool
    percent: float
    linearity: float | None


def linearity(
    references: ArrayLike,
    readings: Sequence[ArrayLike],
    *,
    process_variation: float | None = None,
    confidence: float = 0.95,
) -> Linearity:
    """Fit the bias of a gauge over its range.

    Args:
        references: true values of the parts, shape (parts,), not all equal.
        readings: for each part its readings, one or more.
        process_variation: what the parts vary over, six sigma commonly.
    Raises:
        SchemaError: fewer than 2 parts or 3 readings, references all equal, lengths that differ.
    """
    known = values(references, place="references")
    if len(readings) != len(known):
        raise SchemaError(f"{len(readings)} sets of readings for {len(known)} references", place="readings")
    alpha = 1 - share(confidence, place="confidence", low=0.5)
    sets = [values(one, place="readings", at_least=1) for one in readings]
    x = np.concatenate([np.full(len(one), reference) for one, reference in zip(sets, known, strict=True)])
    y = np.concatenate([one - reference for one, reference in zip(sets, known, strict=True)])
    n, centre = len(x), float(x.mean())
    squares = float(((x - centre) ** 2).sum())
    if n < 3 or squares == 0:
        raise SchemaError("at least 3 readings at 2 different references are needed", place="references")
    slope = float(((x - centre) * (y - y.mean())).sum()) / squares
    middle = float(y.mean())
    residual = y - middle - slope * (x - centre)
    freedom = n - 2
    deviation = math.sqrt(float((residual**2).sum()) / freedom)
    total = float(((y - middle) ** 2).sum())
    reach = -float(stdtrit(freedom, alpha / 2)) * deviation
    parts = _bands(known, sets, lambda at: middle + slope * (at - centre), reach, n, centre, squares)
    return Linearity(
        n=n,
        slope=_coefficient(slope, deviation / math.sqrt(squares), freedom),
        intercept=_coefficient(middle - slope * centre, deviation * math.sqrt(1 / n + centre**2 / squares), freedom),
        deviation=deviation,
        r_squared=0.0 if total == 0 else 1 - float((residual**2).sum()) / total,
        parts=parts,
        holds_zero=all(part.lower <= 0 <= part.upper for part in parts),
        percent=100 * abs(slope),
        linearity=None if process_variation is None else abs(slope) * positive(process_variation, place="variation"),
    )


def _coefficient(value: float, error: float, freedom: int) -> Coefficient:
    if error == 0:
        return Coefficient(value, error, None, None)
    t = value / error
    return Coefficient(value, error, t, 2 * float(stdtr(freedom, -abs(t))))


def _bands(
    known: Array,
    sets: Sequence[Array],
    line: Callable[[float], float],
    reach: float,
    n: int,
    centre: float,
    squares: float,
) -> tuple[BiasAt, ...]:
    found = []
    for at, readings in sorted(zip(known.tolist(), sets, strict=True), key=lambda pair: pair[0]):
        half = reach * math.sqrt(1 / n + (at - centre) ** 2 / squares)
        found.append(
            BiasAt(at, len(readings), float((readings - at).mean()), line(at), line(at) - half, line(at) + half)
        )
    return tuple(found)
