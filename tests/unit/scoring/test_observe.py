from datetime import date
from fractions import Fraction

import pytest

from evidence.draft import JsonValue, Kind
from evidence.errors import SchemaError
from scoring.evidence_tuples import EvidenceTuple
from scoring.facts import Fact
from scoring.observe import observe
from scoring.policy_reader import published
from scoring.scale import MICRO
from tests.unit.scoring.builders import AS_OF, MONTH, PURCHASER, fact, series

FIRST = published("first-2026")
VALUES = [f"10.{10 * (i % 9) + 5:02d}" for i in range(30)]


def found(facts: list[Fact], indicator: str, as_of: date = AS_OF) -> list[EvidenceTuple]:
    tuples = [item for item in observe(facts, FIRST, as_of) if item.indicator == indicator]
    return sorted(tuples, key=lambda item: (item.month, item.bad))


def lot(name: str = "L1", occurred: str = "2026-10-05T08:00:00Z", **fields: JsonValue) -> Fact:
    record = {"lot": name, "inspected": 500, "nonconforming": 2, **fields}
    return fact(Kind.INSPECTION_RESULT, occurred, record)


def case(number: str, opened: str, closed: str | None = None, severity: str = "minor", sequence: int = 1) -> Fact:
    fields: dict[str, JsonValue] = {"number": number, "opened_at": opened, "severity": severity, "lot": "L1"}
    fields |= {"state": "closed", "closed_at": closed} if closed else {"state": "opened"}
    return fact(Kind.NONCONFORMANCE, closed or opened, fields, sequence=sequence)


def measured(occurred: str, part: str = "P1", values: list[str] = VALUES, lower: str = "9.0") -> Fact:
    return fact(Kind.MEASUREMENT_SERIES, occurred, series(part, "bore", values, lower=lower, upper="11.5"))


def test_an_inspection_result_is_exposure_and_bad_of_its_month() -> None:
    (item,) = found([lot()], "defect-rate")
    assert (item.exposure, item.bad, item.month, item.mended) == (500, 2, MONTH - 1, False)


def test_an_inspection_of_nothing_is_no_evidence() -> None:
    assert found([lot(inspected=0, nonconforming=0)], "defect-rate") == []


def test_the_month_is_that_of_utc() -> None:
    (item,) = found([lot(occurred="2026-11-01T07:00:00+08:00")], "defect-rate")
    assert item.month == MONTH - 1


def test_the_same_record_under_another_number_counts_once() -> None:
    from dataclasses import replace

    once, twice = lot(), replace(lot(), sequence=2, statement="ff" * 32)
    assert observe([once, twice], FIRST, AS_OF) == observe([once], FIRST, AS_OF)


def test_what_happened_after_the_day_is_not_known_yet() -> None:
    late = lot(occurred="2026-11-23T23:59:59Z")
    assert len(found([late], "defect-rate")) == 1
    assert found([late], "defect-rate", date(2026, 11, 22)) == []


def test_old_bad_evidence_is_kept_and_old_good_evidence_is_not() -> None:
    old = [lot("L1", "2020-01-01T00:00:00Z", nonconforming=0), lot("L2", "2020-01-01T00:00:00Z", nonconforming=1)]
    assert [item.bad for item in found(old, "defect-rate")] == [1]


def test_a_lot_is_mended_once_every_case_about_it_is_closed_with_its_8d() -> None:
    opened, closed = "2026-10-06T00:00:00Z", "2026-10-20T00:00:00Z"
    report = fact(Kind.EIGHT_D, closed, {"number": "8D1", "step": "D8", "nonconformance": "NC1"})
    step = fact(Kind.EIGHT_D, closed, {"number": "8D1", "step": "D5", "nonconformance": "NC1"})
    done = [lot(), case("NC1", opened, closed)]
    assert [item.mended for item in found([*done, report], "defect-rate")] == [True]
    assert [item.mended for item in found([*done, step], "defect-rate")] == [False]
    assert [item.mended for item in found([lot(), case("NC1", opened), report], "defect-rate")] == [False]
    assert [item.mended for item in found([*done, report, case("NC2", opened)], "defect-rate")] == [False]


@pytest.mark.parametrize(
    ("closed", "severity", "bad", "month"),
    [
        ("2026-10-31T00:00:00Z", "minor", 0, MONTH - 1),
        ("2026-10-31T00:00:01Z", "minor", 1, MONTH - 1),
        ("2026-10-15T00:00:00Z", "major", 0, MONTH - 1),
        ("2026-10-16T00:00:00Z", "major", 1, MONTH - 1),
        (None, "major", 1, MONTH),
    ],
)
def test_a_case_is_late_past_the_days_of_its_severity(closed: str | None, severity: str, bad: int, month: int) -> None:
    (item,) = found([case("NC1", "2026-10-01T00:00:00Z", closed, severity)], "closure-time")
    assert (item.exposure, item.bad, item.month) == (1, bad, month)


def test_an_open_case_within_its_time_is_no_success() -> None:
    assert found([case("NC1", "2026-11-20T00:00:00Z")], "closure-time") == []


def test_a_case_closed_after_the_day_is_still_open_that_day() -> None:
    reported = case("NC1", "2026-09-01T00:00:00Z", "2026-11-30T00:00:00Z")
    (item,) = found([fact(Kind.NONCONFORMANCE, "2026-11-01T00:00:00Z", reported.fields)], "closure-time")
    assert (item.bad, item.month) == (1, MONTH)


def test_restating_a_case_makes_it_neither_younger_nor_milder() -> None:
    first = case("NC1", "2026-09-01T00:00:00Z", severity="critical", sequence=1)
    second = case("NC1", "2026-10-01T00:00:00Z", "2026-10-05T00:00:00Z", sequence=2)
    (item,) = found([second, first], "closure-time")
    assert item.bad == 1


def test_a_reopened_case_is_open() -> None:
    closed = case("NC1", "2026-09-01T00:00:00Z", "2026-09-05T00:00:00Z", sequence=1)
    again = case("NC1", "2026-09-01T00:00:00Z", sequence=2)
    assert [item.bad for item in found([closed, again], "closure-time")] == [1]


def test_nobody_closes_the_case_of_another() -> None:
    from dataclasses import replace

    theirs = replace(case("NC1", "2026-09-01T00:00:00Z"), issuer=PURCHASER)
    own = case("NC1", "2026-09-01T00:00:00Z", "2026-09-02T00:00:00Z")
    assert sorted(item.bad for item in found([theirs, own], "closure-time")) == [0, 1]


def test_a_month_of_a_characteristic_is_one_observation_with_its_shortfall() -> None:
    (item,) = found([measured("2026-11-03T00:00:00Z")], "capability")
    assert item.exposure == MICRO
    assert 0 < item.best < item.bad < item.worst < MICRO


def test_splitting_a_month_into_several_series_changes_nothing_but_its_source() -> None:
    whole = measured("2026-11-03T00:00:00Z")
    halves = [
        measured("2026-11-03T00:00:00Z", values=VALUES[:12]),
        measured("2026-11-04T00:00:00Z", values=VALUES[12:]),
    ]
    (one,), (other,) = found([whole], "capability"), found(halves, "capability")
    assert (one.bad, one.best, one.worst) == (other.bad, other.best, other.worst)


def test_too_few_values_are_no_evidence_of_capability() -> None:
    assert found([measured("2026-11-03T00:00:00Z", values=VALUES[:19])], "capability") == []


def test_a_skipped_month_failed_but_the_current_one_is_not_over() -> None:
    facts = [measured("2026-07-03T00:00:00Z"), measured("2026-09-03T00:00:00Z")]
    gaps = [item for item in found(facts, "capability") if item.bad == MICRO]
    assert [item.month for item in gaps] == [MONTH - 3, MONTH - 1]
    assert all(item.best == item.worst == MICRO for item in gaps)


def test_a_gap_of_one_part_is_not_filled_by_another() -> None:
    facts = [measured(f"2026-{month:02d}-03T00:00:00Z") for month in range(6, 12)]
    other = measured("2026-08-03T00:00:00Z", part="P2")
    gaps = [item for item in found([*facts, other], "capability") if item.bad == MICRO]
    assert [item.month for item in gaps] == [MONTH - 2, MONTH - 1]


def test_a_wider_limit_in_a_second_series_does_not_help() -> None:
    tight = measured("2026-11-03T00:00:00Z")
    wide = measured("2026-11-04T00:00:00Z", lower="1.0", values=VALUES)
    once, both = found([tight], "capability")[0], found([tight, wide], "capability")[0]
    assert abs(both.bad - once.bad) < MICRO // 20


def test_a_field_of_the_wrong_shape_is_refused_with_statement_and_field() -> None:
    bad = lot(inspected=-1)
    with pytest.raises(SchemaError) as error:
        observe([bad], FIRST, AS_OF)
    assert error.value.place == f"{bad.statement}/inspected"
    series_fact = measured("2026-11-03T00:00:00Z")
    broken = fact(Kind.MEASUREMENT_SERIES, series_fact.occurred, {**series_fact.fields, "lower_limit": "1e3"})
    with pytest.raises(SchemaError, match="lower_limit"):
        observe([broken], FIRST, AS_OF)


def test_an_undisclosed_field_is_named() -> None:
    hidden = fact(Kind.INSPECTION_RESULT, "2026-10-05T08:00:00Z", {"lot": "L1", "inspected": 4})
    with pytest.raises(SchemaError, match="'nonconforming' of this inspection-result is not disclosed"):
        observe([hidden], FIRST, AS_OF)


def test_cpk_seen_through_the_curve_is_the_published_shortfall() -> None:
    options = FIRST.indicator("capability").options
    (item,) = found([measured("2026-11-03T00:00:00Z")], "capability")
    values = [Fraction(value) for value in VALUES]
    mean = sum(values) / len(values)
    sigma = float(sum((value - mean) ** 2 for value in values) / (len(values) - 1)) ** 0.5
    cpk = min(float(Fraction("11.5") - mean), float(mean - 9)) / (3 * sigma)
    assert abs((MICRO - item.bad) - options.curve.at(int(cpk * MICRO))) <= 1  # type: ignore[union-attr]
