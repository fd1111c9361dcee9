"""What the server does with a sum of updates: pure functions from state and mean update to the next state.

FedProx differs from FedAvg at the plants only (`TrainConfig.proximal`).

Source:
    FedAvg: McMahan et al., AISTATS 2017. FedAdam: Reddi et al., "Adaptive Federated
    Optimization", ICLR 2021, algorithm 2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evidence.errors import SchemaError
from federated.learning.network import Vector


@dataclass(frozen=True, slots=True, eq=False)
class ServerState:
    """The shared model and what the server's optimiser remembers.

    Attributes:
        model: shape (size,).
        first, second: running moments of FedAdam, shape (size,); zeros for FedAvg.
        rounds: updates applied.
    """

    model: Vector
    first: Vector
    second: Vector
    rounds: int = 0

    @classmethod
    def start(cls, model: Vector) -> ServerState:
        """Before the first round."""
        return cls(model.copy(), np.zeros_like(model), np.zeros_like(model))


def mean_update(weighted_sum: Vector, weight: float) -> Vector:
    """The mean update of a securely aggregated sum of weight times update, and the sum of weights."""
    if not weight > 0 or not np.isfinite(weighted_sum).all():
        raise SchemaError("the sum of weights must be positive and the sum finite", place="aggregate")
    return weighted_sum / weight


def fed_avg(state: ServerState, update: Vector, rate: float = 1.0) -> ServerState:
    """Add the mean update."""
    return replace(state, model=state.model + rate * _checked(state, update), rounds=state.rounds + 1)


def fed_adam(
    state: ServerState,
    update: Vector,
    rate: float = 0.01,
    beta1: float = 0.9,
    beta2: float = 0.99,
    tau: float = 1e-3,
) -> ServerState:
    """Take the mean update for a gradient and step by Adam, without bias correction as in the paper."""
    found = _checked(state, update)
    first = beta1 * state.first + (1 - beta1) * found
    second = beta2 * state.second + (1 - beta2) * found**2
    model = state.model + rate * first / (np.sqrt(second) + tau)
    return ServerState(model, first, second, state.rounds + 1)


def _checked(state: ServerState, update: Vector) -> Vector:
    if update.shape != state.model.shape or not np.isfinite(update).all():
        raise SchemaError(f"an update of {state.model.shape} finite numbers is expected", place="update")
    return update
