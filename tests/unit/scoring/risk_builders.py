"""A small risk model by hand, and a slow reading of it with plain integers, to hold the fast one against."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scoring.risk_model import BINS, CLAMP, EDGE, MAX_ACTIVATION, ONE, STEP, RiskModel, decode

UNITS = {"torque": "N.m", "wear": "min", "heat": "K"}


def document(seed: int = 0, hidden: tuple[int, int] = (4, 3)) -> dict[str, Any]:
    rng = np.random.default_rng(seed)

    def weights(*shape: int) -> Any:
        return rng.integers(-2 * ONE, 2 * ONE, shape).tolist()

    features = [
        ("torque", "column", ["torque"], "40", "10", 0),
        ("rise", "difference", ["heat", "torque"], "260", "5.5", 0),
        ("wear", "column", ["wear"], "100", "60", 1),
        ("strain", "product", ["torque", "wear"], "4000", "2500", -1),
    ]
    return {
        "format": "credence-risk-model/1",
        "name": "milling",
        "version": 3,
        "spec": "0" * 64,
        "source": "1" * 64,
        "columns": [
            {"name": "torque", "unit": "N.m", "low": "0", "high": "150"},
            {"name": "wear", "unit": "min", "low": "0", "high": "500"},
            {"name": "heat", "unit": "K", "low": "250", "high": "350"},
        ],
        "features": [
            dict(zip(("name", "operation", "of", "centre", "scale", "direction"), one, strict=True)) for one in features
        ],
        "w1": weights(hidden[0], 2),
        "b1": weights(hidden[0]),
        "w2": weights(hidden[1], hidden[0]),
        "b2": weights(hidden[1]),
        "head": weights(hidden[1]),
        "bias": int(rng.integers(-ONE, ONE)),
        "knots": [-ONE, 0, ONE],
        "slopes": rng.integers(0, ONE, (2, 3)).tolist(),
        "calibration": [ONE // 2, -ONE],
        "histograms": [[100] * BINS] * 4,
        "limits": {"rows": 5, "outside": 100_000, "drift": 10_000_000, "until": "2027-01-31"},
    }


def model(seed: int = 0, **changes: Any) -> RiskModel:
    return decode(json.dumps({**document(seed), **changes}).encode())


def slow_risk(doc: Mapping[str, Any], inputs: Sequence[int]) -> int:
    """The arithmetic of the weight file's description, one integer at a time."""

    def layer(rows: Any, biases: Any, values: Sequence[int]) -> list[int]:
        sums = [sum(w * v for w, v in zip(row, values, strict=True)) // ONE for row in rows]
        return [min(MAX_ACTIVATION, max(0, s + b)) for s, b in zip(sums, biases, strict=True)]

    free = [value for value, feature in zip(inputs, doc["features"], strict=True) if not feature["direction"]]
    hidden = layer(doc["w2"], doc["b2"], layer(doc["w1"], doc["b1"], free))
    logit = sum(h * v for h, v in zip(doc["head"], hidden, strict=True)) // ONE + doc["bias"]
    rows = iter(doc["slopes"])
    for value, feature in zip(inputs, doc["features"], strict=True):
        if feature["direction"]:
            for knot, slope in zip(doc["knots"], next(rows), strict=True):
                logit += max(0, feature["direction"] * value - knot) * slope // ONE
    logit = max(-MAX_ACTIVATION, min(MAX_ACTIVATION, logit))
    slope, shift = doc["calibration"]
    held = max(-EDGE, min(EDGE - 1, logit * slope // ONE + shift)) + EDGE
    low, high = (round(1e6 / (1 + 2.718281828459045 ** -((held // STEP + k) / 8 - 16))) for k in (0, 1))
    return low + (high - low) * (held % STEP) // STEP


def part(torque: str = "45.5", wear: str = "120", heat: str = "310.25") -> dict[str, str]:
    return {"torque": torque, "wear": wear, "heat": heat}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


assert CLAMP == 8 * ONE
