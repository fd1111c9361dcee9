"""The sandbox's files: the same for equal seeds, valid in their formats, and readable with the right numbers."""

from __future__ import annotations

import json
from datetime import UTC
from decimal import Decimal
from pathlib import Path

import pytest

from evidence.draft import Draft, Kind
from lake.reader import read
from sandbox.generator import files, generate, truth
from sandbox.production import Plan
from sandbox.truth import suppliers
from tests.support.required import shared

PLAN = Plan(last="2026-10", months=3)
MAPPING = ".mapping.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("files")
    generate(place, PLAN)
    return place


def drafts(folder: Path) -> list[Draft]:
    found: list[Draft] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.name.endswith(MAPPING) or path.name == "truth.json":
            continue
        mapping = path.with_name(path.name + MAPPING)
        with path.open("rb") as content:
            given = mapping.read_bytes() if mapping.exists() else None
            found += read(path.name, content, mapping=given, default_zone=UTC).drafts
    return found


def test_equal_plans_give_equal_bytes_and_other_seeds_others() -> None:
    assert dict(files(PLAN)) == dict(files(PLAN))
    other = dict(files(Plan(last="2026-10", months=3, seed=7)))
    assert other.keys() == dict(files(PLAN)).keys()
    assert other != dict(files(PLAN))


def test_every_qif_file_is_valid_by_the_published_schema(folder: Path) -> None:
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(str(shared("samples", "qif", "schema30", "QIFDocument.xsd"))))
    found = list(folder.rglob("*.qif"))
    assert len(found) == PLAN.months
    for path in found:
        schema.assertValid(etree.parse(str(path)))


def test_every_file_is_read_back_with_as_many_values_as_were_measured(folder: Path) -> None:
    series = [draft for draft in drafts(folder) if draft.kind is Kind.MEASUREMENT_SERIES]
    measured = sum(len(supplier.characteristics) for supplier in suppliers()) * PLAN.months
    assert len(series) == measured
    for draft in series:
        aggregate = draft.fields["aggregate"]
        assert isinstance(aggregate, dict) and aggregate["n"] == str(PLAN.samples)


def test_measured_means_lie_where_the_truth_puts_them(folder: Path) -> None:
    by_name = {one.name: one for supplier in suppliers() for one in supplier.characteristics}
    for draft in drafts(folder):
        if draft.kind is not Kind.MEASUREMENT_SERIES:
            continue
        name = str(draft.fields["characteristic"]).split(" ")[-1]
        one, aggregate = by_name[name], draft.fields["aggregate"]
        assert isinstance(aggregate, dict)
        scale = Decimal(10) ** int(str(aggregate["decimals"]))
        mean = Decimal(str(aggregate["sum"])) / int(str(aggregate["n"])) / scale
        furthest = abs(one.offset) + abs(one.drift) * PLAN.months + one.sigma
        assert abs(mean - one.nominal) < furthest
        assert Decimal(str(draft.fields["lower_limit"])) == one.lower
        assert Decimal(str(draft.fields["upper_limit"])) == one.upper


def test_inspected_lots_are_read_back_whole(folder: Path) -> None:
    inspected = sum(
        int(str(draft.fields["inspected"]))
        for draft in drafts(folder / suppliers()[0].key)
        if draft.kind is Kind.INSPECTION_RESULT and draft.fields.get("process") == "final-inspection"
    )
    assert inspected == suppliers()[0].lot_size * PLAN.lots * PLAN.months


def test_every_problem_is_opened_before_it_is_closed(folder: Path) -> None:
    found = [draft for draft in drafts(folder / "purchaser") if draft.kind is Kind.NONCONFORMANCE]
    opened = {draft.fields["number"] for draft in found if draft.fields["state"] == "opened"}
    closed = {draft.fields["number"] for draft in found if draft.fields["state"] == "closed"}
    assert closed <= opened
    assert len(opened) == PLAN.problems * PLAN.months * len(suppliers())


def test_the_truth_is_written_beside_and_ranks_the_suppliers() -> None:
    told = json.loads(json.dumps(truth(PLAN)))["suppliers"]
    worst = {
        key: min(Decimal(value) for values in one["cpk"].values() for value in values) for key, one in told.items()
    }
    assert worst["housings"] > worst["cathodes"]
    assert told["housings"]["ppm"] < told["cathodes"]["ppm"] < told["boards"]["ppm"]
