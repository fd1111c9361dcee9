"""Made-up outcomes whose true chances are known."""

from __future__ import annotations

from datetime import date

import numpy as np

from evidence.identity import lei_from_prefix
from scoring.policy import Policy, Words
from scoring.policy_reader import published
from scoring.samples import Sample, SupplierPeriod

FIRST = published("first-2026")
TITLE = Words("Learned from made-up outcomes", "由虚构结果学习")


def history(
    seed: int, suppliers: int = 60, *, slopes: tuple[float, ...] = (1.0, 5.0, 0.0), policy: Policy = FIRST
) -> list[Sample]:
    """Ten quarters of each supplier; the log-odds of a bad outcome rise by `slopes` over each indicator's lack."""
    rng = np.random.default_rng(seed)
    samples = []
    for supplier in range(suppliers):
        usual = rng.beta(1, 3, len(policy.indicators))
        for quarter in range(10):
            lack = np.clip(usual + rng.normal(0, 0.1, len(usual)), 0, 1)
            # Theta stands on the scale of each curve: where the published utility is one minus the lack.
            thetas = {
                one.id: int(np.interp(value, 1 - np.array(one.curve.ys) / 1e6, one.curve.xs))
                for one, value in zip(policy.indicators, lack, strict=True)
            }
            odds = float(np.dot(slopes, lack)) - 2
            outcome = int(rng.random() < 1 / (1 + np.exp(-odds)))
            name = str(lei_from_prefix(f"OUTCOME{supplier:011d}"))
            start = date(2024 + quarter // 4, 1 + 3 * (quarter % 4), 1)
            samples.append(Sample(SupplierPeriod(name, start), thetas, outcome))
    return samples
