"""What earlier suggestions teach: how much of a predicted gain counts, and what whoever signs is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from node.services.causes.lessons import Decision, Lesson, ReadLessons, earlier

RELEASED = Lesson(
    *("rca_1", "case_1", "furnace B-7", "crown height", "zone 2", "Cel", "812.5", "809.0", "809.0"),
    *(Decision.ACCEPTED, ("it reads low",), ("Pia", "Paul"), "2026-11-02T06:00:00Z", "cpk", "cpk", "as-predicted"),
)
REJECTED = replace(RELEASED, decision=Decision.REJECTED, reasons=("it reads low", "the binder stays"), outcome="")


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ([], None),
        ([RELEASED], 1.0),
        ([REJECTED], 2 / 3),
        ([REJECTED, REJECTED], 0.5),
        ([RELEASED, REJECTED], 3 / 4),
        ([replace(RELEASED, outcome="none")], 2 / 3),
        ([replace(RELEASED, outcome="")], 1.0),
        ([replace(REJECTED, decision=Decision.DROPPED)], None),
        ([replace(REJECTED, goal="crack length")], None),
    ],
)
def test_a_lever_that_people_reject_or_that_did_nothing_counts_less(
    said: list[Lesson], share: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ReadLessons, "__call__", lambda self, line="": said)
    lessons = ReadLessons(None, None, None)  # type: ignore[arg-type]
    found = lessons.trust("furnace B-7", "crown height")
    assert (found["zone 2"][0] if found else None) == (share if share is None else pytest.approx(share))


def test_whoever_signs_is_told_why_others_refused() -> None:
    assert earlier({"zone 2": (1.0, [RELEASED])}, ["zone 2", "hold time"]) == []
    first, second = earlier({"zone 2": (2 / 3, [REJECTED])}, ["zone 2"])
    assert "Of 1 earlier" in first and "67%" in first
    assert second == "812.5 -> 809.0 Cel was rejected: the binder stays"


def test_a_lesson_is_written_with_the_words_of_the_flow() -> None:
    told = REJECTED.to_json()
    assert (told["decision"], told["people"], told["outcome"]) == ("rejected", ["Pia", "Paul"], "")
