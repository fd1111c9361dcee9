"""Training at a plant: deterministic, bounded, monotone where declared, and private where asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from evidence.errors import SchemaError, ToolMissingError
from federated import task as tasks
from federated.learning.config import Privacy, TrainConfig
from federated.learning.local import device_of
from federated.learning.network import flatten, logits, predict, shape_of, unflatten
from federated.learning.private import epsilon, record_gradients, set_private_gradients
from federated.task import METRICS, Task
from tests.unit.federated.learning.builders import plant, spec

TASK = Task(spec(), (8, 4))
QUICK = TrainConfig(epochs=2, batch=32, rate=0.01)


def test_equal_seeds_give_equal_bits_and_others_do_not() -> None:
    model, data = tasks.new_model(TASK, 1), plant(200, 0)
    one, two = (tasks.train(TASK, model, data, QUICK) for _ in range(2))
    assert np.array_equal(one.delta, two.delta)
    assert not np.array_equal(one.delta, tasks.train(TASK, model, data, replace(QUICK, seed=1)).delta)
    assert not np.array_equal(model, tasks.new_model(TASK, 2))


def test_training_learns_what_makes_parts_bad() -> None:
    model, data = tasks.new_model(TASK, 1), plant(600, 0)
    update = tasks.train(TASK, model, data, replace(QUICK, epochs=15, bound=100.0))
    assert update.metrics["fitted"] < update.metrics["loss"]
    assert tasks.evaluate(TASK, model + update.delta, plant(600, 9))["auc"] > 0.85
    assert tuple(update.metrics) == METRICS


def test_an_update_is_never_longer_than_the_bound() -> None:
    update = tasks.train(TASK, tasks.new_model(TASK, 1), plant(200, 0), replace(QUICK, bound=0.05))
    assert np.linalg.norm(update.delta) == pytest.approx(0.05)


def test_a_plant_buys_no_influence_with_rows() -> None:
    update = tasks.train(TASK, tasks.new_model(TASK, 1), plant(200, 0), replace(QUICK, most=50))
    assert update.weight == 50.0


def test_what_is_personal_stays_at_home() -> None:
    model, data = tasks.new_model(TASK, 1), plant(200, 0)
    home = TASK.shape.mask(("head", "bias"))
    config = replace(QUICK, personal=("head", "bias"))
    first = tasks.train(TASK, model, data, config)
    assert not first.delta[home].any() and first.delta[~home].any()
    assert first.personal[home].any() and not first.personal[~home].any()
    again = tasks.train(TASK, model, data, config, first.personal)
    assert not np.array_equal(first.personal[home], again.personal[home])


def test_a_proximal_term_keeps_the_update_short() -> None:
    model, data = tasks.new_model(TASK, 1), plant(300, 0)
    lengths = [
        np.linalg.norm(tasks.train(TASK, model, data, replace(QUICK, epochs=5, proximal=mu, bound=1e3)).delta)
        for mu in (0.0, 1.0, 100.0)
    ]
    assert lengths[0] > lengths[1] > lengths[2]


def test_risk_never_falls_as_a_declared_feature_rises() -> None:
    update = tasks.train(TASK, tasks.new_model(TASK, 1), plant(300, 0), replace(QUICK, epochs=5, bound=100.0))
    trained = tasks.new_model(TASK, 1) + update.delta
    rows = np.random.default_rng(0).normal(0, 2, (50, 4))
    for step in (0.1, 1.0, 4.0):
        worse = rows + np.array([0, 0, 0, step])
        assert (predict(TASK.shape, trained, worse) >= predict(TASK.shape, trained, rows)).all()


def test_a_vector_survives_being_taken_apart() -> None:
    model = tasks.new_model(TASK, 3)
    again = flatten(TASK.shape, unflatten(TASK.shape, model, torch.device("cpu"), torch.float64))
    assert np.array_equal(model, again)
    for bad in (model[:-1], np.where(np.arange(len(model)) == 5, np.nan, model)):
        with pytest.raises(SchemaError):
            unflatten(TASK.shape, bad, torch.device("cpu"))


def test_rows_of_another_spec_and_no_rows_are_refused() -> None:
    model = tasks.new_model(TASK, 1)
    with pytest.raises(SchemaError, match="another spec"):
        tasks.train(TASK, model, replace(plant(10, 0), spec="0" * 64), QUICK)
    with pytest.raises(SchemaError, match="no rows"):
        tasks.train(TASK, model, plant(10, 0).take(np.zeros(10, dtype=bool)), QUICK)


def test_a_gpu_is_used_where_there_is_one() -> None:
    assert device_of("cpu").type == "cpu"
    best = device_of("auto")
    if torch.cuda.is_available():
        assert best.type == "cuda"
    else:
        with pytest.raises(ToolMissingError):
            device_of("cuda")
    model, data = tasks.new_model(TASK, 1), plant(200, 0)
    one, two = (tasks.train(TASK, model, data, replace(QUICK, device=name)) for name in ("cpu", "auto"))
    assert np.allclose(one.delta, two.delta, atol=1e-4)


def test_gradients_of_records_sum_to_the_gradient_of_the_batch() -> None:
    data, shape = plant(20, 0), shape_of(spec(), (8, 4))
    parameters = unflatten(shape, tasks.new_model(TASK, 1), torch.device("cpu"), torch.float64)
    rows, labels = torch.as_tensor(data.inputs), torch.as_tensor(data.labels)
    each = record_gradients(shape, parameters, rows, labels)
    single = [record_gradients(shape, parameters, rows[i : i + 1], labels[i : i + 1]) for i in range(20)]
    for name, part in parameters.items():
        assert each[name].shape == (20, *part.shape)
        assert torch.allclose(each[name], torch.cat([one[name] for one in single]))
    total = torch.nn.functional.binary_cross_entropy_with_logits
    for part in parameters.values():
        part.requires_grad_(True)
    total(logits(shape, parameters, rows), labels, reduction="sum").backward()  # type: ignore[no-untyped-call]
    for name, part in parameters.items():
        assert part.grad is not None and torch.allclose(each[name].sum(0), part.grad)


def test_private_training_tells_no_statistic_and_needs_noise_of_its_own() -> None:
    model, data = tasks.new_model(TASK, 1), plant(200, 0)
    config = replace(QUICK, privacy=Privacy(1.0, 1.0))
    with pytest.raises(SchemaError, match="generator"):
        tasks.train(TASK, model, data, config)
    one, two = (tasks.train(TASK, model, data, config, noise=np.random.default_rng(seed)) for seed in (1, 2))
    assert not np.array_equal(one.delta, two.delta)
    assert set(one.metrics.values()) == {0.0}
    assert one.steps == 2 * round(200 / 32)


def test_one_record_moves_the_sum_of_gradients_by_no_more_than_the_clip() -> None:
    """The guarantee rests on this; every record takes part here, and the noise is next to nothing."""
    shape, data = TASK.shape, plant(50, 0)
    wild = np.vstack([data.inputs, [[8.0, -8.0, 8.0, 8.0]]])
    labels = np.append(data.labels, 0.0)
    config = replace(QUICK, batch=1000, privacy=Privacy(0.1, 1e-9))
    steps = []
    for rows in (50, 51):
        parameters = unflatten(shape, tasks.new_model(TASK, 1), torch.device("cpu"), torch.float64)
        inputs, outcome = torch.as_tensor(wild[:rows]), torch.as_tensor(labels[:rows])
        set_private_gradients(shape, parameters, inputs, outcome, config, np.random.default_rng(1))
        steps.append(torch.cat([part.grad.flatten() for part in parameters.values() if part.grad is not None]))
    moved = float((steps[1] - steps[0]).norm()) * config.batch
    assert 0.09 < moved <= 0.1 + 1e-6


def test_epsilon_grows_with_steps_and_shrinks_with_noise_and_rows() -> None:
    privacy = Privacy(1.0, 1.0)
    base = epsilon(privacy, 1000, 50, 100)
    assert epsilon(privacy, 1000, 50, 0) == 0.0
    assert epsilon(privacy, 1000, 50, 200) > base > epsilon(privacy, 1000, 50, 50)
    assert epsilon(Privacy(1.0, 2.0), 1000, 50, 100) < base
    assert epsilon(privacy, 4000, 50, 100) < base


def test_the_accountant_agrees_with_a_published_figure() -> None:
    # Abadi et al. 2016, section 5.2: q = 0.01, sigma = 4, 10,000 steps, delta = 1e-5 spend about 1.26.
    assert epsilon(Privacy(1.0, 4.0, 1e-5), 60_000, 600, 10_000) == pytest.approx(1.26, abs=0.35)
