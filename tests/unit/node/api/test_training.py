"""Federated training over the API: runs beside the chain, and a plant that pauses, goes on and leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from node.auth.model import TrailAction, TrailQuery
from node.auth.permissions import Role
from node.training.port import Withdrawal
from tests.support.api import CSRF, ApiHouse, done, signed_in
from tests.support.door import GOOD
from tests.support.steward import NAME, PARTIES, SimulatedSteward
from tests.unit.node.services.test_process_risk_at_node import WEIGHTS, record

URL = "/v1/training"


@pytest.fixture
def steward() -> SimulatedSteward:
    return SimulatedSteward()


@pytest.fixture
def house(tmp_path: Path, steward: SimulatedSteward) -> ApiHouse:
    return ApiHouse(tmp_path, steward=steward)


@pytest.fixture
def clients(house: ApiHouse) -> Iterator[dict[str, TestClient]]:
    with signed_in(house, {"stef": [Role.STEWARD], "eva": [Role.ENGINEER], "pat": [Role.PURCHASER]}) as found:
        yield found


def test_runs_are_started_watched_and_stopped(clients: dict[str, TestClient], steward: SimulatedSteward) -> None:
    stef = clients["stef"]
    row = done(stef.post(f"{URL}/runs", json={"rounds": 10, "parties": 4}), 201)
    assert row["state"] == "running"
    assert steward.wishes["train"] == {"epochs": 2, "rate": "0.005"}
    steward.done = 2
    detail = done(stef.get(f"{URL}/runs/{NAME}"))
    assert [one["round"] for one in detail["records"]] == [1, 2]
    assert (detail["records"][0]["out"], detail["records"][0]["epsilon"]) == ([str(PARTIES[3])], "2.5")
    assert (detail["on_chain"], detail["agrees"]) == (0, True)
    assert done(stef.post(f"{URL}/runs/{NAME}/stop"))["state"] == "stopped"
    assert done(stef.post(f"{URL}/runs/{NAME}/resume"))["state"] == "running"
    steward.state = "finished"
    assert stef.post(f"{URL}/runs/{NAME}/resume").status_code == 409
    assert stef.get(f"{URL}/runs/{'cd' * 16}").status_code == 404
    steward.away = True
    assert stef.get(URL).status_code == 503


def test_who_may_what(clients: dict[str, TestClient]) -> None:
    assert clients["pat"].get(URL).status_code == 403
    assert clients["eva"].get(URL).status_code == 200
    assert clients["eva"].post(f"{URL}/runs", json={"rounds": 10, "parties": 4}).status_code == 403
    for wrong in ({"rounds": 0, "parties": 4}, {"rounds": 5, "parties": 2}, {"rounds": 5, "parties": 4, "rate": "x"}):
        assert clients["stef"].post(f"{URL}/runs", json=wrong).status_code == 422


def test_a_plant_pauses_goes_on_and_leaves_for_good(house: ApiHouse, clients: dict[str, TestClient]) -> None:
    eva, folder = clients["eva"], house.tmp / "plant"
    (folder / "contributions" / NAME).mkdir(parents=True)
    settings = {"org": str(PARTIES[0]), "superlink": "127.0.0.1:1", "spec": "spec.json", "data": "rows.parquet"}
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "spec.json").write_text(json.dumps({"features": [{"name": "temperature", "unit": "K"}]}))
    (folder / "pin.json").write_text(json.dumps({"code": "0x" + "22" * 32}))
    (folder / "contributions" / NAME / "000001.json").write_text(json.dumps({"step": 1}))
    plant = done(eva.get(f"{URL}/plant"))["plant"]
    assert plant["pinned"].startswith("0x22")
    assert [(one["run"], one["step"]) for one in plant["given"]] == [(NAME, 1)]
    assert done(eva.post(f"{URL}/plant/pause"))["plant"]["paused"]
    assert (folder / "paused").exists()
    assert not done(eva.post(f"{URL}/plant/resume"))["plant"]["paused"]
    left = done(eva.post(f"{URL}/plant/leave"))
    assert left["plant"]["left"]
    assert [(one["run"], one["party"], one["retrained"]) for one in left["runs"]] == [
        (NAME, str(PARTIES[0]), "cd" * 16)
    ]
    assert eva.post(f"{URL}/plant/resume").status_code == 409
    (folder / "settings.json").write_text("[]")
    assert eva.get(f"{URL}/plant").status_code in (400, 422)


def test_a_node_without_steward_or_plant_says_so(tmp_path: Path) -> None:
    house = ApiHouse(tmp_path)
    house.person("stef", Role.STEWARD)
    with house.client() as client:
        client.post("/v1/session", json={"name": "stef", "password": GOOD})
        client.headers[CSRF] = client.get("/v1/session").json()["csrf"]
        assert done(client.get(URL)) == {"steward": None, "runs": []}
        answer = client.post(f"{URL}/runs", json={"rounds": 1, "parties": 3})
        assert answer.status_code == 404 and "STEWARD_URL" in answer.json()["advice"]


def test_a_plant_whose_folder_nobody_set_up_yet_is_no_fault(house: ApiHouse, clients: dict[str, TestClient]) -> None:
    eva = clients["eva"]
    assert done(eva.get(f"{URL}/plant")) == {"plant": None}
    for verb in ("pause", "resume", "leave"):
        answer = eva.post(f"{URL}/plant/{verb}")
        assert answer.status_code == 404 and str(house.tmp) not in answer.text, answer.text


def events(house: ApiHouse, kind: str) -> list[dict[str, object]]:
    found = house.evidence.records.events.events(limit=1_000)
    return [dict(one.data) for one in found if one.type.startswith(kind)]


def trail(house: ApiHouse, action: TrailAction) -> list[tuple[str, dict[str, str]]]:
    found = house.door.stores.trail.page(TrailQuery(action=action))
    return [(one.event.target, dict(one.event.detail)) for one in found]


def test_what_is_done_to_runs_is_in_the_trail_and_told_as_it_happens(
    house: ApiHouse, clients: dict[str, TestClient], steward: SimulatedSteward
) -> None:
    stef = clients["stef"]
    done(stef.post(f"{URL}/runs", json={"rounds": 10, "parties": 4}), 201)
    done(stef.post(f"{URL}/runs/{NAME}/stop"))
    done(stef.post(f"{URL}/runs/{NAME}/resume"))
    steward.state = "finished"
    assert stef.post(f"{URL}/runs/{NAME}/resume").status_code == 409
    assert trail(house, TrailAction.TRAINING_STARTED) == [(NAME, {"rounds": "10", "parties": "4"})]
    assert len(trail(house, TrailAction.TRAINING_STOPPED)) == len(trail(house, TrailAction.TRAINING_RESUMED)) == 1
    assert [(one["run"], one["by"]) for one in events(house, "training.")] == [(NAME, "stef")] * 3


def test_drift_and_contributions_are_told_with_the_reason_where_nothing_can_be(
    clients: dict[str, TestClient], steward: SimulatedSteward
) -> None:
    eva = clients["eva"]
    told = done(eva.get(f"{URL}/runs/{NAME}/drift"))
    assert (told["state"], told["features"]) == ("unknown", []) and "one round" in told["reason"]
    steward.done, steward.moved = 10, [("torque", 20_000, "steady"), ("wear", 310_000, "stop")]
    told = done(eva.get(f"{URL}/runs/{NAME}/drift"))
    assert (told["state"], told["before"], told["after"]) == ("stop", 1, 10)
    parties = done(eva.get(f"{URL}/runs/{NAME}/contributions"))["parties"]
    assert [(one["reason"], one["shared"]) for one in parties[:3]] == [("", "1"), ("", "1"), ("harmful", "0")]
    assert parties[3]["reason"] == "never-in"
    assert eva.get(f"{URL}/runs/{'cd' * 16}/drift").status_code == 404
    assert clients["pat"].get(f"{URL}/runs/{NAME}/contributions").status_code == 403


def test_whoever_leaves_takes_along_the_models_that_descend_from_its_rounds(
    house: ApiHouse, clients: dict[str, TestClient], steward: SimulatedSteward
) -> None:
    stef, risk, steward.done = clients["stef"], house.node.training.risk, 2
    after = steward.record(NAME, 2)
    risk.add(replace(record(WEIGHTS), run=after.run.hex(), model=after.model_after.hex(), checked=True), WEIGHTS)
    risk.release("milling", 3)
    stranger = done(stef.post(f"{URL}/runs/{NAME}/leave", json={"party": str(PARTIES[3])}))
    assert (stranger["first"], stranger["stopped"], stranger["retrained"]) == (0, [], "")
    left = done(stef.post(f"{URL}/runs/{NAME}/leave", json={"party": str(PARTIES[1])}))
    assert (left["first"], left["again"], left["retrained"]) == (1, 2, "cd" * 16)
    assert [(one["name"], one["version"]) for one in left["stopped"]] == [("milling", 3)]
    assert str(PARTIES[1]) in risk.models.record("milling", 3).reason
    again = done(stef.post(f"{URL}/runs/{NAME}/leave", json={"party": str(PARTIES[1])}))
    assert again["stopped"] == [] and again["withdrawn"] == left["withdrawn"]
    assert len(trail(house, TrailAction.TRAINING_LEFT)) == 3
    assert clients["eva"].post(f"{URL}/runs/{NAME}/leave", json={"party": str(PARTIES[1])}).status_code == 403
    assert stef.post(f"{URL}/runs/{NAME}/leave", json={"party": "nobody"}).status_code == 422


def test_a_plant_leaves_even_when_too_few_would_be_left_and_hears_of_it(
    house: ApiHouse, clients: dict[str, TestClient], steward: SimulatedSteward
) -> None:
    (house.tmp / "plant").mkdir()
    (house.tmp / "plant" / "settings.json").write_text(json.dumps({"org": str(PARTIES[0]), "superlink": "a:1"}))
    steward.too_few = True
    told = done(clients["eva"].post(f"{URL}/plant/leave"))
    assert told["plant"]["left"] and "would be left" in told["runs"][0]["problem"]
    steward.away = True
    told = done(clients["eva"].post(f"{URL}/plant/leave"))
    assert told["plant"]["left"] and "leave again" in told["runs"][0]["problem"]
    steward.away, steward.too_few = False, False
    assert [one["state"] for one in done(clients["eva"].post(f"{URL}/plant/leave"))["runs"]] == ["done"]
    assert [one["by"] for one in events(house, "plant.left")] == ["eva"] * 3


def test_a_plant_that_leaves_passes_by_runs_that_others_have_withdrawn_already(
    house: ApiHouse, clients: dict[str, TestClient], steward: SimulatedSteward
) -> None:
    (house.tmp / "plant").mkdir()
    (house.tmp / "plant" / "settings.json").write_text(json.dumps({"org": str(PARTIES[0]), "superlink": "a:1"}))
    nothing = frozenset[str]()
    steward.gone = (Withdrawal(str(PARTIES[1]), 3, "cd" * 16, nothing, nothing, nothing),)
    row = done(clients["stef"].get(URL))["runs"][0]
    assert row["withdrawn"] == [{"party": str(PARTIES[1]), "first": 3, "retrained": "cd" * 16}]
    assert done(clients["eva"].post(f"{URL}/plant/leave"))["runs"] == []
    steward.gone = (Withdrawal(str(PARTIES[0]), 3, "cd" * 16, nothing, nothing, nothing),)
    assert len(done(clients["eva"].post(f"{URL}/plant/leave"))["runs"]) == 1


def test_settings_that_no_party_could_follow_are_refused_before_the_steward_hears_of_them(
    clients: dict[str, TestClient], steward: SimulatedSteward
) -> None:
    for wrong in ({"bucket_size": 2}, {"rate": "0"}, {"rate": "10"}):
        answer = clients["stef"].post(f"{URL}/runs", json={"rounds": 5, "parties": 4, **wrong})
        assert answer.status_code == 400 and steward.wishes == {}, wrong
