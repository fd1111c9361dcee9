"""A policy learned from outcomes and pulled to a published one; an ordinary integer policy, live only after a vote.

Floats choose its numbers once; none stands between evidence and a score. Needs numpy; nothing on the way of a score
imports this.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import log
from typing import Final

import numpy as np

from evidence.errors import SchemaError
from scoring.knots import Curve
from scoring.logistic import fit_logistic
from scoring.monotone import bins, rising_rates
from scoring.policy import Policy, PolicyIndicator, Words
from scoring.policy_reader import decode
from scoring.samples import Sample, in_order
from scoring.scale import FULL, MICRO, PPB

MOST_KNOTS: Final = 20
"""Knots of a learned curve before pooling: a policy has to be read by people."""
LEAST_OUTCOMES: Final = 30
"""Fewer samples with either outcome teach nothing."""
_LIGHT_PULL: Final = 1e-6
"""Keeps the one factor finite where the published score separates the outcomes perfectly."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A learned policy and how it was found.

    Attributes:
        policy: read back from its own document, so it is as valid as any other.
        base: the policy that it was pulled to.
        pull: lambda, in thousandths.
        samples, bad: supplier-periods learned from, and how many went wrong.
        kept_curves: indicators whose outcomes did not worsen with theta; they keep the published curve.
    """

    policy: Policy
    base: Policy
    pull: int
    samples: tuple[Sample, ...]
    bad: int
    kept_curves: tuple[str, ...]


def learn(samples: Iterable[Sample], base: Policy, *, pull: int, name: str, title: Words) -> Fit:
    """Fit monotone curves and weights to outcomes.

    (1) Each curve: weight of evidence of the pooled blocks, scaled to 0 to 1 utility. (2) Weights: minimise the mean
    negative log-likelihood of the outcomes + pull / 1000 * |beta - beta_policy|^2 with beta >= 0, where beta_policy is
    the published weights times the one factor that fits best. (3) Weights are rounded by largest remainder, none below
    one micro-point, so that they sum to 100 points.

    Args:
        pull: at least 1; the larger, the nearer to the published weights.
    Raises:
        SchemaError: samples that do not fit the policy, too few of either outcome, or outcomes that tell nothing.
    """
    if pull < 1:
        raise SchemaError("the pull to the published policy must be at least 1")
    ordered = in_order(samples, base)
    bad = sum(sample.outcome for sample in ordered)
    if min(bad, len(ordered) - bad) < LEAST_OUTCOMES:
        raise SchemaError(f"{bad} bad of {len(ordered)} outcomes; {LEAST_OUTCOMES} of each kind are needed")
    curves = [_curve(ordered, indicator) for indicator in base.indicators]
    kept = tuple(one.id for one, curve in zip(base.indicators, curves, strict=True) if curve is None)
    indicators = tuple(
        one if curve is None else replace(one, curve=curve, reference=_reference(one, curve))
        for one, curve in zip(base.indicators, curves, strict=True)
    )
    utilities = np.array([_utilities(sample, indicators) for sample in ordered], dtype=np.float64) / MICRO
    good = np.array([1 - sample.outcome for sample in ordered], dtype=np.float64)
    published = np.array([one.weight for one in base.indicators], dtype=np.float64) / FULL
    factor = float(fit_logistic((utilities @ published)[:, None], good, np.zeros(1), _LIGHT_PULL)[1])
    if factor <= 0:
        raise SchemaError("the outcomes do not get better with the published policy's score: nothing can be learned")
    beta = fit_logistic(utilities, good, factor * published, pull / 1000)[1:]
    if not beta.any():
        raise SchemaError("the outcomes do not depend on any indicator: nothing can be learned")
    weights = quantise([float(value) for value in beta])
    learned = replace(
        base,
        name=name,
        version=1,
        title=title,
        indicators=tuple(replace(one, weight=weight) for one, weight in zip(indicators, weights, strict=True)),
    )
    return Fit(decode(learned.encode()), base, pull, ordered, bad, kept)


def quantise(beta: Sequence[float]) -> list[int]:
    """Weights in micro-points that sum to `FULL` exactly, in proportion to `beta`, each at least 1.

    Largest remainder; of equal remainders the earlier one is rounded up.
    """
    exact = [Fraction(value) for value in beta]
    spare, total = FULL - len(exact), sum(exact)
    shares = [spare * value / total for value in exact]
    weights = [int(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda index: (weights[index] - shares[index], index))
    for index in order[: spare - sum(weights)]:
        weights[index] += 1
    return [weight + 1 for weight in weights]


def _curve(samples: Sequence[Sample], indicator: PolicyIndicator) -> Curve | None:
    """Weight of evidence over theta, scaled to utility; None where outcomes do not worsen with theta."""
    known = [(theta, one.outcome) for one in samples if (theta := one.thetas[indicator.id]) is not None]
    blocks = rising_rates(bins(known, MOST_KNOTS))
    if len(blocks) < 2:
        return None
    evidence = [log((1 - rate) / rate) for _, rate in blocks]
    best, worst = evidence[0], evidence[-1]
    heights = [round(MICRO * (value - worst) / (best - worst)) for value in evidence]
    return Curve(tuple(theta for theta, _ in blocks), tuple(heights))


def _reference(indicator: PolicyIndicator, curve: Curve) -> int:
    """The learned utility at the theta that the published reference stands for."""
    theta = bisect_left(range(PPB), True, key=lambda at: indicator.curve.at(at) <= indicator.reference)
    return curve.at(theta)


def _utilities(sample: Sample, indicators: Sequence[PolicyIndicator]) -> list[int]:
    thetas = ((one, sample.thetas[one.id]) for one in indicators)
    return [0 if theta is None else one.curve.at(theta) for one, theta in thetas]
