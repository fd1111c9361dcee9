"""Training at a plant: the model received in, the update that leaves out.

Source:
    FedAvg: McMahan et al., AISTATS 2017 (PMLR 54:1273-1282). FedProx: Li et al., MLSys 2020 (arXiv:1812.06127).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from evidence.errors import SchemaError, ToolMissingError
from federated.learning.config import TrainConfig
from federated.learning.dataset import Dataset
from federated.learning.network import Parameters, Shape, Vector, flatten, logits, unflatten
from federated.learning.private import set_private_gradients

MOST_BALANCE: Final = 30.0
"""Largest weight of a row with a bad outcome: beyond, a handful of rows would be the whole model."""


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """What training at a plant gives.

    Attributes:
        delta: change of the model, shape (shape.size,), 0 where a parameter stays at home; L2 norm at most the bound.
        weight: rows learnt from, at most `TrainConfig.most`.
        metrics: `loss` before and `fitted` loss after training, mean over rows, and `positives`, their share; all 0
            under `TrainConfig.privacy`, because they are statistics of the rows without noise.
        personal: the plant's own parameters after training, shape (shape.size,), only where they stay at home.
        steps: steps taken, for the accountant of privacy.
    """

    delta: Vector
    weight: float
    metrics: dict[str, float]
    personal: Vector
    steps: int


def device_of(name: str) -> torch.device:
    """The device that a name means; `auto` takes a GPU where there is one.

    Raises:
        ToolMissingError: a GPU is named and there is none.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise ToolMissingError("no GPU is to be found", advice="Use the device cpu or auto, or install a CUDA build.")
    return torch.device(name)


def train(
    shape: Shape,
    model: Vector,
    data: Dataset,
    config: TrainConfig,
    personal: Vector | None = None,
    noise: np.random.Generator | None = None,
) -> Update:
    """One round of training.

    Args:
        model: the shared parameters received, shape (shape.size,).
        personal: the plant's own parameters from its last round; those named in `config.personal` replace the model's.
        noise: chance for `config.privacy`, `private.private_rng()` in a real round; never from a seed that others know.
    Raises:
        SchemaError: no rows, a model of another shape, or privacy without noise.
    """
    if config.privacy is not None and noise is None:
        raise SchemaError("private training needs a generator of its own", place="noise")
    if not len(data):
        raise SchemaError("there are no rows to learn from", place="data")
    home = shape.mask(config.personal)
    start = model if personal is None else np.where(home, personal, model)
    device = device_of(config.device)
    inputs = torch.as_tensor(data.inputs, dtype=torch.float32).to(device)
    labels = torch.as_tensor(data.labels, dtype=torch.float32).to(device)
    heavy = torch.tensor(bad_weight(data, config.balance), device=device)
    trained, steps = _fit(shape, start, inputs, labels, heavy, config, noise)
    change = np.where(home, 0.0, trained - start)
    length = float(np.linalg.norm(change))
    if length > config.bound:
        change = change * (config.bound / length)
    metrics = dict.fromkeys(("loss", "fitted", "positives"), 0.0)
    if config.privacy is None:
        metrics["loss"] = _loss(shape, start, inputs, labels, heavy)
        metrics["fitted"] = _loss(shape, trained, inputs, labels, heavy)
        metrics["positives"] = data.positives / len(data)
    return Update(change, float(min(len(data), config.most)), metrics, np.where(home, trained, 0.0), steps)


def bad_weight(data: Dataset, balance: str) -> float:
    """Weight of a row with a bad outcome."""
    ratio = (len(data) - data.positives) / max(1, data.positives)
    weight = {"none": 1.0, "root": ratio**0.5, "full": ratio}[balance]
    return float(min(MOST_BALANCE, max(1.0, weight)))


def _fit(
    shape: Shape,
    start: Vector,
    inputs: Tensor,
    labels: Tensor,
    heavy: Tensor,
    config: TrainConfig,
    noise: np.random.Generator | None,
) -> tuple[Vector, int]:
    device = inputs.device
    parameters = unflatten(shape, start, device)
    anchor = {name: part.clone() for name, part in parameters.items()}
    for part in parameters.values():
        part.requires_grad_(True)
    rng = np.random.default_rng(config.seed)
    rows, steps = len(labels), 0
    optimiser = torch.optim.Adam(list(parameters.values()), lr=config.rate, weight_decay=config.decay)
    if noise is not None and config.privacy is not None:
        steps = config.epochs * max(1, round(rows / config.batch))
        for _ in range(steps):
            set_private_gradients(shape, parameters, inputs, labels, config, noise)
            optimiser.step()
        return flatten(shape, parameters), steps
    for _ in range(config.epochs):
        order = torch.as_tensor(rng.permutation(rows), device=device)
        for begin in range(0, rows, config.batch):
            chosen = order[begin : begin + config.batch]
            optimiser.zero_grad()
            out = logits(shape, parameters, inputs[chosen])
            loss = binary_cross_entropy_with_logits(out, labels[chosen], pos_weight=heavy)
            if config.proximal:
                loss = loss + config.proximal / 2 * _distance(parameters, anchor)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            steps += 1
    return flatten(shape, parameters), steps


def _distance(parameters: Parameters, anchor: Parameters) -> Tensor:
    return torch.stack([(part - anchor[name]).square().sum() for name, part in parameters.items()]).sum()


def _loss(shape: Shape, model: Vector, inputs: Tensor, labels: Tensor, heavy: Tensor) -> float:
    with torch.no_grad():
        out = logits(shape, unflatten(shape, model, inputs.device), inputs)
        return float(binary_cross_entropy_with_logits(out, labels, pos_weight=heavy))
