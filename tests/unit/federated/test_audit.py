"""Computing a run again finds every change of what its models came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evidence.canonical import encode
from evidence.errors import ProofError
from federated.audit import main, recompute
from federated.store import RunStore
from tests.support.federated_net import SIZE, Net, plan


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Net(15, tmp_path).rounds(plan(2, bucket_size=3)).run()
    return tmp_path


def test_an_honest_run_agrees(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recompute(folder)["rounds"] == 2
    assert main([str(folder)]) == 0 and '"rounds":2' in capsys.readouterr().out
    assert main([str(folder / "nothing")]) == 2


def changed_sums(folder: Path) -> None:
    path = folder / "sums" / "00001.npz"
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["means"] = arrays["means"] + 1e-9
    np.savez(path, **arrays)


def changed_votes(folder: Path) -> None:
    path = folder / "sums" / "00002.npz"
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["votes"] = -arrays["votes"]
    np.savez(path, **arrays)


def changed_model(folder: Path) -> None:
    (folder / "models" / "00002.f32").write_bytes(np.ones(SIZE, dtype="<f4").tobytes())


def changed_start(folder: Path) -> None:
    (folder / "models" / "00000.f32").write_bytes(np.ones(SIZE, dtype="<f4").tobytes())


def changed_plan(folder: Path) -> None:
    (folder / "plan.json").write_bytes(encode(replace(plan(2, bucket_size=3), seed=9).to_json()))


def changed_record(folder: Path) -> None:
    store = RunStore(folder)
    newest = replace(store.rounds()[1], weight=store.rounds()[1].weight + 1)
    (folder / "rounds" / "00002.json").write_bytes(encode(newest.to_json()))


@pytest.mark.parametrize(
    "harm", [changed_sums, changed_votes, changed_model, changed_start, changed_plan, changed_record]
)
def test_every_change_is_found(folder: Path, harm: Callable[[Path], None]) -> None:
    harm(folder)
    with pytest.raises(ProofError):
        recompute(folder)
    assert main([str(folder)]) == 1
