"""`credence training` as a user types it, over the steward's real interface."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from evidence.errors import ConflictError, InputError, NotFoundError
from federated.flower.front import Serving
from federated.steward.api import make_api
from federated.steward.runs import RunBook
from federated.steward.settings import LOOPBACK, StewardHome
from node.auth.model import TrailQuery
from node.bootstrap import open_node
from node.cli.main import build
from tests.support.federated_net import Net
from tests.support.federated_net import plan as small
from tests.support.federation import free_port
from tests.support.node_home import make_home
from tests.support.secagg import org
from tests.unit.federated.learning.builders import spec


@pytest.fixture
def steward(tmp_path: Path) -> Iterator[StewardHome]:
    home = StewardHome(tmp_path / "steward", free_port(), 1, LOOPBACK, 2)
    home.save()
    home.runs.mkdir()
    (home.folder / "spec.json").write_bytes(spec().encode())
    book = RunBook(home.runs, home.folder / "spec.json")
    keeper: Any = SimpleNamespace(home=home, book=book, status=lambda: {"superlink": True})
    serving = Serving(make_api(keeper), LOOPBACK, home.port)
    while not serving.ready:
        pass
    yield home
    serving.close()


@pytest.fixture
def home(tmp_path: Path, steward: StewardHome, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CREDENCE_STEWARD_URL", f"http://{LOOPBACK}:{steward.port}")
    monkeypatch.setenv("CREDENCE_STEWARD_TOKEN", str(steward.folder / "steward.token"))
    monkeypatch.setenv("CREDENCE_PLANT_HOME", str(tmp_path / "plant"))
    return make_home(tmp_path / "node")


def run(home: Path, *words: object) -> Result:
    runner = CliRunner(env={"COLUMNS": "200"})
    return runner.invoke(build(), ["training", *(str(word) for word in words), "--home", str(home)])


def told(home: Path, *words: object) -> Any:
    result = run(home, *words, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def actions(home: Path) -> list[str]:
    with open_node(home, {}) as node:
        return [one.event.action.value for one in node.auth.trail.page(TrailQuery(limit=100))]


def test_a_run_is_begun_listed_stopped_and_resumed(home: Path) -> None:
    assert told(home, "list") == {"runs": []} and "training start" in run(home, "list").stdout
    made = told(home, "start", "--rounds", 4, "--parties", 5, "--rate", "0.01")
    name = made["name"]
    assert (made["state"], made["rounds"], made["done"]) == ("running", 4, 0)
    assert "is stopped, 0 of 4 rounds done" in run(home, "stop", name).stdout
    assert told(home, "resume", name)["state"] == "running"
    assert [one["name"] for one in told(home, "list")["runs"]] == [name] and name in run(home, "list").stdout
    assert told(home, "drift", name)["reason"] == "not-counted"
    assert "nothing can be told: not-counted" in run(home, "drift", name).stdout
    for wrong in (("--rate", "fast"), ("--rate", "0"), ("--bucket-size", "2")):
        assert isinstance(run(home, "start", "--rounds", 4, "--parties", 5, *wrong).exception, InputError)
    assert len(told(home, "list")["runs"]) == 1
    assert isinstance(run(home, "stop", "f" * 32).exception, NotFoundError)
    assert [one for one in actions(home) if one.startswith("training")] == [
        "training-started", "training-stopped", "training-resumed"
    ]  # fmt: skip


def test_of_a_finished_run_contributions_are_told_and_a_party_leaves(home: Path, steward: StewardHome) -> None:
    finished = small(2, spec=spec().digest, tally=40)
    name = finished.run.hex()[:32]
    net = Net(5, steward.runs / name)
    for trainer in net.trainers.values():
        trainer.spec = spec().digest
    net.rounds(finished).run()
    given = told(home, "contributions", name)
    assert (given["rounds"], given["reason"], len(given["parties"])) == (2, "one-bucket", 5)
    assert "one-bucket" in run(home, "contributions", name).stdout and org(1) in run(home, "contributions", name).stdout
    drift = told(home, "drift", name)
    assert drift["features"] or drift["reason"] == "too-few-rows"
    left = told(home, "leave", name, "--party", org(1))
    assert (left["state"], left["again"], left["stopped"]) == ("asked", 2, [])
    assert "2 rounds from round 1 on are trained again" in run(home, "leave", name, "--party", org(1)).stdout
    assert isinstance(run(home, "leave", name, "--party", "nobody").exception, InputError)
    assert told(home, "list")["runs"][0]["leaving"] == org(1)
    assert isinstance(run(home, "leave", name, "--party", org(2)).exception, ConflictError)
    assert actions(home).count("training-left") == 2


def test_a_plant_is_shown_paused_resumed_and_leaves(home: Path, tmp_path: Path) -> None:
    assert "no plant in a federation" in run(home, "plant", "show").stdout
    assert isinstance(run(home, "plant", "pause").exception, NotFoundError)
    (tmp_path / "plant").mkdir()
    (tmp_path / "plant" / "settings.json").write_text(json.dumps({"org": org(1), "superlink": "127.0.0.1:1"}))
    assert told(home, "plant", "show")["plant"]["org"] == org(1)
    assert told(home, "plant", "pause") == {"paused": True} and told(home, "plant", "show")["plant"]["paused"]
    assert told(home, "plant", "resume") == {"paused": False}
    assert told(home, "plant", "leave") == {"left": True, "runs": []}
    assert "ask the member that runs the steward" in run(home, "plant", "leave").stdout
    assert isinstance(run(home, "plant", "resume").exception, ConflictError)
    assert "left: True" in run(home, "plant", "show").stdout
    assert [one for one in actions(home) if one.startswith("plant")] == [
        "plant-paused", "plant-resumed", "plant-left", "plant-left"
    ]  # fmt: skip
