"""Agreeing on centres and scales: from sums over all plants, so that no plant's own mean or spread is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np

from evidence.errors import SchemaError
from federated.learning.dataset import Array, inputs_of
from federated.learning.spec import FeatureSpec

DIGITS: Final = 4
"""Significant digits of an agreed centre or scale: enough to learn with, too few to tell a single row."""
LEAST_ROWS: Final = 100


def unscaled(spec: FeatureSpec) -> FeatureSpec:
    """The spec with the widest scales, so that moments of its features are not cut off."""
    columns = {column.name: max(abs(column.low), abs(column.high)) for column in spec.columns}
    features = []
    for feature in spec.features:
        widest = max(columns[name] for name in feature.of)
        if feature.operation == "product":
            widest = columns[feature.of[0]] * columns[feature.of[1]]
        features.append(replace(feature, centre=Fraction(0), scale=2 * max(widest, Fraction(1, 10**6))))
    return replace(spec, features=tuple(features))


def moments(spec: FeatureSpec, columns: Mapping[str, Array]) -> Array:
    """What a plant adds to the secure sum: rows, then sum and sum of squares of each feature of `unscaled(spec)`."""
    inputs = inputs_of(unscaled(spec), columns)[:, : len(spec.features)]
    return np.concatenate([[float(len(inputs))], inputs.sum(0), (inputs**2).sum(0)])


def rescaled(spec: FeatureSpec, total: Array) -> FeatureSpec:
    """The next version of the spec, each feature at mean 0 and deviation 1 over all plants together.

    Args:
        total: sum of all plants' `moments`, shape (1 + 2 * features,).
    Raises:
        SchemaError: another shape, or fewer than `LEAST_ROWS` rows in all.
    """
    count = len(spec.features)
    if total.shape != (1 + 2 * count,) or total[0] < LEAST_ROWS:
        raise SchemaError(f"sums over at least {LEAST_ROWS} rows of {count} features are needed", place="moments")
    means = total[1 : 1 + count] / total[0]
    spreads = np.sqrt(np.maximum(total[1 + count :] / total[0] - means**2, 0.0))
    features = []
    for feature, wide, mean, spread in zip(spec.features, unscaled(spec).features, means, spreads, strict=True):
        unit = float(wide.scale)
        scale = _rounded(spread * unit) or feature.scale
        features.append(replace(feature, centre=_rounded(mean * unit), scale=scale))
    return replace(spec, version=spec.version + 1, features=tuple(features))


def _rounded(value: float) -> Fraction:
    return Fraction(Decimal(f"{value:.{DIGITS - 1}e}"))
