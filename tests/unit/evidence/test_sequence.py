"""Completeness: every gap, double number and missed month is named, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.draft import JsonValue, Kind
from evidence.errors import LimitError, SchemaError
from evidence.identity import Subject
from evidence.sequence import Equivocation, Gap, Month, Schedule, SequenceItem, SeriesKey, gap_report
from evidence.statement import StatementId, parse
from tests.support.statements import LEI, OTHER_LEI, SUBJECT, issued, series

SERIES = SeriesKey(LEI, SUBJECT, Kind.MEASUREMENT_SERIES)
OTHER = SeriesKey(OTHER_LEI, Subject(OTHER_LEI), Kind.KPI)
NUMBERS = st.lists(st.integers(1, 40), max_size=40)


def item(
    number: int, *, key: SeriesKey = SERIES, month: int = 3, story: str = "", fields: dict[str, JsonValue] | None = None
) -> SequenceItem:
    name = StatementId(f"{number}{story}")
    return SequenceItem(key, number, name, datetime(2026, month, 15, tzinfo=UTC), fields or {})


@given(NUMBERS)
def test_exactly_the_numbers_that_are_not_there_are_named(numbers: list[int]) -> None:
    report = gap_report(item(number) for number in numbers)
    named = {number for gap in report.gaps for number in range(gap.first, gap.last + 1)}
    assert named == set(range(1, max(numbers, default=0) + 1)) - set(numbers)
    assert report.is_complete == (not named)
    assert report.counts.get(SERIES, 0) == len(set(numbers))


@given(NUMBERS)
def test_order_and_repetition_change_nothing(numbers: list[int]) -> None:
    items = [item(number) for number in numbers]
    assert gap_report(items) == gap_report(items[::-1] + items)


def test_gaps_are_ranges_whatever_their_size() -> None:
    report = gap_report([item(2), item(2**53 - 1), item(5), item(6)])
    assert [(gap.first, gap.last) for gap in report.gaps] == [(1, 1), (3, 4), (7, 2**53 - 2)]
    assert report.gaps[1] == Gap(SERIES, 3, 4)
    assert str(report.gaps[1]).endswith("3 to 4 missing")


def test_numbers_cut_off_at_the_end_show_against_the_issuers_own_count() -> None:
    items = [item(1), item(2)]
    assert gap_report(items).is_complete
    assert gap_report(items, expected={SERIES: 4}).gaps == (Gap(SERIES, 3, 4),)
    assert gap_report([], expected={OTHER: 2}).gaps == (Gap(OTHER, 1, 2),)
    assert gap_report(items, expected={SERIES: 2}).is_complete


def test_a_number_used_for_two_stories_is_named() -> None:
    report = gap_report([item(1), item(1, story="b"), item(1, story="b"), item(2)])
    assert report.equivocations == (Equivocation(SERIES, 1, (StatementId("1"), StatementId("1b"))),)
    assert not report.is_complete
    assert report.lines() == (f"{SERIES}: number 1 used for 2 different statements",)


def test_series_are_told_apart_by_issuer_subject_and_kind() -> None:
    report = gap_report([item(1), item(2, key=OTHER), item(1, key=OTHER), item(3)])
    assert report.gaps == (Gap(SERIES, 2, 2),)
    assert report.counts == {SERIES: 2, OTHER: 2}


def test_months_in_which_nothing_came_are_named() -> None:
    fields: dict[str, JsonValue] = {"part": "P", "characteristic": "d", "lot": "L"}
    schedule = Schedule(SERIES, Month(2025, 12), Month(2026, 4), {"part": "P", "characteristic": "d"})
    items = [
        item(1, month=1, fields=fields),
        item(2, month=2, fields={**fields, "characteristic": "e"}),
        item(3, month=3, fields={"part": "P"}),
        item(4, month=4, fields=fields),
        item(5, month=4, fields=fields),
    ]
    report = gap_report(items, schedules=[schedule])
    assert [str(missed.month) for missed in report.missed] == ["2025-12", "2026-02", "2026-03"]
    assert not report.gaps and not report.is_complete
    assert "characteristic d, part P" in report.lines()[0]


def test_months_are_counted_in_utc() -> None:
    early = datetime(2026, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=8)))
    assert Month.of(early) == Month(2026, 2)


@pytest.mark.parametrize(("year", "month"), [(2026, 0), (2026, 13), (0, 1), (10_000, 1)])
def test_months_that_do_not_exist_are_refused(year: int, month: int) -> None:
    with pytest.raises(SchemaError):
        Month(year, month)


def test_schedules_are_bounded_and_run_forward() -> None:
    for first, last in ((Month(2026, 2), Month(2026, 1)), (Month(1, 1), Month(9999, 12))):
        with pytest.raises(LimitError):
            Schedule(SERIES, first, last)


def test_statements_become_items() -> None:
    statement = parse(issued(series(), sequence=3).sd_jwt({"part", "lot"}))
    made = SequenceItem.of(statement)
    assert (made.series, made.sequence, made.statement_id) == (SERIES, 3, statement.statement_id)
    assert made.fields == {"part": "P-4711", "lot": "L-42"}
    assert gap_report([made]).gaps == (Gap(SERIES, 1, 2),)
