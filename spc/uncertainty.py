"""Measurement uncertainty: a budget line by line, its combination, and the interval that is stated.

Source:
    JCGM 100:2008 (GUM), clauses 4, 5, 6 and annex G (Welch-Satterthwaite); annex H for the worked examples.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal, localcontext
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from evidence.errors import LimitError, SchemaError
from evidence.quantity import Quantity, decimal_text
from evidence.ucum import unit as known_unit
from spc.data import Array, number, positive, share

MAX_INPUTS: Final = 200
"""Most lines of one budget."""


@dataclass(frozen=True, slots=True)
class Input:
    """One line of a budget.

    Attributes:
        name: what it is, for people.
        u: standard uncertainty, zero or more, in the unit of the input.
        sensitivity: change of the result for a change of one in the input.
        freedom: degrees of freedom of `u`; infinite where it is known exactly.
    """

    name: str
    u: float
    sensitivity: float = 1.0
    freedom: float = math.inf

    def __post_init__(self) -> None:
        if number(self.u, place=self.name) < 0:
            raise SchemaError(f"an uncertainty of {self.u}", place=self.name)
        number(self.sensitivity, place=self.name)
        if not self.freedom > 0:
            raise SchemaError(f"{self.freedom} degrees of freedom", place=self.name)

    @property
    def contribution(self) -> float:
        """Standard uncertainty that it brings into the result, in the result's unit."""
        return abs(self.sensitivity) * self.u


@dataclass(frozen=True, slots=True)
class Budget:
    """A combined uncertainty.

    Attributes:
        inputs: the lines.
        unit: UCUM code of the result.
        combined: standard uncertainty of the result.
        freedom: effective degrees of freedom, before rounding down.
        coverage: factor k for `confidence`, from Student's t at the freedom rounded down.
        expanded: k times combined.
        confidence: level of the expanded uncertainty.
    """

    inputs: tuple[Input, ...]
    unit: str
    combined: float
    freedom: float
    coverage: float
    expanded: float
    confidence: float

    @property
    def freedom_used(self) -> float:
        """The whole degrees of freedom that the factor was read at."""
        return math.floor(self.freedom) if self.freedom < math.inf else math.inf

    @property
    def freedom_printed(self) -> float:
        """The effective degrees of freedom to one decimal, rounded down, as GUM prints them (G.4.1, H.1.6)."""
        return math.floor(10 * self.freedom) / 10 if self.freedom < math.inf else math.inf

    def shares(self) -> tuple[tuple[str, float], ...]:
        """Each line's share of the combined variance in percent, largest first; only without correlation 100 in all."""
        total = self.combined**2
        found = [(line.name, 100 * line.contribution**2 / total if total else 0.0) for line in self.inputs]
        return tuple(sorted(found, key=lambda pair: -pair[1]))


def budget(
    inputs: Sequence[Input], *, unit: str = "1", correlation: ArrayLike | None = None, confidence: float = 0.95
) -> Budget:
    """Combine the lines of a budget.

    Args:
        inputs: 1 to 200 lines.
        unit: UCUM code of the result.
        correlation: of the inputs, shape (inputs, inputs); none when None. Welch-Satterthwaite does not hold with
            correlated lines, so their freedom must then be infinite.
        confidence: of the expanded uncertainty.
    Raises:
        SchemaError: no line, a matrix that is no correlation, an effective freedom below 1, an unknown unit.
        LimitError: more than 200 lines.
    """
    lines = tuple(inputs)
    if len(lines) > MAX_INPUTS:
        raise LimitError(f"{len(lines)} lines; at most {MAX_INPUTS} are taken")
    if not lines:
        raise SchemaError("a budget without a line", place="inputs")
    known_unit(unit)
    share(confidence, place="confidence")
    signed = np.array([line.sensitivity * line.u for line in lines])
    if correlation is None:
        combined = math.sqrt(math.fsum(signed**2))
        freedom = _welch_satterthwaite(lines, combined)
    else:
        matrix = _correlation(correlation, len(lines))
        if any(line.freedom < math.inf for line in lines):
            raise SchemaError(
                "effective degrees of freedom are not defined for correlated lines",
                place="correlation",
                advice="Combine the correlated lines first, by `propagate`, and enter the result as one line.",
            )
        combined, freedom = math.sqrt(max(0.0, float(signed @ matrix @ signed))), math.inf
    if freedom < 1:
        raise SchemaError(f"{freedom:.2f} effective degrees of freedom; at least 1 is needed", place="freedom")
    used = math.floor(freedom) if freedom < math.inf else 1e15
    coverage = float(stdtrit(used, (1 + confidence) / 2))
    return Budget(lines, unit, combined, freedom, coverage, coverage * combined, confidence)


def stated(value: float, found: Budget) -> tuple[Quantity, Quantity]:
    """The result as a certificate prints it: expanded uncertainty to two digits, rounded up; value to the same place.

    Source:
        GUM 7.2.6.
    """
    positive(found.expanded, place="expanded")
    with localcontext() as context:
        context.prec = 60
        spread = Decimal(repr(found.expanded))
        step = Decimal(1).scaleb(spread.adjusted() - 1)
        widened = (spread / step).to_integral_value(ROUND_CEILING) * step
        step = Decimal(1).scaleb(widened.adjusted() - 1)  # 0.0996 has become 0.100, of which two digits are 0.10
        widened = (widened / step).to_integral_value() * step
        rounded = (Decimal(repr(number(value, place="value"))) / step).to_integral_value(ROUND_HALF_EVEN) * step
        # Adding nought takes the sign off a zero.
        return _quantity(rounded + 0, found.unit), _quantity(widened, found.unit)


def rectangular(half_width: float) -> float:
    """Standard uncertainty of a value that lies anywhere within +- half_width with equal chance (GUM 4.3.7)."""
    return positive(half_width, place="half_width") / math.sqrt(3)


def triangular(half_width: float) -> float:
    """Standard uncertainty of a value within +- half_width, most likely in the middle (GUM 4.3.9)."""
    return positive(half_width, place="half_width") / math.sqrt(6)


def arcsine(half_width: float) -> float:
    """Standard uncertainty of a value that swings as a sine within +- half_width, such as room temperature."""
    return positive(half_width, place="half_width") / math.sqrt(2)


def resolution(step: float) -> float:
    """Standard uncertainty from a display with this step (GUM F.2.2.1)."""
    return positive(step, place="step") / math.sqrt(12)


def from_expanded(expanded: float, coverage: float) -> float:
    """Standard uncertainty from a certificate's U and k (GUM 4.3.3)."""
    return positive(expanded, place="expanded") / positive(coverage, place="coverage")


def _welch_satterthwaite(lines: Sequence[Input], combined: float) -> float:
    if combined == 0:
        return math.inf
    # Shares of one first: fourth powers of nanometres would vanish.
    terms = math.fsum((line.contribution / combined) ** 4 / line.freedom for line in lines)
    return 1 / terms if terms > 0 else math.inf


def _correlation(given: ArrayLike, size: int) -> Array:
    matrix = np.asarray(given, dtype=np.float64)
    proper = matrix.shape == (size, size) and bool(np.isfinite(matrix).all())
    proper = proper and np.allclose(matrix, matrix.T, atol=1e-12) and np.allclose(np.diag(matrix), 1.0, atol=1e-12)
    if not proper or np.linalg.eigvalsh(matrix).min() < -1e-9:
        raise SchemaError(f"not a correlation matrix of {size} inputs", place="correlation")
    return matrix


def _quantity(value: Decimal, unit: str) -> Quantity:
    return Quantity(decimal_text(format(value, "f")), unit)
