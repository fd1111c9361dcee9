"""Federated training over the API: runs beside the chain, and a plant that pauses, goes on and leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from evidence.draft import JsonValue
from evidence.errors import ConflictError, NotFoundError, PeerUnreachableError
from evidence.identity import lei_from_prefix
from evidence.model_round import NO_RECORD, ModelRound, RoundMember
from node.auth.permissions import Role
from node.training.port import TrainingRun
from tests.support.api import CSRF, ApiHouse, done, signed_in
from tests.support.door import GOOD

URL = "/v1/training"
NAME = "ab" * 16
PARTIES = [lei_from_prefix(f"52990000000000{n}0AA") for n in range(4)]


@dataclass
class SimulatedSteward:
    """A steward that goes on when a test says so, with faults to switch on."""

    done: int = 0
    state: str = "running"
    away: bool = False
    wishes: dict[str, Any] = field(default_factory=dict)

    def status(self) -> Mapping[str, JsonValue]:
        if self.away:
            raise PeerUnreachableError("the steward of the federation does not answer")
        return {"superlink": True, "worker": True, "front": True, "code": "0x" + "11" * 32}

    def runs(self) -> Sequence[TrainingRun]:
        return [self.run(NAME)]

    def run(self, name: str) -> TrainingRun:
        if name != NAME:
            raise NotFoundError(f"there is no run {name}")
        leis = tuple(map(str, PARTIES))
        return TrainingRun(NAME, self.state, 10, self.done, leis[:3], leis[3:], ("0.7", "0.6", "0.1"), ())

    def start(self, wishes: Mapping[str, JsonValue]) -> TrainingRun:
        self.wishes = dict(wishes)
        return self.run(NAME)

    def stop(self, name: str) -> TrainingRun:
        self.state = "stopped"
        return self.run(name)

    def resume(self, name: str) -> TrainingRun:
        if self.state == "finished":
            raise ConflictError("the run is finished")
        self.state = "running"
        return self.run(name)

    def record(self, name: str, number: int) -> ModelRound:
        def digest(text: str) -> bytes:
            return bytes.fromhex((text.encode().hex() + "00" * 32)[:64])

        members = tuple(RoundMember(lei, digest(f"v{number}") if n < 3 else None) for n, lei in enumerate(PARTIES))
        previous = NO_RECORD if number == 1 else self.record(name, number - 1).digest
        fields = {one: digest(f"{one}{number}") for one in ("committee", "roll", "sums")}
        models = {"model_before": digest(f"m{number - 1}"), "model_after": digest(f"m{number}")}
        return ModelRound(
            run=digest("run"), code=digest("code"), round=number, step=number, members=members, weight=900,
            epsilon_micro=2_500_000, previous=previous, **fields, **models,
        )  # fmt: skip

    def model(self, name: str, number: int) -> bytes:
        return b""


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
    assert done(eva.post(f"{URL}/plant/leave"))["plant"]["left"]
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
