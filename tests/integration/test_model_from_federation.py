"""From plants that train together to a line of the score: secure rounds, the chain, the weight file, a month, the card.

Rounds run over the real protocol and the steward's real interface; the plants live in this process (`Net`), the chain
in memory. The same over Flower, TLS and processes is `credence federated demo`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from evidence.draft import Kind
from evidence.identity import org_id
from federated import task as tasks
from federated.flower.front import Serving
from federated.plan import RunPlan
from federated.steward.api import make_api
from federated.steward.runs import RunBook
from federated.steward.settings import LOOPBACK, StewardHome
from federated.store import RunStore
from federated.trainer import PlantTrainer
from lake.process_table import ProcessRow, ProcessTable
from node.auth.permissions import Role
from node.chain.memory_models import ADMIN, MemoryModels
from node.records.port import StatementFilter
from node.services.record_rounds import RecordRounds
from node.services.training.leave import StopWithdrawn
from node.services.training.runs import RecordFinished
from node.training.http import HttpSteward
from scoring.risk_model import BINS
from tests.support.api import ApiHouse, done, signed_in
from tests.support.evidence_node import ISSUER, SENDER
from tests.support.exporting import parts
from tests.support.federated_net import Net
from tests.support.federation import free_port
from tests.support.secagg import CODE, org
from tests.unit.federated.learning.builders import UNITS, plant, spec

ROUNDS, PLANTS = 4, 5
RISK = f"/v1/suppliers/{ISSUER}/score/process-risk"


@dataclass
class Trained:
    """A federation that has finished a run, and its steward behind its real interface."""

    home: StewardHome
    book: RunBook
    steward: HttpSteward
    run: str


@pytest.fixture
def trained(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Trained]:
    """With rows counted for drift, unless the test says False."""
    home = StewardHome(tmp_path / "steward", free_port(), 1, LOOPBACK, 2)
    home.save()
    home.runs.mkdir()
    (home.folder / "spec.json").write_bytes(spec().encode())
    agreed = tasks.task_of(home.folder / "spec.json")
    train = (("epochs", 4), ("rate", "0.01"))
    plan = RunPlan(
        agreed.spec.digest, agreed.size, ROUNDS, PLANTS, CODE, bytes(32), hop_ms=1_000, quorum_ms=5_000, train=train,
        tally=len(agreed.spec.features) * BINS if getattr(request, "param", True) else 0,
    )  # fmt: skip
    name = plan.run.hex()[:32]
    RunStore(home.runs / name).create(plan, tasks.new_model(agreed, 1))
    net = Net(PLANTS, home.runs / name)
    for place in range(PLANTS):
        net.trainers[place] = PlantTrainer(agreed, plant(400, place))  # type: ignore[assignment]
        net.revive(place)
    net.rounds(plan).run()
    book = RunBook(home.runs, home.folder / "spec.json")
    keeper: Any = SimpleNamespace(home=home, book=book, status=lambda: {"superlink": True})
    serving = Serving(make_api(keeper), LOOPBACK, home.port)
    while not serving.ready:
        pass
    yield Trained(home, book, HttpSteward(f"http://{LOOPBACK}:{home.port}", home.folder / "steward.token"), name)
    serving.close()


@pytest.fixture
def house(tmp_path: Path, trained: Trained) -> ApiHouse:
    made = ApiHouse(tmp_path, steward=trained.steward, policy="balanced-2026")
    MemoryModels(made.evidence.chain, ADMIN).set_steward(org_id(ISSUER), True)
    return made


@pytest.fixture
def clients(house: ApiHouse) -> Iterator[dict[str, TestClient]]:
    with signed_in(house, {"stef": [Role.STEWARD], "eva": [Role.ENGINEER]}) as found:
        yield found


def record(house: ApiHouse, trained: Trained) -> bool:
    """What the worker does every few seconds: finished rounds go on chain."""
    rounds = RecordRounds(trained.steward, MemoryModels(house.evidence.chain, SENDER), org_id(ISSUER))
    return RecordFinished(trained.steward, rounds)()


def fill(house: ApiHouse, month: datetime, hotter: float, source: str) -> None:
    rows = [
        ProcessRow("press-2", name, UNITS[name], float(text), month + timedelta(minutes=place), f"{source}-{place}")
        for place, one in enumerate(parts(400, ord(source), hotter))
        for name, text in one.items()
    ]
    ProcessTable(house.tmp / "process").add(rows, source * 64)


def test_a_federation_learns_and_its_model_counts_until_a_party_leaves(
    house: ApiHouse, clients: dict[str, TestClient], trained: Trained
) -> None:
    eva, stef, name = clients["eva"], clients["stef"], trained.run
    # (1) Nothing of the run is on chain yet, so no model is taken from it.
    assert "holds 0 rounds" in done(eva.post("/v1/models", data={"run": name}), 422)["detail"]
    assert record(house, trained)
    row = done(eva.post("/v1/models", data={"run": name, "release": "true"}), 201)
    assert (row["name"], row["checked"], row["parties"], row["counting"]) == ("press", True, PLANTS, True)
    assert set(row["figures"]) <= {"loss-before", "loss-after", "share-bad"}
    assert row["round"] == trained.steward.record(name, ROUNDS).digest.hex()
    # (2) Three months of the plant's own table: two within the limits, one far outside.
    for month, hotter, source in ((1, 0.0, "a"), (2, 0.0, "b"), (12, 30.0, "c")):
        fill(house, datetime(2025 if month == 12 else 2026, month, 1, tzinfo=UTC), hotter, source)
    told = {
        period: done(eva.post("/v1/models/press/1/assess", data={"period": period, "table": "true"}))
        for period in ("2025-12", "2026-01", "2026-02")
    }
    assert [one["counts"] for one in told.values()] == [False, True, True]
    assert "drift:heat" in told["2025-12"]["reasons"]
    assert len(house.node.store.records(StatementFilter(kind=Kind.KPI))) == 2
    # (3) The card has the line, its features share it exactly, and the silent month says why.
    house.node.seal(limit=100)
    line = done(eva.get(RISK))
    assert line["present"] and [one["period"] for one in line["months"]] == ["2026-02", "2026-01"]
    shares = [Decimal(one["points"]) for one in line["shares"]]
    assert sum(shares) == Decimal(line["contribution"]) and any(shares)
    assert [(one["period"], "drift:heat" in one["reasons"]) for one in line["silent"]] == [("2025-12", True)]
    assert line["models"][0]["drift"] == 250_000
    # (4) What the federation itself says of its data and its parties.
    drift = done(stef.get(f"/v1/training/runs/{name}/drift"))
    assert (drift["state"], drift["before"], drift["after"]) == ("steady", 1, ROUNDS)
    assert [one["feature"] for one in drift["features"]] == ["heat", "force", "work", "wear"]
    given = done(stef.get(f"/v1/training/runs/{name}/contributions"))
    assert given["reason"] and len(given["parties"]) == PLANTS
    assert {(one["rounds"], Decimal(one["shared"]), one["reason"]) for one in given["parties"]} == {(ROUNDS, 1, "")}
    # (5) A party leaves: the model stops at once, says why, and no other is taken from that run.
    left = done(stef.post(f"/v1/training/runs/{name}/leave", json={"party": str(org(2))}))
    assert (left["state"], left["first"], left["again"]) == ("asked", 1, ROUNDS)
    trained.book.carry_out(name)  # the steward's own thread does it
    StopWithdrawn(trained.steward, house.node.training.risk)()
    shown = done(eva.get("/v1/models/press/1"))
    assert shown["state"] == "stopped" and str(org(2)) in shown["reason"] and not shown["counting"]
    again = done(stef.post(f"/v1/training/runs/{name}/leave", json={"party": str(org(2))}))
    assert again["state"] == "done" and again["retrained"] in {one.name for one in trained.steward.runs()}
    run = done(stef.get(f"/v1/training/runs/{name}"))
    assert [(one["party"], one["retrained"]) for one in run["withdrawn"]] == [(str(org(2)), again["retrained"])]
    assert eva.post("/v1/models", data={"run": name}).status_code == 409
    assert done(stef.get(f"/v1/training/runs/{again['retrained']}"))["again"][:32] == name
    assert eva.post("/v1/models/press/1/assess", data={"period": "2026-01", "table": "true"}).status_code == 409


@pytest.mark.parametrize("trained", [False], indirect=True)
def test_a_run_that_counted_no_rows_gives_no_model(
    house: ApiHouse, clients: dict[str, TestClient], trained: Trained
) -> None:
    record(house, trained)
    refused = done(clients["eva"].post("/v1/models", data={"run": trained.run}), 409)
    assert "counted" in refused["detail"] and done(clients["eva"].get("/v1/models")) == {"items": []}
    drift = done(clients["stef"].get(f"/v1/training/runs/{trained.run}/drift"))
    assert (drift["state"], drift["features"], drift["reason"]) == ("unknown", [], "no-tally")
