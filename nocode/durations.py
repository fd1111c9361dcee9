"""Lengths of calendar time, as deadlines and rate limits state them.

Calendar time, without business days: a clock that stops at weekends has to know everybody's holidays, and two nodes
that disagree about them would disagree about the case.

Source:
    ISO 8601-1:2019 section 5.5.2 (durations with designators; weeks alone), without fractions.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from evidence.errors import LimitError, MalformedError

_FORM: Final = re.compile(
    r"P(?:(?P<weeks>[0-9]{1,4})W|(?:(?P<years>[0-9]{1,2})Y)?(?:(?P<months>[0-9]{1,3})M)?(?:(?P<days>[0-9]{1,5})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,5})H)?(?:(?P<minutes>[0-9]{1,6})M)?(?:(?P<seconds>[0-9]{1,7})S)?)?)",
    re.ASCII,
)
_SECONDS: Final = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of calendar time, longer than nothing: months are counted first, then seconds.

    Attributes:
        text: as written.
        months: years and months together.
        seconds: all else.
    """

    text: str
    months: int
    seconds: int

    def after(self, start: datetime) -> datetime:
        """The instant this long after `start`, in UTC; the 31st becomes the last day of a shorter month.

        Raises:
            LimitError: beyond the year 9999.
        """
        return self._shift(start, 1)

    def before(self, end: datetime) -> datetime:
        """The instant this long before `end`, in UTC; errors as `after`."""
        return self._shift(end, -1)

    def _shift(self, start: datetime, sign: int) -> datetime:
        at = start.astimezone(UTC)
        months = at.year * 12 + at.month - 1 + sign * self.months
        year, month = months // 12, months % 12 + 1
        try:
            day = min(at.day, monthrange(year, month)[1])
            return at.replace(year=year, month=month, day=day) + sign * timedelta(seconds=self.seconds)
        except (ValueError, OverflowError) as error:
            raise LimitError(f"{self.text} from {start.isoformat()} leaves the calendar") from error


def parse_duration(text: str) -> Duration:
    """Read `P14D`, `PT48H`, `P1M`, `P2W` and the like.

    Raises:
        MalformedError: anything else, a fraction, or no time at all.
    """
    match = _FORM.fullmatch(text)
    parts = {name: int(part) for name, part in match.groupdict().items() if part} if match else {}
    months = 12 * parts.pop("years", 0) + parts.pop("months", 0)
    seconds = sum(_SECONDS[name] * count for name, count in parts.items())
    if months + seconds == 0:
        raise MalformedError(
            f"{text[:40]!r} is not a duration longer than nothing", advice="Write it like P14D, PT48H or P1M."
        )
    return Duration(text, months, seconds)
