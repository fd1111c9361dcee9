"""From the trained network to the weight file and into the registry: the integers agree with torch."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from evidence.errors import ConflictError, LimitError, NotFoundError, ProofError, SchemaError
from federated import task as tasks
from federated.export import Exported, export
from federated.learning.calibration import Calibration
from federated.learning.config import TrainConfig
from federated.learning.drift import counts
from federated.learning.network import predict
from federated.learning.spec import Feature
from federated.task import Task
from node.services.process_risk.models import ModelFolder, ModelRecord, ModelState
from scoring.process_risk import assess
from scoring.risk_model import ONE
from scoring.scale import MICRO
from tests.unit.federated.learning.builders import UNITS, plant, spec, table

TASK = Task(spec(), (8, 4))
UNTIL, TODAY = date(2027, 1, 31), date(2026, 11, 26)
CALIBRATION = Calibration(0.8, -0.3)


@pytest.fixture(scope="module")
def exported() -> tuple[Exported, np.ndarray]:  # type: ignore[type-arg]
    data, model = plant(600, 0), tasks.new_model(TASK, 1)
    model = model + tasks.train(TASK, model, data, TrainConfig(epochs=10, rate=0.01, bound=100.0)).delta
    made = export(TASK.spec, TASK.shape, model, CALIBRATION, counts(data, 4), version=1, until=UNTIL)
    return made, model


def parts(rows: int, seed: int, hotter: float = 0.0) -> list[dict[str, str]]:
    values = dict(table(rows, seed).values)
    values["heat"] = np.minimum(200.0, values["heat"] + hotter)
    return [{name: f"{column[row]:.3f}" for name, column in values.items()} for row in range(rows)]


def test_the_integers_agree_with_torch_to_a_thousandth(exported: tuple[Exported, np.ndarray]) -> None:  # type: ignore[type-arg]
    made, model = exported
    data = plant(500, 3)
    expected = CALIBRATION.probabilities(predict(TASK.shape, model, data.inputs))
    found = made.model.risks(np.floor(data.inputs * ONE).astype(np.int64)) / MICRO
    assert np.abs(found - expected).max() < 2e-3


def test_the_file_names_its_spec_and_its_model(exported: tuple[Exported, np.ndarray]) -> None:  # type: ignore[type-arg]
    made, model = exported
    assert made.model.spec == TASK.spec.digest
    assert made.model.source == hashlib.sha256(model.astype("<f8").tobytes()).hexdigest()
    assert b"pickle" not in made.data and made.model.digest == hashlib.sha256(made.data).hexdigest()


def test_the_index_of_the_same_process_counts_and_of_a_hotter_one_does_not(
    exported: tuple[Exported, np.ndarray],  # type: ignore[type-arg]
) -> None:
    made, _ = exported
    usual = assess(made.model, parts(400, 5), UNITS, TODAY)
    assert usual.counts and usual.index is not None and 0 < usual.index < MICRO
    assert usual.reference + sum(usual.contributions.values()) <= usual.index
    hot = assess(made.model, parts(400, 5, 30.0), UNITS, TODAY)
    assert not hot.counts and "drift:heat" in hot.reasons


def test_what_cannot_be_explained_exactly_is_not_exported(exported: tuple[Exported, np.ndarray]) -> None:  # type: ignore[type-arg]
    _, model = exported
    many = replace(
        spec(), features=tuple(Feature(f"f{n}", "column", ("heat",), Fraction(0), Fraction(1)) for n in range(13))
    )
    with pytest.raises(LimitError, match="explained"):
        export(many, TASK.shape, model, CALIBRATION, [], version=1, until=UNTIL)
    with pytest.raises(SchemaError, match="optional"):
        export(spec(optional=True), TASK.shape, model, CALIBRATION, [], version=1, until=UNTIL)
    with pytest.raises(LimitError, match="beyond"):
        export(spec(), TASK.shape, model * 1e6, CALIBRATION, counts(plant(10, 0), 4), version=1, until=UNTIL)


def record(made: Exported, version: int = 1) -> ModelRecord:
    return ModelRecord("press", version, made.model.digest, "a" * 64, 5, "2026-11-26", {"auc": "0.912"}, ("line 4",))


def test_a_model_is_called_only_once_it_was_released(exported: tuple[Exported, np.ndarray], tmp_path: Path) -> None:  # type: ignore[type-arg]
    made, _ = exported
    models = ModelFolder(tmp_path)
    models.add(record(made), made.data)
    models.add(record(made), made.data)
    with pytest.raises(ConflictError, match="not released"):
        models.call("press", 1, parts(300, 5), UNITS, TODAY)
    models.release("press", 1)
    assert models.call("press", 1, parts(300, 5), UNITS, TODAY).counts
    models.stop("press", 1, "drift:heat 0.31")
    with pytest.raises(ConflictError, match="drift:heat"):
        models.call("press", 1, parts(300, 5), UNITS, TODAY)
    with pytest.raises(ConflictError):
        models.release("press", 1)
    assert [one.state for one in models.records()] == [ModelState.STOPPED]


def test_changed_weights_and_a_second_file_of_one_version_are_refused(
    exported: tuple[Exported, np.ndarray],  # type: ignore[type-arg]
    tmp_path: Path,
) -> None:
    made, model = exported
    models = ModelFolder(tmp_path)
    models.add(record(made), made.data)
    other = export(TASK.spec, TASK.shape, model, CALIBRATION, counts(plant(9, 0), 4), version=1, until=UNTIL)
    with pytest.raises(ConflictError):
        models.add(record(other), other.data)
    with pytest.raises(SchemaError):
        models.add(record(made, 2), other.data)
    file = tmp_path / "press-1.risk.json"
    file.write_bytes(made.data.replace(b'"version":1', b'"version":2'))
    models.release("press", 1)
    with pytest.raises(ProofError):
        models.call("press", 1, parts(300, 5), UNITS, TODAY)
    with pytest.raises(NotFoundError):
        models.record("../press", 1)
