"""Charts of measured values: X-bar and R, X-bar and S, individuals and moving range.

Limits lie three standard errors from the centre. With `phase1` they come from the first points only and judge all.

Source:
    ISO 7870-2:2013; ASTM E2587; Montgomery, "Introduction to Statistical Quality Control", chapter 6.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from spc.chart import Chart, ChartKind, basis_of, panel
from spc.constants import Constants, RangeConstants, deviation_constant, range_constants
from spc.data import subgroups, values
from spc.sigma import SigmaMethod, moving_range, within

_FEW = "Limits from fewer than 20 points are provisional: the true false-alarm rate may be several times the nominal."


def xbar_r(
    groups: ArrayLike, *, phase1: int | None = None, constants: Constants | RangeConstants = Constants.EXACT
) -> Chart:
    """Means and ranges of subgroups, sigma = mean range / d2.

    Args:
        groups: shape (subgroups, size), in order of production, size 2 to 100.
        phase1: subgroups from the first that set the limits; all when None.
        constants: which d2 and d3.
    Raises:
        SchemaError: fewer than 2 subgroups, no variation within them, not finite.
    """
    table = subgroups(groups)
    count, size = table.shape
    basis = basis_of(count, phase1, at_least=2)
    sigma = within(table[:basis], SigmaMethod.RANGE, constants=constants)
    known = range_constants(size, constants)
    centre, error = float(table[:basis].mean()), sigma.value / math.sqrt(size)
    spread = known.d3 * sigma.value
    mean_range = sigma.dispersion
    return Chart(
        ChartKind.XBAR_R,
        (
            panel("X-bar", table.mean(axis=1), centre, centre - 3 * error, centre + 3 * error, error, independent=True),
            panel(
                "R",
                np.ptp(table, axis=1),
                mean_range,
                max(0.0, mean_range - 3 * spread),
                mean_range + 3 * spread,
                spread,
                independent=False,
            ),
        ),
        sigma.value,
        basis,
        _notes(basis) + (("Above ten values a range wastes information: prefer X-bar/S.",) if size > 10 else ()),
    )


def xbar_s(
    groups: ArrayLike, *, phase1: int | None = None, constants: Constants | RangeConstants = Constants.EXACT
) -> Chart:
    """Means and standard deviations of subgroups, sigma = mean deviation / c4.

    Args, errors: as `xbar_r`; the size has no upper bound.
    """
    table = subgroups(groups)
    count, size = table.shape
    basis = basis_of(count, phase1, at_least=2)
    sigma = within(table[:basis], SigmaMethod.DEVIATION, constants=constants)
    c4 = deviation_constant(size, constants)
    centre, error = float(table[:basis].mean()), sigma.value / math.sqrt(size)
    spread = sigma.value * math.sqrt(1 - c4**2)
    mean = sigma.dispersion
    return Chart(
        ChartKind.XBAR_S,
        (
            panel("X-bar", table.mean(axis=1), centre, centre - 3 * error, centre + 3 * error, error, independent=True),
            panel(
                "S",
                (table - table[:, :1]).std(axis=1, ddof=1),
                mean,
                max(0.0, mean - 3 * spread),
                mean + 3 * spread,
                spread,
                independent=False,
            ),
        ),
        sigma.value,
        basis,
        _notes(basis),
    )


def i_mr(
    series: ArrayLike, *, phase1: int | None = None, constants: Constants | RangeConstants = Constants.EXACT
) -> Chart:
    """Single values and the ranges of neighbours, sigma = mean moving range / d2(2).

    Args:
        series: shape (n,), in order of production: shuffled values give limits that look right and mean nothing.
        phase1, constants: as `xbar_r`.
    Raises:
        SchemaError: fewer than 3 values in the basis, no variation, not finite.
    """
    flat = values(series, at_least=3)
    basis = basis_of(len(flat), phase1, at_least=3)
    sigma = moving_range(flat[:basis], constants=constants)
    known = range_constants(2, constants)
    centre, spread = float(flat[0] + (flat[:basis] - flat[0]).mean()), known.d3 * sigma.value
    mean = sigma.dispersion
    return Chart(
        ChartKind.I_MR,
        (
            panel("I", flat, centre, centre - 3 * sigma.value, centre + 3 * sigma.value, sigma.value, independent=True),
            panel(
                "MR",
                np.abs(np.diff(flat)),
                mean,
                max(0.0, mean - 3 * spread),
                mean + 3 * spread,
                spread,
                independent=False,
                first=2,
            ),
        ),
        sigma.value,
        basis,
        _notes(basis),
    )


def _notes(basis: int) -> tuple[str, ...]:
    return (_FEW,) if basis < 20 else ()
