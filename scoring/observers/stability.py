"""Process stability: how much of a month's variance lies within subgroups, and how much is wandering between them?

A steady process (a kiln that keeps its temperature) has all of its variance within; drift and jumps add to the overall
variance alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from evidence.identity import Lei
from scoring.evidence_tuples import ContentHash, EvidenceTuple
from scoring.facts import Fact
from scoring.indicators import PROCESS_STABILITY
from scoring.observers.capability_months import samples
from scoring.observers.window import Window
from scoring.options import Sigma, StabilityOptions
from scoring.scale import MICRO


def stability(facts: Sequence[Fact], window: Window, options: StabilityOptions) -> list[EvidenceTuple]:
    """One tuple for each characteristic, issuer and month whose series have subgroups of two values or more."""
    pooled, overall = (samples(facts, sigma, options.minimum_n) for sigma in (Sigma.POOLED, Sigma.OVERALL))
    tuples = []
    for cell, (within, source) in pooled.items():
        issuer: Lei = cell[1]
        month = cell[2]
        share = within.variance / overall[cell][0].variance
        bad = MICRO - options.curve.at(share.numerator * MICRO, share.denominator)
        if window.counts(month, bad):
            tuples.append(EvidenceTuple(PROCESS_STABILITY, ContentHash(source), issuer, month, MICRO, bad, bad, bad))
    return tuples
