"""What is shared out: how far the target strays, or how often it leaves its limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evidence.errors import SchemaError

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Harm:
    """How bad a value of the target is.

    Attributes:
        lower, upper: specification limits in the target's unit; with at least one, harm is the share of parts outside.
            With none, harm is the mean of the target, in its unit.
    """

    lower: float | None = None
    upper: float | None = None

    def __post_init__(self) -> None:
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise SchemaError(f"limits {self.lower} and {self.upper} are reversed", place="limits")

    @property
    def text(self) -> str:
        """For people."""
        return "mean" if self.lower is None and self.upper is None else "share outside the limits"

    def of(self, values: Array) -> float:
        """Mean harm of these values, shape (n,), in the target's unit."""
        if self.lower is None and self.upper is None:
            return float(values.mean())
        outside = np.zeros(values.shape, dtype=np.bool_)
        if self.lower is not None:
            outside |= values < self.lower
        if self.upper is not None:
            outside |= values > self.upper
        return float(outside.mean())
