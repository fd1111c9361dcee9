"""The engine: evidence and a policy in, a card out; a pure function of integers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import isqrt
from typing import Final

from evidence.identity import Subject
from scoring.card import MOST_REASONS, CardLine, Eligibility, RatingState, ScoreCard
from scoring.evidence_tuples import EvidenceHead, EvidenceTuple, inputs_digest
from scoring.indicators import INDICATORS, IndicatorId
from scoring.policy import Missing, Policy, PolicyIndicator
from scoring.scale import FULL, PPB
from scoring.tally import Tally, by_month, tally

ENGINE: Final = "credence-engine/2"
"""Version of the arithmetic; it changes whenever any card could change by a bit."""

POLICY_NOT_VALID: Final = "policy-not-valid"
"""Blocker of a card whose day lies outside the policy's days."""


def score(
    tuples: Iterable[EvidenceTuple],
    policy: Policy,
    as_of: date,
    *,
    subject: Subject,
    commodity: str = "*",
    heads: Iterable[EvidenceHead] = (),
    stops: Iterable[str] = (),
) -> ScoreCard:
    """Score a subject.

    The order of `tuples` and `heads`, repetitions, hash seeds, locale and time zone change nothing.

    Args:
        tuples: verified evidence about the subject, e.g. from `scoring.observe`.
        policy: by which policy.
        as_of: evidence to the end of this day (UTC) counts; its month is the current one.
        subject: whose score.
        commodity: whose priors to use; unknown ones use the general prior.
        heads: anchored heads that the evidence is in; they enter the digest of the inputs.
        stops: reasons, `stopped:<check>:<about>`, for which nobody, or this subject, is to be rated by the policy now.
    """
    unique = {item.hash: item for item in tuples}
    months = by_month(unique.values())
    current = as_of.year * 12 + as_of.month - 1
    first = current - policy.decay.window + 1
    active = len(
        {
            month
            for name, found in months.items()
            for month, entry in found.items()
            if first <= month <= current and entry.sound(measured=INDICATORS[name].measured)
        }
    )
    lines = tuple(
        _line(
            indicator,
            active,
            tally(
                months.get(indicator.id, {}),
                indicator,
                policy.prior(commodity, indicator.id),
                policy.decay,
                current,
                policy.confidence,
            ),
        )
        for indicator in policy.indicators
    )
    blockers = (*_blockers(policy, as_of, lines), *sorted(set(stops)))
    rated = not blockers
    points = sum(line.points for line in lines) if rated else 0
    low, high = interval(lines) if rated else (0, 0)
    band = policy.band_of(points)
    return ScoreCard(
        subject=subject,
        commodity=commodity,
        as_of=as_of,
        policy=policy.hash,
        policy_name=policy.name,
        engine=ENGINE,
        inputs=inputs_digest(unique, heads),
        state=RatingState.RATED if rated else RatingState.NOT_RATED,
        blockers=blockers,
        points=points,
        low=low,
        high=high,
        reference=sum(line.reference_points for line in lines),
        lines=lines,
        band=band,
        band_name=policy.bands[band].name,
        eligibility=(Eligibility.ELIGIBLE if rated and low >= policy.eligibility_floor else Eligibility.NOT_ELIGIBLE),
        reasons=_reasons(lines),
    )


def interval(lines: Iterable[CardLine]) -> tuple[int, int]:
    """Bounds of the sum from the bounds of independent parts, rounded outward.

    The distances to the bounds are added as squares: adding them plainly would claim that every indicator is at its
    worst at once, and state 90 % for what holds in nearly all cases.

    Source:
        Zou and Donner, "Construction of confidence limits about effect measures", Stat. Med. 27 (2008) 1693-1702.
    """
    points = below = above = 0
    for line in lines:
        points += line.points
        below += (line.points - line.low) ** 2
        above += (line.high - line.points) ** 2
    return max(0, points - _ceil_root(below)), min(FULL, points + _ceil_root(above))


def _line(indicator: PolicyIndicator, active: int, found: Tally) -> CardLine:
    present = (
        found.sound >= indicator.minimum_exposure * indicator.kind.unit
        and found.sound_months >= indicator.minimum_months
        and active >= indicator.minimum_activity
    )
    curve = indicator.curve
    utility = curve.at(found.theta.numerator * PPB, found.theta.denominator) if present else 0
    points = indicator.points(utility)
    return CardLine(
        indicator=indicator.id,
        present=present,
        exposure=found.exposure,
        bad=found.bad,
        lingering=found.lingering,
        months=found.months,
        theta=found.theta,
        utility=utility,
        weight=indicator.weight,
        points=points,
        reference_points=indicator.points(indicator.reference),
        low=min(points, indicator.points(curve.at(found.theta_high))) if present else 0,
        high=max(points, indicator.points(curve.at(found.theta_low))) if present else 0,
    )


def _blockers(policy: Policy, as_of: date, lines: tuple[CardLine, ...]) -> tuple[str, ...]:
    blockers = [] if policy.valid_from <= as_of <= policy.valid_until else [POLICY_NOT_VALID]
    if policy.missing is Missing.NOT_RATED:
        blockers += [line.indicator for line in lines if not line.present]
    return tuple(blockers)


def _reasons(lines: tuple[CardLine, ...]) -> tuple[IndicatorId, ...]:
    costly = sorted((line.contribution, line.indicator) for line in lines if line.contribution < 0)
    return tuple(indicator for _, indicator in costly[:MOST_REASONS])


def _ceil_root(square: int) -> int:
    root = isqrt(square)
    return root if root * root == square else root + 1
