"""Decisions in sight of measurement uncertainty: when a reading proves conformity, and what the gauge adds to sigma.

Source:
    ISO 14253-1:2017 and JCGM 106:2012 (guard bands, probability of conformity); ISO 22514-7 for the gauge's share.
"""

from __future__ import annotations

import math
from enum import StrEnum

from scipy.special import ndtri

from evidence.errors import SchemaError
from spc.data import number, positive, share
from spc.specification import Specification


class Verdict(StrEnum):
    """What a reading proves."""

    CONFORMS = "conforms"
    FAILS = "fails"
    UNDECIDED = "undecided"
    """Within the guard band of a limit: whoever has to prove something has not proved it."""


def guard_band(u: float, probability: float = 0.95) -> float:
    """Distance from a limit at which a reading proves its case, for a standard uncertainty u; 1.64 u at 95 %."""
    return float(ndtri(share(probability, place="probability", low=0.5))) * positive(u, place="u")


def acceptance_zone(specification: Specification, u: float, probability: float = 0.95) -> Specification:
    """The limits drawn in by the guard band; a reading within proves conformity.

    Raises:
        SchemaError: the guard bands meet, so that no reading can prove conformity.
    """
    band = guard_band(u, probability)
    lower = None if specification.lower is None else specification.lower + band
    upper = None if specification.upper is None else specification.upper - band
    if lower is not None and upper is not None and not lower < upper:
        raise SchemaError(
            f"an uncertainty of {u} leaves nothing of the tolerance", place="u", advice="Use a better gauge."
        )
    return Specification(lower, upper)


def judge(value: float, specification: Specification, u: float, probability: float = 0.95) -> Verdict:
    """What one reading proves about one part."""
    read, band = number(value, place="value"), guard_band(u, probability)
    lower, upper = specification.lower, specification.upper
    if (lower is not None and read < lower - band) or (upper is not None and read > upper + band):
        return Verdict.FAILS
    inside = (lower is None or read >= lower + band) and (upper is None or read <= upper - band)
    return Verdict.CONFORMS if inside else Verdict.UNDECIDED


def process_sigma(observed: float, gauge: float) -> float:
    """Sigma of the process alone, once the gauge's own variance is taken out of what was observed.

    Raises:
        SchemaError: the gauge varies as much as everything together, so nothing can be said about the process.
    """
    positive(observed, place="observed")
    if number(gauge, place="gauge") < 0 or gauge >= observed:
        raise SchemaError(f"a gauge sigma of {gauge} against {observed} observed", place="gauge")
    return math.sqrt((observed - gauge) * (observed + gauge))
