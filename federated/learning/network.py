"""The network that is learnt together: a small one, so that it can be read, bounded and recomputed in integers.

    logit = head . relu(W2 relu(W1 x + b1) + b2) + bias + sum_j sum_k slope_jk relu(+-x_j - knot_k)

Features whose direction the spec declares go only through the last sum, whose slopes are squares and so never negative:
the risk cannot fall as such a feature gets worse. All others go through the layers. Parameters travel as one flat
vector of float64, in the order of `layout`.

Source:
    Personal last layers: Arivazhagan et al., "Federated Learning with Personalization Layers", 2019 (arXiv:1912.00818).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod, sqrt
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from evidence.errors import SchemaError
from federated.learning.spec import FeatureSpec

Vector = NDArray[np.float64]
Parameters = dict[str, Tensor]

KNOTS: Final = (-2.0, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Where the slope of a monotone feature may change, in scales from its centre towards its worse side."""
HEAD: Final = ("head", "bias")
"""Parameters that may stay at home as a plant's personal head."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a network.

    Attributes:
        free: inputs that go through the layers, by position.
        monotone: inputs that go through rising slopes only, as (position, direction).
        hidden: widths of the two layers.
    """

    free: tuple[int, ...]
    monotone: tuple[tuple[int, int], ...]
    hidden: tuple[int, int]

    def __post_init__(self) -> None:
        if not self.free or not all(1 <= width <= 512 for width in self.hidden):
            raise SchemaError("a network needs a free input and layers of 1 to 512 units", place="shape")

    @property
    def layout(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Name and shape of each parameter, in the order in which they lie in the flat vector."""
        first, second = self.hidden
        parts: list[tuple[str, tuple[int, ...]]] = [
            ("w1", (first, len(self.free))),
            ("b1", (first,)),
            ("w2", (second, first)),
            ("b2", (second,)),
            ("head", (second,)),
            ("bias", ()),
        ]
        if self.monotone:
            parts.append(("slopes", (len(self.monotone), len(KNOTS))))
        return tuple(parts)

    @property
    def size(self) -> int:
        """Number of parameters."""
        return sum(prod(shape) for _, shape in self.layout)

    def mask(self, names: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which entries of the flat vector belong to the parameters named, shape (size,)."""
        return np.concatenate([np.full(prod(shape), name in names) for name, shape in self.layout])


def shape_of(spec: FeatureSpec, hidden: tuple[int, int] = (32, 16)) -> Shape:
    """The network for a spec: free features and missing flags through the layers, the others through slopes."""
    monotone = tuple((i, feature.direction) for i, feature in enumerate(spec.features) if feature.direction)
    taken = {position for position, _ in monotone}
    free = tuple(position for position in range(spec.width) if position not in taken)
    return Shape(free, monotone, hidden)


def initial(shape: Shape, rng: np.random.Generator) -> Vector:
    """Starting parameters, He-uniform weights and zero biases; equal seeds give equal bits on every device."""
    parts = []
    for name, size in shape.layout:
        if name in ("w1", "w2", "head"):
            bound = sqrt(6 / size[-1])
            parts.append(rng.uniform(-bound, bound, size).ravel() * (0.3 if name == "head" else 1.0))
        elif name == "slopes":
            parts.append(np.full(prod(size), 0.1))
        else:
            parts.append(np.zeros(prod(size)))
    return np.concatenate(parts)


def unflatten(shape: Shape, flat: Vector, device: torch.device, dtype: torch.dtype = torch.float32) -> Parameters:
    """Tensors of a flat vector; shape (shape.size,).

    Raises:
        SchemaError: another length, or a number that is not finite.
    """
    if flat.shape != (shape.size,) or not np.isfinite(flat).all():
        raise SchemaError(f"a vector of {shape.size} finite numbers is expected, not {flat.shape}", place="model")
    parameters, start = {}, 0
    for name, size in shape.layout:
        count = prod(size)
        part = torch.as_tensor(flat[start : start + count].reshape(size), dtype=dtype)
        parameters[name] = part.to(device).clone()
        start += count
    return parameters


def flatten(shape: Shape, parameters: Parameters) -> Vector:
    """The flat vector of parameters, float64 on the CPU."""
    parts = [parameters[name].detach().to("cpu", torch.float64).numpy().ravel() for name, _ in shape.layout]
    return np.concatenate(parts)


def logits(shape: Shape, parameters: Parameters, inputs: Tensor) -> Tensor:
    """Log-odds of a bad outcome, shape (n,), for inputs of shape (n, spec.width)."""
    hidden = torch.relu(inputs[..., list(shape.free)] @ parameters["w1"].mT + parameters["b1"])
    hidden = torch.relu(hidden @ parameters["w2"].mT + parameters["b2"])
    out = hidden @ parameters["head"] + parameters["bias"]
    if shape.monotone:
        signs = torch.tensor([float(sign) for _, sign in shape.monotone], dtype=inputs.dtype, device=inputs.device)
        knots = torch.tensor(KNOTS, dtype=inputs.dtype, device=inputs.device)
        worse = inputs[..., [position for position, _ in shape.monotone]] * signs
        steps = torch.relu(worse.unsqueeze(-1) - knots)
        out = out + (steps * parameters["slopes"].square()).sum((-2, -1))
    return out


def predict(shape: Shape, flat: Vector, inputs: Vector, device: str = "cpu") -> Vector:
    """Log-odds for many rows, in batches, shape (n,)."""
    place = torch.device(device)
    parameters = unflatten(shape, flat, place)
    out = []
    with torch.no_grad():
        for start in range(0, len(inputs), 65_536):
            part = torch.as_tensor(inputs[start : start + 65_536], dtype=torch.float32).to(place)
            out.append(logits(shape, parameters, part).to("cpu", torch.float64).numpy())
    return np.concatenate(out) if out else np.zeros(0)
