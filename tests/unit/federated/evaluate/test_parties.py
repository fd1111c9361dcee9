"""The public data cut into parties: nothing of the test part leaks, and every seed has the same one."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from evidence.errors import NotFoundError
from federated.evaluate.parties import CHECK, TEST, Raw, dealt, milling, split, steel, train_columns
from federated.evaluate.personal import agreed_spec
from tests.support.required import shared


def rows_of(inputs: np.ndarray) -> set[tuple[float, ...]]:  # type: ignore[type-arg]
    return {tuple(row) for row in inputs.tolist()}


@pytest.fixture
def made(tmp_path: Path) -> Raw:
    """A file of the milling data's shape with made-up rows, every one different."""
    rng = np.random.default_rng(0)
    columns = ["Type", "Air temperature [K]", "Process temperature [K]", "Rotational speed [rpm]", "Torque [Nm]"]
    with (tmp_path / "ai4i2020.csv").open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.writer(stream)
        writer.writerow([*columns, "Tool wear [min]", "Machine failure"])
        for index in range(600):
            values = [300 + rng.normal(), 310 + rng.normal(), 1500 + rng.normal(0, 100), 40 + rng.normal(0, 5)]
            writer.writerow(["HLM"[index % 3], *values, rng.uniform(0, 250), int(rng.random() < 0.2)])
    return milling(tmp_path)


def test_the_parts_of_a_party_are_disjoint_and_whole(made: Raw) -> None:
    for part in split(made, 3):
        sets = [rows_of(one.inputs) for one in (part.train, part.check, part.test)]
        assert len(set.union(*sets)) == sum(map(len, sets)) == 200
        assert len(part.test) == pytest.approx(200 * TEST, abs=1)
        assert len(part.check) == pytest.approx(150 * CHECK, abs=1)


def test_the_test_part_is_the_same_for_every_seed_and_the_others_are_not(made: Raw) -> None:
    one, two = split(made, 0), split(made, 1)
    for first, second in zip(one, two, strict=True):
        assert np.array_equal(first.test.inputs, second.test.inputs)
        assert rows_of(first.train.inputs) != rows_of(second.train.inputs)
        assert not rows_of(second.train.inputs) & rows_of(first.test.inputs)


def test_scales_are_agreed_on_training_rows_only(made: Raw) -> None:
    part = split(made, 2)[1]
    columns = train_columns(made, 2, part.name)
    assert len(columns["torque"]) == len(part.train)
    with pytest.raises(NotFoundError):
        train_columns(made, 2, "nobody")


def test_dealing_gives_every_supplier_the_same_share_of_bad_parts(made: Raw) -> None:
    found = dealt(made, 5, 0)
    rates = [made.table.labels[found.rows(name)].mean() for name in found.names]
    assert len(found.names) == 5 and max(rates) - min(rates) < 0.02


def test_a_folder_without_the_data_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"ai4i2020\.csv"):
        milling(tmp_path)


def test_the_public_data_are_what_the_model_card_says() -> None:
    folder = shared("data")
    mills = steel(folder)
    rates = {name: round(float(mills.table.labels[mills.rows(name)].mean()), 2) for name in mills.names}
    assert rates == {"A300-thick": 0.49, "A300-thin": 0.23, "A400-thick": 0.53, "A400-thin": 0.29}
    assert {name: len(milling(folder).rows(name)) for name in "HLM"} == {"H": 1003, "L": 6000, "M": 2997}
    spec = agreed_spec(mills, 0)
    assert spec.version == 2
    train = np.concatenate([part.train.inputs for part in split(mills, 0, spec=spec)])
    assert np.abs(train.mean(axis=0)).max() < 0.2
