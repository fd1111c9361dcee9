"""The node's view of the steward, over the steward's real interface."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import federated.specs
from evidence.errors import (
    AuthenticationError,
    ConflictError,
    InputError,
    NotFoundError,
    PeerUnreachableError,
    StorageError,
)
from federated.flower.front import Serving
from federated.steward.api import make_api
from federated.steward.runs import RunBook
from federated.steward.settings import LOOPBACK, StewardHome
from federated.store import RunStore
from node.training.http import HttpSteward
from tests.support.federated_net import Net, plan
from tests.support.federation import free_port


@pytest.fixture
def home(tmp_path: Path) -> StewardHome:
    made = StewardHome(tmp_path / "steward", free_port(), 1, LOOPBACK, 2)
    made.save()
    made.runs.mkdir()
    shutil.copy(Path(federated.specs.__file__).parent / "milling-failure.json", made.folder / "spec.json")
    return StewardHome.load(made.folder)


@pytest.fixture
def steward(home: StewardHome) -> Iterator[HttpSteward]:
    book = RunBook(home.runs, home.folder / "spec.json")
    keeper = SimpleNamespace(home=home, book=book, status=lambda: {"superlink": True, "worker": True, "front": True})
    serving = Serving(make_api(keeper), LOOPBACK, home.port)  # type: ignore[arg-type]
    while not serving.ready:
        pass
    yield HttpSteward(f"http://{LOOPBACK}:{home.port}", home.folder / "steward.token")
    serving.close()


def test_a_run_is_begun_watched_stopped_and_resumed(steward: HttpSteward) -> None:
    assert steward.runs() == ()
    made = steward.start({"rounds": 4, "parties": 5, "train": {"epochs": 1, "rate": "0.01"}})
    assert (made.state, made.rounds, made.done) == ("running", 4, 0)
    assert steward.run(made.name) == made and steward.runs() == (made,)
    assert steward.stop(made.name).state == "stopped"
    assert steward.stop(made.name).state == "stopped"
    assert steward.resume(made.name).state == "running"
    assert len(steward.model(made.name, 0)) % 4 == 0
    assert steward.status()["runs"] == [made.name]


def test_records_and_models_of_a_finished_run_are_served(home: StewardHome, steward: HttpSteward) -> None:
    run = plan(2)
    name = run.run.hex()[:32]
    net = Net(4, home.runs / name)
    net.rounds(run).run()
    shown = steward.run(name)
    assert (shown.state, shown.done) == ("finished", 2)
    store = RunStore(home.runs / name)
    assert steward.record(name, 2) == store.rounds()[1]
    assert hashlib.sha256(steward.model(name, 2)).digest() == store.rounds()[1].model_after
    with pytest.raises(ConflictError, match="finished"):
        steward.resume(name)
    for attempt in (lambda: steward.record(name, 3), lambda: steward.model(name, 9), lambda: steward.record(name, 0)):
        with pytest.raises(NotFoundError):
            attempt()


@pytest.mark.parametrize("wish", [{"rounds": 0}, {"nonsense": 1}, {"train": [1]}, {"clip": "x"}, {"rounds": "4"}])
def test_settings_that_do_not_fit_are_refused(steward: HttpSteward, wish: dict[str, object]) -> None:
    with pytest.raises(InputError):
        steward.start(wish)  # type: ignore[arg-type]
    assert steward.runs() == ()


@pytest.mark.parametrize("name", ["../../etc", "f" * 32, "", "a/b", "." * 32])
def test_unknown_runs_are_not_found(steward: HttpSteward, name: str) -> None:
    with pytest.raises(NotFoundError):
        steward.run(name)


def test_the_token_and_the_steward_must_be_there(home: StewardHome, steward: HttpSteward, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("0" * 64)
    url = f"http://{LOOPBACK}:{home.port}"
    with pytest.raises(AuthenticationError):
        HttpSteward(url, tmp_path / "wrong").runs()
    with pytest.raises(StorageError):
        HttpSteward(url, tmp_path / "none").runs()
    with pytest.raises(PeerUnreachableError):
        HttpSteward(f"http://{LOOPBACK}:{free_port()}", home.folder / "steward.token").runs()
    assert (home.folder / "steward.token").stat().st_mode & 0o077 == 0
