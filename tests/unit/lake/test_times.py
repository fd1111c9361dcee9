"""Times: an offset in the file wins; local times land in their zone or are refused."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.clock import parse_instant
from evidence.errors import MalformedError
from lake.times import aware, formatted_time, iso_time, rfc3339

BERLIN = ZoneInfo("Europe/Berlin")


def test_an_offset_in_the_file_wins_over_the_default_zone() -> None:
    assert iso_time("2014-04-01T15:13:44-05:00", BERLIN) == datetime(2014, 4, 1, 20, 13, 44, tzinfo=UTC)
    assert rfc3339(iso_time("2014-04-01T15:13:44", BERLIN)) == "2014-04-01T15:13:44+02:00"


def test_seven_fraction_digits_are_cut_to_microseconds() -> None:
    assert iso_time("2018-10-03T16:02:33.2831984-04:00", UTC).microsecond == 283198


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-02-30T00:00:00", "2026-01-01T25:00:00", "0001-01-01T00:00:00", "2026-01-01T00:00+15:00"],
)
def test_impossible_times_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        iso_time(text, UTC)


def test_a_local_time_that_the_clock_change_skipped_is_refused() -> None:
    with pytest.raises(MalformedError, match="skipped"):
        aware(datetime(2026, 3, 29, 2, 30), BERLIN)


def test_of_two_equal_readings_at_the_end_of_summer_time_the_first_is_taken() -> None:
    assert rfc3339(aware(datetime(2026, 10, 25, 2, 30), BERLIN)) == "2026-10-25T02:30:00+02:00"


def test_offsets_with_seconds_are_told_in_utc() -> None:
    moment = aware(datetime(1971, 6, 1, 12), ZoneInfo("Africa/Monrovia"))
    assert rfc3339(moment) == "1971-06-01T12:44:30Z"


def test_a_pattern_that_does_not_fit_is_refused() -> None:
    assert formatted_time("01.03.2026 08:00", "%d.%m.%Y %H:%M", BERLIN).hour == 8
    for text, pattern in (("2026-03-01", "%d.%m.%Y"), ("x", "%"), ("x", "%Q")):
        with pytest.raises(MalformedError):
            formatted_time(text, pattern, BERLIN)


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2100, 1, 1)))
def test_what_is_told_reads_back_as_the_same_instant(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    assert parse_instant(rfc3339(moment)) == moment
    assert iso_time(rfc3339(moment), BERLIN) == moment
