"""Capability of a measured, normally distributed characteristic: Cp, Cpk, Pp, Ppk, Cpm with named sigma and bounds.

Cp and Cpk use a sigma from within subgroups and say what the process could do; Pp and Ppk use the overall sigma and say
what the customer got. Programs differ in what they call which: here the name follows from the estimator.

Source:
    ISO 22514-2:2017; Chan, Cheng and Spiring, "A new measure of process capability: Cpm", J. Quality
    Technology 20 (1988).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from numpy.typing import ArrayLike
from scipy.special import ndtr

from evidence.errors import SchemaError
from spc import bounds
from spc.constants import Constants, RangeConstants
from spc.data import positive, share, values
from spc.interval import Interval, Side
from spc.sigma import Sigma, SigmaMethod, estimate
from spc.specification import Specification


class BoundMethod(StrEnum):
    """How confidence bounds of Cpk, Cpl and Cpu are made; Cp always by chi-square, Cpm by Boyles."""

    EXACT = "exact"
    """Noncentral t (Chou, Owen and Borrego)."""
    BISSELL = "bissell"
    """Normal approximation."""


class Freedom(StrEnum):
    """Which degrees of freedom the bounds use."""

    EFFECTIVE = "effective"
    """What the estimator of sigma is worth."""
    NOMINAL = "nominal"
    """n - 1 whatever the estimator: what many programs print, too narrow for ranges and for pooled sigma."""


@dataclass(frozen=True, slots=True)
class Index:
    """One capability index with its bounds.

    Attributes:
        name: `Cpk` with a within sigma, `Ppk` with the overall one, and so on.
        value: the point estimate.
        interval: its bounds.
    """

    name: str
    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Capability:
    """Capability of one characteristic.

    Attributes:
        n: number of values.
        mean: of all values.
        sigma: the estimate and its name.
        specification: limits and target.
        indices: those that exist: with one limit there is no Cp, without a target no Cpm.
        ppm_below, ppm_above: expected parts per million beyond each limit for a normal process; 0.0 without that limit.
        observed_outside: how many of the values lie beyond a limit.
    """

    n: int
    mean: float
    sigma: Sigma
    specification: Specification
    indices: tuple[Index, ...]
    ppm_below: float
    ppm_above: float
    observed_outside: int

    def index(self, name: str) -> Index:
        """One index by its name.

        Raises:
            SchemaError: there is no such index, because a limit or target is missing or sigma is of the other kind.
        """
        for found in self.indices:
            if found.name == name:
                return found
        raise SchemaError(f"no {name} here; there are {', '.join(found.name for found in self.indices)}", place="index")


@dataclass(frozen=True, slots=True)
class PlainIndices:
    """Indices of a normal process with known mean and sigma; None where a limit or the target is missing."""

    spread: float | None
    lower: float | None
    upper: float | None
    nearest: float
    about_target: float | None


def indices_of(mean: float, sigma: float, specification: Specification) -> PlainIndices:
    """Cp, Cpl, Cpu, Cpk and Cpm of a normal process whose mean and sigma are known."""
    positive(sigma, place="sigma")
    width, target = specification.width, specification.target
    lower = None if specification.lower is None else (mean - specification.lower) / (3 * sigma)
    upper = None if specification.upper is None else (specification.upper - mean) / (3 * sigma)
    about = None
    if width is not None and target is not None:
        about = width / (6 * math.hypot(sigma, mean - target))
    return PlainIndices(
        spread=None if width is None else width / (6 * sigma),
        lower=lower,
        upper=upper,
        nearest=min(one for one in (lower, upper) if one is not None),
        about_target=about,
    )


def capability(
    series: ArrayLike,
    specification: Specification,
    *,
    method: SigmaMethod,
    subgroup: int | None = None,
    confidence: float = 0.95,
    side: Side = Side.BOTH,
    bound: BoundMethod = BoundMethod.EXACT,
    freedom: Freedom = Freedom.EFFECTIVE,
    constants: Constants | RangeConstants = Constants.EXACT,
) -> Capability:
    """Capability of a series of a normally distributed characteristic, in order of production.

    Args:
        series: shape (n,).
        method: the estimator of sigma; it decides the names of the indices.
        subgroup: size of the subgroups, where the method needs them.
        confidence, side: of every interval.
    Raises:
        SchemaError: too few values, no variation, or a limit, level or subgroup that makes no sense.
    """
    flat = values(series)
    share(confidence, place="confidence", low=0.5)
    sigma = estimate(flat, method, subgroup=subgroup, constants=constants)
    mean = float(flat[0] + (flat - flat[0]).mean())
    plain = indices_of(mean, sigma.value, specification)
    n, worth = len(flat), sigma.freedom if freedom is Freedom.EFFECTIVE else float(len(flat) - 1)
    letter = "C" if method.is_within else "P"
    found: list[Index] = []
    if plain.spread is not None:
        found.append(Index(f"{letter}p", plain.spread, bounds.chi_square(plain.spread, worth, confidence, side)))
    one_sided = bounds.noncentral_t if bound is BoundMethod.EXACT else bounds.bissell
    for name, value in ((f"{letter}pl", plain.lower), (f"{letter}pu", plain.upper)):
        if value is not None:
            found.append(Index(name, value, one_sided(value, n, worth, confidence, side)))
    both = bounds.exact_cpk if bound is BoundMethod.EXACT and plain.spread is not None else one_sided
    found.append(Index(f"{letter}pk", plain.nearest, both(plain.nearest, n, worth, confidence, side)))
    if plain.about_target is not None and specification.target is not None:
        shift = (mean - specification.target) / sigma.value
        interval = bounds.boyles(plain.about_target, shift, n, confidence, side)
        found.append(Index(f"{letter}pm", plain.about_target, interval))
    return Capability(
        n=n,
        mean=mean,
        sigma=sigma,
        specification=specification,
        indices=tuple(found),
        ppm_below=0.0 if plain.lower is None else one_tail_ppm(plain.lower),
        ppm_above=0.0 if plain.upper is None else one_tail_ppm(plain.upper),
        observed_outside=sum(not specification.contains(float(value)) for value in flat),
    )


def one_tail_ppm(index: float) -> float:
    """Expected parts per million beyond one limit of a normal process with this Cpl or Cpu."""
    return 1e6 * float(ndtr(-3 * index))
