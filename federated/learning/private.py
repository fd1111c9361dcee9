"""Record-level differential privacy: noisy steps on clipped gradients of single records, and what they spend.

What leaves a plant is then differentially private by itself, whoever sees it: it does not lean on secure aggregation.

Source:
    DP-SGD: Abadi et al., CCS 2016. Accounting by privacy-loss distributions for the Poisson-sampled Gaussian mechanism:
    the dp-accounting library (Koskela, Jälkö, Honkela, AISTATS 2020; Doroshenko et al., PoPETs 2022).
"""

from __future__ import annotations

import secrets
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.func import grad, vmap
from torch.nn.functional import binary_cross_entropy_with_logits

from evidence.errors import SchemaError
from federated.learning.config import Privacy, TrainConfig
from federated.learning.network import Parameters, Shape, logits


def set_private_gradients(
    shape: Shape, parameters: Parameters, inputs: Tensor, labels: Tensor, config: TrainConfig, rng: np.random.Generator
) -> None:
    """Set the noisy gradients of one step: each record takes part with chance batch / rows, independently of others.

    Rows weigh alike whatever their outcome: a weight drawn from the plant's labels would itself need noise.
    """
    privacy = config.privacy
    if privacy is None:
        raise SchemaError("a private step needs its privacy settings", place="config/privacy")
    rows = len(labels)
    rate = min(1.0, config.batch / rows)
    chosen = torch.as_tensor(rng.random(rows) < rate, device=inputs.device)
    sums = {name: torch.zeros_like(part) for name, part in parameters.items()}
    fixed = {name: part.detach() for name, part in parameters.items()}
    if bool(chosen.any()):
        gradients = record_gradients(shape, fixed, inputs[chosen], labels[chosen])
        lengths = (
            torch.stack([part.reshape(len(part), -1).square().sum(1) for part in gradients.values()]).sum(0).sqrt()
        )
        factors = (privacy.clip / lengths.clamp_min(1e-12)).clamp_max(1.0)
        sums = {name: torch.einsum("n,n...->...", factors, part) for name, part in gradients.items()}
    with torch.no_grad():
        for name, part in parameters.items():
            noise = rng.normal(0.0, privacy.noise * privacy.clip, tuple(part.shape))
            noisy = sums[name] + torch.as_tensor(noise, dtype=part.dtype, device=part.device)
            part.grad = noisy / config.batch


def record_gradients(shape: Shape, parameters: Parameters, inputs: Tensor, labels: Tensor) -> Parameters:
    """Gradient of each record's own loss; every tensor has one more dimension in front, the record."""

    def loss(held: Parameters, row: Tensor, label: Tensor) -> Tensor:
        return binary_cross_entropy_with_logits(logits(shape, held, row), label)

    return cast(Parameters, vmap(grad(loss), in_dims=(None, 0, 0))(parameters, inputs, labels))


def private_rng() -> np.random.Generator:
    """Noise that nobody can guess, for real rounds: with a known seed anyone could take the noise off again."""
    return np.random.default_rng(secrets.randbits(128))


def epsilon(privacy: Privacy, rows: int, batch: int, steps: int) -> float:
    """What `steps` steps over `rows` records spend, for the delta of `privacy`.

    Neighbouring data sets differ by one record added or removed.
    """
    if steps < 0 or rows < 1 or batch < 1:
        raise SchemaError("rows and batch are positive, steps are counted", place="privacy")
    if steps == 0:
        return 0.0
    from dp_accounting import GaussianDpEvent, PoissonSampledDpEvent, SelfComposedDpEvent
    from dp_accounting.pld import PLDAccountant

    step = GaussianDpEvent(privacy.noise)
    event = PoissonSampledDpEvent(min(1.0, batch / rows), step) if batch < rows else step
    accountant = PLDAccountant()
    accountant.compose(SelfComposedDpEvent(event, steps))
    return float(accountant.get_epsilon(privacy.delta))
