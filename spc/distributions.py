"""The few distributions that measured characteristics follow: quantiles, tails and distance from a sample.

Form and position deviations cannot be negative: ISO 22514-2 gives them the folded normal and the Rayleigh distribution.
All are anchored at zero except the normal one; a shifted Weibull or lognormal fits anything and proves nothing.

Source:
    ISO 22514-2:2017; Stephens, "EDF statistics for goodness of fit", JASA 69 (1974).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from scipy.special import ndtr

from evidence.errors import SchemaError
from spc.data import Array, number, positive, share


class Family(StrEnum):
    """The distributions by name, with the meaning of their parameters."""

    NORMAL = "normal"
    """mean, standard deviation"""
    LOGNORMAL = "lognormal"
    """mean and standard deviation of the logarithm"""
    WEIBULL = "weibull"
    """shape, scale"""
    GAMMA = "gamma"
    """shape, scale"""
    FOLDED_NORMAL = "folded-normal"
    """mean and standard deviation of the normal variable whose absolute value is seen"""
    RAYLEIGH = "rayleigh"
    """scale"""

    @property
    def is_positive(self) -> bool:
        """Whether its values are all above zero."""
        return self is not Family.NORMAL


PARAMETERS: Final = {family: 1 if family is Family.RAYLEIGH else 2 for family in Family}
"""How many parameters each family has."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution with its parameters.

    Attributes:
        family: which.
        parameters: as `Family` says.
    Raises:
        SchemaError: another number of parameters, or one outside its range.
    """

    family: Family
    parameters: tuple[float, ...]

    def __post_init__(self) -> None:
        wanted = PARAMETERS[self.family]
        if len(self.parameters) != wanted:
            raise SchemaError(f"{self.family.value} has {wanted} parameter(s)", place="parameters")
        place = f"{self.family.value} parameter"
        if self.family in (Family.NORMAL, Family.LOGNORMAL, Family.FOLDED_NORMAL):
            number(self.parameters[0], place=place)
        else:
            positive(self.parameters[0], place=place)
        positive(self.parameters[-1], place=place)

    def quantile(self, probability: float) -> float:
        """Where the distribution leaves `probability` below."""
        share(probability, place="probability")
        if self.family is Family.FOLDED_NORMAL:
            return _folded_quantile(self.parameters[0], self.parameters[1], probability)
        return float(self._scipy().ppf(probability))

    def below(self, limit: float) -> float:
        """Share of the parts below a limit."""
        return float(self._tails(np.array([limit]))[0][0])

    def above(self, limit: float) -> float:
        """Share of the parts above a limit."""
        return float(self._tails(np.array([limit]))[1][0])

    def density(self, at: Array) -> Array:
        """Density at some values, any shape."""
        return np.asarray(self._scipy().pdf(at), dtype=np.float64)

    def log_likelihood(self, series: Array) -> float:
        """Logarithm of the chance of a series."""
        return float(np.sum(self._scipy().logpdf(series)))

    def anderson_darling(self, series: Array) -> float:
        """A-squared: distance of a series from the distribution, weighted towards the tails."""
        ordered, n = np.sort(series), len(series)
        weight = 2 * np.arange(1, n + 1) - 1
        # A value out of all reach counts as very far, not as endlessly far.
        below, above = (np.log(np.maximum(tail, 1e-300)) for tail in self._tails(ordered))
        return float(-n - np.mean(weight * (below + above[::-1])))

    def _tails(self, at: Array) -> tuple[Array, Array]:
        """Shares below and above; each from its own tail, since 1 - share loses the parts per million."""
        if self.family is Family.FOLDED_NORMAL:
            mean, sigma = self.parameters
            reach = np.maximum(at, 0.0)
            above = ndtr((mean - reach) / sigma) + ndtr((-reach - mean) / sigma)
            below = ndtr((reach - mean) / sigma) - ndtr((-reach - mean) / sigma)
            return np.asarray(below), np.asarray(above)
        frozen = self._scipy()
        return np.asarray(frozen.cdf(at)), np.asarray(frozen.sf(at))

    def _scipy(self) -> stats.rv_continuous_frozen:
        first, last = self.parameters[0], self.parameters[-1]
        if self.family is Family.NORMAL:
            return stats.norm(first, last)
        if self.family is Family.LOGNORMAL:
            return stats.lognorm(last, scale=math.exp(first))
        if self.family is Family.WEIBULL:
            return stats.weibull_min(first, scale=last)
        if self.family is Family.GAMMA:
            return stats.gamma(first, scale=last)
        if self.family is Family.FOLDED_NORMAL:
            return stats.foldnorm(abs(first) / last, scale=last)
        return stats.rayleigh(scale=last)


def _folded_quantile(mean: float, sigma: float, probability: float) -> float:
    """scipy searches for this one without knowing its shape, a hundred times slower."""

    def excess(at: float) -> float:
        return float(ndtr((at - mean) / sigma) - ndtr((-at - mean) / sigma)) - probability

    return float(brentq(excess, 0.0, abs(mean) + 38 * sigma, rtol=1e-14))
