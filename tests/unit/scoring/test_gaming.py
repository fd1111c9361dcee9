"""Tricks that must not raise a score, tried through the whole way from facts to points.

CREDENCE_TRIALS sets how many trials each trick gets (40 unless told).
"""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from evidence.draft import JsonValue, Kind
from evidence.statement import StatementId
from scoring.engine import score
from scoring.facts import Fact
from scoring.observe import observe
from scoring.policy_reader import published
from tests.unit.scoring.builders import PURCHASER, SUPPLIER, digest_of, fact, series

POLICIES = [published("first-2026"), published("balanced-2026"), published("complaint-first-2026")]
NOW = date(2026, 11, 23)
TRIALS = int(os.environ.get("CREDENCE_TRIALS", "40"))


def day(rng: random.Random) -> str:
    return f"2026-{rng.randint(1, 10):02d}-{rng.randint(1, 28):02d}T{rng.randint(0, 23):02d}:00:00Z"


def lot(rng: random.Random, number: int, **fields: JsonValue) -> Fact:
    record: dict[str, JsonValue] = {"lot": f"L{number}", "inspected": rng.randint(50, 900)}
    record["nonconforming"] = rng.choice((0, 0, 0, 1, 4))
    return fact(Kind.INSPECTION_RESULT, day(rng), record | fields, sequence=number)


def case(rng: random.Random, number: int, closed: bool) -> Fact:
    record: dict[str, JsonValue] = {
        "number": f"N{number}",
        "state": "opened",
        "opened_at": day(rng),
        "severity": rng.choice(("minor", "major")),
        "defect_code": rng.choice(("a", "b")),
    }
    if closed:
        record |= {"state": "closed", "closed_at": f"2026-11-{rng.randint(1, 20):02d}T00:00:00Z"}
    return fact(Kind.NONCONFORMANCE, str(record.get("closed_at", record["opened_at"])), record, sequence=number)


def complaint(rng: random.Random, number: int) -> Fact:
    received = f"2026-{rng.randint(1, 10):02d}-{rng.randint(1, 20):02d}"
    record: dict[str, JsonValue] = {"number": f"C{number}", "state": "received", "severity": "minor"}
    record["received_at"] = f"{received}T00:00:00Z"
    if rng.random() < 0.8:
        record |= {"state": "responded", "responded_at": f"{received}T{rng.randint(1, 23):02d}:00:00Z"}
    return fact(Kind.COMPLAINT, str(record.get("responded_at", record["received_at"])), record, sequence=number)


def history(rng: random.Random) -> list[Fact]:
    """Ten months of a supplier, numbered without gaps."""
    facts = [lot(rng, number) for number in range(1, 13)]
    facts += [case(rng, number, rng.random() < 0.7) for number in range(1, 6)]
    facts += [complaint(rng, number) for number in range(1, 6)]
    for number in range(1, 11):
        values = [f"10.{rng.randint(20, 80)}" for _ in range(24)]
        record = series("P1", "bore", values, lower="9.80", upper="11.20")
        facts.append(fact(Kind.MEASUREMENT_SERIES, f"2026-{number:02d}-15T00:00:00Z", record, sequence=number))
    facts.append(
        fact(
            Kind.AUDIT,
            day(rng),
            {"number": "A1", "type": "surprise-inspection", "result": rng.choice(("pass", "conditional"))},
            issuer=PURCHASER,
        )
    )
    return facts


def points(facts: list[Fact], as_of: date = NOW) -> Iterator[int]:
    """Points by every policy, those of a subject that is not rated being those of its lines."""
    for policy in POLICIES:
        card = score(observe(facts, policy, as_of), policy, as_of, subject=SUPPLIER)
        yield sum(line.points for line in card.lines)


def renumbered(item: Fact, number: int) -> Fact:
    return replace(item, sequence=number, statement=StatementId(digest_of(item.statement, number).hex()))


def duplicate(rng: random.Random, facts: list[Fact]) -> list[Fact]:
    item = rng.choice(facts)
    last = max(other.sequence for other in facts if (other.kind, other.issuer) == (item.kind, item.issuer))
    return [*facts, renumbered(item, last + 1)]


def withhold(rng: random.Random, facts: list[Fact]) -> list[Fact]:
    # Anything but the last of its kind: what comes after it shows the gap.
    last = {(item.kind, item.issuer): item.sequence for item in sorted(facts, key=lambda item: item.sequence)}
    inner = [item for item in facts if item.sequence < last[item.kind, item.issuer]]
    left_out = rng.choice(inner)
    return [item for item in facts if item is not left_out]


def split_a_lot(rng: random.Random, facts: list[Fact]) -> list[Fact]:
    index = next(index for index, item in enumerate(facts) if item.kind is Kind.INSPECTION_RESULT)
    inspected, bad = (facts[index].need(name).integer(0, 10**9) for name in ("inspected", "nonconforming"))
    cut = rng.randint(max(1, bad), inspected - 1)
    fields = dict(facts[index].fields)
    first = replace(facts[index], fields={**fields, "lot": "L-a", "inspected": cut})
    second = replace(facts[index], fields={**fields, "lot": "L-b", "inspected": inspected - cut, "nonconforming": 0})
    return [*facts[:index], first, *facts[index + 1 :], renumbered(second, 13)]


def one_more_bad_lot(rng: random.Random, facts: list[Fact]) -> list[Fact]:
    return [*facts, lot(rng, 13, inspected=(bad := rng.randint(1, 500)), nonconforming=bad)]


def one_more_open_case(rng: random.Random, facts: list[Fact]) -> list[Fact]:
    return [*facts, replace(case(rng, 6, False), occurred="2026-09-01T00:00:00Z")]


def restate_a_case_milder(rng: random.Random, facts: list[Fact]) -> list[Fact]:
    item = rng.choice([item for item in facts if item.kind is Kind.NONCONFORMANCE])
    opened = "2026-10-31T00:00:00Z"
    milder = {**item.fields, "severity": "minor"}
    if item.fields["state"] == "opened":
        milder["opened_at"] = opened
    return [*facts, renumbered(replace(item, fields=milder), 6)]


def drop_some_defect_codes(rng: random.Random, facts: list[Fact]) -> list[Fact]:
    def dropped(item: Fact) -> Fact:
        return replace(item, fields={name: value for name, value in item.fields.items() if name != "defect_code"})

    return [dropped(item) if rng.random() < 0.5 else item for item in facts]


def widen_a_limit(rng: random.Random, facts: list[Fact]) -> list[Fact]:
    item = rng.choice([item for item in facts if item.kind is Kind.MEASUREMENT_SERIES])
    return [*facts, renumbered(replace(item, fields={**item.fields, "upper_limit": "99.00"}), 11)]


def skip_a_month(rng: random.Random, facts: list[Fact]) -> list[Fact]:
    return [item for item in facts if not (item.kind is Kind.MEASUREMENT_SERIES and item.sequence == 10)]


EQUAL = [duplicate]
TRICKS = [withhold, split_a_lot, one_more_bad_lot, one_more_open_case, restate_a_case_milder, drop_some_defect_codes]


@pytest.mark.parametrize("trick", [*EQUAL, *TRICKS], ids=lambda trick: trick.__name__)
def test_a_trick_never_raises_a_score(trick: Callable[[random.Random, list[Fact]], list[Fact]]) -> None:
    for seed in range(TRIALS):
        rng = random.Random(seed)
        honest = history(rng)
        tricked = trick(rng, honest)
        for before, after in zip(points(honest), points(tricked), strict=True):
            assert after <= before, f"{trick.__name__} with seed {seed} raised {before} to {after}"


def test_a_second_series_with_wider_limits_never_raises_the_capability_of_its_month() -> None:
    for seed in range(TRIALS):
        rng = random.Random(seed)
        honest = history(rng)
        item = next(item for item in honest if item.kind is Kind.MEASUREMENT_SERIES)
        wider = renumbered(replace(item, fields={**item.fields, "upper_limit": "99.00"}), 11)
        limits = renumbered(replace(item, fields=dict(item.fields), occurred="2026-01-15T00:00:01Z"), 11)
        same = [*honest, limits]
        for before, after in zip(points(same), points([*honest, wider]), strict=True):
            assert after <= before


def test_leaving_out_the_latest_month_of_a_capable_process_never_raises_a_score() -> None:
    for seed in range(TRIALS):
        honest = history(random.Random(seed))
        for before, after in zip(points(honest), points(skip_a_month(random.Random(seed), honest)), strict=True):
            assert after <= before


def test_going_idle_never_raises_a_score() -> None:
    for seed in range(min(TRIALS, 40)):
        honest = history(random.Random(seed))
        now = list(points(honest))
        for later in (date(2027, 2, 1), date(2027, 11, 1)):
            for before, after in zip(now, points(honest, later), strict=True):
                assert after <= before


def test_registering_again_gives_nothing() -> None:
    for before, after in zip(points(history(random.Random(1))), points([]), strict=True):
        assert after <= before
