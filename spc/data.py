"""What comes in: bounded, finite numbers in order of production, or a clear error.

Every other module takes its input through here, so that no NaN, no infinity and no endless array gets further.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evidence.errors import LimitError, SchemaError
from evidence.quantity import Quantity

Array = NDArray[np.float64]
"""One or more dimensions of 64-bit floats, all finite."""

MAX_VALUES: Final = 1_000_000
"""Most values in one call."""
MAX_MAGNITUDE: Final = 1e100
"""Largest value, sign aside: its square and the sum of a million squares still fit a float."""
MAX_COUNT: Final = 1e15
"""Largest count of parts or defects: floats hold every integer up to it, so a half is seen."""


def values(data: ArrayLike, *, place: str = "values", at_least: int = 2) -> Array:
    """A series in order of production, shape (n,).

    Raises:
        SchemaError: not one-dimensional numbers, fewer than `at_least`, not finite or beyond MAX_MAGNITUDE.
        LimitError: more than MAX_VALUES.
    """
    return _checked(data, dimensions=1, place=place, at_least=at_least)


def subgroups(data: ArrayLike, *, place: str = "subgroups") -> Array:
    """Rational subgroups in order of production, shape (subgroups, size), size 2 or more.

    Raises:
        SchemaError: not a table of numbers with equal rows, rows shorter than 2, not finite.
        LimitError: more than MAX_VALUES.
    """
    table = _checked(data, dimensions=2, place=place, at_least=1)
    if table.shape[1] < 2:
        raise SchemaError(
            "a subgroup needs at least 2 values", place=place, advice="For single values use the I-MR chart."
        )
    return table


def grouped(series: ArrayLike, size: int, *, place: str = "values") -> Array:
    """Cut a series into consecutive subgroups of `size`, shape (n / size, size).

    Raises:
        SchemaError: the series does not divide evenly; a remainder is never dropped unseen.
    """
    flat = values(series, place=place, at_least=1)
    if size < 2:
        raise SchemaError(f"a subgroup of {size}; at least 2 are needed", place="subgroup")
    if len(flat) % size:
        raise SchemaError(
            f"{len(flat)} values do not divide into subgroups of {size}; {len(flat) % size} would be left over",
            place="subgroup",
            advice="Remove the incomplete subgroup yourself, or give its true size.",
        )
    return subgroups(flat.reshape(-1, size), place=place)


def table3(data: ArrayLike, *, place: str, names: tuple[str, str, str]) -> Array:
    """A balanced study, shape as `names` says, each axis 2 or longer.

    Raises:
        SchemaError: another shape, an axis of fewer than 2, or not finite.
    """
    cube = _checked(data, dimensions=3, place=place, at_least=1)
    for name, length in zip(names, cube.shape, strict=True):
        if length < 2:
            raise SchemaError(f"{length} {name}; at least 2 are needed", place=place)
    return cube


def counts(data: ArrayLike, *, place: str, least: int = 0) -> Array:
    """Whole numbers not below `least`, shape (n,), as floats.

    Raises:
        SchemaError: a fraction, a number below `least` or above MAX_COUNT, or an empty series.
    """
    flat = _checked(data, dimensions=1, place=place, at_least=1)
    if np.any(flat != np.floor(flat)) or np.any(flat < least) or np.any(flat > MAX_COUNT):
        raise SchemaError(f"counts are whole numbers from {least} to {MAX_COUNT:.0e}", place=place)
    return flat


def number(value: float, *, place: str) -> float:
    """One finite number within MAX_MAGNITUDE.

    Raises:
        SchemaError: it is not.
    """
    if not abs(value) <= MAX_MAGNITUDE:  # written so that NaN fails as well
        raise SchemaError(f"{value} is not a finite number up to {MAX_MAGNITUDE:.0e}", place=place)
    return float(value)


def positive(value: float, *, place: str) -> float:
    """One finite number above zero.

    Raises:
        SchemaError: it is not.
    """
    if not number(value, place=place) > 0:
        raise SchemaError(f"{value} is not above zero", place=place)
    return float(value)


def share(value: float, *, place: str, low: float = 0.0, high: float = 1.0) -> float:
    """One number strictly between `low` and `high`: a confidence, a level of significance, a weight.

    Raises:
        SchemaError: it is not.
    """
    if not low < value < high:
        raise SchemaError(f"{value} is not between {low} and {high}", place=place)
    return float(value)


def in_unit(quantities: Sequence[Quantity], code: str) -> Array:
    """Quantities as numbers in one unit, shape (n,); converted exactly, rounded once.

    Raises:
        SchemaError: a unit that measures something else.
        LimitError: more than MAX_VALUES.
    """
    if len(quantities) > MAX_VALUES:
        raise LimitError(f"{len(quantities)} values; at most {MAX_VALUES} are taken")
    return values([float(quantity.in_unit(code)) for quantity in quantities], at_least=1)


def mean_and_deviation(series: Array) -> tuple[float, float]:
    """Mean and standard deviation (n - 1) of a series of 2 or more, safe for values with a large common part.

    The first value is taken off before anything is squared: differences of near floats are exact, squares are not.
    """
    shifted = series - series[0]
    return float(series[0] + shifted.mean()), float(shifted.std(ddof=1))


def spread_or_refuse(sigma: float, *, place: str = "values") -> float:
    """A standard deviation that can be divided by.

    Raises:
        SchemaError: it is zero: all values are equal, so every index would be infinite.
    """
    if not 0 < sigma < np.inf:
        raise SchemaError(
            "the values do not vary, so no spread can be estimated",
            place=place,
            advice="Look for a stuck gauge or rounding that is too coarse.",
        )
    return sigma


def _checked(data: ArrayLike, *, dimensions: int, place: str, at_least: int) -> Array:
    try:
        array = np.asarray(data)
    except (TypeError, ValueError) as error:
        raise SchemaError("not a table of numbers with rows of equal length", place=place) from error
    if array.size > MAX_VALUES:
        raise LimitError(f"{place}: {array.size} values; at most {MAX_VALUES} are taken")
    if array.ndim != dimensions or array.dtype.kind not in "iuf":
        raise SchemaError(f"expected numbers in {dimensions} dimension(s)", place=place)
    numbers = array.astype(np.float64)
    if numbers.size < at_least:
        raise SchemaError(f"{numbers.size} value(s); at least {at_least} are needed", place=place)
    within = np.abs(numbers) <= MAX_MAGNITUDE  # NaN is not
    if not within.all():
        first = np.argwhere(~within)[0] + 1
        where = ", ".join(str(index) for index in first)
        raise SchemaError(
            f"value {where} is {numbers[tuple(first - 1)]}; finite numbers up to {MAX_MAGNITUDE:.0e} are taken",
            place=place,
            advice="Remove missing values by hand, and say why; they are never dropped unseen.",
        )
    return numbers
