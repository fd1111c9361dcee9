"""Rounds put on chain, and a model's history audited, over the memory chain."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evidence.canonical import encode
from evidence.draft import JsonValue
from evidence.errors import NotFoundError, ProofError
from evidence.model_round import ModelRound
from federated.store import RunStore
from node.chain.memory_models import MemoryModels
from node.services.audit_model import AuditModel
from node.services.record_rounds import RecordRounds
from node.training.port import TrainingRun
from tests.ports.test_chain_memory import MODELS_ADMIN, MemoryHarness
from tests.support.consortium import Org
from tests.support.federated_net import Net, plan
from tests.support.secagg import org


class FolderSteward:
    """A steward's answers out of a run's folder."""

    def __init__(self, store: RunStore, *, done: int | None = None) -> None:
        self.records: Sequence[ModelRound] = store.rounds()
        self.done = len(self.records) if done is None else done

    def run(self, name: str) -> TrainingRun:
        return TrainingRun(name, "running", len(self.records), self.done, (), (), (), ())

    def record(self, name: str, number: int) -> ModelRound:
        return self.records[number - 1]


@pytest.fixture
def chain() -> MemoryHarness:
    harness = MemoryHarness()
    Org("buyer").enrol(harness.admin, "scorer", "purchaser")
    MemoryModels(harness.chain, MODELS_ADMIN).set_steward(Org("buyer").org, True)
    return harness


@pytest.fixture
def net(tmp_path: Path) -> Net:
    made = Net(4, tmp_path / "run")
    made.rounds(plan(3)).run()
    folder = tmp_path / "own"
    folder.mkdir()
    for place, document in enumerate(made.kept[org(0)]):
        (folder / f"{place}.json").write_bytes(encode(document))
    return made


def record(chain: MemoryHarness, steward: FolderSteward) -> list[int]:
    buyer = Org("buyer")
    return [entry.number for entry in RecordRounds(steward, chain.models(buyer), buyer.org)("a" * 32)]  # type: ignore[arg-type]


def test_what_is_finished_is_recorded_once_and_goes_on_where_it_stood(chain: MemoryHarness, net: Net) -> None:
    store = RunStore(net.folder)
    assert record(chain, FolderSteward(store, done=0)) == []
    assert record(chain, FolderSteward(store, done=2)) == [1, 2]
    assert record(chain, FolderSteward(store)) == [3]
    assert record(chain, FolderSteward(store)) == []


def test_a_steward_that_tells_another_story_later_is_caught(chain: MemoryHarness, net: Net) -> None:
    steward = FolderSteward(RunStore(net.folder), done=2)
    record(chain, steward)
    first = replace(steward.records[0], weight=7)
    steward.records = [first, *steward.records[1:]]
    with pytest.raises(ProofError, match="another first round"):
        record(chain, steward)
    steward.records = [*RunStore(net.folder).rounds()[:2], replace(first, round=3, step=9, previous=bytes([1] * 32))]
    steward.done = 3
    with pytest.raises(ProofError, match="does not follow"):
        record(chain, steward)


def test_the_audit_agrees_and_proves_a_partys_contributions(chain: MemoryHarness, net: Net, tmp_path: Path) -> None:
    record(chain, FolderSteward(RunStore(net.folder)))
    found = AuditModel(chain.models(Org("buyer")))(net.folder, tmp_path / "own")
    assert found.whole and found.rounds == 3
    assert len(found.contributions) == 3 and all(found.contributions.values())
    assert found.model == hashlib.sha256(RunStore(net.folder).model_path(3).read_bytes()).digest()


@pytest.mark.parametrize("harm", ["model", "missing", "record", "unrecorded", "own"])
def test_every_change_shows(chain: MemoryHarness, net: Net, tmp_path: Path, harm: str) -> None:
    store = RunStore(net.folder)
    record(chain, FolderSteward(store, done=2 if harm == "unrecorded" else None))
    path, own = store.model_path(2), tmp_path / "own"
    if harm == "model":
        path.write_bytes(np.zeros(6, dtype="<f4").tobytes())
    elif harm == "missing":
        path.unlink()
    elif harm == "record":
        newest = replace(store.rounds()[2], weight=9)
        (net.folder / "rounds" / "00003.json").write_bytes(encode(newest.to_json()))
    elif harm == "own":
        document: Mapping[str, JsonValue] = net.kept[org(0)][0]  # type: ignore[assignment]
        receipt = dict(document["receipt"])  # type: ignore[arg-type]
        receipt["vector"] = "0x" + "11" * 32
        (own / "0.json").write_bytes(encode({**document, "receipt": receipt}))
    found = AuditModel(chain.models(Org("buyer")))(net.folder, own)
    assert not found.whole and len(found.findings) == 1


def test_a_gap_in_the_records_is_refused_outright(chain: MemoryHarness, net: Net) -> None:
    (net.folder / "rounds" / "00002.json").unlink()
    with pytest.raises(ProofError, match="is numbered 3"):
        AuditModel(chain.models(Org("buyer")))(net.folder)
    with pytest.raises(NotFoundError):
        AuditModel(chain.models(Org("buyer")))(net.folder / "models")
