"""The global model as bytes: float32, little-endian, one after another. Its SHA-256 is its name, here and on chain."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from evidence.errors import MalformedError

Vector = npt.NDArray[np.float64]
"""Numbers of a model or update, shape (size,)."""


def model_bytes(model: Vector) -> bytes:
    """The model's bytes."""
    return model.astype("<f4").tobytes()


def model_digest(model: Vector) -> bytes:
    """SHA-256 of the model's bytes."""
    return hashlib.sha256(model_bytes(model)).digest()


def model_of(data: bytes, size: int) -> Vector:
    """The model behind its bytes, each number exactly as sent.

    Raises:
        MalformedError: another length, or numbers that are not finite.
    """
    if len(data) != 4 * size:
        raise MalformedError(f"{len(data)} bytes of weights where {size} numbers of 4 bytes are needed")
    model = np.frombuffer(data, dtype="<f4").astype(np.float64)
    if not np.isfinite(model).all():
        raise MalformedError("weights that are not finite")
    return model


def rounded(model: Vector) -> Vector:
    """The model as it survives the wire: what is hashed is what everybody trains from."""
    return model.astype(np.float32).astype(np.float64)
