"""Stability: does a gauge read the same master alike over weeks? A control chart over repeated readings says so.

Source:
    AIAG, "Measurement Systems Analysis", 4th edition (2010), chapter III.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from evidence.errors import SchemaError
from spc.chart import Chart
from spc.charts import i_mr, xbar_r
from spc.rules import RuleSet, Signal, judge


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """Readings of one master over time.

    Attributes:
        chart: I-MR for single readings, X-bar/R for several a day.
        signals: run rules that fired on the location panel.
        spread_outside: numbers of the points beyond a limit on the dispersion panel.
        is_stable: whether nothing fired.
    """

    chart: Chart
    signals: tuple[Signal, ...]
    spread_outside: tuple[int, ...]

    @property
    def is_stable(self) -> bool:
        """Whether neither panel shows a special cause."""
        return not self.signals and not self.spread_outside


def stability(readings: ArrayLike, *, rules: RuleSet = RuleSet.WESTERN_ELECTRIC) -> Stability:
    """Judge repeated readings of one master.

    Args:
        readings: in order of time; shape (n,) for single readings, (days, readings a day) for several.
    Raises:
        SchemaError: another shape, too few readings, no variation, not finite.
    """
    dimensions = np.ndim(readings)
    if dimensions not in (1, 2):
        raise SchemaError(f"readings in {dimensions} dimensions; 1 or 2 are understood", place="readings")
    chart = i_mr(readings) if dimensions == 1 else xbar_r(readings)
    return Stability(chart, judge(chart.location, rules.rules), chart.panels[1].outside)
