"""The poison experiment: fifteen suppliers on the milling data, two or three of them hostile.

A hostile supplier runs code of its own: no check at a client holds for it. What it sends is only bounded by what the
server sees, which is the sum of its bucket.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from federated import task as tasks
from federated.evaluate.parties import dealt, milling, split
from federated.evaluate.simulate import Plan, secure_mean
from federated.learning import robust
from federated.learning.config import TrainConfig
from federated.learning.dataset import Dataset, merge
from federated.learning.network import Vector
from federated.learning.server import ServerState, fed_avg
from federated.task import Task

SUPPLIERS: Final = 15
PLAN: Final = Plan(
    rounds=40, config=TrainConfig(epochs=4, batch=32, rate=0.003, decay=0.001, balance="full", bound=3.0)
)
Defence = Callable[[Sequence[Vector], Sequence[Sequence[robust.Vote]]], Vector]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a hostile supplier knows in a round: the model, its own rows, and how long honest means were last round."""

    task: Task
    model: Vector
    data: Dataset
    config: TrainConfig
    usual: float


Attack = Callable[[View], Vector]


def flip_ten(view: View) -> Vector:
    """Labels turned round, and the update ten times as long."""
    return 10.0 * _turned(view)


def under_the_length(view: View) -> Vector:
    """Turned labels, as long as it can be without its bucket's mean being longer than honest ones."""
    turned = _turned(view)
    own = tasks.train(view.task, view.model, view.data, view.config).delta

    def passes(factor: float) -> bool:
        return float(np.linalg.norm((2 * own + factor * turned) / robust.BUCKET)) <= 0.99 * view.usual

    return _longest(passes) * turned


def under_the_vote(view: View) -> Vector:
    """Turned labels, as long as it can be without its bucket looking harmful on the attacker's own rows."""
    turned = _turned(view)
    own = tasks.train(view.task, view.model, view.data, view.config).delta
    shape = view.task.shape

    def passes(factor: float) -> bool:
        mean = (2 * own + factor * turned) / robust.BUCKET
        return robust.vote(shape, view.model, [mean], view.data)[0] is not robust.Vote.HARMS

    return 0.99 * _longest(passes) * turned


ATTACKS: Final[dict[str, Attack]] = {
    "labels flipped, x10": flip_ten,
    "just under the length": under_the_length,
    "just under the vote": under_the_vote,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Who attacks how, and what the server does about it (`none`, `median` or `votes`)."""

    hostile: int = 0
    attack: Attack = field(default=flip_ten)
    defence: str = "votes"


def run(folder: Path, seed: int, scene: Scene, plan: Plan = PLAN, *, choosing: bool = False) -> float:
    """AUC on the test parts (the check parts when `choosing`) of all suppliers together, after one federation."""
    raw = dealt(milling(folder), SUPPLIERS, seed)
    task = Task(raw.spec)
    parts = split(raw, seed)
    model = federate(task, [part.train for part in parts], scene, plan, seed)
    return tasks.evaluate(task, model, merge([part.check if choosing else part.test for part in parts]))["auc"]


def federate(task: Task, parties: Sequence[Dataset], scene: Scene, plan: Plan, seed: int) -> Vector:
    """Train with hostile parties among the honest ones; the first `scene.hostile` are hostile, buckets are random."""
    rng = np.random.default_rng([seed, 77])
    state, usual = ServerState.start(tasks.new_model(task, seed)), plan.config.bound / 2
    for round_ in range(plan.rounds):
        sent = []
        for index, data in enumerate(parties):
            config = plan.at(round_, index, seed)
            if index < scene.hostile:
                view = View(task, state.model, data, config, usual)
                sent.append((scene.attack(view), float(len(data))))
            else:
                update = tasks.train(task, state.model, data, config)
                sent.append((update.delta, update.weight))
        buckets = robust.deal(len(parties), rng) if scene.defence != "none" else (tuple(range(len(parties))),)
        means = [secure_mean([sent[index] for index in bucket]) for bucket in buckets]
        usual = float(np.median(np.linalg.norm(means, axis=1)))
        state = fed_avg(state, _decide(task, state.model, means, parties, scene))
    return state.model


def _decide(task: Task, model: Vector, means: Sequence[Vector], parties: Sequence[Dataset], scene: Scene) -> Vector:
    if scene.defence != "votes":
        return robust.median(means)
    votes = [robust.vote(task.shape, model, means, data) for data in parties]
    for index in range(scene.hostile):  # the hostile ones praise what is bad and damn what is good
        votes[index] = [robust.Vote(-one) for one in votes[index]]
    return robust.combine(means, robust.accepted(votes, len(parties)))


def _turned(view: View) -> Vector:
    turned = Dataset(view.data.spec, view.data.inputs, 1 - view.data.labels, {})
    config = replace(view.config, balance="none", bound=1e6)
    return tasks.train(view.task, view.model, turned, config).delta


def _longest(passes: Callable[[float], bool]) -> float:
    low, high = 0.0, 30.0
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if passes(middle) else (low, middle)
    return low
