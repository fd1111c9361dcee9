"""The contributions on a card against the referee: `shap.ExactExplainer` on the same quantised function.

100 random policies of 2 to 12 indicators, each with its own weights, curves, references and evidence.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from scoring.card import ScoreCard
from scoring.engine import score
from scoring.indicators import INDICATORS, IndicatorId, IndicatorKind
from scoring.knots import Curve
from scoring.options import NoOptions
from scoring.policy import Missing, Policy
from scoring.policy_reader import published
from scoring.scale import FULL, MICRO, POINT, PPB
from tests.support.required import skip_or_fail
from tests.unit.scoring.builders import AS_OF, MONTH, SUPPLIER, observed

FIRST = published("first-2026")
OWN, REFERENCE = 1.0, 0.0
"""A feature says only whose value the indicator has: the explainer may then try every coalition exactly."""


def random_policy(rng: random.Random, names: list[IndicatorId]) -> Policy:
    base = FIRST.indicator("defect-rate")
    cuts = sorted(rng.sample(range(1, FULL), len(names) - 1))
    weights = [end - start for start, end in zip([0, *cuts], [*cuts, FULL], strict=True)]
    indicators = []
    for name, weight in zip(names, weights, strict=True):
        xs = tuple(sorted(rng.sample(range(PPB), rng.randint(2, 9))))
        ys = tuple(sorted((rng.randint(0, MICRO) for _ in xs), reverse=True))
        curve = Curve(xs, ys)
        indicators.append(
            replace(base, id=name, weight=weight, curve=curve, reference=rng.randint(0, MICRO), minimum_months=0)
        )
    priors = {"*": dict.fromkeys(names, FIRST.priors["*"][IndicatorId("defect-rate")])}
    return replace(FIRST, indicators=tuple(indicators), priors=priors, missing=Missing.PESSIMISTIC, effort={})


def random_card(rng: random.Random, policy: Policy) -> ScoreCard:
    tuples = [
        observed(one.id, index, exposure=2000, bad=rng.randint(0, 2000), month=MONTH - rng.randint(0, 20))
        for one in policy.indicators
        if rng.random() < 0.9
        for index in range(rng.randint(1, 4))
    ]
    return score(tuples, policy, AS_OF, subject=SUPPLIER)


def quantised(card: ScoreCard, policy: Policy) -> Callable[[Any], Any]:
    """The score in points as a function of whose value each indicator has, rounded where the engine rounds."""

    @cache
    def points(index: int, own: bool) -> int:
        line, indicator = card.lines[index], policy.indicators[index]
        if not own:
            return indicator.points(indicator.reference)
        if not line.present:
            return 0
        return indicator.points(indicator.curve.at(line.theta.numerator * PPB, line.theta.denominator))

    def function(rows: Any) -> Any:
        sums = [sum(points(index, value == OWN) for index, value in enumerate(row)) for row in rows]
        return np.array(sums, dtype=np.float64) / POINT

    return function


def test_contributions_are_those_of_the_exact_explainer_and_leave_nothing_over(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        import shap
    except ImportError:
        skip_or_fail("shap is not installed")
    names = [IndicatorId(f"feature-{number}") for number in range(12)]
    for name in names:
        monkeypatch.setitem(INDICATORS, name, IndicatorKind(1, False, NoOptions.read))  # type: ignore[arg-type]
    worst = 0.0
    for seed in range(100):
        rng = random.Random(seed)
        count = 2 + seed % 11
        policy = random_policy(rng, names[:count])
        card = random_card(rng, policy)
        masker = shap.maskers.Independent(np.full((1, count), REFERENCE), max_samples=1)
        explained = shap.explainers.Exact(quantised(card, policy), masker)(np.full((1, count), OWN), max_evals=2**13)
        own = np.array([line.contribution for line in card.lines]) / POINT
        worst = max(worst, float(np.abs(explained.values[0] - own).max()))
        assert card.reference + sum(line.contribution for line in card.lines) == card.points, "residual 0, in integers"
        assert float(explained.base_values[0]) == pytest.approx(card.reference / POINT, abs=1e-9)
    assert worst <= 1e-9
