"""Series drafts: exact aggregates, months apart, shared context only where all agree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from evidence.errors import ImportRefusedError
from lake.content import Source
from lake.notes import Notes
from lake.series import Characteristic, Reading, neighbouring_times, series_drafts

SOURCE = Source("a", UTC)
MARCH, APRIL = datetime(2026, 3, 31, 23, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def test_context_is_told_only_where_all_values_agree_on_it() -> None:
    rows = [Reading("1", MARCH, "line 1", True, "M1", "G1"), Reading("2", MARCH, "line 2", True, "M1", "G2")]
    (draft,) = series_drafts(SOURCE, {Characteristic("P", "D", "mm"): rows})
    assert draft.fields["station"] == "M1"
    assert "gauge" not in draft.fields


def test_months_are_apart_and_a_broken_subgroup_stands_alone() -> None:
    rows = [Reading(str(n), moment, f"line {n}") for n, moment in enumerate([MARCH, MARCH, MARCH, APRIL, APRIL])]
    march, april = series_drafts(SOURCE, {Characteristic("P", "D", "mm", subgroup_size=2): rows})
    assert (march.fields["subgroup_size"], april.fields["subgroup_size"]) == (1, 2)
    assert march.occurred == "2026-03-31T23:00:00Z"


def test_limits_the_wrong_way_round_are_refused() -> None:
    characteristic = Characteristic("P", "D", "mm", None, "2", "1")
    with pytest.raises(ImportRefusedError, match="lies above"):
        series_drafts(SOURCE, {characteristic: [Reading("1", MARCH, "line 1")]})


def test_a_missing_time_is_that_of_the_record_before_else_of_the_first_after() -> None:
    assert neighbouring_times([None, MARCH, None, APRIL, None]) == [MARCH, MARCH, MARCH, APRIL, APRIL]
    assert neighbouring_times([None]) == [None]


def test_remarks_are_counted_and_cut_with_their_true_length() -> None:
    notes = Notes()
    for number in range(25):
        notes.count("left out", f"line {number}")
    notes.first("first")
    notes.add("first")
    assert notes.text().startswith("first; left out: 25 (line 0, line 1,")
    assert notes.text().endswith("and 15 more)")
