"""Schemas: every version of every kind, held against an independent JSON Schema validator."""

from __future__ import annotations

import contextlib
import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from evidence.canonical import encode, loads
from evidence.draft import Draft, Kind, Tier
from evidence.errors import CredenceError, SchemaError
from evidence.rules import check_rules
from evidence.schema import Schema, by_id, document, latest, tier_of, validate, versions
from evidence.schema_check import FORMATS
from tests.support.fuzz import assert_refuses_cleanly
from tests.support.statements import INSTANT, OTHER_LEI, minimal, series

RESERVED = {
    "_sd",
    "_sd_alg",
    "...",
    "base",
    "iat",
    "iss",
    "kind",
    "occurred",
    "schema",
    "seq",
    "sub",
    "tier",
    "exp",
    "vct",
    "cnf",
}


def oracle(schema: Schema) -> Draft202012Validator:
    formats = FormatChecker(formats=())
    for name, read in FORMATS.items():
        formats.checks(name, raises=CredenceError)(
            lambda value, read=read: not isinstance(value, str) or bool(read(value))
        )
    raw = document(schema)
    Draft202012Validator.check_schema(raw)
    return Draft202012Validator(raw, format_checker=formats)


ORACLES = {schema.id: oracle(schema) for schema in versions()}


def accepts(schema: Schema, fields: dict[str, Any]) -> bool:
    """What our interpreter says of the schema alone, without the rules between fields."""
    if any(name not in fields for name in schema.required):
        return False
    return all(name in schema.checks and schema.checks[name](value) is None for name, value in fields.items())


@pytest.mark.parametrize("schema", versions(), ids=lambda schema: schema.id)
def test_every_version_ever_is_complete_and_bilingual(schema: Schema) -> None:
    raw = document(schema)
    assert by_id(schema.id) is schema
    assert raw["$id"] == f"urn:credence:schema:{schema.kind.value}:{schema.version}"
    assert raw["additionalProperties"] is False
    assert not RESERVED & raw["properties"].keys()
    for name, part in raw["properties"].items():
        assert re.fullmatch("[a-z][a-z0-9_]{0,39}", name)
        assert part["title"] and part["description"].endswith(".") and part["x-tier"] in set(Tier)
        assert re.search("[\u4e00-\u9fff]", part["x-title-zh"]), name
    assert set(raw["required"]) <= {name for name, tier in schema.tiers.items() if tier == Tier.BASE}
    assert _is_bounded(raw, raw["$defs"])


def _is_bounded(part: Any, definitions: dict[str, Any]) -> bool:
    """Whether every text, list and open object below has an upper bound."""
    if isinstance(part, list):
        return all(_is_bounded(each, definitions) for each in part)
    if not isinstance(part, dict):
        return True
    kind = part.get("type")
    if kind == "string" and not ("maxLength" in part or re.search(r"\{[0-9,]+\}", part.get("pattern", ""))):
        return False
    if kind == "array" and "maxItems" not in part:
        return False
    if kind == "object" and part.get("additionalProperties") is not False and "maxProperties" not in part:
        return False
    return all(_is_bounded(each, definitions) for name, each in part.items() if name != "pattern")


@pytest.mark.parametrize("kind", Kind)
def test_what_is_required_is_enough_and_every_bit_of_it_is_needed(kind: Kind) -> None:
    draft = minimal(kind)
    assert validate(draft).kind is kind
    ORACLES[latest(kind).id].validate(draft.fields)
    for name in latest(kind).required:
        with pytest.raises(SchemaError, match=f"/{name}: is missing"):
            validate(minimal(kind, **{name: None}))


ODD = st.sampled_from(
    [None, True, False, 0, 1, -1, 10**9, 10**9 + 1, "", "0", "-1", "1.5", "+1", "01", "1e3", "x" * 64, "x" * 65,
    "x" * 201,
     "\u0000", "a\tb", "批次", "mm", "inch", INSTANT, "2026-02-30T00:00:00Z", str(OTHER_LEI), "2026-03", "2026-13",
     "ab" * 32,
     "major", "pass", "D4", "closed", "grr", [], ["1.5"], ["x", 1], [{"code": "A", "count": 1}], [{"code": "A"}],
     [{"code": "A", "count": 1, "more": 1}], {}, {"GRR": "1"}, {"1x": "1"}, {"GRR": 1},
     {"minor": 0, "major": 0, "critical": 0},
     ["1"] * 10_001, "1" * 31, "0." + "1" * 31]
)  # fmt: skip


@pytest.mark.parametrize("schema", versions(), ids=lambda schema: schema.id)
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_our_interpreter_agrees_with_jsonschema(schema: Schema, data: st.DataObject) -> None:
    names = st.sampled_from([*schema.tiers, "unknown"])
    changes = data.draw(st.dictionaries(names, ODD, max_size=3))
    fields = {**minimal(schema.kind).fields, **changes}
    for name in data.draw(st.lists(names, max_size=1)):
        fields.pop(name, None)
    assert accepts(schema, fields) == ORACLES[schema.id].is_valid(fields), fields


def test_the_oracle_lets_a_final_line_break_pass_and_we_do_not() -> None:
    fields = {**minimal(Kind.KPI).fields, "period": "2026-03\n"}
    assert ORACLES[latest(Kind.KPI).id].is_valid(fields)
    with pytest.raises(SchemaError, match="/period"):
        validate(minimal(Kind.KPI, period="2026-03\n"))


@pytest.mark.parametrize(
    ("draft", "place"),
    [
        (series(values=["10.01", "9.99", "10.00", "x"]), "/values/3: "),
        (series(values=["10.01", "9.99", "10.00", "10.03"]), "/aggregate: "),
        (series(subgroup_size=4), "/subgroup_size: "),
        (series(aggregate={"n": "4"}), "/aggregate: "),
        (series(lower_limit="10.2"), "/upper_limit: "),
        (series(times=[INSTANT]), "/times: "),
        (series(unit="inch"), "/unit: "),
        (series(**{"a/b~c": "1"}), "/a~1b~0c: "),
        (minimal(Kind.INSPECTION_RESULT, nonconforming=101), "/inspected: "),
        (minimal(Kind.INSPECTION_RESULT, lot=None), "/lot: "),
        (minimal(Kind.INSPECTION_RESULT, defects=[{"code": "A", "count": 0}]), "/defects/0/count: "),
        (minimal(Kind.STUDY, characteristic=None), "/characteristic: "),
        (minimal(Kind.STUDY, statistics={"GRR": "8,3"}), "/statistics/GRR: "),
        (minimal(Kind.STUDY, lower_limit="2", upper_limit="1"), "/upper_limit: "),
        (minimal(Kind.NONCONFORMANCE, state="closed"), "/closed_at: "),
        (minimal(Kind.NONCONFORMANCE, closed_at=INSTANT), "/closed_at: "),
        (minimal(Kind.NONCONFORMANCE, state="closed", closed_at="2026-03-01T06:59:59Z"), "/closed_at: "),
        (minimal(Kind.NONCONFORMANCE, quantity="3"), "/unit: "),
        (minimal(Kind.COMPLAINT, state="responded"), "/responded_at: "),
        (minimal(Kind.COMPLAINT, responded_at="2026-02-01T00:00:00Z"), "/responded_at: "),
        (minimal(Kind.EIGHT_D, opened_at=INSTANT, done_at="2026-02-01T00:00:00Z"), "/done_at: "),
        (minimal(Kind.AUDIT, score="101", maximum="100"), "/maximum: "),
        (minimal(Kind.REPAIR, exposure=10, nonconforming=11), "/exposure: "),
        (minimal(Kind.BATCH_RECORD, finished_at="2026-02-01T00:00:00Z"), "/finished_at: "),
        (Draft(Kind.KPI, "yesterday", minimal(Kind.KPI).fields), "occurred: "),
    ],
)
def test_what_is_wrong_is_named_by_its_place(draft: Draft, place: str) -> None:
    with pytest.raises(SchemaError) as caught:
        validate(draft)
    assert caught.value.message.startswith(place)
    assert caught.value.place == place.removesuffix(": ")


def test_a_series_may_lack_limits_and_values() -> None:
    validate(series(lower_limit=None, upper_limit=None, nominal=None))
    validate(series(lower_limit=None))
    validate(series(values=None, operator=None))


def test_half_a_surrogate_pair_is_refused_by_place() -> None:
    with pytest.raises(SchemaError, match="/lot"):
        validate(series(lot="L\ud800"))


def test_rules_speak_only_of_what_is_disclosed() -> None:
    check_rules(Kind.NONCONFORMANCE, {"state": "closed"}, complete=False)
    check_rules(Kind.MEASUREMENT_SERIES, {"values": ["1"]}, complete=False)
    with pytest.raises(SchemaError):
        check_rules(Kind.MEASUREMENT_SERIES, {"lower_limit": "2", "upper_limit": "1"}, complete=False)


def test_tiers_come_from_the_schema() -> None:
    assert tier_of(Kind.MEASUREMENT_SERIES, "aggregate") is Tier.BASE
    assert tier_of(Kind.MEASUREMENT_SERIES, "values") is Tier.RESTRICTED
    assert tier_of(Kind.MEASUREMENT_SERIES, "operator") is Tier.SENSITIVE
    with pytest.raises(SchemaError):
        tier_of(Kind.MEASUREMENT_SERIES, "unknown")
    schema = latest(Kind.MEASUREMENT_SERIES)
    assert schema.highest_tier({}) is Tier.BASE
    assert schema.highest_tier({"part": 1, "values": 2}) is Tier.RESTRICTED
    assert schema.highest_tier({"operator": 1, "values": 2}) is Tier.SENSITIVE


@pytest.mark.parametrize(
    "name",
    ["", "credence:kpi:2", "credence:kpi:0", "credence:kpi:01", "credence:nothing:1", "kpi:1", "credence:kpi:1\n"],
)
def test_unknown_schemas_are_refused(name: str) -> None:
    with pytest.raises(SchemaError):
        by_id(name)


def test_checking_costs_less_than_a_third_of_what_jsonschema_costs() -> None:
    draft = series()
    validate(draft)
    ours = min(_seconds(lambda: validate(draft)) for _ in range(5))
    theirs = min(_seconds(lambda: ORACLES[latest(draft.kind).id].is_valid(draft.fields)) for _ in range(5))
    assert ours < theirs / 3


def _seconds(work: Any) -> float:
    begun = time.process_time()
    for _ in range(50):
        work()
    return time.process_time() - begun


def test_damaged_records_are_refused_cleanly() -> None:
    seeds = [encode(dict(minimal(kind).fields)) for kind in Kind] + [encode(dict(series().fields))]

    def read(data: bytes) -> None:
        fields = loads(data)
        if isinstance(fields, dict):
            for kind in Kind:
                with contextlib.suppress(SchemaError):
                    validate(Draft(kind, INSTANT, fields))

    assert assert_refuses_cleanly(read, seeds) > 100
