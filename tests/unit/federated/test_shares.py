"""Contributions come from stored rounds alone: who was in, who voted how, signed; and from nothing that was changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evidence.errors import InputError, ProofError, SchemaError
from federated.audit import main, recompute
from federated.shares import shares
from federated.store import RunStore
from federated.witness import Witness, means_digest
from tests.support.federated_net import SIZE, Net, plan
from tests.support.secagg import org, registry


def run(folder: Path, rounds: int, hostile: tuple[int, ...] = (), number: int = 15, bucket_size: int = 3) -> RunStore:
    net = Net(number, folder)
    for place, trainer in net.trainers.items():
        trainer.target = -5 * np.ones(SIZE) if place in hostile else np.ones(SIZE)
    net.rounds(plan(rounds, bucket_size=bucket_size, clip="20")).run()
    return RunStore(folder)


def by_org(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["org"]: one for one in told["parties"]}


def test_over_many_rounds_the_party_that_harms_is_told_and_its_rounds_count_for_nothing(tmp_path: Path) -> None:
    told: dict[str, Any] = shares(run(tmp_path, 14, hostile=(6,)))
    found = by_org(told)
    assert (told["rounds"], told["judged"], told["reason"]) == (14, 14, "")
    assert [name for name, one in found.items() if one["harmful"]] == [org(6)]
    bad = found[org(6)]
    assert (bad["counted"], bad["reason"], bad["shared"], bad["rounds"]) == (False, "harmful", "0.000000", 14)
    assert float(bad["effect"]) < -2 * float(bad["error"]) < 0
    assert all(one["shared"] == "1.000000" for name, one in found.items() if name != org(6))


def test_under_ten_rounds_nobody_is_judged_and_everybody_counts(tmp_path: Path) -> None:
    told: dict[str, Any] = shares(run(tmp_path, 2, number=6))
    assert (told["reason"], told["least"]) == ("too-few-rounds", 10)
    assert {(one["counted"], one["effect"], one["error"]) for one in told["parties"]} == {(True, None, None)}


def test_one_bucket_has_no_votes_but_presence_still_counts(tmp_path: Path) -> None:
    made = plan(12)
    net = Net(5, tmp_path)
    net.fault = lambda node, kind: node == 4 and len(RunStore(tmp_path).rounds()) >= 6
    net.rounds(made).run()
    told: dict[str, Any] = shares(RunStore(tmp_path))
    assert told["reason"] == "one-bucket" and told["judged"] == 0
    gone = by_org(told)[org(4)]
    assert gone["rounds"] == 6 and gone["shared"] == "0.500000"


def test_a_span_of_rounds_is_told_and_other_spans_are_refused(tmp_path: Path) -> None:
    store = run(tmp_path, 4, number=6)
    assert shares(store, 2, 3)["rounds"] == 2
    for first, last in ((0, 2), (3, 2), (1, 5)):
        with pytest.raises(InputError):
            shares(store, first, last)


def test_a_run_without_rounds_has_no_parties(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.create(plan(3), np.zeros(SIZE))
    told = shares(store)
    assert (told["parties"], told["rounds"], told["reason"]) == ([], 0, "too-few-rounds")


def test_a_witness_survives_its_file_and_its_ballots_are_signed(tmp_path: Path) -> None:
    store = run(tmp_path, 2)
    witness = store.witness(1)
    assert witness is not None and Witness.from_json(witness.to_json()) == witness
    assert len(witness.ballots) == 15 and len(witness.buckets) == 5
    witness.check_signatures(registry(15), means_digest(store.model(0), list(store.sums(1).means)))
    with pytest.raises(ProofError, match="not its own"):
        witness.check_signatures(registry(15), means_digest(store.model(1), list(store.sums(1).means)))
    registry(15).write(tmp_path / "federation.json")
    assert main([str(tmp_path), "--federation", str(tmp_path / "federation.json")]) == 0
    registry(3).write(tmp_path / "federation.json")
    assert main([str(tmp_path), "--federation", str(tmp_path / "federation.json")]) == 1


def changed(folder: Path, change: Any) -> None:
    path = folder / "witnesses" / "00001.json"
    document = json.loads(path.read_bytes())
    change(document)
    path.write_bytes(json.dumps(document).encode())


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one["ballots"][0].update(votes=[-vote if vote else 1 for vote in one["ballots"][0]["votes"]]),
        lambda one: one["ballots"].pop(),
        lambda one: one["buckets"].reverse() or one["buckets"].pop(),
        lambda one: one["committee"]["terms"].update(step=99),
        lambda one: one["receipts"].pop(),
    ],
)
def test_every_change_of_a_witness_is_found(tmp_path: Path, change: Any) -> None:
    store = run(tmp_path, 1)
    changed(tmp_path, change)
    for attempt in (lambda: recompute(tmp_path), lambda: shares(store)):
        with pytest.raises((ProofError, SchemaError)):
            attempt()
