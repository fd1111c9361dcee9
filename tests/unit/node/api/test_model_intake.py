"""A model comes straight from a finished run: what the chain does not hold is refused, and told in what it differs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from evidence.identity import org_id
from node.auth.model import TrailAction, TrailQuery
from node.auth.permissions import Role
from node.chain.memory_models import ADMIN, MemoryModels
from node.chain.port_models import RecordedRound
from tests.support.api import ApiHouse, done, signed_in
from tests.support.evidence_node import ISSUER, SENDER
from tests.support.exporting import ExportingSteward
from tests.support.steward import NAME

URL = "/v1/models"


@pytest.fixture(scope="module")
def trained() -> ExportingSteward:
    return ExportingSteward()


@pytest.fixture
def steward(trained: ExportingSteward) -> ExportingSteward:
    made = replace(trained)
    made.models = trained.models
    return made


@pytest.fixture
def house(tmp_path: Path, steward: ExportingSteward) -> ApiHouse:
    return ApiHouse(tmp_path, steward=steward)


@pytest.fixture
def clients(house: ApiHouse) -> Iterator[dict[str, TestClient]]:
    with signed_in(house, {"stef": [Role.STEWARD], "eva": [Role.ENGINEER], "pat": [Role.PURCHASER]}) as found:
        yield found


def anchor(house: ApiHouse, steward: ExportingSteward, rounds: int = 2) -> None:
    MemoryModels(house.evidence.chain, ADMIN).set_steward(org_id(ISSUER), True)
    for number in range(1, rounds + 1):
        MemoryModels(house.evidence.chain, SENDER).record(org_id(ISSUER), steward.record(NAME, number))


def taken(client: TestClient, status: int = 201, **form: Any) -> Any:
    return done(client.post(URL, data={"run": NAME, **form}), status)


def test_a_finished_run_becomes_a_model_that_says_where_it_comes_from(
    house: ApiHouse, clients: dict[str, TestClient], steward: ExportingSteward
) -> None:
    anchor(house, steward)
    last = steward.record(NAME, 2)
    row = taken(clients["eva"], release="true", figure=["auc=0.91", "f1=0.6"], line=["press 2"])
    assert (row["name"], row["version"], row["state"], row["counting"]) == ("press", 1, "released", True)
    assert row["checked"] and (row["round"], row["run"]) == (last.digest.hex(), last.run.hex())
    assert (row["model"], row["code"]) == (last.model_after.hex(), last.code.hex())
    assert (row["parties"], row["epsilon"]) == (3, "2.5")
    assert row["figures"] == {"auc": "0.91", "f1": "0.6"}  # a run that bounds privacy tells no losses
    assert row["lines"] == ["press 2"]
    detail = done(clients["stef"].get(f"{URL}/press/1"))
    assert detail["features"] == ["heat", "force", "work", "wear"] and detail["until"] == "2027-03-02"
    again = taken(clients["stef"])
    assert (again["version"], again["state"]) == (1, "released")
    later = taken(clients["stef"], version="5", until="2026-12-31")
    assert (later["version"], later["state"]) == (5, "trial")
    actions = [one.event.action for one in house.door.stores.trail.page(TrailQuery(limit=100))]
    assert [one for one in actions if one.value.startswith("model")] == [
        TrailAction.MODEL_ADDED, TrailAction.MODEL_RELEASED, TrailAction.MODEL_ADDED, TrailAction.MODEL_ADDED
    ]  # fmt: skip


def test_a_run_that_is_not_on_chain_whole_is_refused_with_what_is_missing(
    house: ApiHouse, clients: dict[str, TestClient], steward: ExportingSteward
) -> None:
    assert "the chain holds 0 rounds, the run has 2" in taken(clients["eva"], 422)["detail"]
    anchor(house, steward, rounds=1)
    assert "the chain holds 1 rounds, the run has 2" in taken(clients["eva"], 422)["detail"]
    assert done(clients["eva"].get(URL)) == {"items": []}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"code": bytes(32)}, "another code"),
        ({"model_after": bytes(32)}, "another model after"),
        ({"record": bytes(32)}, "another record"),
        ({"weight": 1}, "another sum of weights"),
    ],
)
def test_whatever_the_chain_says_otherwise_is_named(
    house: ApiHouse, clients: dict[str, TestClient], steward: ExportingSteward, change: dict[str, Any], told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    anchor(house, steward)
    real = MemoryModels.rounds

    def rounds(ledger: MemoryModels, run: bytes) -> list[RecordedRound]:
        first, last = real(ledger, run)
        return [first, replace(last, **change)]

    monkeypatch.setattr(MemoryModels, "rounds", rounds)
    answer = taken(clients["eva"], 422)
    assert answer["type"].endswith("ProofError") and f"round 2: {told} than the chain" in answer["detail"]


def reweighed(name: str) -> Callable[[bytes], bytes]:
    def forge(data: bytes) -> bytes:
        document = json.loads(data)
        changed = document[name]
        if isinstance(changed, list):
            while isinstance(changed[0], list):
                changed = changed[0]
            changed[0] += 1
        else:
            document[name] = changed + 1
        return json.dumps(document).encode()

    return forge


@pytest.mark.parametrize("name", ["w1", "b1", "w2", "b2", "head", "bias", "slopes"])
def test_one_integer_of_the_network_that_does_not_follow_from_the_run_is_found(
    house: ApiHouse, clients: dict[str, TestClient], steward: ExportingSteward, name: str
) -> None:
    anchor(house, steward)
    steward.forge = reweighed(name)
    assert f"other numbers in {name}" in taken(clients["eva"], 422)["detail"]
    steward.forge = lambda data: json.dumps({**json.loads(data), "source": "0" * 64}).encode()
    assert "another source" in taken(clients["eva"], 422)["detail"]
    steward.forge = lambda data: data
    steward.swap = lambda data: data[:-4] + b"\0\0\0\0"
    assert "bytes are not those" in taken(clients["eva"], 422)["detail"]
    assert done(clients["eva"].get(URL)) == {"items": []}


def test_an_unfinished_or_unknown_run_and_a_node_without_steward(
    tmp_path: Path, clients: dict[str, TestClient], steward: ExportingSteward
) -> None:
    steward.state = "running"
    assert "is running after 2 of 10 rounds" in taken(clients["eva"], 409)["detail"]
    assert clients["eva"].post(URL, data={"run": "cd" * 16}).status_code == 404
    assert clients["pat"].post(URL, data={"run": NAME}).status_code == 403
    (tmp_path / "other").mkdir()
    with signed_in(ApiHouse(tmp_path / "other"), {"eva": [Role.ENGINEER]}) as alone:
        answer = alone["eva"].post(URL, data={"run": NAME})
        assert answer.status_code == 404 and "STEWARD_URL" in answer.json()["advice"]


def test_a_file_that_somebody_brings_is_checked_as_far_as_it_says_where_it_comes_from(
    house: ApiHouse, clients: dict[str, TestClient], steward: ExportingSteward
) -> None:
    anchor(house, steward)
    last = steward.record(NAME, 2)
    data = steward.export(NAME, version=1, until=house.node.training.risk.today)

    def brought(content: bytes = data, **form: Any) -> Any:
        told = {"round": last.digest.hex(), "parties": "3", **form}
        return clients["eva"].post(URL, data=told, files={"file": ("press.json", content)})

    assert "has no round" in done(brought(run=last.run.hex(), round="ab" * 32), 422)["detail"]
    assert brought(run=NAME).status_code == 422
    row = done(brought(run="0x" + last.run.hex()), 201)
    assert row["checked"] and row["model"] == last.model_after.hex()
    other = json.dumps({**json.loads(data), "version": 2}).encode()
    row = done(brought(other), 201)
    assert not row["checked"] and row["run"] == "" and row["version"] == 2
    assert done(brought(other), 201)["version"] == 2
    assert brought(json.dumps({**json.loads(other), "bias": 1}).encode()).status_code == 409
    for wrong in ({"round": "ab"}, {"parties": "0"}, {"figure": "auc"}, {"figure": "auc=x"}, {"epsilon": "-"}):
        third = json.dumps({**json.loads(data), "version": 3}).encode()
        assert brought(third, **wrong).status_code == 422, wrong
    assert brought(b"{}").status_code == 422 and brought(b"no").status_code == 400
    assert brought(b" " * (2**20 + 1)).status_code == 413
    assert clients["eva"].post(URL, data={"parties": "3"}).status_code == 400
    assert len(done(clients["eva"].get(URL))["items"]) == 2
