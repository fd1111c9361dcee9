"""A plant trains by its own rules: only for its spec, within the privacy that was agreed, also after a restart."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evidence.errors import InputError, SchemaError
from federated import task
from federated.learning import drift
from federated.learning.config import Privacy
from federated.learning.private import epsilon
from federated.plan import METRICS, RunPlan
from federated.plant_data import read_table
from federated.trainer import PlantTrainer
from tests.support.federation import SPEC, process_rows
from tests.support.secagg import CODE

TASK = task.task_of(SPEC)
PRIVATE = (("batch", 50), ("epochs", 1), ("gradient_clip", "1.0"), ("noise", "1.1"))


def plant(folder: Path, **changes: Any) -> PlantTrainer:
    folder.mkdir(exist_ok=True)
    with (folder / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows(process_rows(100, 0, TASK.spec))
    data = task.load(TASK, lambda spec: read_table(folder / "rows.csv", spec))
    return PlantTrainer(TASK, data, folder=folder, **changes)


def plan(**changes: Any) -> RunPlan:
    settings: dict[str, Any] = {"spec": TASK.spec.digest, "size": TASK.size, "train": (("epochs", 1),), **changes}
    return RunPlan(rounds=3, parties=8, code=CODE, nonce=bytes(32), **settings)


def test_an_update_fits_the_quantiser_and_holds_metrics_behind_it(tmp_path: Path) -> None:
    run, trainer = plan(clip="0.001"), plant(tmp_path)
    values, weight = trainer.train(run, task.new_model(TASK, 0), 1)
    assert values.shape == (TASK.size + METRICS,) and weight == len(trainer.data)
    run.quantiser().encode(values, weight)


def test_a_run_for_another_spec_size_or_without_the_wanted_privacy_is_refused(tmp_path: Path) -> None:
    trainer, careful = plant(tmp_path), plant(tmp_path, demand_privacy=True)
    trainer.check(plan())
    for change in ({"spec": "0" * 64}, {"size": TASK.size + 1}, {"epsilon_micro": 5}, {"train": PRIVATE}):
        with pytest.raises(SchemaError):
            trainer.check(plan(**change))
    with pytest.raises(SchemaError, match="bound on privacy"):
        careful.check(plan())
    careful.check(plan(train=PRIVATE, epsilon_micro=3_000_000))
    with pytest.raises(InputError):
        trainer.check(plan(train=(("noise", "1.1"),), epsilon_micro=1))


def test_the_privacy_budget_ends_training_and_a_restart_does_not_refill_it(tmp_path: Path) -> None:
    trainer = plant(tmp_path)
    rows = len(trainer.data)
    three = epsilon(Privacy(1.0, 1.1), rows, 50, 3 * math.ceil(rows / 50))
    run = plan(train=PRIVATE, epsilon_micro=math.ceil(three * 1_000_000))
    model, rounds = task.new_model(TASK, 0), 0
    with pytest.raises(SchemaError, match="would spend"):
        for step in range(1, 9):
            trainer.train(run, model, step)
            rounds = step
    assert rounds == 3
    with pytest.raises(SchemaError, match="would spend"):
        plant(tmp_path).train(run, model, 201)
    plant(tmp_path).train(replace(run, nonce=b"n" * 32), model, 1)


def test_counts_are_those_of_the_rows_in_the_agreed_bins_and_follow_rows_that_changed(tmp_path: Path) -> None:
    features = len(TASK.spec.features)
    run, trainer = plan(tally=10 * features), plant(tmp_path)
    table = np.array(trainer.count(run)).reshape(features, 10)
    assert (table.sum(axis=1) == len(trainer.data)).all()
    assert table.tolist() == drift.counts(trainer.data, features)
    trainer.check(run)
    with pytest.raises(SchemaError, match="counts"):
        trainer.check(plan(tally=10))
    half = trainer.data.take(np.arange(len(trainer.data) // 2))
    trainer.fresh = lambda: half
    trainer.train(run, task.new_model(TASK, 0), 1)
    assert sum(trainer.count(run)) == features * len(half)


def test_a_private_run_keeps_the_rows_that_its_budget_was_reckoned_for(tmp_path: Path) -> None:
    trainer = plant(tmp_path)
    rows = trainer.data
    trainer.fresh = lambda: rows.take(np.arange(10))
    trainer.train(plan(train=PRIVATE, epsilon_micro=50_000_000), task.new_model(TASK, 0), 1)
    assert trainer.data is rows


def test_personal_parameters_stay_at_home_and_outlive_a_restart(tmp_path: Path) -> None:
    run = plan(train=(("epochs", 1), ("personal", "head bias")))
    home = TASK.shape.mask(("head", "bias"))
    model = task.new_model(TASK, 0)
    values, _ = plant(tmp_path).train(run, model, 1)
    assert (values[: TASK.size][home] == 0).all() and (values[: TASK.size][~home] != 0).any()
    again = plant(tmp_path)
    again.train(run, model, 2)
    assert (again._personal[run.run][home] != model[home]).any()
    assert (again._personal[run.run][~home] == 0).all() and np.isfinite(values).all()
