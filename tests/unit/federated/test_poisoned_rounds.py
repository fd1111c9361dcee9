"""Two of fifteen run code of their own through real rounds: masked, opened bucket by bucket, voted on and signed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evidence.errors import LimitError
from federated import task as tasks
from federated.audit import recompute
from federated.desk import Desk
from federated.evaluate.hostile import CLAIMED, HostileDesk, HostileTrainer
from federated.evaluate.over_flower import read_results, result_file
from federated.plan import RunPlan
from federated.store import RunStore
from federated.trainer import PlantTrainer
from tests.support.federated_net import Net
from tests.support.secagg import CODE, NOW
from tests.unit.federated.learning.builders import plant, spec

TASK = tasks.Task(spec(), (8, 4))
TRAIN = (("balance", "full"), ("batch", 16), ("bound", "5.0"), ("epochs", 2), ("rate", "0.02"))
ROUNDS = 5


def plan(**changes: Any) -> RunPlan:
    fixed: dict[str, Any] = {"spec": TASK.spec.digest, "size": TASK.size, "rounds": ROUNDS, "parties": 15, "code": CODE}
    return RunPlan(nonce=bytes(32), train=TRAIN, max_weight=CLAIMED, **{"bucket_size": 3, **fixed, **changes})


def federation(folder: Path, hostile: int, run: RunPlan) -> tuple[Net, float]:
    """A run of 15 plants with real rows, the first `hostile` of them hostile; the AUC of its last model."""
    net = Net(15, folder)
    for place, desk in list(net.desks.items()):
        kind, trainer = (HostileDesk, HostileTrainer) if place < hostile else (Desk, PlantTrainer)
        net.desks[place] = kind(desk.home, trainer(TASK, plant(60, place)), lambda: NOW, lambda *_: None)
    store = RunStore(folder)
    store.create(run, tasks.new_model(TASK, 0))
    net.rounds(run).run()
    return net, tasks.evaluate(TASK, store.model(ROUNDS), plant(1000, 99))["auc"]


def test_two_hostile_of_fifteen_cost_next_to_nothing_where_plants_vote_and_much_in_one_sum(tmp_path: Path) -> None:
    _, clean = federation(tmp_path / "clean", 0, plan())
    net, poisoned = federation(tmp_path / "poisoned", 2, plan())
    _, ruined = federation(tmp_path / "ruined", 2, plan(bucket_size=0))
    assert clean > 0.8 and clean - poisoned < 0.015
    assert clean - ruined > 0.05
    assert recompute(tmp_path / "poisoned")["rounds"] == ROUNDS
    sums = RunStore(tmp_path / "poisoned").sums(1)
    assert sums.votes.shape == (15, 5) and len(net.desks) == 15


def test_what_a_hostile_party_sends_an_honest_desk_would_have_refused(tmp_path: Path) -> None:
    run = plan(clip="0.5")
    data = plant(60, 0)
    model = tasks.new_model(TASK, 0)
    values, weight = HostileTrainer(TASK, data).train(run, model, 1)
    honest, claimed = PlantTrainer(TASK, data).train(run, model, 1)
    assert weight == CLAIMED and claimed == len(data)
    assert np.linalg.norm(values) > 3 * np.linalg.norm(honest) and np.abs(values).max() > 0.5
    desk = Net(3, tmp_path).desks[0]
    with pytest.raises(LimitError):
        desk.words(run, 1, values, weight)
    words = HostileDesk(desk.home, desk.trainer, desk.now_s, desk.keep).words(run, 1, values, weight)
    assert words.shape == (run.quantiser().words,)
    means = [honest[: TASK.size], -honest[: TASK.size]]
    votes = [PlantTrainer(TASK, data).vote(model, means), HostileTrainer(TASK, data).vote(model, means)]
    assert votes[0] == [-one for one in votes[1]] and set(votes[0]) == {1, -1}


def test_results_are_found_again_by_seed_and_number(tmp_path: Path) -> None:
    assert read_results(tmp_path, 0, flower=True) == {}
    result_file(tmp_path, 2, 0).write_text('{"auc": [0.5]}')
    assert read_results(tmp_path, 0, flower=True) == {2: {"auc": [0.5]}}
    assert read_results(tmp_path, 1, flower=True) == read_results(tmp_path, 0, flower=False) == {}
