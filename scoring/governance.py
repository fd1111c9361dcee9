"""Where a policy may be trusted: drift of what it sees, bias between groups, and when to stop it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Final

from evidence.errors import SchemaError
from scoring.card import Eligibility, RatingState, ScoreCard
from scoring.policy import Policy
from scoring.scale import FULL, MICRO, POINT

BINS: Final = 10
"""Equal ranges of a share of the points, over which drift is measured."""
LEAST_CARDS: Final = 30
"""Fewer cards than this on a side tell nothing about drift or bias."""
PSI_WATCH: Final = 100_000
PSI_STOP: Final = 250_000
"""Population stability index, millionths: from 0.10 on watch, from 0.25 on stop (the usual thresholds)."""
RATIO_STOP: Final = 800_000
"""Share of eligible subjects in one group to that in the best one, millionths: below four fifths stop.

Source: Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D, used here as a first alarm.
"""

WIDEST: Final = 40 * POINT
"""An interval wider than this, micro-points, says nothing of a subject: the policy is not applied to it."""

_CONTEXT: Final = Context(prec=34, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a review found.

    Attributes:
        check: `drift`, `bias`, `limits` or `too-few`.
        about: the indicator, or the group, or `score`.
        value: the index or ratio, millionths; the number of cards for `too-few`.
        stop: whether it is bad enough to stop the policy.
    """

    check: str
    about: str
    value: int
    stop: bool


@dataclass(frozen=True, slots=True)
class Review:
    """What a review of a policy found; with `stop` its subjects are to be called not rated, with `reasons`."""

    findings: tuple[Finding, ...]

    @property
    def stop(self) -> bool:
        """Whether any finding stops the policy."""
        return any(finding.stop for finding in self.findings)

    @property
    def reasons(self) -> tuple[str, ...]:
        """`<check>:<about>` of every finding that stops it."""
        return tuple(f"{finding.check}:{finding.about}" for finding in self.findings if finding.stop)


def applicability(card: ScoreCard, policy: Policy) -> Review:
    """Whether a subject lies where the policy may be applied at all.

    Stops for an interval wider than `WIDEST`. Told, without stopping: a commodity without priors of its own in a policy
    that has some for others.
    """
    findings = []
    width = card.high - card.low
    if card.state is RatingState.RATED and width > WIDEST:
        findings.append(Finding("limits", "interval", width * MICRO // FULL, True))
    if len(policy.priors) > 1 and card.commodity not in policy.priors:
        findings.append(Finding("limits", "commodity", 0, False))
    return Review(tuple(findings))


def drift(baseline: Sequence[ScoreCard], recent: Sequence[ScoreCard]) -> Review:
    """Whether scores and points are spread as they were when the policy was adopted, score and indicator by indicator.

    Cards that are not rated do not count; both sides must be by the same policy.
    """
    before, after = _rated(baseline), _rated(recent)
    if len(before) < LEAST_CARDS or len(after) < LEAST_CARDS:
        return Review((Finding("too-few", "score", min(len(before), len(after)), False),))
    if {card.policy for card in before} != {card.policy for card in after}:
        raise SchemaError("drift compares cards of one policy")
    findings = [_drift("score", [(card.points, FULL) for card in before], [(card.points, FULL) for card in after])]
    for index, line in enumerate(before[0].lines):
        shares = [[(card.lines[index].points, line.weight) for card in cards] for cards in (before, after)]
        findings.append(_drift(line.indicator, shares[0], shares[1]))
    return Review(tuple(finding for finding in findings if finding.value >= PSI_WATCH))


def bias(groups: Mapping[str, Sequence[ScoreCard]]) -> Review:
    """Whether some group (region, size, commodity) is eligible much more rarely than the best one.

    Groups with too few rated cards are named and left out. A difference is no proof of unfairness: it is the reason to
    stop and look.
    """
    findings, rates = [], {}
    for name, cards in sorted(groups.items()):
        rated = _rated(cards)
        if len(rated) < LEAST_CARDS:
            findings.append(Finding("too-few", name, len(rated), False))
            continue
        eligible = sum(card.eligibility is Eligibility.ELIGIBLE for card in rated)
        rates[name] = eligible * MICRO // len(rated)
    best = max(rates.values(), default=0)
    if best:
        ratios = {name: rate * MICRO // best for name, rate in rates.items()}
        findings += [Finding("bias", name, ratio, True) for name, ratio in ratios.items() if ratio < RATIO_STOP]
    return Review(tuple(findings))


def stability_index(before: Sequence[int], after: Sequence[int]) -> int:
    """Population stability index of two histograms with the same bins, millionths rounded to even.

    Sum over bins of (p - q) ln(p / q), half an observation added to each bin so that an empty one has a logarithm.

    Raises:
        SchemaError: other numbers of bins, or a negative count.
    """
    if len(before) != len(after) or not before or min(*before, *after) < 0:
        raise SchemaError("two histograms with the same bins are needed")
    with localcontext(_CONTEXT):
        half = Decimal("0.5")
        sums = [sum(counts) + half * len(counts) for counts in (before, after)]
        index = Decimal(0)
        for old, new in zip(before, after, strict=True):
            p, q = (old + half) / sums[0], (new + half) / sums[1]
            index += (p - q) * (p / q).ln()
        return int((index * MICRO).to_integral_value())


def _drift(about: str, before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]]) -> Finding:
    index = stability_index(_histogram(before), _histogram(after))
    return Finding("drift", about, index, index >= PSI_STOP)


def _histogram(shares: Sequence[tuple[int, int]]) -> list[int]:
    counts = [0] * BINS
    for part, whole in shares:
        counts[min(BINS - 1, part * BINS // whole)] += 1
    return counts


def _rated(cards: Sequence[ScoreCard]) -> list[ScoreCard]:
    return [card for card in cards if card.state is RatingState.RATED]
