"""Small specs and plants whose truth is known."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from federated.learning.dataset import Dataset, Table, conform
from federated.learning.spec import Column, Feature, FeatureSpec


def spec(*, optional: bool = False) -> FeatureSpec:
    return FeatureSpec(
        name="press",
        version=1,
        label="bad",
        columns=(
            Column("heat", "Cel", Fraction(0), Fraction(200)),
            Column("force", "N", Fraction(0), Fraction(100), optional),
            Column("wear", "min", Fraction(0), Fraction(300)),
        ),
        features=(
            Feature("heat", "column", ("heat",), Fraction(100), Fraction(20)),
            Feature("force", "column", ("force",), Fraction(50), Fraction(10)),
            Feature("work", "product", ("heat", "force"), Fraction(5000), Fraction(1500)),
            Feature("wear", "column", ("wear",), Fraction(150), Fraction(60), 1),
        ),
    )


UNITS = {"heat": "Cel", "force": "N", "wear": "min"}


def table(rows: int, seed: int, shift: float = 0.0) -> Table:
    """Bad when hot and worn; a plant's own shift moves the threshold."""
    rng = np.random.default_rng(seed)
    values = {
        "heat": np.clip(rng.normal(100, 20, rows), 0, 200),
        "force": np.clip(rng.normal(50, 10, rows), 0, 100),
        "wear": rng.uniform(0, 300, rows),
    }
    logit = (values["heat"] - 100) / 10 + (values["wear"] - 150) / 40 - 1.5 + shift
    return Table(values, UNITS, (rng.random(rows) < 1 / (1 + np.exp(-logit))).astype(float))


def plant(rows: int, seed: int, shift: float = 0.0) -> Dataset:
    return conform(spec(), table(rows, seed, shift))
