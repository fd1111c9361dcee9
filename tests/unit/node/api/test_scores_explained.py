"""Scores explained, imagined and compared over the API; suppliers listed; policies read, checked and tried."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from evidence.draft import Draft
from evidence.identity import Lei, Subject, lei_from_prefix
from node.auth.permissions import Permission
from node.records.port_exchange import ScoreRecord
from scoring.bundle import ScoreBundle
from scoring.engine import score
from scoring.peers import LEAST_PEERS
from scoring.policy_reader import PUBLISHED, published
from tests.support.api import BUYER, MAKER, ApiHouse
from tests.support.door import Clock
from tests.support.evidence_node import ISSUER, TickingClock
from tests.unit.scoring.builders import AS_OF, year_of_drafts
from tests.unit.scoring.test_engine import mixed

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SCORE = f"/v1/suppliers/{MAKER}/score"


def stocked(tmp_path: Path) -> ApiHouse:
    """A scorer that holds a year of evidence about Maker Ltd."""
    house = ApiHouse(tmp_path, clock=Clock(NOW))
    house.evidence.clock = TickingClock(NOW)
    house.node.submit(year_of_drafts(), subject=Subject(MAKER))
    house.node.seal(limit=1_000)
    return house


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return stocked(tmp_path)


@pytest.fixture
def client(house: ApiHouse) -> Iterator[TestClient]:
    with house.client(house.token()) as client:
        yield client


def test_the_waterfall_sums_exactly_in_both_languages_and_keeps_nothing(house: ApiHouse, client: TestClient) -> None:
    view = client.get(f"{SCORE}/explanation").json()
    total = Decimal(view["reference"]) + sum(Decimal(line["contribution"]) for line in view["lines"])
    assert total == Decimal(view["points"]) > 0
    assert Decimal(view["low"]) <= Decimal(view["points"]) <= Decimal(view["high"])
    assert view["trend"] == {"direction": "new", "change": None, "points": []}
    assert house.node.scores.latest_score(Subject(MAKER)) is None
    chinese = client.get(f"{SCORE}/explanation?language=zh").json()
    assert chinese["lines"][0]["title"] != view["lines"][0]["title"]
    assert {one["indicator"] for one in chinese["reasons"]} == {one["indicator"] for one in view["reasons"]}
    assert client.get(f"{SCORE}/explanation?language=de").status_code == 422


def test_the_trend_names_where_the_score_went(house: ApiHouse, client: TestClient) -> None:
    first = client.post(f"{SCORE}/attestation").json()
    late = year_of_drafts()[1]
    worse = Draft(late.kind, "2026-11-20T08:00:00Z", {**late.fields, "lot": "L99", "nonconforming": 900})
    house.node.submit([worse], subject=Subject(MAKER))
    house.node.seal(limit=10)
    second = client.post(SCORE).json()
    trend = client.get(f"{SCORE}/explanation").json()["trend"]
    assert trend["direction"] == "down" and Decimal(trend["change"]) < 0
    assert [point["attested"] for point in trend["points"]] == [True, False]
    assert [point["number"] for point in trend["points"]] == [first["number"], second["number"]]
    listed = client.get("/v1/suppliers?trend=down").json()["items"]
    assert [item["lei"] for item in listed] == [MAKER]
    assert listed[0]["trend"]["change"] == trend["change"]
    changes = client.get(f"{SCORE}/changes").json()
    assert Decimal(changes["evidence"]) < 0 == Decimal(changes["policy"]) and changes["statements_added"] == 1
    total = sum(Decimal(changes[cause]) for cause in ("ageing", "evidence", "policy"))
    assert abs(total - Decimal(trend["change"])) <= Decimal("0.2")


def test_without_an_earlier_score_nothing_has_changed(client: TestClient) -> None:
    assert client.get(f"{SCORE}/changes").status_code == 404


def test_any_indicator_can_be_imagined_otherwise(client: TestClient) -> None:
    lines = {line["indicator"]: line for line in client.get(f"{SCORE}/explanation").json()["lines"]}
    same = client.post(f"{SCORE}/what-if", json={"shares": {"closure-time": lines["closure-time"]["share"]}}).json()
    assert same["before"] == same["after"]
    best = client.post(f"{SCORE}/what-if", json={"shares": dict.fromkeys(lines, "0")}).json()
    assert best["after"] == "100.0" and best["band"] == published("first-2026").bands[0].name
    for shares in ({"defect-rate": "1.5"}, {"defect-rate": 0}, {}):
        assert client.post(f"{SCORE}/what-if", json={"shares": shares}).status_code == 422
    assert client.post(f"{SCORE}/what-if", json={"shares": {"nonsense": "0"}}).status_code == 404


def test_a_path_reaches_its_target_or_is_said_not_to_exist(client: TestClient) -> None:
    points = Decimal(client.get(f"{SCORE}/explanation").json()["points"])
    view = client.get(f"{SCORE}/path", params={"target": str(points + 2)}).json()
    assert Decimal(view["reaches"]) >= points + 2
    assert view["effort_person_days"] == sum(move["effort_person_days"] for move in view["moves"]) > 0
    assert view["days"] == max(move["days"] for move in view["moves"])
    assert client.get(f"{SCORE}/path?target=100").status_code == 404
    assert client.get(f"{SCORE}/path?target=101").status_code == 400
    assert client.get(f"{SCORE}/path", params={"target": str(points + 2), "within_days": 0}).status_code == 404


def test_peers_are_shown_only_when_there_are_enough_and_never_named(house: ApiHouse, client: TestClient) -> None:
    assert client.get(f"{SCORE}/peers").json()["comparable"] is False
    peers = [lei_from_prefix(f"5299PEER{number:010d}") for number in range(LEAST_PEERS)]
    for number, lei in enumerate(peers):
        enrol(house, lei, f"Peer {number}")
        policy = house.node.score.policy
        card = score(mixed(number), policy, AS_OF, subject=Subject(lei))
        house.node.scores.add_score(
            ScoreRecord(Subject(lei), NOW, policy.hash, ScoreBundle.of(card, policy, (), (), ()).encode())
        )
    answer = client.get(f"{SCORE}/peers")
    view = answer.json()
    assert view["comparable"] and {figure["name"] for figure in view["figures"]} >= {"score", "capability"}
    assert all(1 <= figure["quarter"] <= 4 and len(figure["quantiles"]) == 5 for figure in view["figures"])
    assert not any(str(lei) in answer.text for lei in peers)


def enrol(house: ApiHouse, lei: Lei, name: str) -> None:
    from node.chain.memory import MemoryAdmin
    from node.chain.memory_chain import ENROLLER

    MemoryAdmin(house.evidence.chain, ENROLLER).enrol(lei, name, "http://127.0.0.1:1", ["supplier"])


def test_suppliers_are_filtered_and_paged(house: ApiHouse, client: TestClient) -> None:
    def leis(**query: object) -> list[str]:
        return [item["lei"] for item in client.get("/v1/suppliers", params=query).json()["items"]]

    assert leis(state="unscored") == [ISSUER, MAKER]
    client.post(SCORE)
    assert leis(state="rated") == leis(name="maker") == leis(trend="new") == [MAKER]
    band = client.get(SCORE).json()["card"]["band_name"]
    assert leis(band=band) == [MAKER] and leis(band="none such") == []
    eligible = client.get(SCORE).json()["card"]["eligibility"]
    assert leis(eligibility=eligible) == [MAKER]
    page = client.get("/v1/suppliers?limit=1").json()
    assert [item["lei"] for item in page["items"]] == [ISSUER]
    rest = client.get("/v1/suppliers", params={"limit": 1, "cursor": page["next"]}).json()
    assert [item["lei"] for item in rest["items"]] == [MAKER] and rest["next"] is None
    assert client.get("/v1/suppliers", params={"limit": 1, "cursor": page["next"], "band": "A"}).status_code == 400
    assert BUYER not in leis()


def test_policies_are_listed_read_and_compared(client: TestClient) -> None:
    items = client.get("/v1/policies").json()["items"]
    assert [item["name"] for item in items] == list(PUBLISHED)
    assert [item["name"] for item in items if item["in_force"]] == ["first-2026"]
    detail = client.get("/v1/policies/balanced-2026").json()
    checked = client.post("/v1/policies/check", content=json.dumps(detail["document"]))
    assert checked.json() == {"name": "balanced-2026", "version": 2, "hash": detail["hash"], "canonical": False}
    assert client.post("/v1/policies/check", content=published("balanced-2026").encode()).json()["canonical"] is True
    same = client.post("/v1/policies/diff", json={"old": "balanced-2026", "new": detail["document"]}).json()
    assert same["changes"] == [] and same["old"] == same["new"]
    other = client.post("/v1/policies/diff", json={"old": "balanced-2026", "new": "complaint-first-2026"}).json()
    assert any("/weight" in change["place"] for change in other["changes"])
    card = client.get("/v1/policies/first-2026/model-card").json()
    assert card["format"] == "credence-model-card/1" and card["policy"]["hash"] == items[2]["hash"]
    assert client.get("/v1/policies/none-such").status_code == 404


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda it: it["indicators"][0].update(weight=it["indicators"][0]["weight"] + 1), "/indicators"),
        (lambda it: it["indicators"][1]["curve"][3].__setitem__(1, 999_999), "/indicators/1/curve/3"),
        (lambda it: it["indicators"][2].update(id="charm"), "/indicators/2/id"),
    ],
    ids=["weights", "knots", "indicator"],
)
def test_a_bad_policy_is_refused_with_the_exact_place(client: TestClient, change: object, place: str) -> None:
    document = client.get("/v1/policies/first-2026").json()["document"]
    change(document)  # type: ignore[operator]
    refused = client.post("/v1/policies/check", content=json.dumps(document))
    assert (refused.status_code, refused.json()["place"]) == (422, place)
    tried = client.post("/v1/policies/dry-run", json={"new": document})
    assert (tried.status_code, tried.json()["place"]) == (422, f"/new{place}")


def test_a_dry_run_tries_a_policy_on_everyone_and_keeps_nothing(house: ApiHouse, client: TestClient) -> None:
    run = client.post("/v1/policies/dry-run", json={"new": "balanced-2026"}).json()
    assert run["format"] == "credence-dry-run/1" and [row["subject"] for row in run["rows"]] == [MAKER]
    assert run["old"]["name"] == "first-2026"
    assert house.node.scores.latest_score(Subject(MAKER)) is None
    with house.client(house.token(Permission.SCORES_READ)) as reader:
        assert reader.post("/v1/policies/dry-run", json={"new": "balanced-2026"}).status_code == 403
