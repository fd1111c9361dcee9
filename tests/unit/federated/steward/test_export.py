"""What a steward exports: the last model of a finished run with its newest counts, or a reason why it does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evidence.errors import ConflictError, InputError, NotFoundError
from federated import task as tasks
from federated.model_bytes import Vector
from federated.plan import RunPlan
from federated.steward.export import export_run
from federated.steward.runs import RunBook
from federated.store import RunStore
from scoring.risk_model import BINS, decode
from tests.support.federated_net import Net
from tests.support.secagg import CODE
from tests.unit.federated.learning.builders import spec

ASKED = {"version": "3", "until": "2027-11-26"}


class Still:
    """A plant that changes nothing and has 200 rows, all in one bin a feature."""

    def __init__(self, place: int) -> None:
        self.place = place

    def check(self, plan: RunPlan) -> None:
        pass

    def train(self, plan: RunPlan, model: Vector, step: int) -> tuple[Vector, int]:
        return np.zeros(plan.size + 3), 200

    def count(self, plan: RunPlan) -> list[int]:
        table = np.zeros((plan.tally // BINS, BINS), dtype=np.int64)
        table[:, self.place] = 200
        return [int(one) for one in table.ravel()]


def finished(folder: Path, *, tally: int = 40, rounds: int = 2) -> tuple[RunBook, str]:
    (folder / "spec.json").write_bytes(spec().encode())
    agreed = tasks.task_of(folder / "spec.json")
    plan = RunPlan(
        agreed.spec.digest, agreed.size, rounds, 4, CODE, bytes(32), hop_ms=1_000, quorum_ms=5_000, tally=tally
    )
    name = plan.run.hex()[:32]
    RunStore(folder / "runs" / name).create(plan, tasks.new_model(agreed, 1))
    net = Net(4, folder / "runs" / name)
    for place in range(4):
        net.trainers[place] = Still(place)  # type: ignore[assignment]
        net.revive(place)
    net.rounds(plan).run()
    return RunBook(folder / "runs", folder / "spec.json"), name


def test_the_weight_file_carries_the_summed_counts_and_what_was_asked(tmp_path: Path) -> None:
    book, name = finished(tmp_path)
    model = decode(export_run(book, name, ASKED))
    assert (model.name, model.version, model.limits.until.isoformat()) == ("press", 3, "2027-11-26")
    assert model.histograms == ((200,) * 4 + (0,) * 6,) * 4
    assert export_run(book, name, ASKED) == export_run(book, name, ASKED)


def test_a_run_without_counts_of_another_spec_or_unfinished_is_refused(tmp_path: Path) -> None:
    book, name = finished(tmp_path, tally=0)
    with pytest.raises(ConflictError, match="without a baseline"):
        export_run(book, name, ASKED)
    (book.folder / name / "rounds" / "00002.json").unlink()
    with pytest.raises(ConflictError, match="is stopped"):
        export_run(book, name, ASKED)
    with pytest.raises(NotFoundError):
        export_run(book, "ab" * 16, ASKED)


def test_a_run_of_another_spec_is_refused(tmp_path: Path) -> None:
    book, name = finished(tmp_path)
    other = spec().encode().replace(b'"version":1', b'"version":2')
    (tmp_path / "spec.json").write_bytes(other)
    with pytest.raises(ConflictError, match="another feature spec"):
        export_run(book, name, ASKED)


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "0"}, {"version": "x"}, {"version": "1000001"}, {"version": "٣"}, {"version": ""},
        {"until": "tomorrow"}, {"until": ""}, {"until": "2027-02-30"},
    ],
)  # fmt: skip
def test_what_is_asked_is_checked_before_anything_is_read(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"version|until"):
        export_run(RunBook(tmp_path, tmp_path / "none.json"), "ab" * 16, {**ASKED, **wrong})
