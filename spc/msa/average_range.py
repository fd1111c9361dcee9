"""Crossed Gage R&R by averages and ranges: the form that can be filled in by hand.

It cannot tell the interaction from the operators, so prefer the analysis of variance. AIAG's K1, K2, K3 are reciprocals
of d2 and d2*, computed here.

Source:
    AIAG, "Measurement Systems Analysis", 4th edition (2010), chapter III, section B, and appendix C (Duncan's d2*).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from spc.constants import d2, d2_star
from spc.data import table3
from spc.msa.gage import Components, GageStudy

_NEGATIVE = "The operators differ less than repetition alone would make them; their variance counts as zero."


def average_range(data: ArrayLike, *, tolerance: float | None = None) -> GageStudy:
    """Analyse a crossed study by ranges.

    Args:
        data: shape (parts, operators, trials), each 2 or more, balanced.
        tolerance: upper minus lower limit.
    Raises:
        SchemaError: another shape, not finite, or no variation at all.
    """
    cube = table3(data, place="values", names=("parts", "operators", "trials"))
    parts, operators, trials = cube.shape
    repeatability = (float(np.ptp(cube, axis=2).mean()) / d2(trials)) ** 2
    between = (float(np.ptp(cube.mean(axis=(0, 2)))) / d2_star(operators, 1)) ** 2
    operator = between - repeatability / (parts * trials)
    part = (float(np.ptp(cube.mean(axis=(1, 2)))) / d2_star(parts, 1)) ** 2
    components = Components(repeatability, max(0.0, operator), 0.0, part)
    return GageStudy("average and range", components, tolerance, notes=(_NEGATIVE,) if operator < 0 else ())
