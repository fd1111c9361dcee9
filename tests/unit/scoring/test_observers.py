"""The indicators that only the full policies weigh."""

import random
from dataclasses import replace

import pytest

from evidence.aggregate import Aggregate
from evidence.draft import JsonValue, Kind
from evidence.errors import SchemaError
from evidence.identity import Lei
from scoring.card import RatingState
from scoring.engine import score
from scoring.evidence_tuples import EvidenceTuple
from scoring.facts import Fact
from scoring.observe import observe
from scoring.options import InspectionOptions, SlotRule
from scoring.policy import Policy
from scoring.policy_reader import published
from scoring.scale import MICRO
from tests.unit.scoring.builders import AS_OF, MONTH, PURCHASER, SUPPLIER, enough, fact, series
from tests.unit.scoring.tricks import OWNERS, SISTER

BALANCED = published("balanced-2026")


def counted(policy: Policy) -> Policy:
    """The policy with inspections that count without a promised slot."""
    inspected = policy.indicator("surprise-inspection")
    assert isinstance(inspected.options, InspectionOptions)
    other = replace(inspected, options=replace(inspected.options, slots=SlotRule.COUNTED))
    return replace(policy, indicators=tuple(other if one is inspected else one for one in policy.indicators))


COUNTED = counted(BALANCED)


def found(facts: list[Fact], indicator: str, policy: Policy = BALANCED) -> list[EvidenceTuple]:
    tuples = [item for item in observe(facts, policy, AS_OF) if item.indicator == indicator]
    return sorted(tuples, key=lambda item: (item.month, item.bad))


def complaint(number: str, received: str, responded: str | None = None, sequence: int = 1) -> Fact:
    fields: dict[str, JsonValue] = {"number": number, "received_at": received, "severity": "major"}
    fields |= {"state": "responded", "responded_at": responded} if responded else {"state": "received"}
    return fact(Kind.COMPLAINT, responded or received, fields, sequence=sequence)


@pytest.mark.parametrize(
    ("responded", "bad", "month"),
    [("2026-10-03T00:00:00Z", 0, MONTH - 1), ("2026-10-03T00:00:01Z", 1, MONTH - 1), (None, 1, MONTH)],
)
def test_a_complaint_must_be_answered_within_48_hours(responded: str | None, bad: int, month: int) -> None:
    (item,) = found([complaint("C1", "2026-10-01T00:00:00Z", responded)], "complaint-response")
    assert (item.bad, item.month) == (bad, month)


def test_an_open_complaint_of_yesterday_is_no_success() -> None:
    assert found([complaint("C1", "2026-11-22T12:00:00Z")], "complaint-response") == []


def test_an_answer_that_is_restated_earlier_is_not_believed() -> None:
    late = complaint("C1", "2026-10-01T00:00:00Z", "2026-10-09T00:00:00Z", sequence=1)
    early = complaint("C1", "2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z", sequence=2)
    assert [item.bad for item in found([late, early], "complaint-response")] == [1]


def problem(number: str, opened: str, code: str | None = "crack", part: str = "P1") -> Fact:
    fields: dict[str, JsonValue] = {"number": number, "state": "opened", "opened_at": opened, "severity": "minor"}
    fields |= ({"part": part} if part else {}) | ({"defect_code": code} if code else {})
    return fact(Kind.NONCONFORMANCE, opened, fields)


LATELY = fact(Kind.INSPECTION_RESULT, "2026-11-20T00:00:00Z", {"lot": "L", "inspected": 9, "nonconforming": 8})


@pytest.mark.parametrize(
    ("second", "verdicts"),
    [
        (problem("2", "2025-10-01T00:00:00Z"), [(MONTH - 13, 1), (MONTH - 1, 0)]),
        (problem("2", "2026-09-02T00:00:00Z"), [(MONTH - 2, 0)]),
        (problem("2", "2026-09-01T00:00:00Z"), [(MONTH - 2, 1)]),
        (problem("2", "2027-01-01T00:00:00Z"), [(MONTH - 2, 0)]),
        (problem("2", "2026-08-01T00:00:00Z", code="scratch"), [(MONTH - 2, 0)]),
        (problem("2", "2026-08-01T00:00:00Z", part="P2"), [(MONTH - 2, 0)]),
    ],
)
def test_a_problem_is_repeated_when_it_comes_back_within_a_year(second: Fact, verdicts: list[tuple[int, int]]) -> None:
    items = found([problem("1", "2025-09-01T00:00:00Z"), second, LATELY], "repeat-problems")
    assert [(item.month, item.bad) for item in items] == verdicts


def test_a_problem_has_not_come_back_only_where_good_units_were_inspected_since() -> None:
    old = problem("1", "2025-09-01T00:00:00Z")
    assert found([old], "repeat-problems") == []
    early = fact(Kind.INSPECTION_RESULT, "2026-08-31T23:00:00Z", {"lot": "L", "inspected": 9, "nonconforming": 0})
    useless = fact(Kind.INSPECTION_RESULT, "2026-11-20T00:00:00Z", {"lot": "L", "inspected": 9, "nonconforming": 9})
    assert found([old, early, useless], "repeat-problems") == []
    assert [item.bad for item in found([old, LATELY], "repeat-problems")] == [0]


def test_a_problem_within_its_year_is_neither_repeated_nor_solved() -> None:
    assert found([problem("1", "2025-12-01T00:00:00Z")], "repeat-problems") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (problem("1", "2026-08-01T00:00:00Z", None), problem("2", "2026-09-01T00:00:00Z", None)),
        (problem("1", "2026-08-01T00:00:00Z"), problem("2", "2026-09-01T00:00:00Z", None)),
        (problem("1", "2026-08-01T00:00:00Z", None), problem("2", "2026-09-01T00:00:00Z")),
        (problem("1", "2026-08-01T00:00:00Z", None), problem("2", "2026-09-01T00:00:00Z", part="")),
        (problem("1", "2026-08-01T00:00:00Z"), problem("2", "2026-09-01T00:00:00Z", part="")),
    ],
)
def test_leaving_out_part_or_code_makes_a_problem_like_any_other(first: Fact, second: Fact) -> None:
    assert [item.bad for item in found([first, second], "repeat-problems")] == [1]


def test_the_nearest_case_of_a_problem_is_found_as_by_comparing_all() -> None:
    rng = random.Random(3)
    for _ in range(30):
        facts = []
        for number in range(12):
            opened = f"2026-{rng.randint(1, 9):02d}-{rng.randint(1, 28):02d}T00:00:00Z"
            code = rng.choice(["a", "b", None])
            facts.append(problem(str(number), opened, code, part=rng.choice(["P1", "P2", ""])))

        def alike(one: Fact, other: Fact) -> bool:
            return all(
                not (one.label(name) and other.label(name)) or one.label(name) == other.label(name)
                for name in ("part", "defect_code")
            )

        order = sorted(facts, key=lambda item: (item.occurred, item.label("number")))
        expected = sum(any(alike(one, other) for other in order[index + 1 :]) for index, one in enumerate(order))
        assert len(found(facts, "repeat-problems")) == expected


def test_a_missing_number_is_a_withheld_statement_in_the_month_of_the_next() -> None:
    def numbered(number: int, day: str) -> Fact:
        record = {"lot": f"L{number}", "inspected": 9, "nonconforming": 0}
        return fact(Kind.INSPECTION_RESULT, f"2026-{day}T00:00:00Z", record, sequence=number)

    facts = [numbered(1, "09-01"), numbered(2, "09-02"), numbered(5, "10-01")]
    assert [(item.month, item.exposure, item.bad) for item in found(facts, "sharing-completeness")] == [
        (MONTH - 2, 1, 0),
        (MONTH - 1, 1, 1),
    ]
    withheld = [numbered(2, "09-02")]
    assert [item.bad for item in found(withheld, "sharing-completeness")] == [1]


def test_issuing_the_same_record_again_neither_leaves_a_gap_nor_buys_completeness() -> None:
    record = {"lot": "L", "inspected": 9, "nonconforming": 0}
    facts = [fact(Kind.INSPECTION_RESULT, "2026-09-01T00:00:00Z", record, sequence=number) for number in (1, 2, 3)]
    assert found(facts, "sharing-completeness") == found(facts[:1], "sharing-completeness")
    assert [item.exposure for item in found(facts, "defect-rate")] == [9]


def audit(result: str = "pass", number: str = "A1", **fields: JsonValue) -> Fact:
    record = {"number": number, "type": "surprise-inspection", "result": result, **fields}
    return fact(Kind.AUDIT, "2026-10-01T00:00:00Z", record, issuer=PURCHASER)


@pytest.mark.parametrize(
    ("inspection", "bad"),
    [
        (audit(), 0),
        (audit("fail"), MICRO),
        (audit("aborted"), MICRO),
        (audit("conditional"), 500_000),
        (audit(findings={"minor": 1, "major": 1, "critical": 0}), 350_000),
        (audit("conditional", findings={"minor": 1, "major": 0, "critical": 0}), 500_000),
        (audit(findings={"minor": 10**9, "major": 0, "critical": 0}), MICRO),
    ],
)
def test_an_inspection_costs_what_its_result_and_findings_say(inspection: Fact, bad: int) -> None:
    (item,) = found([inspection], "surprise-inspection", COUNTED)
    assert (item.exposure, item.bad) == (MICRO, bad)


def test_announced_own_and_other_audits_are_no_surprise_inspections() -> None:
    announced, own = audit(announced=True), replace(audit(), issuer=SUPPLIER.lei)
    other = audit(type="internal")
    assert found([announced, own, other], "surprise-inspection") == []


def test_of_one_issuer_one_clean_inspection_a_month_counts_and_every_bad_one() -> None:
    facts = [audit(number=f"A{index}") for index in range(5)] + [audit("fail", f"B{index}") for index in range(3)]
    assert [item.bad for item in found(facts, "surprise-inspection", COUNTED)] == [0, MICRO, MICRO, MICRO]
    assert [item.bad for item in found(facts, "surprise-inspection")] == [MICRO] * 3, "clean ones need a promised slot"


def step(due: str | None, done: str | None, sequence: int = 1) -> Fact:
    fields: dict[str, JsonValue] = {"number": "8D1", "step": "D3"}
    fields |= ({"due_at": due} if due else {}) | ({"done_at": done} if done else {})
    return fact(Kind.EIGHT_D, "2026-10-01T00:00:00Z", fields, sequence=sequence)


@pytest.mark.parametrize(
    ("facts", "bad"),
    [
        ([step("2026-10-05T00:00:00Z", "2026-10-05T00:00:00Z")], [0]),
        ([step("2026-10-05T00:00:00Z", "2026-10-06T00:00:00Z")], [1]),
        ([step("2026-10-05T00:00:00Z", None)], [1]),
        ([step("2026-12-05T00:00:00Z", None)], []),
        ([step(None, "2026-10-05T00:00:00Z")], []),
        ([step("2026-10-02T00:00:00Z", None), step("2026-10-30T00:00:00Z", "2026-10-20T00:00:00Z", 2)], [1]),
    ],
)
def test_a_corrective_step_is_late_past_its_first_due_time(facts: list[Fact], bad: list[int]) -> None:
    assert [item.bad for item in found(facts, "corrective-evidence")] == bad


def measured(values: list[str], size: int) -> Fact:
    fields = {**series("P1", "kiln", values), "subgroup_size": size}
    fields["aggregate"] = dict(Aggregate.of_values(values, subgroup_size=size).to_json())
    return fact(Kind.MEASUREMENT_SERIES, "2026-10-01T00:00:00Z", fields)


def test_a_wandering_process_is_less_stable_than_a_steady_one() -> None:
    noise = [f"{800 + (37 * index) % 11}" for index in range(40)]
    wandering = [f"{int(value) + 5 * (index // 4)}" for index, value in enumerate(noise)]
    (steady,), (drifting,) = (found([measured(values, 4)], "process-stability") for values in (noise, wandering))
    assert steady.bad < MICRO // 5
    assert drifting.bad > MICRO // 2


def test_single_values_say_nothing_about_stability() -> None:
    assert found([measured([str(800 + index % 7) for index in range(40)], 1)], "process-stability") == []


def kpi(value: str, name: str = "process-risk", unit: str = "1", issuer: Lei = SUPPLIER.lei) -> Fact:
    record = {"name": name, "value": value, "unit": unit, "period": "2026-10"}
    return fact(Kind.KPI, "2026-10-31T00:00:00Z", record, issuer=issuer)


def test_the_process_risk_index_is_its_own_bad_part_rounded_up() -> None:
    (item,) = found([kpi("0.1234567")], "process-risk")
    assert (item.exposure, item.bad) == (MICRO, 123_457)
    assert found([kpi("3", name="scrap-rate")], "process-risk") == []


@pytest.mark.parametrize(
    ("value", "issuer", "months"),
    [("0.9", PURCHASER, 1), ("0.5", PURCHASER, 1), ("0.4", PURCHASER, 0), ("0", PURCHASER, 0), ("7", PURCHASER, 0),
     ("0.9", SUPPLIER.lei, 0), ("0.9", SISTER, 0)],
)  # fmt: skip
def test_training_with_the_others_is_a_month_of_sharing_when_somebody_else_says_so(
    value: str, issuer: Lei, months: int
) -> None:
    given = observe([kpi(value, "federated-learning", issuer=issuer)], BALANCED, AS_OF, OWNERS)
    shared = [item for item in given if item.indicator == "sharing-completeness"]
    assert [(item.issuer, item.bad) for item in shared] == [(PURCHASER, 0)] * months


def test_a_month_of_training_is_shared_once_however_many_runs_it_had() -> None:
    runs = [replace(kpi("1", "federated-learning", issuer=PURCHASER), sequence=number) for number in (1, 2, 3)]
    assert len(found(runs, "sharing-completeness")) == 1


@pytest.mark.parametrize("index", [kpi("1.01"), kpi("-0.1"), kpi("0.5", unit="%")])
def test_an_index_out_of_its_range_is_refused(index: Fact) -> None:
    with pytest.raises(SchemaError, match="process-risk"):
        found([index], "process-risk")


def test_a_newcomer_starts_with_nothing_and_no_better_than_the_worst() -> None:
    newcomer = score([], BALANCED, AS_OF, subject=SUPPLIER)
    worst = [replace(item, bad=item.exposure, best=item.exposure, worst=item.exposure) for item in enough(24)]
    assert newcomer.state is RatingState.RATED
    assert (newcomer.points, newcomer.high) == (0, 0)
    assert newcomer.points <= score(worst, BALANCED, AS_OF, subject=SUPPLIER).points


def test_whoever_is_active_without_complaints_is_judged_by_the_prior_not_as_missing() -> None:
    active = [item for item in enough(12) if item.indicator in ("defect-rate", "capability")]
    card = score(active, BALANCED, AS_OF, subject=SUPPLIER)
    present = {line.indicator: line.present for line in card.lines}
    assert present["complaint-response"] and present["closure-time"]
    assert not present["surprise-inspection"] and not present["process-risk"]


def test_a_withheld_statement_is_the_worst_it_could_have_said_and_as_fresh_as_today() -> None:
    shown = [complaint("C1", "2026-03-01T00:00:00Z", "2026-03-01T01:00:00Z", sequence=number) for number in (1, 4)]
    assert [(item.exposure, item.bad, item.month) for item in found(shown, "complaint-response")][-1] == (2, 2, MONTH)
    record = {"lot": "L", "inspected": 700, "nonconforming": 0}
    lots = [fact(Kind.INSPECTION_RESULT, "2026-09-01T00:00:00Z", record, sequence=number) for number in (1, 3)]
    assert [item.bad for item in found(lots, "defect-rate")] == [0, 700]


def test_an_absurd_sequence_number_is_bounded() -> None:
    record = {"lot": "L", "inspected": 9, "nonconforming": 0}
    absurd = fact(Kind.INSPECTION_RESULT, "2026-09-01T00:00:00Z", record, sequence=2**53 - 1)
    assert max(item.bad for item in found([absurd], "defect-rate")) == 10**12
