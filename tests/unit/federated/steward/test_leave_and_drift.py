"""The steward's interface for drift, contributions and leaving, and what its keeper does about a leave."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

import federated.specs
from evidence.errors import ConflictError, InputError
from federated.learning.spec import read
from federated.steward.api import make_api
from federated.steward.keeper import Keeper
from federated.steward.runs import FINISHED, RUNNING, STOPPED, RunBook
from federated.steward.settings import LOOPBACK, StewardHome
from federated.store import RunStore
from node.training.answers import contributions_of, drift_of, leaving_of
from scoring.risk_model import BINS
from tests.support.federated_net import Net, plan
from tests.support.secagg import org

SPEC = Path(federated.specs.__file__).parent / "milling-failure.json"


@pytest.fixture
def home(tmp_path: Path) -> StewardHome:
    made = StewardHome(tmp_path / "steward", 1, 2, LOOPBACK, 3)
    made.save()
    made.runs.mkdir()
    shutil.copy(SPEC, made.folder / "spec.json")
    return made


@pytest.fixture
def book(home: StewardHome) -> RunBook:
    return RunBook(home.runs, home.folder / "spec.json")


@pytest.fixture
def client(home: StewardHome, book: RunBook) -> Iterator[TestClient]:
    keeper: Any = SimpleNamespace(home=home, book=book, status=lambda: {})
    with TestClient(make_api(keeper), headers={"Authorization": f"Bearer {home.token}"}) as made:
        yield made


def run(book: RunBook, rounds: int = 3, until: int | None = None, **settings: Any) -> str:
    """A run of five parties, or its first rounds."""
    made = plan(rounds, **settings)
    name = made.run.hex()[:32]
    net = Net(5, book.folder / name)
    for trainer in net.trainers.values():
        trainer.spec, trainer.weight = made.spec, 200
    going = net.rounds(made)
    going.stop = lambda: until is not None and len(RunStore(net.folder).rounds()) >= until
    going.run()
    return name


def test_a_run_that_watches_drift_asks_for_bins_of_every_feature(book: RunBook) -> None:
    features = len(read(SPEC).features)
    made = book.store(book.create({"rounds": 2, "drift_every": 3})).plan()
    assert (made.tally, made.tally_every) == (features * BINS, 3)
    assert book.store(book.create({"rounds": 2})).plan().tally == 0
    for wrong in ({"drift_every": 0.5}, {"drift_every": 20_000}, {"drift_every": 2, "epsilon_micro": 5}):
        with pytest.raises(InputError):
            book.create({"rounds": 2, **wrong})  # type: ignore[dict-item]


def test_drift_and_contributions_are_served(book: RunBook, client: TestClient) -> None:
    agreed = read(SPEC)
    name = run(book, spec=agreed.digest, tally=len(agreed.features) * BINS)
    told = client.get(f"/v1/runs/{name}/drift").json()
    assert (told["reason"], told["before"], told["after"]) == ("", 1, 3)
    assert [one["state"] for one in told["features"]] == ["steady"] * len(agreed.features)
    assert client.get(f"/v1/runs/{name}/drift?against={name}").json()["against"]["round"] == 3
    assert client.get(f"/v1/runs/{name}/drift?against=nothing").status_code == 404
    shared = client.get(f"/v1/runs/{name}/contributions?first=2").json()
    assert shared["rounds"] == 2 and len(shared["parties"]) == 5
    for query in ("first=0", "first=x", "last=9", "first=3&last=2"):
        assert client.get(f"/v1/runs/{name}/contributions?{query}").status_code == 400


def test_a_finished_run_is_left_and_trained_again(book: RunBook, client: TestClient) -> None:
    name = run(book)
    assert client.post(f"/v1/runs/{name}/leave", json={"org": org(1)}).status_code == 400
    answer = client.post(f"/v1/runs/{name}/leave", json={"party": org(1)})
    told = answer.json()
    assert answer.status_code == 202 and (told["state"], told["first"], told["again"]) == ("asked", 1, 3)
    assert client.get(f"/v1/runs/{name}").json()["leaving"] == org(1)
    book.carry_out(name)
    shown = client.get(f"/v1/runs/{name}").json()
    assert shown["leaving"] is None and shown["withdrawn"][0]["retrain"] == told["run"]
    assert client.post(f"/v1/runs/{name}/leave", json={"party": org(1)}).json() == {**told, "state": "done"}
    again = client.get(f"/v1/runs/{told['run']}").json()
    assert again["state"] == RUNNING and again["plan"]["retrain"]["left"] == [org(1)]
    assert client.post(f"/v1/runs/{name}/leave", json={"party": org(2)}).json()["error"] == "ConflictError"
    refused = client.get(f"/v1/runs/{name}/export?version=1&until=2027-01-01").json()
    assert "withdrawn" in refused["message"]


def test_a_run_under_way_stops_first_and_cannot_be_resumed(book: RunBook) -> None:
    name = run(book, 6, until=2)
    book.resume(name)
    told = book.leave(name, org(0))
    assert (told["run"], told["state"], book.state(name)) == ("", "asked", STOPPED)
    with pytest.raises(ConflictError, match="left"):
        book.resume(name)
    book.carry_out(name)
    made = str(book.leave(name, org(0))["run"])
    assert book.store(made).plan().rounds == 6 and book.state(made) == RUNNING


def test_who_was_never_in_leaves_and_the_run_goes_on(book: RunBook) -> None:
    name = run(book, 6, until=2)
    book.resume(name)
    assert book.leave(name, org(9))["again"] == 0
    book.carry_out(name)
    assert book.state(name) == RUNNING and len(book.names()) == 1
    assert book.leaving() == []


def test_the_node_reads_every_one_of_these_answers(book: RunBook, client: TestClient) -> None:
    agreed = read(SPEC)
    name = run(book, 2, spec=agreed.digest, tally=len(agreed.features) * BINS)
    drift = drift_of(client.get(f"/v1/runs/{name}/drift").json())
    assert (drift.before, drift.after, len(drift.features)) == (1, 2, len(agreed.features))
    shared = contributions_of(client.get(f"/v1/runs/{name}/contributions").json())
    assert {one.shared for one in shared.parties} == {"1.000000"} and shared.reason == "one-bucket"
    left = leaving_of(client.post(f"/v1/runs/{name}/leave", json={"party": org(1)}).json())
    models = tuple(one.model_after.hex() for one in book.store(name).rounds())
    assert (left.first, left.again, left.withdrawn) == (1, 2, models) and len(left.run) == 32


class Standing:
    """The SuperLink's word for a Flower run, and what was stopped."""

    def __init__(self) -> None:
        self.stopped: list[int] = []

    def stop(self, number: int) -> None:
        self.stopped.append(number)


def test_the_keeper_waits_for_the_round_at_hand_and_ends_what_is_left_over(home: StewardHome, book: RunBook) -> None:
    name = run(book)
    book.leave(name, org(0))
    keeper, control = Keeper(home), Standing()
    keeper._flower[name] = 7
    keeper._let_go(name, control, {7: "running"})  # type: ignore[arg-type]
    assert book.leaving() == [name]
    keeper._let_go(name, control, {7: f"{FINISHED}:completed", 8: "running"})  # type: ignore[arg-type]
    assert book.leaving() == [] and control.stopped == [8]
    assert len(book.names()) == 2


def test_a_steward_that_was_killed_finishes_a_leave_when_it_is_back(home: StewardHome, book: RunBook) -> None:
    name = run(book)
    book.leave(name, org(0))
    Keeper(home)._let_go(name, Standing(), {})  # type: ignore[arg-type]
    assert RunBook(home.runs, home.folder / "spec.json").leaving() == []
    assert np.isfinite(RunStore(home.runs / name).model(3)).all()


@pytest.mark.parametrize("train", [{"rate": "fast"}, {"rate": "99"}, {"pace": 3}, {"noise": "1.0"}])
def test_settings_of_training_that_no_plant_would_take_begin_nothing(
    client: TestClient, book: RunBook, train: dict[str, Any]
) -> None:
    answer = client.post("/v1/runs", json={"rounds": 3, "parties": 4, "train": train})
    assert (answer.status_code, list(book.names())) == (400, [])
    assert client.post("/v1/runs", json={"rounds": 3, "parties": 4, "train": {"rate": "0.01"}}).status_code < 300
