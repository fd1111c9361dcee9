"""Repairs offset what was bad, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from evidence.draft import JsonValue, Kind
from evidence.identity import lei_from_prefix
from scoring.engine import score
from scoring.evidence_tuples import EvidenceTuple
from scoring.facts import Fact
from scoring.observe import observe
from scoring.policy_reader import published
from tests.unit.scoring.builders import AS_OF, PURCHASER, SUPPLIER, fact

BODY = lei_from_prefix("BODY00000000000001")
POLICY = published("complaint-first-2026")


def complaint(number: int, hours: int | None) -> Fact:
    """A complaint of September, answered after so many hours or never."""
    fields: dict[str, JsonValue] = {
        "number": f"C-{number}",
        "state": "received" if hours is None else "responded",
        "received_at": "2026-09-01T08:00:00Z",
        "severity": "minor",
    }
    if hours is not None:
        fields["responded_at"] = f"2026-09-{1 + (8 + hours) // 24:02d}T{(8 + hours) % 24:02d}:00:00Z"
    return fact(Kind.COMPLAINT, f"2026-09-10T08:{number:02d}:00Z", fields, sequence=number, issuer=PURCHASER)


def inspection(number: int, bad: int) -> Fact:
    fields: dict[str, JsonValue] = {"lot": f"L{number}", "part": "P", "inspected": 100, "nonconforming": bad}
    return fact(Kind.INSPECTION_RESULT, f"2026-09-{number:02d}T08:00:00Z", fields, sequence=number)


def repair(event: Fact, sequence: int = 1, **changes: JsonValue) -> Fact:
    fields: dict[str, JsonValue] = {
        "claim": "case_1",
        "about": str(event.statement),
        "body": str(BODY),
        "accreditation": "repair-complaint",
        "exposure": 80,
        "nonconforming": 0,
        "result": "pass",
        **changes,
    }
    return fact(Kind.REPAIR, "2026-11-01T08:00:00Z", fields, sequence=sequence)


def bad_of(facts: list[Fact], indicator: str) -> list[int]:
    return sorted(one.bad for one in observe(facts, POLICY, AS_OF) if one.indicator == indicator)


def exposed(tuples: tuple[EvidenceTuple, ...]) -> list[tuple[str, int, int]]:
    return sorted((one.indicator, one.month, one.exposure) for one in tuples)


def test_a_repaired_complaint_stays_exposure_and_is_no_longer_bad() -> None:
    late, good = complaint(1, 200), complaint(2, 10)
    before = observe([late, good], POLICY, AS_OF)
    after = observe([late, good, repair(late)], POLICY, AS_OF)
    assert bad_of([late, good], "complaint-response") == [0, 1]
    assert bad_of([late, good, repair(late)], "complaint-response") == [0, 0]
    assert exposed(before) == exposed(after)


def test_only_the_event_that_it_names_is_offset() -> None:
    first, second = inspection(1, 5), inspection(2, 7)
    assert bad_of([first, second, repair(second)], "defect-rate") == [0, 5]


def test_a_case_is_offset_whichever_of_its_statements_is_named() -> None:
    received, answered = complaint(1, None), replace(complaint(1, 200), sequence=2)
    for named in (received, answered):
        assert bad_of([received, answered, repair(named)], "complaint-response") == [0]


def test_repairs_that_failed_are_self_made_late_or_about_nothing_here_change_nothing() -> None:
    late = complaint(1, 200)
    for wrong in (
        repair(late, result="fail"),
        repair(late, body=str(SUPPLIER.lei)),
        repair(late, about="ab" * 32),
        replace(repair(late), occurred="2026-12-01T08:00:00Z"),
    ):
        assert observe([late, wrong], POLICY, AS_OF) == observe([late], POLICY, AS_OF)


@given(
    bads=st.lists(st.integers(0, 100), min_size=1, max_size=6),
    hours=st.lists(st.one_of(st.none(), st.integers(0, 300)), max_size=5),
    chosen=st.integers(0, 10),
)
def test_a_repair_never_lowers_a_score_and_never_beats_the_event_having_been_good(
    bads: list[int], hours: list[int | None], chosen: int
) -> None:
    events = [inspection(number + 1, bad) for number, bad in enumerate(bads)]
    events += [complaint(number + 1, one) for number, one in enumerate(hours)]
    event = events[chosen % len(events)]
    if event.kind is Kind.INSPECTION_RESULT:
        good = replace(event, fields={**event.fields, "nonconforming": 0})
    else:
        good = complaint(event.sequence, 1)
    others = [one for one in events if one is not event]

    def points(facts: list[Fact]) -> int:
        tuples = observe(facts, POLICY, AS_OF)
        return score(tuples, POLICY, AS_OF, subject=SUPPLIER, commodity="*", heads=()).points

    repaired = points([*events, repair(event)])
    assert points(events) <= repaired
    if event.kind is Kind.INSPECTION_RESULT:
        assert repaired <= points([*others, good])
