"""Instants: read strictly, written in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.clock import epoch_seconds, format_instant, from_epoch_seconds, parse_instant, utc_now
from evidence.errors import MalformedError
from tests.support.fuzz import assert_refuses_cleanly

OFFSETS = st.integers(-14 * 60 + 1, 14 * 60 - 1).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(9998, 1, 1), timezones=OFFSETS)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-01T08:00:00+01:00", datetime(2026, 3, 1, 7, tzinfo=UTC)),
        ("2026-03-01T08:00:00Z", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2024-02-29T23:59:59.123456-05:30", datetime(2024, 3, 1, 5, 29, 59, 123456, tzinfo=UTC)),
        ("2026-03-01T08:00:00.5+14:00", datetime(2026, 2, 28, 18, 0, 0, 500000, tzinfo=UTC)),
    ],
)
def test_instants_keep_their_moment(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-03-01", "2026-03-01T08:00:00", "2026-03-01t08:00:00Z", "2026-03-01T08:00:00z",
        "2026-03-01 08:00:00Z",
        "2026-02-29T08:00:00Z", "2026-13-01T08:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T08:00:60Z",
        "2026-03-01T08:00:00-00:00", "2026-03-01T08:00:00+15:00", "2026-03-01T08:00:00+01:60",
        "2026-03-01T08:00:00+0100",
        "2026-03-01T08:00:00.1234567Z", "2026-03-01T08:00:00.Z", "20260301T080000Z", "2026-W09-7T08:00:00Z",
        " 2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z\n", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00", "٢٠٢٦-03-01T08:00:00Z",
    ],
)  # fmt: skip
def test_other_spellings_and_dates_that_never_were_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_instant(text)


@given(INSTANTS)
def test_a_written_instant_reads_back_as_the_same_moment(instant: datetime) -> None:
    written = format_instant(instant)
    assert written.endswith("Z")
    assert parse_instant(written) == instant
    assert format_instant(parse_instant(written)) == written


@given(INSTANTS)
def test_seconds_since_1970_round_down(instant: datetime) -> None:
    seconds = epoch_seconds(instant)
    assert timedelta(0) <= instant - from_epoch_seconds(seconds) < timedelta(seconds=1)


def test_a_time_without_offset_is_refused() -> None:
    for use in (format_instant, epoch_seconds):
        with pytest.raises(MalformedError):
            use(datetime(2026, 3, 1))


@pytest.mark.parametrize("seconds", [-1, 253_402_300_800, 2**63])
def test_seconds_outside_the_calendar_are_refused(seconds: int) -> None:
    with pytest.raises(MalformedError):
        from_epoch_seconds(seconds)


def test_the_clock_tells_utc() -> None:
    assert utc_now().tzinfo is UTC


def test_damaged_times_are_refused_cleanly() -> None:
    seeds = [b"2026-03-01T08:00:00.5+14:00", b"0001-01-01T00:00:00Z"]
    assert assert_refuses_cleanly(lambda data: parse_instant(data.decode("latin-1")), seeds) > 100
