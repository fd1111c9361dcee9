"""No value of a plant's rows leaves it: real training over a network in one process, every letter captured."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from evidence.draft import JsonValue
from federated import task
from federated.courier import Letter
from federated.desk import Desk
from federated.model_bytes import Vector
from federated.plan import RunPlan
from federated.plant_data import read_table
from federated.trainer import PlantTrainer
from tests.support.canary import files_with, forms_of, found_in
from tests.support.federated_net import Net
from tests.support.federation import SPEC, process_rows
from tests.support.secagg import CODE

CANARIES = (43.718293, 17.650439, 61.294857)
ROUNDS = 3


def plant(folder: Path, place: int, task_: task.Task) -> PlantTrainer:
    """A plant whose torque column holds the canaries, over and over."""
    rows = process_rows(60, place, task_.spec)
    column = rows[0].index("torque [N.m]")
    for number, row in enumerate(rows[1:]):
        row[column] = repr(CANARIES[number % len(CANARIES)])
    folder.mkdir(parents=True)
    with (folder / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return PlantTrainer(task_, task.load(task_, lambda spec: read_table(folder / "rows.csv", spec)), folder=folder)


class Leaky(Desk):
    """A desk that sends one row along, in the ways that somebody might."""

    form = "text"

    def answer(self, letter: Letter) -> Letter:
        honest = super().answer(letter)
        parts: tuple[Mapping[str, JsonValue], ...] = honest.parts
        if self.form == "text":
            return Letter((*parts, {"note": f"torque was {CANARIES[0]}"}), honest.blob)
        if self.form == "hex":
            return Letter((*parts, {"note": "0x" + np.float64(CANARIES[0]).tobytes().hex()}), honest.blob)
        return Letter(parts, honest.blob + np.array(CANARIES[:1], dtype=self.form).tobytes())


def trained(tmp_path: Path) -> Net:
    task_ = task.task_of(SPEC)
    net = Net(4, tmp_path / "run")
    for node in range(4):
        net.trainers[node] = plant(tmp_path / "plants" / str(node), node, task_)  # type: ignore[assignment]
        net.revive(node)
    settings = (("epochs", 1), ("batch", 32))
    plan = RunPlan(task_.spec.digest, task_.size, ROUNDS, 8, CODE, bytes(32), hop_ms=1_000, quorum_ms=0, train=settings)
    rounds = net.rounds(plan)
    start: Vector = task.new_model(task_, 0)
    (rounds.store.model_path(0)).write_bytes(start.astype("<f4").tobytes())
    rounds.run()
    return net


def test_no_letter_and_no_file_outside_the_plants_holds_a_canary(tmp_path: Path) -> None:
    net = trained(tmp_path)
    assert len(list((tmp_path / "run" / "rounds").iterdir())) == ROUNDS
    assert found_in(b"\n".join(net.wire), CANARIES) == set()
    assert files_with(tmp_path, CANARIES, but=[tmp_path / "plants"]) == {}
    assert files_with(tmp_path / "plants", CANARIES), "the detector does not even see the rows themselves"


@pytest.mark.parametrize("leak", ["text", "hex", "<f8", ">f8", "<f4"])
def test_the_same_detector_finds_a_canary_that_is_sent_on_purpose(tmp_path: Path, leak: str) -> None:
    sender = Leaky.__new__(type("Leaking", (Leaky,), {"form": leak, "__slots__": ()}))
    honest = Letter(({"error": "x", "message": "y"},), b"blob")
    Desk.__init__(sender, None, None, None, None)  # type: ignore[arg-type]
    sent = sender.answer(Letter(honest.parts))
    data = json.dumps([dict(part) for part in sent.parts]).encode() + sent.blob
    assert found_in(data, CANARIES) == {CANARIES[0]}


def test_forms_are_texts_and_floats() -> None:
    assert set(forms_of(43.718293)) >= {b"43.7183", b"43.718293", np.float32(43.718293).tobytes()}
