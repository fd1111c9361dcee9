"""Charts with a memory: EWMA and tabular CUSUM, which see small lasting shifts that a Shewhart chart misses.

Target and sigma are given, or come from the points themselves by mean and mean moving range. Points of these charts
depend on each other: run rules do not apply, only the limits judge.

Source:
    ISO 7870-6:2016 (EWMA), ISO 7870-4:2021 (CUSUM); Roberts, Technometrics 1 (1959); Page, Biometrika 41 (1954);
    NIST/SEMATECH e-Handbook 6.3.2.3 and 6.3.2.4.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from evidence.errors import SchemaError
from spc.chart import Chart, ChartKind, panel
from spc.data import Array, number, positive, values
from spc.sigma import moving_range


def ewma(
    series: ArrayLike,
    *,
    target: float | None = None,
    sigma: float | None = None,
    weight: float = 0.2,
    width: float = 3.0,
    steady: bool = False,
) -> Chart:
    """Exponentially weighted moving average: z_i = weight * x_i + (1 - weight) * z_(i-1), z_0 = target.

    Args:
        series: values or subgroup means, shape (n,).
        target: where the average should lie; the mean of the series when None.
        sigma: standard deviation of one element of `series`; mean moving range / d2 when None.
        weight: of the newest value, above 0, at most 1; at 1 the chart is a Shewhart chart.
        width: of the limits, in standard errors.
        steady: whether all limits are those of an old chart (as NIST prints them); else each is exact for its point,
            which is narrower at the start.
    Raises:
        SchemaError: too few values, weight or width outside its range, no variation.
    """
    flat = values(series)
    centre, spread, basis = _centre_and_sigma(flat, target, sigma)
    if not 0 < weight <= 1:
        raise SchemaError(f"{weight} is not above 0 and at most 1", place="weight")
    positive(width, place="width")
    averages, latest = np.empty_like(flat), centre
    for index, value in enumerate(flat):
        latest = weight * float(value) + (1 - weight) * latest
        averages[index] = latest
    age = np.arange(1, len(flat) + 1)
    # expm1: at small weights 1 - (1 - weight)^(2 i) would cancel.
    settled = np.ones_like(flat) if steady or weight == 1 else -np.expm1(2 * age * math.log1p(-weight))
    error = spread * np.sqrt(weight / (2 - weight) * settled)
    curve = panel("EWMA", averages, centre, centre - width * error, centre + width * error, error, independent=False)
    return Chart(ChartKind.EWMA, (curve,), spread, basis)


def cusum(
    series: ArrayLike,
    *,
    target: float | None = None,
    sigma: float | None = None,
    slack: float = 0.5,
    decision: float = 5.0,
) -> Chart:
    """Tabular CUSUM: the sums above target + slack and below target - slack, never below zero.

    Args:
        series, target, sigma: as `ewma`.
        slack: k in sigma, half the shift that is to be found.
        decision: h in sigma, the limit of both sums; 5 with slack 0.5 gives a false alarm in about 465 points.
    Raises:
        SchemaError: too few values, slack or decision not above zero, no variation.
    Returns:
        Two panels: the upper sum, and the lower one drawn downwards (minus its value).
    """
    flat = values(series)
    centre, spread, basis = _centre_and_sigma(flat, target, sigma)
    allowance = positive(slack, place="slack") * spread
    limit = positive(decision, place="decision") * spread
    above, below = np.empty_like(flat), np.empty_like(flat)
    high = low = 0.0
    for index, value in enumerate(flat):
        high = max(0.0, high + float(value) - centre - allowance)
        low = max(0.0, low + centre - float(value) - allowance)
        above[index], below[index] = high, -low
    return Chart(
        ChartKind.CUSUM,
        (
            panel("CUSUM above", above, 0.0, 0.0, limit, spread, independent=False),
            panel("CUSUM below", below, 0.0, -limit, 0.0, spread, independent=False),
        ),
        spread,
        basis,
    )


def _centre_and_sigma(flat: Array, target: float | None, sigma: float | None) -> tuple[float, float, int | None]:
    estimated = target is None or sigma is None
    centre = float(flat[0] + (flat - flat[0]).mean()) if target is None else number(target, place="target")
    spread = moving_range(flat).value if sigma is None else positive(sigma, place="sigma")
    return centre, spread, len(flat) if estimated else None
