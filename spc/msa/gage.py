"""What a gauge study says: where the variation comes from, and whether the gauge can tell the parts apart.

Source:
    AIAG, "Measurement Systems Analysis", 4th edition (2010), chapter III; Burdick, Borror and Montgomery, "Design and
    Analysis of Gauge R&R Studies" (2005).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from evidence.errors import SchemaError
from spc.data import positive

STUDY_SPREAD: Final = 6.0
"""Standard deviations that a study variation spans (99.73 %)."""
_DISTINCT: Final = 1.41
"""AIAG prints 1.41 rather than the square root of 2; the categories are cut to whole numbers with it."""


@dataclass(frozen=True, slots=True)
class AnovaRow:
    """One line of an analysis of variance; F and p are None on the error line and where the error is zero."""

    source: str
    freedom: int
    sum_squares: float
    mean_square: float
    f: float | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Components:
    """Variances by source, each zero or more, in the squared unit of the data.

    Attributes:
        repeatability: the same operator, part and gauge again.
        operator: between operators.
        interaction: operators who differ on some parts more than on others; 0.0 where not separated.
        part: between parts.
    """

    repeatability: float
    operator: float
    interaction: float
    part: float

    def __post_init__(self) -> None:
        for name in ("repeatability", "operator", "interaction", "part"):
            value = getattr(self, name)
            if not 0 <= value < math.inf:
                raise SchemaError(f"a variance of {value}", place=name)

    @property
    def reproducibility(self) -> float:
        """Operators and their interaction with parts."""
        return self.operator + self.interaction

    @property
    def gauge(self) -> float:
        """Gage R&R: repeatability and reproducibility."""
        return self.repeatability + self.reproducibility

    @property
    def total(self) -> float:
        """Gauge and parts together."""
        return self.gauge + self.part


@dataclass(frozen=True, slots=True)
class Share:
    """One source of variation, told in the ways that reports want.

    Attributes:
        source: its name.
        variance: in the squared unit of the data.
        deviation: its root.
        contribution: percent of the total variance; these add up to 100.
        study: percent of the total standard deviation; these do not.
        tolerance: study variation in percent of the tolerance; None without one.
    """

    source: str
    variance: float
    deviation: float
    contribution: float
    study: float
    tolerance: float | None


@dataclass(frozen=True, slots=True)
class GageStudy:
    """Result of a Gage R&R study.

    Attributes:
        method: such as `ANOVA with interaction`.
        components: variances by source.
        tolerance: upper minus lower limit, or None.
        tables: analyses of variance, the decisive one last; empty for the average-range method.
        notes: what a reader has to know.
    """

    method: str
    components: Components
    tolerance: float | None
    tables: tuple[tuple[AnovaRow, ...], ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.tolerance is not None:
            positive(self.tolerance, place="tolerance")
        if not self.components.total > 0:
            raise SchemaError(
                "the values do not vary, so no source of variation can be told from another",
                place="values",
                advice="Look for a gauge that is too coarse for these parts.",
            )

    @property
    def shares(self) -> tuple[Share, ...]:
        """All sources in the order of a report."""
        parts = self.components
        named = [("Gage R&R", parts.gauge), ("repeatability", parts.repeatability)]
        named += [("reproducibility", parts.reproducibility), ("operator", parts.operator)]
        named += [("operator x part", parts.interaction), ("part", parts.part), ("total", parts.total)]
        return tuple(self._share(name, variance) for name, variance in named)

    def share(self, source: str) -> Share:
        """One source by its name.

        Raises:
            SchemaError: there is no such source.
        """
        for found in self.shares:
            if found.source == source:
                return found
        raise SchemaError(f"no source {source!r}", place="source")

    @property
    def distinct(self) -> int | None:
        """Number of distinct categories of parts that the gauge can tell apart; None when it repeats exactly."""
        if self.components.gauge == 0:
            return None
        return int(_DISTINCT * math.sqrt(self.components.part / self.components.gauge))

    @property
    def verdict(self) -> str:
        """AIAG's guide: under 10 % of study variation good, to 30 % depending on use, above that not acceptable."""
        percent = self.share("Gage R&R").study
        return "good" if percent < 10 else "conditional" if percent <= 30 else "not acceptable"

    def _share(self, source: str, variance: float) -> Share:
        total, deviation = self.components.total, math.sqrt(variance)
        tolerance = None if self.tolerance is None else 100 * STUDY_SPREAD * deviation / self.tolerance
        study = 100 * deviation / math.sqrt(total)
        return Share(source, variance, deviation, 100 * variance / total, study, tolerance)
