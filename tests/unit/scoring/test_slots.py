"""Inspection slots: what was promised is opened as promised, by the inspector drawn, or counts as failed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from evidence.identity import Lei, Subject
from scoring.facts import Fact
from scoring.inspector_draw import candidates, commitment, draw
from scoring.observe import observe
from scoring.owners import Owners
from scoring.policy_reader import published
from scoring.scale import MICRO
from tests.unit.scoring.builders import AS_OF, MONTH, PURCHASER, SUPPLIER
from tests.unit.scoring.test_observers import counted
from tests.unit.scoring.tricks import INSPECTORS, OWNERS, SISTER, audit, slot

REQUIRED = published("balanced-2026")
COUNTED = counted(REQUIRED)
NONCE, BEACON = b"\x01" * 32, b"\x02" * 32


def found(facts: list[Fact], policy: object = REQUIRED, owners: Owners = OWNERS) -> list[tuple[int, int]]:
    items = observe(facts, policy, AS_OF, owners)  # type: ignore[arg-type]
    return sorted((item.month, item.bad) for item in items if item.indicator == "surprise-inspection")


def kept(month: int = 10) -> list[Fact]:
    """A slot that was opened as promised, its report clean."""
    seed = next(seed for seed in range(99) if _result(slot(random.Random(seed), 1, month, opened=True)) == "pass")
    return slot(random.Random(seed), 1, month, opened=True)


def _result(facts: list[Fact]) -> JsonValue:
    return facts[-1].fields["result"]


def test_an_opened_slot_counts_by_its_report_and_nothing_else() -> None:
    assert found(kept()) == [(MONTH - 1, 0)]
    promise, opening, report = kept()
    assert found([promise, opening, replace_fields(report, result="fail")]) == [(MONTH - 1, MICRO)]


def test_an_unopened_slot_counts_as_failed_once_its_time_is_over() -> None:
    promise = kept()[0]
    assert found([promise]) == [(MONTH - 1, MICRO)]
    assert found([replace_fields(promise, due_at="2026-11-23T23:59:59Z")]) == [(MONTH, MICRO)]
    assert found([replace_fields(promise, due_at="2026-11-24T00:00:00Z")]) == []


def test_a_clean_inspection_outside_a_promised_slot_counts_only_where_slots_are_not_required() -> None:
    lone = audit("2026-10-05T00:00:00Z", 1, INSPECTORS[0])
    assert found([lone]) == []
    assert found([lone], COUNTED) == [(MONTH - 1, 0)]
    assert found([audit("2026-10-05T00:00:00Z", 1, INSPECTORS[0], "fail")]) == [(MONTH - 1, MICRO)]


@pytest.mark.parametrize(
    "change",
    [
        {"day": "2026-10-01"},
        {"nonce": "ab" * 32},
        {"beacon": "ab" * 32},
        {"audit": "another"},
        {"inspector": str(PURCHASER)},
        {"number": "S9"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_opening_that_is_not_as_promised_and_drawn_opens_nothing(change: dict[str, JsonValue]) -> None:
    promise, opening, report = kept()
    if "beacon" in change:
        # Another beacon may draw the same inspector; one that does not is wanted here.
        drawn = opening.fields["inspector"]
        beacons = (bytes([number]) * 32 for number in range(99))
        change = {"beacon": next(one.hex() for one in beacons if str(drawn_by(opening, one)) != drawn)}
    assert (MONTH - 1, MICRO) in found([promise, replace_fields(opening, **change), report])


def drawn_by(opening: Fact, beacon: bytes) -> Lei | None:
    nonce = bytes.fromhex(str(opening.fields["nonce"]))
    return draw(INSPECTORS, SUPPLIER, "S1", nonce=nonce, beacon=beacon, owners=OWNERS)


def test_the_report_must_be_of_that_day_and_of_that_subject() -> None:
    promise, opening, report = kept()
    assert found([promise, opening, replace(report, occurred="2026-10-30T12:00:00Z")])[-1] == (MONTH - 1, MICRO)
    elsewhere = replace(report, subject=Subject(SUPPLIER.lei, "OTHER"))
    assert (MONTH - 1, MICRO) in found([promise, opening, elsewhere])


def test_only_others_promise_slots_and_the_earliest_promise_counts() -> None:
    promise = kept()[0]
    assert found([replace(promise, issuer=SUPPLIER.lei)]) == []
    assert found([replace(promise, issuer=SISTER)]) == []
    later = replace(replace_fields(promise, due_at="2027-01-01T00:00:00Z"), sequence=2)
    assert found([promise, later]) == [(MONTH - 1, MICRO)]


def test_the_draw_is_even_can_be_repeated_and_never_takes_the_suppliers_own() -> None:
    pool = [*INSPECTORS, SISTER, *INSPECTORS]
    assert candidates(pool, SUPPLIER, OWNERS) == tuple(sorted(INSPECTORS))
    rng = random.Random(1)
    count = Counter(
        draw(pool, SUPPLIER, "S1", nonce=NONCE, beacon=rng.randbytes(32), owners=OWNERS) for _ in range(5_000)
    )
    assert set(count) == set(INSPECTORS) and all(abs(value - 1_000) < 130 for value in count.values())
    once = draw(pool, SUPPLIER, "S1", nonce=NONCE, beacon=BEACON, owners=OWNERS)
    assert once == draw(sorted(pool, reverse=True), SUPPLIER, "S1", nonce=NONCE, beacon=BEACON, owners=OWNERS)
    assert draw([SISTER, SUPPLIER.lei], SUPPLIER, "S1", nonce=NONCE, beacon=BEACON, owners=OWNERS) is None
    with pytest.raises(SchemaError):
        draw(pool, SUPPLIER, "S1", nonce=b"short", beacon=BEACON)


def test_a_commitment_binds_number_subject_day_and_nonce() -> None:
    base = commitment("S1", SUPPLIER, date(2026, 10, 5), NONCE)
    others = {
        commitment("S2", SUPPLIER, date(2026, 10, 5), NONCE),
        commitment("S1", Subject(SUPPLIER.lei, "X"), date(2026, 10, 5), NONCE),
        commitment("S1", SUPPLIER, date(2026, 10, 6), NONCE),
        commitment("S1", SUPPLIER, date(2026, 10, 5), BEACON),
    }
    assert len(others) == 4 and base not in others and len(base) == 32


def replace_fields(item: Fact, **fields: JsonValue) -> Fact:
    return replace(item, fields={**item.fields, **fields})
