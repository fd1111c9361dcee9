"""What the drawing asks for: a lower limit, an upper one, or both, and perhaps a target."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.errors import SchemaError
from spc.data import number


@dataclass(frozen=True, slots=True)
class Specification:
    """Limits of one characteristic, in the unit of its values; at least one limit.

    Attributes:
        lower, upper: None where there is none; a natural bound such as zero is not a limit.
        target: what the process aims at; never guessed, since for a lopsided tolerance the middle is wrong.
    Raises:
        SchemaError: no limit, limits reversed or equal, a target outside them, or a number that is not finite.
    """

    lower: float | None = None
    upper: float | None = None
    target: float | None = None

    def __post_init__(self) -> None:
        for place, given in (("lsl", self.lower), ("usl", self.upper), ("target", self.target)):
            if given is not None:
                number(given, place=place)
        if self.lower is None and self.upper is None:
            raise SchemaError("neither a lower nor an upper limit", place="limits", advice="Give --lsl, --usl or both.")
        if self.lower is not None and self.upper is not None and not self.lower < self.upper:
            raise SchemaError(
                f"the lower limit {self.lower} does not lie below the upper one {self.upper}", place="limits"
            )
        if self.target is not None and not self.contains(self.target):
            raise SchemaError(f"the target {self.target} lies outside the limits", place="target")

    @property
    def width(self) -> float | None:
        """Upper minus lower limit; None when one is missing."""
        if self.lower is None or self.upper is None:
            return None
        return self.upper - self.lower

    def contains(self, value: float) -> bool:
        """Whether a value conforms; on a limit it does."""
        above = self.lower is None or value >= self.lower
        return above and (self.upper is None or value <= self.upper)
