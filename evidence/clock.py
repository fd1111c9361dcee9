"""Instants: RFC 3339 text, read strictly, and the clocks that are handed to whoever needs the time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from evidence.errors import MalformedError

Clock = Callable[[], datetime]
"""Tells the time, as an aware datetime; handed in, so that tests and replays choose it."""

_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])",
    re.ASCII,
)


def utc_now() -> datetime:
    """The system's clock; only `bootstrap` and the doors hand it on."""
    return datetime.now(UTC)


def parse_instant(text: str) -> datetime:
    """An instant with its offset, as written: `2026-03-01T08:00:00+01:00`.

    Stricter than RFC 3339, so that equal instants with equal offsets have one spelling but for trailing zeros: capital
    T and Z, at most 6 fraction digits, offsets up to 14 h, no leap second, and not the unknown offset -00:00.

    Raises:
        MalformedError: anything else, or no such date.
    Source:
        RFC 3339 section 5.6.
    """
    if not _INSTANT.fullmatch(text) or text.endswith("-00:00"):
        raise MalformedError(
            f"{text[:40]!r} is not an RFC 3339 time", advice="Write it like 2026-03-01T08:00:00+01:00, with offset."
        )
    try:
        instant = datetime.fromisoformat(text)
        instant.astimezone(UTC)  # the first and last day of the calendar have no UTC form for some offsets
    except (ValueError, OverflowError) as error:
        raise MalformedError(f"{text!r}: {error}", advice="Give a date and time that exist.") from error
    return instant


def format_instant(instant: datetime) -> str:
    """The instant in UTC, `2026-03-01T07:00:00Z`, with a fraction only when it has one.

    Raises:
        MalformedError: a datetime without offset.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise MalformedError("a time without offset; give it a zone")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def epoch_seconds(instant: datetime) -> int:
    """Whole seconds since 1970-01-01 UTC, rounded down; raises MalformedError for a datetime without offset."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise MalformedError("a time without offset; give it a zone")
    delta = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return delta.days * 86_400 + delta.seconds


def from_epoch_seconds(seconds: int) -> datetime:
    """The UTC instant of whole seconds since 1970; raises MalformedError outside the years 1970 to 9999."""
    if not 0 <= seconds <= 253_402_300_799:
        raise MalformedError(f"{seconds} seconds since 1970 is not a year from 1970 to 9999")
    return datetime.fromtimestamp(seconds, UTC)
