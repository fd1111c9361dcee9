"""`GateRules.sol` and `QualificationGate.state` over a memory chain's state."""

from __future__ import annotations

from datetime import UTC, datetime

from evidence.identity import OrgId
from node.chain import roles
from node.chain.memory_lane import in_repair
from node.chain.memory_rules import in_force, is_active, month_at
from node.chain.memory_world import World
from node.chain.port import Attestation, CreditClaim
from node.chain.port_gate import (
    LIMIT_MICRO,
    WINDOW,
    CapabilityMonth,
    CapabilityRule,
    Cause,
    GateReading,
    GateReason,
    GateRule,
    GateState,
)


def read_gate(world: World, purchaser: OrgId, subject: OrgId, at: int) -> GateReading:
    """`QualificationGate.state`."""
    rule = world.score.rules.get((purchaser, subject))
    if rule is None:
        return GateReading(GateState.NONE, (), at)
    reasons: list[GateReason] = []
    repair = False
    if is_active(world, subject, roles.SUPPLIER):
        for characteristic in rule.characteristics:
            reasons += _judge_months(world, rule, subject, characteristic, at)
        if rule.floor:
            reasons += _judge_score(world, rule, subject, at)
        repair = in_repair(world, subject, at)
    else:
        reasons.append(GateReason(Cause.SUBJECT_INACTIVE, True, None, None, 0))
    frozen = any(one.freezes for one in reasons)
    state = GateState.FROZEN if frozen else GateState.WATCH if reasons else GateState.OPEN
    if frozen and repair:
        reasons.append(GateReason(Cause.REPAIR_RUNS, False, None, None, 0))
        state = GateState.IN_REPAIR
    return GateReading(state, tuple(reasons), at)


def month_of(
    world: World, subject: OrgId, characteristic: bytes, month: int, scorer: OrgId | None
) -> CapabilityMonth | None:
    """`CapabilityResolver.monthOf`."""
    place = (subject, characteristic, month)
    who = scorer or world.score.last_scorer.get(place)
    return None if who is None else world.score.months.get((place, who))


def _judge_months(world: World, rule: GateRule, subject: OrgId, name: bytes, at: int) -> list[GateReason]:
    running, days_over = month_at(at), datetime.fromtimestamp(at, UTC).day - 1

    def month(back: int) -> CapabilityMonth | None:
        return month_of(world, subject, name, running - back, rule.scorer)

    found: list[GateReason] = []
    now = month(0)
    if now is not None and now.cpk_micro < LIMIT_MICRO:
        found.append(GateReason(Cause.RUNNING_MONTH_LOW, False, name, running, now.cpk_micro))
    first = 1
    if month(1) is None and days_over < rule.grace_days:
        found.append(GateReason(Cause.MONTH_AWAITED, False, name, running - 1, 0))
        first = 2
    for back in range(first, first + WINDOW):
        found += _judge_month(rule.rule is CapabilityRule.POINT, name, month(back), running - back)
    return found


def _judge_month(strict: bool, name: bytes, found: CapabilityMonth | None, month: int) -> list[GateReason]:
    if found is None:
        return [GateReason(Cause.CAPABILITY_MISSING, strict, name, month, 0)]
    value = found.cpk_micro if strict else found.upper_micro
    if value < LIMIT_MICRO:
        return [GateReason(Cause.CAPABILITY_LOW, True, name, month, value)]
    if found.cpk_micro < LIMIT_MICRO:
        return [GateReason(Cause.CAPABILITY_UNSURE, False, name, month, found.cpk_micro)]
    return []


def _judge_score(world: World, rule: GateRule, subject: OrgId, at: int) -> list[GateReason]:
    policy = in_force(world.score, rule.policy_name, at)
    live = [] if policy is None else _live(world, subject, policy, at)
    if not live:
        return [GateReason(Cause.SCORE_MISSING, True, None, None, 0)]
    newest = live[0]
    for one in live[1:]:
        # In one second the later listed attester is the newer one.
        newest = one if one.attested_at >= newest.attested_at else newest
    owners = sum(_agreed(one.claim) == _agreed(newest.claim) for one in live)
    claim = newest.claim
    if owners < rule.attesters:
        return [GateReason(Cause.SCORE_UNCONFIRMED, True, None, None, owners)]
    if claim.state:
        return [GateReason(Cause.SCORE_NOT_RATED, True, None, None, 0)]
    if claim.low < rule.floor:
        return [GateReason(Cause.SCORE_LOW, True, None, None, claim.low)]
    return []


def _live(world: World, subject: OrgId, policy: bytes, at: int) -> list[Attestation]:
    """Each scorer's newest attestation, unless it was revoked or expires; in the order of first attesting."""
    newest: dict[OrgId, Attestation] = {}
    for one in world.attestations.values():
        if one.governed and one.attester_org and (one.claim.subject, one.claim.policy) == (subject, policy):
            newest[one.attester_org] = one
    return [
        one
        for org, one in newest.items()
        if is_active(world, org, roles.SCORER) and not one.revoked_at and one.claim.expires > at
    ]


def _agreed(claim: CreditClaim) -> tuple[object, ...]:
    parts = (claim.points, claim.low, claim.high, claim.band, claim.state, claim.inputs, claim.card)
    return (claim.subject, claim.policy, *parts)
