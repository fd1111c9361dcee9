"""Calendar time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import LimitError, MalformedError
from nocode.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("PT48H", "2026-02-02T12:00:00"),
        ("P14D", "2026-02-14T12:00:00"),
        ("P2W", "2026-02-14T12:00:00"),
        ("P1M", "2026-02-28T12:00:00"),
        ("P1Y1M", "2027-02-28T12:00:00"),
        ("P13M", "2027-02-28T12:00:00"),
        ("P2Y1M", "2028-02-29T12:00:00"),
        ("P1DT1H1M1S", "2026-02-01T13:01:01"),
    ],
)
def test_a_duration_after_the_31st_of_january_noon_ends(text: str, end: str) -> None:
    start = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert parse_duration(text).after(start) == datetime.fromisoformat(end).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1", "1D", "P0D", "PT0S", "P-1D", "P1.5D", "P1DT", "P1H", "PT1D", "P1W1D", "p1d", "P1D\n", "P١D"],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_duration(text)


def test_a_duration_that_leaves_the_calendar_is_refused() -> None:
    with pytest.raises(LimitError):
        parse_duration("P99Y").after(datetime(9990, 1, 1, tzinfo=UTC))
    with pytest.raises(LimitError):
        parse_duration("P99Y").before(datetime(50, 1, 1, tzinfo=UTC))


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 999),
    st.integers(0, 99_999),
)
def test_a_duration_always_leads_forward_and_back(start: datetime, months: int, days: int) -> None:
    if not months + days:
        return
    duration = parse_duration(f"P{months}M{days}D" if months and days else f"P{months}M" if months else f"P{days}D")
    assert duration.after(start) > start > duration.before(start)
    if not months:
        assert duration.after(start) == start + timedelta(days=days)
