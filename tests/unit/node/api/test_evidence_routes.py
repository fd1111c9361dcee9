"""Evidence about a supplier in time, its gaps, capability month by month, and control charts over the API."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from evidence.aggregate import Aggregate
from evidence.draft import Draft, JsonValue, Kind
from evidence.identity import Subject
from evidence.log import InclusionProof, LogHead
from evidence.merkle import leaf_hash
from evidence.statement import issue, parse
from node.auth.model import TrailAction, TrailQuery
from node.auth.permissions import Permission
from node.records.port_exchange import ReceivedStatement
from tests.support.api import BUYER, MAKER, ApiHouse
from tests.support.evidence_node import seeded
from tests.unit.node.api.test_scores_explained import NOW, stocked
from tests.unit.scoring.builders import series, year_of_drafts

ONE = f"/v1/suppliers/{MAKER}"
CHART = f"{ONE}/characteristics/chart"
BORE = {"part": "P1", "characteristic": "bore"}


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return stocked(tmp_path)


@pytest.fixture
def client(house: ApiHouse) -> Iterator[TestClient]:
    with house.client(house.token()) as client:
        yield client


def test_the_timeline_goes_from_new_to_old_in_pages(house: ApiHouse, client: TestClient) -> None:
    seen: list[dict[str, str]] = []
    cursor = None
    while True:
        page = client.get(f"{ONE}/evidence", params={"limit": 7} | ({"cursor": cursor} if cursor else {})).json()
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert len({item["id"] for item in seen}) == len(seen) == len(year_of_drafts())
    assert [item["occurred"] for item in seen] == sorted((item["occurred"] for item in seen), reverse=True)
    assert all(item["anchored"] for item in seen)
    only = client.get(f"{ONE}/evidence?kind=nonconformance").json()["items"]
    assert {item["kind"] for item in only} == {"nonconformance"} and len(only) == 6


def test_what_is_withheld_is_named_as_a_gap(house: ApiHouse, client: TestClient) -> None:
    whole = client.get(f"{ONE}/evidence/gaps").json()
    assert whole["complete"] and whole["statements"] == whole["anchored"] == len(year_of_drafts())
    assert len(whole["months"]) == 12 and whole["months"][-1]["kinds"]["inspection-result"] == 1
    other: dict[str, JsonValue] = {"lot": "L1", "part": "P1", "inspected": 50, "nonconforming": 0, "result": "pass"}
    from_buyer = [stated(Draft(Kind.INSPECTION_RESULT, "2026-10-01T08:00:00Z", other), number) for number in (1, 2, 5)]
    house.evidence.records.exchange.receive(from_buyer)
    gaps = client.get(f"{ONE}/evidence/gaps").json()
    assert not gaps["complete"] and gaps["statements"] == whole["statements"] + 3
    (gap,) = gaps["gaps"]
    assert (gap["issuer"], gap["kind"], gap["first"], gap["last"]) == (BUYER, "inspection-result", 3, 4)


def stated(draft: Draft, number: int) -> ReceivedStatement:
    """A statement of the buyer about Maker Ltd, as it is kept once fetched."""
    made = issue(
        draft,
        issuer=BUYER,
        subject=Subject(MAKER),
        sequence=number,
        issued=NOW,
        key=seeded("buyer"),
        entropy=os.urandom,
    )
    read = parse(made.sd_jwt())
    return ReceivedStatement(
        read.statement_id,
        BUYER,
        Subject(MAKER),
        draft.kind,
        number,
        read.occurred_at,
        made.sd_jwt(),
        LogHead(1, leaf_hash(read.leaf)),
        InclusionProof(0, 1, ()),
        NOW,
    )


def test_capability_month_by_month_is_what_the_score_read(house: ApiHouse, client: TestClient) -> None:
    (bore,) = client.get(f"{ONE}/characteristics").json()["items"]
    assert (bore["part"], bore["characteristic"], bore["unit"]) == ("P1", "bore", "mm")
    assert len(bore["months"]) == 12 and [one["month"] for one in bore["months"]] == sorted(
        one["month"] for one in bore["months"]
    )
    for month in bore["months"]:
        assert float(month["low"]) <= float(month["cpk"]) <= float(month["high"])
        assert month["meets_goal"] is (float(month["cpk"]) >= 1.67) and month["n"] == 25
    house.node.submit(
        [Draft(Kind.MEASUREMENT_SERIES, "2026-11-21T08:00:00Z", series("P2", "few", ["1.0", "1.1"], upper="2"))],
        subject=Subject(MAKER),
    )
    house.node.seal(limit=10)
    few = client.get(f"{ONE}/characteristics").json()["items"][1]["months"][0]
    assert (few["cpk"], few["meets_goal"]) == (None, False)


def test_a_chart_shows_values_only_to_whoever_may_see_them(house: ApiHouse, client: TestClient) -> None:
    chart = client.get(CHART, params={**BORE, "values": True, "rules": "nelson"}).json()
    assert (chart["basis"], chart["chart"], chart["series"]) == ("values", "i-mr", 12)
    assert len(chart["panels"][0]["points"]) == len(chart["points"]) == 12 * 25
    drafts = [draft for draft in year_of_drafts() if draft.kind is Kind.MEASUREMENT_SERIES]
    oldest = min(drafts, key=lambda draft: draft.occurred)
    assert chart["panels"][0]["points"][:25] == [float(str(value)) for value in values_of(oldest)]
    assert chart["in_control"] is (not chart["signals"] and not any(one["outside"] for one in chart["panels"]))
    assert chart["limits"] == {"lower_limit": "10.00", "nominal": None, "upper_limit": "11.00"}
    (entry,) = house.door.stores.trail.page(TrailQuery(action=TrailAction.DISCLOSED))
    assert entry.event.detail["characteristic"] == "bore"
    with house.client(house.token(Permission.STATEMENTS_READ)) as reader:
        means = reader.get(CHART, params={**BORE, "values": True}).json()
    assert means["basis"] == "series-means" and len(means["panels"][0]["points"]) == 12


def values_of(draft: Draft) -> list[JsonValue]:
    values = draft.fields["values"]
    assert isinstance(values, list)
    return values


def test_subgroups_make_a_chart_of_means(house: ApiHouse, client: TestClient) -> None:
    drafts = []
    for day in range(1, 9):
        values = [f"{5 + ((day * 7 + i * 3) % 10) / 100:.2f}" for i in range(10)]
        fields = series("P3", "width", values, lower="4.5", upper="5.5")
        grouped = {**fields, "subgroup_size": 5, "aggregate": Aggregate.of_values(values, subgroup_size=5).to_json()}
        drafts.append(Draft(Kind.MEASUREMENT_SERIES, f"2026-11-{day:02d}T08:00:00Z", grouped))
    house.node.submit(drafts, subject=Subject(MAKER))
    chart = client.get(CHART, params={"part": "P3", "characteristic": "width", "values": True}).json()
    assert chart["chart"] == "xbar-r" and len(chart["panels"][0]["points"]) == len(chart["points"]) == 16


def test_an_unknown_characteristic_or_too_few_points_are_told(house: ApiHouse, client: TestClient) -> None:
    assert client.get(CHART, params={**BORE, "characteristic": "none"}).status_code == 404
    assert client.get(CHART, params={**BORE, "rules": "mine"}).status_code == 422
    only = Draft(Kind.MEASUREMENT_SERIES, "2026-11-21T08:00:00Z", series("P2", "few", ["1.0", "1.1"], upper="2"))
    house.node.submit([only], subject=Subject(MAKER))
    answer = client.get(CHART, params={"part": "P2", "characteristic": "few"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:credence:error:SchemaError")
