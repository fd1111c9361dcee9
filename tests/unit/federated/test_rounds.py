"""Runs over a network in one process: they finish, survive the dead, wait within bounds and go on after a crash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evidence.errors import FaultError, ProofError
from evidence.model_round import check_chain, contribution
from federated.rounds import Rounds
from federated.store import RunStore
from federated.strategy import Strategy
from tests.support.federated_net import SIZE, Net, plan
from tests.support.secagg import org


def test_a_run_gives_what_plain_averaging_gives(tmp_path: Path) -> None:
    net, run = Net(4, tmp_path), plan(5)
    net.rounds(run).run()
    model = np.zeros(SIZE)
    total = sum(one.weight for one in net.trainers.values())
    for _ in range(5):
        mean = sum(0.5 * one.weight * (one.target - model) for one in net.trainers.values()) / total
        model = (model + mean).astype(np.float32).astype(np.float64)
    assert np.abs(RunStore(tmp_path).model(5) - model).max() < 6 * run.quantiser().bound + 1e-6


def test_keys_of_the_next_round_ride_along_so_that_a_round_is_three_hops(tmp_path: Path) -> None:
    net = Net(4, tmp_path)
    kinds: list[str] = []
    net.fault = lambda node, kind: kinds.append(kind) is not None if node == 0 else False
    net.rounds(plan(3)).run()
    each = ["train.masked", "query.share", "query.unmask"]
    assert kinds == ["query.advert", "query.share", *each * 3]


@pytest.mark.parametrize("kind", ["train.masked", "query.share", "query.unmask"])
def test_a_node_that_dies_in_a_round_is_done_without_and_comes_back(tmp_path: Path, kind: str) -> None:
    net = Net(4, tmp_path)
    seen = {"count": 0}

    def fault(node: int, asked: str) -> bool:
        if node == 3 and asked == kind:
            seen["count"] += 1
            return seen["count"] == 2
        if node == 0 and asked == "train.masked" and 3 in net.dead and len(RunStore(tmp_path).rounds()) >= 4:
            net.revive(3)
        return False

    net.fault = fault
    net.rounds(plan(8)).run()
    records = RunStore(tmp_path).rounds()
    assert len(records) == 8
    present = [org(3) in record.contributors for record in records]
    assert present[0] and present[-1] and not all(present)


def test_a_quorum_that_is_lost_is_waited_for_within_bounds_and_reported(tmp_path: Path) -> None:
    net = Net(3, tmp_path)
    net.fault = lambda node, kind: node == 2 and kind == "train.masked" and len(RunStore(tmp_path).rounds()) == 2
    with pytest.raises(FaultError, match="no quorum within 5 s"):
        net.rounds(plan(6)).run()
    assert len(RunStore(tmp_path).rounds()) == 2
    assert any(event["event"] == "waiting" and event["present"] == 2 for event in net.events)
    assert net.clock < 20
    net.fault = lambda node, kind: False
    net.revive(2)
    net.rounds(plan(6)).run()
    assert len(RunStore(tmp_path).rounds()) == 6


@pytest.mark.parametrize("crash_at", range(1, 12))
def test_a_server_that_crashes_anywhere_goes_on_and_no_party_masks_twice_under_one_step(
    tmp_path: Path, crash_at: int
) -> None:
    net = Net(4, tmp_path)
    sends = {"count": 0}
    true_send = net.send

    def send(*arguments: object, **named: object) -> None:
        sends["count"] += 1
        if sends["count"] == crash_at:
            raise KeyboardInterrupt
        true_send(*arguments, **named)  # type: ignore[arg-type]

    net.send = send  # type: ignore[method-assign,assignment]
    with pytest.raises(KeyboardInterrupt):
        net.rounds(plan(3)).run()
    net.rounds(plan(3)).run()
    assert len(RunStore(tmp_path).rounds()) == 3
    for trainer in net.trainers.values():
        assert trainer.steps == sorted(set(trainer.steps))


def test_records_are_chained_and_a_changed_one_shows(tmp_path: Path) -> None:
    net = Net(4, tmp_path)
    net.rounds(plan(3)).run()
    records = list(RunStore(tmp_path).rounds())
    check_chain(records)
    records[1] = replace(records[1], weight=records[1].weight + 1)
    with pytest.raises(ProofError, match="record 3 names another record"):
        check_chain(records)
    with pytest.raises(ProofError, match="record 2 is numbered 3"):
        check_chain([records[0], records[2]])


def test_a_partys_own_record_proves_its_contribution_in_or_out(tmp_path: Path) -> None:
    net = Net(4, tmp_path)
    gone = {"masks": 0}

    def fault(node: int, kind: str) -> bool:
        gone["masks"] += node == 3 and kind == "train.masked"
        return node == 3 and kind == "query.unmask" and gone["masks"] == 2

    net.fault = fault
    net.rounds(plan(4)).run()
    records = RunStore(tmp_path).rounds()
    sent = [(one["step"], bytes.fromhex(one["receipt"]["vector"][2:])) for one in net.kept[org(0)]]  # type: ignore[index,call-overload]
    assert all(contribution(records, org(0), step, vector) for step, vector in sent)
    assert not contribution(records, org(3), records[-1].step, bytes(32))
    with pytest.raises(ProofError, match="another vector"):
        contribution(records, org(0), sent[0][0], bytes(32))


def test_an_auditor_gets_the_same_models_from_the_sums(tmp_path: Path) -> None:
    for number, settings in ((4, {}), (15, {"bucket_size": 3}), (4, {"strategy": "fed-adam"})):
        folder = tmp_path / f"{number}{len(settings)}{settings.get('strategy', '')}"
        Net(number, folder).rounds(plan(3, **settings)).run()
        store = RunStore(folder)
        strategy = Strategy(store.plan(), store.model(0))
        for record in store.rounds():
            assert store.sums(record.round).digest == record.sums
            assert (strategy.apply(store.sums(record.round)) == store.model(record.round)).all()


def test_no_update_crosses_the_network_in_the_clear(tmp_path: Path) -> None:
    net, run = Net(4, tmp_path), plan(1)
    net.rounds(run).run()
    traffic = b"".join(net.wire)
    for trainer in net.trainers.values():
        update, weight = trainer.train(run, np.zeros(SIZE), 0)
        for form in ("<f8", "<f4"):
            assert update.astype(form).tobytes()[:8] not in traffic
        words = run.quantiser().encode(update, weight)
        assert words[:1].tobytes()[:6] not in traffic


def test_a_party_that_does_not_agree_to_the_plan_stays_out(tmp_path: Path) -> None:
    net = Net(5, tmp_path)
    net.rounds(plan(2)).run()
    other = replace(plan(2), code=bytes(32))
    fresh = Net(5, tmp_path / "other")
    rounds: Rounds = fresh.rounds(other)
    with pytest.raises(FaultError):
        rounds.run()
    refused = [event for event in fresh.events if event["event"] == "refused"]
    assert refused and all("pinned" in str(event["message"]) for event in refused)


def poisoned(net: Net, places: tuple[int, ...]) -> None:
    """These parties want the opposite of what is right, ten times as strongly, and vote for what harms."""
    for place in places:
        trainer = net.trainers[place]
        trainer.target = -10 * np.ones(SIZE)
        trainer.weight = 99


def test_buckets_that_harm_are_voted_out_and_the_votes_are_recomputed(tmp_path: Path) -> None:
    net = Net(15, tmp_path)
    for trainer in net.trainers.values():
        trainer.target = np.ones(SIZE)
    poisoned(net, (3, 7))
    run = plan(8, bucket_size=3, clip="20")
    net.rounds(run).run()
    store = RunStore(tmp_path)
    assert np.abs(store.model(8) - 1).max() < 0.2
    sums = store.sums(1)
    assert sums.votes.shape == (15, 5) and sums.parties == 15
    strategy = Strategy(run, store.model(0))
    for record in store.rounds():
        assert (strategy.apply(store.sums(record.round)) == store.model(record.round)).all()


def test_plain_averaging_would_have_been_ruined_by_the_same_poison(tmp_path: Path) -> None:
    net = Net(15, tmp_path)
    for trainer in net.trainers.values():
        trainer.target = np.ones(SIZE)
    poisoned(net, (3, 7))
    net.rounds(plan(8, clip="20")).run()
    assert np.abs(RunStore(tmp_path).model(8) - 1).max() > 1


def test_a_ballot_that_is_not_signed_by_its_party_does_not_count(tmp_path: Path) -> None:
    net = Net(15, tmp_path)
    true = net._over

    def forged(ballot):  # type: ignore[no-untyped-def]
        # Every vote is another than the true one, so that no ballot can be right by chance.
        return {**ballot, "votes": [1 if vote < 1 else -1 for vote in ballot["votes"]]}

    def forging(letter):  # type: ignore[no-untyped-def]
        parts = tuple({"vote": forged(part["vote"])} if "vote" in part else part for part in letter.parts)
        return true(replace(letter, parts=parts))

    net._over = forging  # type: ignore[method-assign]
    net.rounds(plan(1, bucket_size=3)).run()
    assert RunStore(tmp_path).sums(1).votes.shape == (0, 5)
    assert sum(event["event"] == "bad-answer" for event in net.events) == 15
