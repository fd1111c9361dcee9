"""When did the fault begin? A change point with its uncertainty, because a minute off ruins what is built on it.

Before the change the characteristic is normal with the mean and spread of phase 1; from it on, normal with another
mean and spread, both unknown. Averaging these out leaves a probability for every row to be the first one of the fault,
and from it an interval. Neighbouring values that resemble each other say less than independent ones: the evidence is
tempered by their effective number.

Source:
    Barry, Hartigan, "A Bayesian analysis for change point problems", JASA 88 (1993), with one change; Bayes factors
    for the normal with normal-inverse-gamma prior as in Murphy, "Conjugate Bayesian analysis of the Gaussian
    distribution" (2007), eq. 95.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from evidence.errors import SchemaError
from rca.alarm.watch import Alarm
from rca.table import Table

Array = npt.NDArray[np.float64]

PRIOR_SHIFT: Final = 3.0
"""Prior standard deviation of the shift, in spreads of the noise after the change."""
_SHAPE: Final = 2.0
LEVEL: Final = 0.9
"""Probability of the interval, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Onset:
    """When the fault began.

    Attributes:
        row: the likeliest first row of the fault, from 0.
        low, high: rows of the interval, both included.
        level: probability that the first row of the fault lies in it.
        effective: share of an independent row's evidence that one row carries, 0 to 1.
    """

    row: int
    low: int
    high: int
    level: float
    effective: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.row <= self.high:
            raise SchemaError(f"an onset at {self.row} outside of {self.low} to {self.high}")


def onset(table: Table, alarm: Alarm, *, level: float = LEVEL) -> Onset:
    """Estimate the first row of the fault behind an alarm.

    Rows after the alarm, if there are any, are used up to the alarm's row only: what somebody did upon it is no
    longer the fault.

    Raises:
        SchemaError: a level outside of 0.5 to 0.999.
    """
    if not 0.5 <= level <= 0.999:
        raise SchemaError(f"a level of {level}; 0.5 to 0.999", place="level")
    values = table.column(alarm.column)[: alarm.row + 1]
    rows = np.flatnonzero(~np.isnan(values))
    basis = int(np.count_nonzero(rows < alarm.phase1))
    quiet = values[rows[:basis]]
    spread = max(float(quiet.std(ddof=1)), 1e-3 * abs(float(quiet.mean())), 1e-300)
    standing = (values[rows] - float(quiet.mean())) / spread
    effective = _effective(standing[:basis])
    logs = effective * log_evidence(standing[basis:])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    first, last = _narrowest(weights, level)
    best = int(np.argmax(weights))
    after = rows[basis:]
    # The fault may have begun at any missing row before the first one that shows it.
    before = int(after[first - 1]) + 1 if first else int(rows[basis - 1]) + 1
    return Onset(int(after[best]), min(before, int(after[best])), int(after[last]), level, effective)


def log_evidence(standing: Array) -> Array:
    """Log evidence for each row to be the first one of the fault, up to a constant, shape as `standing`.

    Args:
        standing: values after phase 1, in spreads from the mean of phase 1.
    """
    count = standing.size
    # Tail sums from each row to the end.
    rows = np.arange(count, 0, -1, dtype=np.float64)
    total = np.cumsum(standing[::-1])[::-1]
    square = np.cumsum((standing**2)[::-1])[::-1]
    precision = 1.0 / PRIOR_SHIFT**2
    posterior = precision + rows
    shape = _SHAPE + rows / 2.0
    scale = _SHAPE + 0.5 * (square - total**2 / posterior)
    changed = (
        gammaln(shape)
        - gammaln(_SHAPE)
        + _SHAPE * np.log(_SHAPE)
        - shape * np.log(scale)
        + 0.5 * np.log(precision / posterior)
        - 0.5 * rows * np.log(2.0 * np.pi)
    )
    before = -0.5 * (standing**2 + np.log(2.0 * np.pi))
    unchanged = np.concatenate([[0.0], np.cumsum(before)[:-1]])
    return np.asarray(changed + unchanged)


def _effective(quiet: Array) -> float:
    """Share of an independent row's evidence that one row carries, from the correlation of neighbours (AR(1))."""
    centred = quiet - quiet.mean()
    bottom = float(centred @ centred)
    related = float(centred[1:] @ centred[:-1]) / bottom if bottom > 0 else 0.0
    noise = 2.0 / np.sqrt(quiet.size)
    related = min(related, 0.98) if related > noise else 0.0
    return (1.0 - related) / (1.0 + related)


def _narrowest(weights: Array, level: float) -> tuple[int, int]:
    """First and last place of the shortest run of places that holds `level`, and the likeliest one."""
    total = np.concatenate([[0.0], np.cumsum(weights)])
    best = int(np.argmax(weights))
    found = (0, weights.size - 1)
    for first in range(best + 1):
        last = max(int(np.searchsorted(total, total[first] + level - 1e-12)) - 1, best)
        if last < weights.size and last - first < found[1] - found[0]:
            found = (first, last)
    return found
