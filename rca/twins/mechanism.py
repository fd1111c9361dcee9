"""How a node of a twin line answers its parents: shapes, noise, and the change that a fault makes to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from evidence.errors import SchemaError
from rca.columns import Kind
from rca.table import Array

_SKEW: Final = 0.6
_TAIL: Final = 0.8
_STEP: Final = 0.4


class Shape(StrEnum):
    """How one parent acts; argument in the parent's own standard deviations, answer of about unit size."""

    LINEAR = "linear"
    SATURATING = "saturating"
    CURVED = "curved"
    STEP = "step"
    HUMP = "hump"


class Warp(StrEnum):
    """How a sensor bends the physical state that it reads; children answer to the state, tables show the reading."""

    NONE = "none"
    SKEWED = "skewed"
    FLAT = "flat"
    HEAVY = "heavy"
    ROUNDED = "rounded"


class Noise(StrEnum):
    """Family of a node's own variation, mean 0 and variance 1."""

    NORMAL = "normal"
    UNIFORM = "uniform"
    LAPLACE = "laplace"
    SKEWED = "skewed"
    HEAVY = "heavy"


@dataclass(frozen=True, slots=True)
class Change:
    """What a fault does to one node; the default changes nothing.

    Attributes:
        shift: added to the node, in its own standard deviations.
        spread: factor on its own variation.
        gain: factor on the answer to its parents.
    """

    shift: float = 0.0
    spread: float = 1.0
    gain: float = 1.0


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One node: parents with shape and weight, own noise, and how its value is recorded.

    Attributes:
        parents: nodes that act on it, each earlier in the line's order.
        shapes: of each parent's action.
        weights: of each parent's action, in standard deviations of this node.
        pairs: (parent, parent, weight) of products that act too.
        noise: family of its own variation.
        sigma: size of its own variation, in about its own standard deviations.
        uneven: how much the variation grows with the first parent's size; 0 not at all.
        kind: how the value is recorded.
        levels: for counts the scale, for labels how many; 0 for continuous values.
        location: mean of the recorded continuous value, in its unit.
        scale: standard deviation of the recorded continuous value, in its unit, when nothing is bent.
        warp: how the sensor of a continuous value bends it.
    """

    parents: tuple[int, ...]
    shapes: tuple[Shape, ...]
    weights: tuple[float, ...]
    pairs: tuple[tuple[int, int, float], ...] = ()
    noise: Noise = Noise.NORMAL
    sigma: float = 1.0
    uneven: float = 0.0
    kind: Kind = Kind.CONTINUOUS
    levels: int = 0
    location: float = 0.0
    scale: float = 1.0
    warp: Warp = Warp.NONE

    def __post_init__(self) -> None:
        if not len(self.parents) == len(self.shapes) == len(self.weights):
            raise SchemaError("a mechanism has one shape and one weight a parent")

    def answer(self, standardised: Mapping[int, Array], own: Array, change: Change) -> Array:
        """The node before it is recorded, about unit variance, shape as `own` (its noise of variance 1)."""
        total = np.zeros_like(own)
        for parent, shape, weight in zip(self.parents, self.shapes, self.weights, strict=True):
            total += weight * shaped(shape, standardised[parent])
        for one, other, weight in self.pairs:
            total += weight * np.tanh(standardised[one] * standardised[other])
        sigma = self.sigma * change.spread
        if self.uneven and self.parents:
            first = standardised[self.parents[0]]
            return np.asarray(
                change.gain * total + change.shift + sigma * own * np.exp(self.uneven * np.clip(first, -2, 2))
            )
        return np.asarray(change.gain * total + change.shift + sigma * own)

    def recorded(self, latent: Array) -> Array:
        """The value as a table holds it."""
        if self.kind is Kind.CONTINUOUS:
            return np.asarray(self.location + self.scale * warped(self.warp, latent))
        if self.kind is Kind.COUNT:
            return np.floor(np.maximum(self.levels * (1.0 + 0.4 * latent), 0.0))
        if self.kind is Kind.BINARY:
            return np.asarray((latent > self.location).astype(float))
        cuts = np.linspace(-1.2, 1.2, self.levels - 1)
        return np.searchsorted(cuts, latent).astype(float)

    def state(self, recorded: Array) -> Array:
        """What children answer to, from the value as a table holds it; the inverse of `recorded` where there is one."""
        if self.kind is not Kind.CONTINUOUS:
            return recorded
        return unwarped(self.warp, (recorded - self.location) / self.scale)


def warped(warp: Warp, state: Array) -> Array:
    """The reading of a sensor, from the physical state in standard deviations."""
    if warp is Warp.SKEWED:
        return np.asarray(np.expm1(_SKEW * state) / _SKEW)
    if warp is Warp.FLAT:
        return np.asarray(np.sqrt(12.0) * (ndtr(state) - 0.5))
    if warp is Warp.HEAVY:
        return np.asarray(np.sinh(_TAIL * state) / _TAIL)
    if warp is Warp.ROUNDED:
        return np.asarray(np.round(state / _STEP) * _STEP)
    return state


def unwarped(warp: Warp, reading: Array) -> Array:
    """The physical state behind a reading; readings that no state gives count as the nearest that one does."""
    if warp is Warp.SKEWED:
        return np.asarray(np.log1p(np.maximum(_SKEW * reading, -0.999)) / _SKEW)
    if warp is Warp.FLAT:
        return np.asarray(ndtri(np.clip(reading / np.sqrt(12.0) + 0.5, 1e-4, 1 - 1e-4)))
    if warp is Warp.HEAVY:
        return np.asarray(np.arcsinh(_TAIL * reading) / _TAIL)
    return reading


def shaped(shape: Shape, parent: Array) -> Array:
    """The action of one parent, from its value in standard deviations."""
    if shape is Shape.LINEAR:
        return parent
    if shape is Shape.SATURATING:
        return np.asarray(1.4 * np.tanh(1.2 * parent))
    if shape is Shape.CURVED:
        return np.asarray(0.8 * parent + 0.35 * (np.clip(parent, -3, 3) ** 2 - 1))
    if shape is Shape.STEP:
        return np.asarray(2.0 / (1.0 + np.exp(-6.0 * (parent - 0.3))) - 0.8)
    return np.asarray(1.5 * np.exp(-0.5 * parent**2) - 1.06 + 0.3 * parent)


def noise(rng: np.random.Generator, family: Noise, n: int) -> Array:
    """Draws of mean 0 and variance 1, shape (n,)."""
    if family is Noise.NORMAL:
        return rng.standard_normal(n)
    if family is Noise.UNIFORM:
        return rng.uniform(-np.sqrt(3), np.sqrt(3), n)
    if family is Noise.LAPLACE:
        return rng.laplace(0.0, np.sqrt(0.5), n)
    if family is Noise.SKEWED:
        return np.asarray((rng.gamma(2.0, 1.0, n) - 2.0) / np.sqrt(2.0))
    return np.asarray(rng.standard_t(5, n) / np.sqrt(5 / 3))
