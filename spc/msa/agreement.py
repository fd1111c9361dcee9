"""Do appraisers who sort into classes agree, beyond what chance would give? Cohen's and Fleiss' kappa.

Kappa is 1 for perfect agreement and 0 for what chance gives. It falls when nearly all parts are of one class, however
well the appraisers see: choose the parts so that the classes are about as frequent.

Source:
    Cohen, Educational and Psychological Measurement 20 (1960); Fleiss, Cohen and Everitt, Psychological Bulletin 72
    (1969) (standard errors); Fleiss, Nee and Landis, Psychological Bulletin 86 (1979); AIAG MSA, 4th edition,
    chapter III.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from evidence.errors import LimitError, SchemaError
from spc.data import MAX_VALUES, Array, share
from spc.interval import Interval
from spc.proportions import proportion

MAX_CLASSES: Final = 50
"""Most classes of one study."""


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement beyond chance.

    Attributes:
        value: kappa.
        observed, expected: share of agreement seen, and given by chance.
        error: standard error under no agreement, for the test.
        z, p: test of no agreement beyond chance, one-sided; None where the error is zero.
        interval: bounds of kappa.
    """

    value: float
    observed: float
    expected: float
    error: float
    z: float | None
    p: float | None
    interval: Interval


@dataclass(frozen=True, slots=True)
class Fleiss:
    """Agreement of several appraisers, in all and for each class.

    Attributes:
        overall: over all classes.
        classes: kappa and standard error of each class, in the order of the classes' names.
    """

    overall: Kappa
    classes: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """How many parts were judged alike, with exact bounds of the percentage."""

    matched: int
    parts: int
    percent: float
    interval: Interval


def cohen(first: Sequence[Hashable], second: Sequence[Hashable], *, confidence: float = 0.95) -> Kappa:
    """Agreement of two appraisers, or of one with the standard.

    Args:
        first, second: the class that each gave to every part, of equal length.
    Raises:
        SchemaError: lengths that differ, fewer than 2 parts, or one class only, where kappa is undefined.
    """
    table = _cross(first, second)
    n = float(table.sum())
    shares = table / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float(np.trace(shares)), float(rows @ columns)
    value = _kappa(observed, expected)
    free = 1 - expected
    # Under no agreement (for the test), and about the value found (for the interval): Fleiss, Cohen and Everitt.
    null = expected + expected**2 - float((rows * columns * (rows + columns)).sum())
    diagonal = float((np.diag(shares) * (1 - (rows + columns) * (1 - value)) ** 2).sum())
    mixed = shares * (rows[None, :] + columns[:, None]) ** 2
    off = (1 - value) ** 2 * float(mixed.sum() - np.trace(mixed))
    about = diagonal + off - (value - expected * (1 - value)) ** 2
    error, wide = math.sqrt(max(0.0, null) / n) / free, math.sqrt(max(0.0, about) / n) / free
    return _result(value, observed, expected, error, wide, confidence)


def fleiss(ratings: Sequence[Sequence[Hashable]], *, confidence: float = 0.95) -> Fleiss:
    """Agreement of two or more appraisers who each judged every part once.

    Args:
        ratings: for each part the classes given to it, as many for every part.
    Raises:
        SchemaError: fewer than 2 parts or appraisers, rows of different length, or one class only.
    """
    table, names = _counts(ratings)
    parts, raters = table.shape[0], float(table[0].sum())
    shares = table.sum(axis=0) / (parts * raters)
    alike = float(((table**2).sum(axis=1) - raters).mean()) / (raters * (raters - 1))
    expected = float((shares**2).sum())
    value = _kappa(alike, expected)
    spread = shares * (1 - shares)
    total = float(spread.sum())
    scale = math.sqrt(2 / (parts * raters * (raters - 1)))
    inner = total**2 - float((spread * (1 - 2 * shares)).sum())
    error = scale * math.sqrt(max(0.0, inner)) / total
    by_class = 1 - (table * (raters - table)).sum(axis=0) / (parts * raters * (raters - 1) * spread)
    classes = tuple((name, float(one), scale) for name, one in zip(names, by_class, strict=True))
    return Fleiss(_result(value, alike, expected, error, error, confidence), classes)


def matched(pairs: Sequence[Sequence[Hashable]], *, confidence: float = 0.95) -> Matched:
    """Share of parts on which all judgements given are equal: of one appraiser's trials, of all appraisers, or with the
    standard, depending on what each row holds.

    Raises:
        SchemaError: no part, or rows with fewer than 2 judgements.
    """
    if not pairs or any(len(row) < 2 for row in pairs):
        raise SchemaError("at least 2 judgements of at least 1 part are needed", place="ratings")
    _bounded(len(pairs) * len(pairs[0]))
    alike = sum(len(set(row)) == 1 for row in pairs)
    found = proportion(alike, len(pairs), confidence=confidence).interval
    percent = Interval(found.lower / 1e4, found.upper / 1e4, confidence, found.method)
    return Matched(alike, len(pairs), 100 * alike / len(pairs), percent)


def _cross(first: Sequence[Hashable], second: Sequence[Hashable]) -> Array:
    if len(first) != len(second) or len(first) < 2:
        raise SchemaError(f"{len(first)} and {len(second)} judgements; 2 or more of each are needed", place="ratings")
    _bounded(len(first))
    index = {name: place for place, name in enumerate(_classes([*first, *second]))}
    table = np.zeros((len(index), len(index)))
    for one, other in zip(first, second, strict=True):
        table[index[str(one)], index[str(other)]] += 1
    return table


def _counts(ratings: Sequence[Sequence[Hashable]]) -> tuple[Array, list[str]]:
    if len(ratings) < 2 or len({len(row) for row in ratings}) != 1 or len(ratings[0]) < 2:
        raise SchemaError("at least 2 parts with equally many judgements, 2 or more, are needed", place="ratings")
    _bounded(len(ratings) * len(ratings[0]))
    names = _classes([one for row in ratings for one in row])
    index = {name: place for place, name in enumerate(names)}
    table = np.zeros((len(ratings), len(names)))
    for place, row in enumerate(ratings):
        for one in row:
            table[place, index[str(one)]] += 1
    return table, names


def _classes(given: Sequence[Hashable]) -> list[str]:
    names = sorted({str(one) for one in given})
    if len(names) < 2:
        raise SchemaError(
            "all judgements are of one class, where kappa is undefined",
            place="ratings",
            advice="Put both good and bad parts into the study.",
        )
    if len(names) > MAX_CLASSES:
        raise LimitError(f"{len(names)} classes; at most {MAX_CLASSES} are taken")
    return names


def _bounded(size: int) -> None:
    if size > MAX_VALUES:
        raise LimitError(f"{size} judgements; at most {MAX_VALUES} are taken")


def _kappa(observed: float, expected: float) -> float:
    return (observed - expected) / (1 - expected)


def _result(value: float, observed: float, expected: float, error: float, wide: float, confidence: float) -> Kappa:
    reach = float(ndtri((1 + share(confidence, place="confidence", low=0.5)) / 2)) * wide
    z = value / error if error > 0 else None
    interval = Interval(value - reach, min(1.0, value + reach), confidence, "normal")
    return Kappa(value, observed, expected, error, z, None if z is None else float(ndtr(-z)), interval)
