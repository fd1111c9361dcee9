"""Times as files write them, as aware instants: an offset in the file wins, else the zone that the caller names."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from evidence.errors import MalformedError

_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_OLDEST_YEAR: Final = 1970


def iso_time(text: str, zone: tzinfo) -> datetime:
    """Read an ISO 8601 / XML Schema date and time; digits beyond microseconds are cut off.

    Raises:
        MalformedError: not such a time, before 1970, or a local time that the zone's clock change skipped.
    """
    found = _ISO.fullmatch(text.strip())
    if found is None:
        raise MalformedError(f"{text[:60]!r} is not a date and time like 2026-03-01T08:00:00+01:00")
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    micro = int((fraction or "0").ljust(6, "0")[:6])
    try:
        naive = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micro)
        return aware(naive, _offset(offset) if offset else zone)
    except (ValueError, OverflowError) as error:
        raise MalformedError(f"{text[:60]!r} is no possible time: {error}") from error


def formatted_time(text: str, pattern: str, zone: tzinfo) -> datetime:
    """Read a time by a `strptime` pattern.

    Raises:
        MalformedError: the text does not follow the pattern, or names an impossible time.
    """
    try:
        moment = datetime.strptime(text.strip(), pattern)
        return moment if moment.tzinfo is not None else aware(moment, zone)
    except (ValueError, OverflowError, re.error) as error:
        raise MalformedError(f"{text[:60]!r} does not follow the time format {pattern!r}") from error


def aware(naive: datetime, zone: tzinfo) -> datetime:
    """Place a local time in its zone; of two equal readings at the end of summer time the first is taken.

    Raises:
        MalformedError: before 1970, or a time that the clock change skipped in that zone.
    """
    moment = naive.replace(tzinfo=zone)
    if naive.year < _OLDEST_YEAR or naive.year >= 9999:
        raise MalformedError(f"the year {naive.year} cannot be that of an inspection")
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise MalformedError(f"{naive.isoformat()} never was: the clocks of {zone} skipped it")
    return moment


def rfc3339(moment: datetime) -> str:
    """Spell an aware instant as RFC 3339 with its own offset, UTC as `Z`."""
    offset = moment.utcoffset() or timedelta(0)
    if offset % timedelta(minutes=1):  # offsets with seconds, before 1972, have no RFC 3339 spelling
        moment, offset = moment.astimezone(UTC), timedelta(0)
    return moment.replace(tzinfo=None).isoformat() + "Z" if not offset else moment.isoformat()


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError(f"offset {text}")
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if text[0] == "-" else span)
