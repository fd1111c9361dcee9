"""From a trained network to the plain weight file that `scoring/risk_model.py` reads: integers, no torch, no pickle."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

import numpy as np
import rfc8785
import torch

from evidence.errors import LimitError, SchemaError
from federated.learning.calibration import Calibration
from federated.learning.network import KNOTS, Shape, Vector, unflatten
from federated.learning.spec import CLAMP as SPEC_CLAMP
from federated.learning.spec import FeatureSpec, decimal_text
from scoring.risk_model import CLAMP, FORMAT, MAX_INPUTS, MAX_WEIGHT, ONE, RiskModel, decode

ROWS: Final = 200
"""Parts below which a month tells nothing: with fewer, drift could not be told from chance."""
OUTSIDE: Final = 50_000
DRIFT: Final = 250_000


@dataclass(frozen=True, slots=True)
class Exported:
    """A weight file and what it reads as; they were compared when this was built."""

    data: bytes
    model: RiskModel


def export(
    spec: FeatureSpec,
    shape: Shape,
    flat: Vector,
    calibration: Calibration,
    histograms: Sequence[Sequence[int]],
    *,
    version: int,
    until: date,
) -> Exported:
    """Write the weight file.

    Args:
        histograms: for each feature the training rows in each bin, securely summed over the parties (`drift.counts`).
    Raises:
        LimitError: more inputs than exact Shapley values can be computed for, or a weight beyond the bounds.
        SchemaError: the spec has optional columns (a scored index takes whole parts only), or shapes do not fit.
    """
    if spec.optional:
        raise SchemaError("a scored index takes no optional columns", place="columns")
    if len(spec.features) > MAX_INPUTS:
        raise LimitError(
            f"{len(spec.features)} features; at most {MAX_INPUTS} can be explained exactly",
            advice="Agree on a spec with fewer features for the index that enters the score.",
        )
    if SPEC_CLAMP * ONE != CLAMP:
        raise SchemaError("training and scoring cut features off at different places", place="clamp")
    parts = {name: part.numpy() for name, part in unflatten(shape, flat, torch.device("cpu"), torch.float64).items()}
    document: Any = {
        "format": FORMAT,
        "name": spec.name,
        "version": version,
        "spec": spec.digest,
        "source": hashlib.sha256(np.ascontiguousarray(flat, dtype="<f8").tobytes()).hexdigest(),
        "columns": [
            {"name": one.name, "unit": one.unit, "low": decimal_text(one.low), "high": decimal_text(one.high)}
            for one in spec.columns
        ],
        "features": [
            {
                "name": one.name,
                "operation": one.operation,
                "of": list(one.of),
                "centre": decimal_text(one.centre),
                "scale": decimal_text(one.scale),
                "direction": one.direction,
            }
            for one in spec.features
        ],
        **{name: _integers(name, parts[name]) for name in ("w1", "b1", "w2", "b2", "head", "bias")},
        "knots": [int(Fraction(knot) * ONE) for knot in KNOTS],
        "slopes": _integers("slopes", parts["slopes"] ** 2) if shape.monotone else [],
        "calibration": [max(1, round(calibration.slope * ONE)), round(calibration.shift * ONE)],
        "histograms": [[int(one) for one in row] for row in histograms],
        "limits": {"rows": ROWS, "outside": OUTSIDE, "drift": DRIFT, "until": until.isoformat()},
    }
    data = rfc8785.dumps(document)
    return Exported(data, decode(data))


def _integers(name: str, values: Vector) -> Any:
    scaled = np.rint(np.asarray(values) * ONE)
    if scaled.size and float(np.abs(scaled).max()) > MAX_WEIGHT:
        raise LimitError(
            f"a weight of {name} is beyond {MAX_WEIGHT // ONE}", advice="Train with more weight decay or fewer rounds."
        )
    return scaled.astype(np.int64).tolist()
