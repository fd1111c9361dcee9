"""The stretch of time that a score looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from scoring.facts import cut_off


@dataclass(frozen=True, slots=True)
class Window:
    """The months of a score.

    Attributes:
        as_of: the day of the score; everything that happened by its end is known.
        months: how many months count, the current one included.
    """

    as_of: date
    months: int

    @property
    def current(self) -> int:
        """The month of the score."""
        return self.as_of.year * 12 + self.as_of.month - 1

    @property
    def first(self) -> int:
        """The oldest month that counts."""
        return self.current - self.months + 1

    @property
    def end(self) -> datetime:
        """The first instant that is not known yet."""
        return cut_off(self.as_of)

    def counts(self, month: int, bad: int) -> bool:
        """Whether an observation can weigh: recent ones do, older ones as far as they went wrong."""
        return month <= self.current and (bad > 0 or month >= self.first)
