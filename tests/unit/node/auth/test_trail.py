"""The hash chain shows every change, removal and swap."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import ConsistencyError
from node.auth.memory import MemoryTrail
from node.auth.model import Outcome, TrailAction, TrailEntry, TrailEvent, TrailHead
from node.auth.trail import check_trail, micros, moment

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def trail(size: int) -> list[TrailEntry]:
    kept = MemoryTrail()
    return [
        kept.append(TrailEvent(NOW, f"usr_{number}", TrailAction.DISCLOSED, Outcome.DONE, "t", "r", {"a": "b"}))
        for number in range(size)
    ]


@given(st.integers(1, 8), st.data())
def test_any_change_of_one_part_of_one_entry_is_found(size: int, data: st.DataObject) -> None:
    entries = trail(size)
    place = data.draw(st.integers(0, size - 1))
    entry = entries[place]
    changes = [
        replace(entry, number=entry.number + 1),
        replace(entry, previous=b"x" * 32),
        replace(entry, digest=b"x" * 32),
        *(
            replace(entry, event=replace(entry.event, **{name: value}))
            for name, value in {
                "at": NOW + timedelta(microseconds=1),
                "actor": "other",
                "action": TrailAction.SIGN_IN,
                "outcome": Outcome.REFUSED,
                "target": "u",
                "request": "s",
                "detail": {"a": "c"},
            }.items()
        ),
    ]
    entries[place] = data.draw(st.sampled_from(changes))
    with pytest.raises(ConsistencyError):
        check_trail(entries)


@given(st.integers(2, 8), st.data())
def test_a_removed_or_swapped_entry_is_found(size: int, data: st.DataObject) -> None:
    entries = trail(size)
    place = data.draw(st.integers(0, size - 2))
    with pytest.raises(ConsistencyError):
        check_trail(entries[:place] + entries[place + 1 :])
    entries[place], entries[place + 1] = entries[place + 1], entries[place]
    with pytest.raises(ConsistencyError):
        check_trail(entries)


def test_entries_cut_off_the_end_are_found_with_a_known_head() -> None:
    entries = trail(5)
    known = TrailHead(5, entries[4].digest)
    assert check_trail(entries, known) == known
    check_trail(entries[:4])
    with pytest.raises(ConsistencyError, match="entry 5"):
        check_trail(entries[:4], known)


def test_long_and_broken_texts_are_cut_and_mended() -> None:
    event = TrailEvent(
        NOW, "x" * 1000, TrailAction.REFUSED, Outcome.REFUSED, "\ud800", "", {str(n): "y" * 999 for n in range(99)}
    )
    entry = MemoryTrail().append(event)
    assert len(entry.event.actor) == 256
    assert len(entry.event.detail) == 16
    assert entry.event.target == "?"
    check_trail([entry])


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_keep_every_microsecond(at: datetime) -> None:
    assert moment(micros(at)) == at
