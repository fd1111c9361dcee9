"""How often the stated interval of the first policy holds the true score, in simulation averaged over the prior."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scoring.capability import Sample
from scoring.card import RatingState
from scoring.engine import score
from scoring.evidence_tuples import EvidenceTuple
from scoring.indicators import CAPABILITY, CLOSURE_TIME, DEFECT_RATE, IndicatorId
from scoring.options import CapabilityOptions
from scoring.policy import Policy
from scoring.policy_reader import published
from scoring.scale import MICRO, PPB
from tests.unit.scoring.builders import AS_OF, MONTH, SUPPLIER, observed

UNIT = 10**6
"""Steps in which simulated values are written, per standard deviation: fine enough not to matter."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much evidence a simulated supplier has: months, units inspected a month, cases, characteristics, values."""

    months: int
    inspected: int
    cases: int
    characteristics: int
    values: int


AMOUNTS = {
    "thin": Amount(3, 400, 3, 1, 20),
    "usual": Amount(12, 2000, 12, 2, 50),
    "rich": Amount(24, 20_000, 60, 5, 125),
}


def coverage(name: str, trials: int, *, seed: int) -> float:
    """Share of simulated suppliers whose true score lies within the interval of 90 %, of those that are rated: a card
    that is not rated states no interval."""
    policy, rng = published("first-2026"), np.random.default_rng(seed)
    held = rated = 0
    for _ in range(trials):
        tuples, truth = supplier(policy, AMOUNTS[name], rng)
        card = score(tuples, policy, AS_OF, subject=SUPPLIER)
        if card.state is RatingState.RATED:
            rated += 1
            held += card.low <= truth <= card.high
    return held / rated


def supplier(policy: Policy, amount: Amount, rng: np.random.Generator) -> tuple[list[EvidenceTuple], int]:
    """Evidence of a supplier with known rates, and the score (micro-points) that those rates deserve."""
    tuples, truth = [], 0
    for name, counts in ((DEFECT_RATE, [amount.inspected] * amount.months), (CLOSURE_TIME, [1] * amount.cases)):
        prior, indicator = policy.prior("*", name), policy.indicator(name)
        rate = rng.beta(prior.bad / 1000, prior.good / 1000)
        truth += indicator.points(indicator.curve.at(int(rate * PPB)))
        for index, exposure in enumerate(counts):
            month = MONTH - index % amount.months
            tuples.append(observed(name, index, exposure=exposure, bad=int(rng.binomial(exposure, rate)), month=month))
    indicator = policy.indicator(CAPABILITY)
    options = indicator.options
    assert isinstance(options, CapabilityOptions)
    shortfalls = []
    for characteristic in range(amount.characteristics):
        cpk, offset = float(rng.normal(1.5, 0.25)), float(rng.uniform(-1, 1))
        shortfalls.append(MICRO - options.curve.at(int(cpk * MICRO)))
        for index in range(amount.months):
            name = f"{characteristic}/{index}"
            tuples.append(measured(policy, options, name, measurement(cpk, offset, amount.values, rng), MONTH - index))
    theta = Fraction(sum(shortfalls), len(shortfalls) * MICRO)
    return tuples, truth + indicator.points(indicator.curve.at(theta.numerator * PPB, theta.denominator))


def measurement(cpk: float, offset: float, n: int, rng: np.random.Generator) -> Sample:
    """A month of a process `offset` standard deviations off its centre, with two limits and the given capability."""
    mean = rng.normal(offset, 1 / n**0.5) * UNIT
    variance = rng.chisquare(n - 1) / (n - 1) * UNIT**2
    limit = Fraction(int((3 * cpk + abs(offset)) * UNIT))
    return Sample(n, Fraction(int(mean)), Fraction(int(variance)), n - 1, -limit, limit)


def measured(policy: Policy, options: CapabilityOptions, name: str, sample: Sample, month: int) -> EvidenceTuple:
    """The tuple that the observer makes of such a month."""
    low, high = sample.bounds_micro(policy.confidence)
    bad = MICRO - options.curve.at(sample.cpk_micro)
    made = observed(IndicatorId(CAPABILITY), name, exposure=MICRO, bad=bad, month=month)
    best, worst = MICRO - options.curve.at(high), MICRO - options.curve.at(low)
    return EvidenceTuple(made.indicator, made.source, made.issuer, month, MICRO, bad, min(bad, best), max(bad, worst))
