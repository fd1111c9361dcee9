"""Charts of counts: nonconforming parts (p, np) and nonconformities (c, u), with limits for each lot size.

Source:
    ISO 7870-2:2013; Montgomery, "Introduction to Statistical Quality Control", chapter 7.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from evidence.errors import SchemaError
from spc.chart import Chart, ChartKind, basis_of, panel
from spc.data import Array, counts, values

_THIN: Final = (
    "The expected count per point is below 5: the limits follow from a normal curve that does not fit so few; "
    "judge single points by exact probabilities."
)
_NO_LOWER: Final = "The lower limit is zero, so this chart cannot signal an improvement by a single point."


def p(bad: ArrayLike, inspected: ArrayLike, *, phase1: int | None = None) -> Chart:
    """Proportion nonconforming per lot.

    Args:
        bad: nonconforming parts per lot, shape (k,).
        inspected: parts inspected per lot, shape (k,), or one number for all.
        phase1: lots from the first that set the limits; all when None.
    Raises:
        SchemaError: not whole numbers, more bad than inspected, or no lot that tells good from bad.
    """
    failed, sizes = _pair(bad, inspected)
    basis = basis_of(len(failed), phase1, at_least=2)
    mean = _proportion(failed[:basis], sizes[:basis])
    error = np.sqrt(mean * (1 - mean) / sizes)
    lower, upper = np.maximum(0.0, mean - 3 * error), np.minimum(1.0, mean + 3 * error)
    curve = panel("p", failed / sizes, mean, lower, upper, error, independent=True)
    return Chart(ChartKind.P, (curve,), None, basis, _notes(float((mean * sizes).min()), lower))


def np_(bad: ArrayLike, inspected: int, *, phase1: int | None = None) -> Chart:
    """Number nonconforming per lot, all lots of one size.

    Args, errors: as `p`.
    """
    failed, sizes = _pair(bad, inspected)
    basis = basis_of(len(failed), phase1, at_least=2)
    proportion = _proportion(failed[:basis], sizes[:basis])
    size = float(sizes[0])
    mean, error = size * proportion, np.sqrt(size * proportion * (1 - proportion))
    lower, upper = max(0.0, mean - 3 * error), min(size, mean + 3 * error)
    curve = panel("np", failed, mean, lower, upper, error, independent=True)
    return Chart(ChartKind.NP, (curve,), None, basis, _notes(mean, np.array([lower])))


def c(defects: ArrayLike, *, phase1: int | None = None) -> Chart:
    """Nonconformities per lot, all lots of one size.

    Args:
        defects: counts, shape (k,).
        phase1: as `p`.
    Raises:
        SchemaError: not whole numbers, or none in the basis.
    """
    found = counts(defects, place="defects")
    basis = basis_of(len(found), phase1, at_least=2)
    mean = float(found[:basis].mean())
    if mean == 0:
        raise _no_information("no nonconformity in the lots that set the limits")
    error = np.sqrt(mean)
    lower = max(0.0, mean - 3 * error)
    curve = panel("c", found, mean, lower, mean + 3 * error, error, independent=True)
    return Chart(ChartKind.C, (curve,), None, basis, _notes(mean, np.array([lower])))


def u(defects: ArrayLike, units: ArrayLike, *, phase1: int | None = None) -> Chart:
    """Nonconformities per unit inspected.

    Args:
        defects: counts per lot, shape (k,).
        units: units inspected per lot, above zero (need not be whole), shape (k,), or one number for all.
        phase1: as `p`.
    Raises:
        SchemaError: counts that are not whole, units not above zero, lengths that differ, or no nonconformity.
    """
    found = counts(defects, place="defects")
    repeated = np.full(len(found), units) if np.ndim(units) == 0 else units
    amount = values(repeated, place="units", at_least=1)
    if amount.shape != found.shape or not np.all(amount > 0):
        raise SchemaError("one number above zero is needed for every lot", place="units")
    basis = basis_of(len(found), phase1, at_least=2)
    mean = float(found[:basis].sum() / amount[:basis].sum())
    if mean == 0:
        raise _no_information("no nonconformity in the lots that set the limits")
    error = np.sqrt(mean / amount)
    lower = np.maximum(0.0, mean - 3 * error)
    curve = panel("u", found / amount, mean, lower, mean + 3 * error, error, independent=True)
    return Chart(ChartKind.U, (curve,), None, basis, _notes(float((mean * amount).min()), lower))


def _pair(bad: ArrayLike, inspected: ArrayLike) -> tuple[Array, Array]:
    failed = counts(bad, place="bad")
    repeated = np.full(len(failed), inspected) if np.ndim(inspected) == 0 else inspected
    sizes = counts(repeated, place="inspected", least=1)
    if sizes.shape != failed.shape:
        raise SchemaError(f"{len(sizes)} lot sizes for {len(failed)} lots", place="inspected")
    if np.any(failed > sizes):
        number = int(np.flatnonzero(failed > sizes)[0]) + 1
        raise SchemaError(f"lot {number} has more nonconforming parts than were inspected", place="bad")
    return failed, sizes


def _proportion(failed: Array, sizes: Array) -> float:
    mean = float(failed.sum() / sizes.sum())
    if not 0 < mean < 1:
        raise _no_information(f"all parts are {'good' if mean == 0 else 'bad'} in the lots that set the limits")
    return mean


def _no_information(what: str) -> SchemaError:
    return SchemaError(
        f"{what}, so no limit can be drawn", place="bad", advice="Take more or larger lots, or report a PPM interval."
    )


def _notes(expected: float, lower: Array) -> tuple[str, ...]:
    return ((_THIN,) if expected < 5 else ()) + ((_NO_LOWER,) if np.any(lower == 0) else ())
