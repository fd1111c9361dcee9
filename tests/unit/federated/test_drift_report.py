"""Counts of real rounds: exact, kept with the round, told as drift, found when changed, and the baseline of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evidence.errors import InputError, NotFoundError, ProofError, SchemaError
from federated.audit import recompute
from federated.drift_report import baseline, counted, report
from federated.learning import spec as specs
from federated.learning.spec import FeatureSpec
from federated.store import RunStore
from scoring.risk_model import BINS
from tests.support.federated_net import Net, plan
from tests.unit.federated.learning.builders import spec

FEATURES = 4
TALLY = FEATURES * BINS


def run(folder: Path, number: int = 4, rounds: int = 3, rows: int = 300, **settings: Any) -> tuple[Net, RunStore]:
    made = plan(rounds, spec=spec().digest, **{"tally": TALLY, **settings})
    net = Net(number, folder)
    for trainer in net.trainers.values():
        trainer.spec, trainer.weight = spec().digest, rows
    net.rounds(made).run()
    return net, RunStore(folder)


def test_every_round_holds_the_exact_sums_of_what_its_parties_counted(tmp_path: Path) -> None:
    net, store = run(tmp_path)
    wanted = np.sum([trainer.count(store.plan()) for trainer in net.trainers.values()], axis=0)
    for record in store.rounds():
        assert store.sums(record.round).counts.tolist() == wanted.tolist()
    assert [one.rows for one in counted(store)] == [1200] * 3
    assert recompute(tmp_path)["counted"] == 3


def test_a_party_that_is_out_of_a_round_is_not_in_its_counts(tmp_path: Path) -> None:
    made = plan(4, spec=spec().digest, tally=TALLY)
    net = Net(4, tmp_path)
    for trainer in net.trainers.values():
        trainer.spec, trainer.weight = spec().digest, 300
    net.fault = lambda node, kind: node == 2 and kind == "query.share" and len(RunStore(tmp_path).rounds()) == 2
    net.rounds(made).run()
    store = RunStore(tmp_path)
    assert [one.rows for one in counted(store)] == [300 * len(one.contributors) for one in store.rounds()]
    assert min(len(one.contributors) for one in store.rounds()) == 3


def test_with_buckets_the_counts_are_one_sum_over_everybody(tmp_path: Path) -> None:
    _, store = run(tmp_path, 15, 2, rows=40, bucket_size=3)
    assert len(store.sums(1).means) == 5 and [one.rows for one in counted(store)] == [600, 600]


def test_counts_are_asked_for_in_the_agreed_steps_only(tmp_path: Path) -> None:
    _, store = run(tmp_path, rounds=5, tally_every=2)
    steps = {record.round: record.step for record in store.rounds()}
    assert [one.round for one in counted(store)] == [number for number, step in steps.items() if step % 2]


def test_what_moved_is_told_by_name_and_how_far(tmp_path: Path) -> None:
    made = plan(2, spec=spec().digest, tally=TALLY)
    net = Net(4, tmp_path)
    for trainer in net.trainers.values():
        trainer.spec, trainer.weight, trainer.target = spec().digest, 300, np.full(6, -0.5)
    first = net.rounds(made)
    first.stop = lambda: len(RunStore(tmp_path).rounds()) >= 1
    first.run()
    for trainer in net.trainers.values():
        trainer.target = np.array([0.9, -0.5, -0.5, -0.5, 0, 0])
    net.rounds(made).run()
    told: dict[str, Any] = report(RunStore(tmp_path), spec())  # type: ignore[assignment]
    assert (told["before"], told["after"], told["reason"]) == (1, 2, "")
    states = {one["feature"]: one["state"] for one in told["features"]}
    assert list(states.values()) == ["stop", "steady", "steady", "steady"]
    assert list(states) == [one.name for one in spec().features] and told["rounds"][-1]["state"] == "stop"


def test_a_later_run_is_compared_with_the_counts_of_the_run_that_the_model_came_from(tmp_path: Path) -> None:
    _, old = run(tmp_path / "old")
    _, new = run(tmp_path / "new", rounds=1)
    told: dict[str, Any] = report(new, spec(), old)  # type: ignore[assignment]
    assert told["against"]["round"] == 3 and told["reason"] == ""
    assert {one["index"] for one in told["features"]} == {0}


def test_without_counts_the_reason_is_told(tmp_path: Path) -> None:
    _, none = run(tmp_path / "none", tally=0)
    assert report(none, spec())["reason"] == "no-tally"
    _, few = run(tmp_path / "few", rows=100)
    assert report(few, spec())["reason"] == "too-few-rows" and report(few, spec())["features"] == []
    _, one = run(tmp_path / "one", rounds=1)
    assert report(one, spec())["reason"] == "one-round"
    with pytest.raises(NotFoundError):
        baseline(none, 3)
    with pytest.raises(NotFoundError):
        baseline(few, 3)
    other: FeatureSpec = specs.read(Path(specs.__file__).parents[1] / "specs" / "milling-failure.json")
    with pytest.raises(SchemaError):
        report(one, other)


def test_the_baseline_of_a_model_is_the_newest_count_up_to_its_round(tmp_path: Path) -> None:
    _, store = run(tmp_path, rounds=4, tally_every=3)
    assert baseline(store, 4).round == 4 and baseline(store, 3).round == 1
    assert len(baseline(store, 4).histograms) == FEATURES


def test_changed_counts_are_found_by_the_audit(tmp_path: Path) -> None:
    run(tmp_path)
    path = tmp_path / "sums" / "00002.npz"
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["counts"][0] += 1
    np.savez(path, **arrays)
    with pytest.raises(ProofError, match="sums of round 2"):
        recompute(tmp_path)


def test_a_party_whose_counts_cannot_be_costs_the_round_its_counts_and_nothing_else(tmp_path: Path) -> None:
    made = plan(2, spec=spec().digest, tally=TALLY)
    net = Net(4, tmp_path)
    for place, trainer in net.trainers.items():
        trainer.spec, trainer.weight = spec().digest, 300
        if place == 1:
            trainer.count = lambda plan: [7, *[0] * (TALLY - 1)]  # type: ignore[method-assign]
    net.rounds(made).run()
    store = RunStore(tmp_path)
    assert len(store.rounds()) == 2 and counted(store) == []
    assert sum(event["event"] == "bad-counts" for event in net.events) == 2


@pytest.mark.parametrize("wrong", [[-1] * TALLY, [10**7] * TALLY, [1] * (TALLY - 1)])
def test_a_desk_sends_no_counts_that_cannot_be(tmp_path: Path, wrong: list[int]) -> None:
    made = plan(1, spec=spec().digest, tally=TALLY)
    net = Net(4, tmp_path)
    for place, trainer in net.trainers.items():
        trainer.spec = spec().digest
        if place == 1:
            trainer.count = lambda plan: wrong  # type: ignore[method-assign]
    net.rounds(made).run()
    assert len(RunStore(tmp_path).rounds()[0].contributors) == 3


def test_private_runs_count_nothing() -> None:
    with pytest.raises(InputError, match="noise"):
        plan(3, tally=TALLY, epsilon_micro=1_000)
    for wrong in ({"tally": 7}, {"tally": 10_000}, {"tally": TALLY, "tally_every": 0}):
        with pytest.raises(InputError):
            plan(3, **wrong)
