"""A dry run tells what each policy says of each supplier, exactly what the engine says, in any order."""

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from evidence import canonical
from evidence.draft import JsonValue, Kind
from evidence.errors import SchemaError
from evidence.identity import Subject, lei_from_prefix
from scoring.card import Eligibility, RatingState
from scoring.dry_run import Crossing, DryRun, Supplier, dry_run, quantiles
from scoring.engine import score
from scoring.facts import Fact
from scoring.observe import observe
from scoring.policy import Missing
from scoring.policy_reader import published
from tests.unit.scoring.builders import AS_OF, fact

FIRST = published("first-2026")
OPEN = replace(FIRST, missing=Missing.PESSIMISTIC, name="open", eligibility_floor=20_000_000)


def supplier(index: int, bad: int, months: int = 12) -> Supplier:
    """Inspections, and one nonconformance closed in time, of a made-up supplier."""
    subject = Subject(lei_from_prefix(f"DRYRUN{index:012d}"))
    facts: list[Fact] = []
    for back in range(months):
        fields: dict[str, JsonValue] = {"lot": f"L{back}", "inspected": 2000, "nonconforming": bad}
        when = f"{2026 if back < 10 else 2025}-{(10 - back - 1) % 12 + 1:02d}-05T00:00:00Z"
        facts.append(fact(Kind.INSPECTION_RESULT, when, fields, sequence=back + 1, issuer=subject.lei))
    return Supplier(subject, [replace(one, subject=subject) for one in facts])


SUPPLIERS = [supplier(index, bad=index * 3) for index in range(8)]


def run(suppliers: list[Supplier] = SUPPLIERS) -> DryRun:
    return dry_run(suppliers, FIRST, OPEN, AS_OF)


def test_each_row_holds_the_cards_that_the_engine_gives() -> None:
    rows = {row.after.subject: row for row in run().rows}
    assert len(rows) == len(SUPPLIERS)
    for one in SUPPLIERS:
        for policy, card in ((FIRST, rows[one.subject].before), (OPEN, rows[one.subject].after)):
            assert card == score(observe(one.facts, policy, AS_OF), policy, AS_OF, subject=one.subject)


def test_who_crosses_the_floor_is_named_on_the_right_side() -> None:
    found = run()
    eligible = {row.after.subject for row in found.rows if row.after.low >= OPEN.eligibility_floor}
    assert 0 < len(eligible) < len(SUPPLIERS)
    assert set(found.crossing(Crossing.GAINS)) == eligible
    assert found.crossing(Crossing.LOSES) == ()
    back = dry_run(SUPPLIERS, OPEN, FIRST, AS_OF)
    assert set(back.crossing(Crossing.LOSES)) == eligible
    assert all(row.before.eligibility is Eligibility.ELIGIBLE for row in back.rows if row.crossing is Crossing.LOSES)


def test_a_supplier_rated_by_one_policy_only_has_no_change_and_no_points_on_the_other_side() -> None:
    found = run()
    row = found.rows[0]
    assert row.before.state is RatingState.NOT_RATED
    assert row.change is None
    document: Any = row.to_json()
    assert document["before"]["points"] is None
    assert document["before"]["missing"] == ["capability", "closure-time"]
    stricter = dry_run(SUPPLIERS, OPEN, replace(OPEN, version=2, eligibility_floor=0), AS_OF)
    assert [row.change for row in stricter.rows] == [0] * len(SUPPLIERS)


def test_the_same_evidence_in_any_order_gives_the_same_bytes() -> None:
    expected = canonical.encode(run().to_json())
    for seed in range(5):
        mixed = [replace(one, facts=random.Random(seed).sample(list(one.facts), len(one.facts))) for one in SUPPLIERS]
        random.Random(seed).shuffle(mixed)
        assert canonical.encode(run(mixed).to_json()) == expected


def test_a_broken_record_is_told_and_stops_nobody_else() -> None:
    bad = fact(Kind.INSPECTION_RESULT, "2026-11-05T00:00:00Z", {"lot": "L", "inspected": "many", "nonconforming": 0})
    broken = replace(SUPPLIERS[3], facts=[bad])
    found = run([*SUPPLIERS[:3], broken, *SUPPLIERS[4:]])
    assert [one.subject for one in found.refused] == [broken.subject]
    assert "inspected" in found.refused[0].reason
    assert len(found.rows) == len(SUPPLIERS) - 1


def test_a_supplier_given_twice_is_refused() -> None:
    with pytest.raises(SchemaError):
        run([*SUPPLIERS, SUPPLIERS[0]])


def test_the_summary_counts_what_the_rows_hold() -> None:
    found = run()
    document: Any = found.to_json()
    summary = document["summary"]
    points = sorted(row.after.points for row in found.rows)
    assert summary["after"] == {
        "eligible": len(found.crossing(Crossing.GAINS)),
        "points": {"p10": points[0], "p25": points[1], "p50": points[3], "p75": points[5], "p90": points[7]},
        "rated": 8,
    }
    assert summary["before"] == {"eligible": 0, "points": {}, "rated": 0}


def test_quantiles_are_values_by_nearest_rank() -> None:
    assert quantiles([]) == ()
    assert quantiles([7]) == (7,) * 5
    assert quantiles(range(1, 101)) == (10, 25, 50, 75, 90)


def test_a_policy_out_of_its_days_rates_nobody_and_says_so() -> None:
    found = dry_run(SUPPLIERS[:1], OPEN, replace(OPEN, valid_from=date(2027, 1, 1), version=2), AS_OF)
    assert found.rows[0].after.blockers == ("policy-not-valid",)
