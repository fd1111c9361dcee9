"""The rules of the policy, capability and gate contracts over a memory chain's state: equal checks, equal refusals."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from evidence.identity import OrgId
from evidence.receipt import Address
from node.chain import roles
from node.chain.memory_score import AttestedMonth, CastBallot, ScoreState
from node.chain.memory_world import NO_UID, World, refuse
from node.chain.port_gate import CapabilityClaim, CapabilityMonth, GateRule
from node.chain.port_policies import (
    MOST_NAME_BYTES,
    MOST_URI_BYTES,
    BallotState,
    Motion,
    PolicyDocument,
    PolicyRecord,
    Vote,
)


def actor(world: World, sender: Address, now: int) -> OrgId:
    """Whose account contract `sender` operates; refused as `OrgAccount.execute` does."""
    account = world.account_of(sender, now)
    return world.operated(sender, now, account or "")


def is_active(world: World, org: OrgId, role: str = "") -> bool:
    """Whether an organisation is an active member, with the role when one is named."""
    member = world.members.get(org)
    return member is not None and member.active and (not role or role in member.roles)


# PolicyRegistry


def policy_id(document: PolicyDocument, proposer: OrgId) -> bytes:
    """The name of a document; other bytes than on an EVM chain, and as unlikely to meet."""
    return hashlib.sha256(repr((document, bytes(proposer))).encode()).digest()


def submit(world: World, sender: Address, now: int, document: PolicyDocument) -> None:
    """`PolicyRegistry.submit`."""
    org = actor(world, sender, now)
    if not is_active(world, org):
        raise refuse("NotActiveMember", org=org, caller=sender)
    name, uri = len(document.name.encode()), len(document.uri.encode())
    if not any(document.policy) or not 1 <= name <= MOST_NAME_BYTES or not 1 <= uri <= MOST_URI_BYTES:
        raise refuse("MalformedPolicy", policyHash=document.policy, version=document.version)
    _check_validity(document, now)
    key = policy_id(document, org)
    if key in world.score.policies:
        raise refuse("AlreadySubmitted", id=key)
    world.score.policies[key] = PolicyRecord(key, document, org, now, 0, 0, 0)


def in_force(state: ScoreState, name: str, at: int) -> bytes | None:
    """`PolicyRegistry.currentAt`."""
    found = (one for one in state.policies.values() if one.document.name == name and one.counts(at))
    return next((one.document.policy for one in found), None)


def counts(state: ScoreState, policy: bytes, at: int) -> bool:
    """`PolicyRegistry.isAdopted`."""
    return any(one.document.policy == policy and one.counts(at) for one in state.policies.values())


def _check_validity(document: PolicyDocument, now: int) -> None:
    if document.valid_until <= document.valid_from or document.valid_until <= now:
        times = {"validFrom": document.valid_from, "validUntil": document.valid_until}
        raise refuse("ValidityRefused", **times, nowTime=now)


def _adopt(world: World, now: int, key: bytes) -> None:
    state, record = world.score, world.score.policies[key]
    document = record.document
    if record.adopted_at:
        raise refuse("AlreadyAdopted", id=key, adoptedAt=record.adopted_at)
    _check_validity(document, now)
    taken = state.versions.setdefault((document.name, document.version), document.policy)
    if taken != document.policy:
        raise refuse("VersionTaken", name=document.name, version=document.version, policyHash=taken)
    begins = max(now, document.valid_from)
    for other in state.policies.values():
        if other.document.name == document.name and other.counts_until > begins:
            state.policies[other.key] = replace(other, counts_until=begins)
    state.policies[key] = replace(record, adopted_at=now, counts_from=begins, counts_until=document.valid_until)


def _withdraw(world: World, now: int, key: bytes) -> None:
    record = world.score.policies[key]
    if record.counts_until <= now:
        raise refuse("NotInForce", id=key, until=record.counts_until)
    world.score.policies[key] = replace(record, counts_until=now)


# MemberGovernor


def propose(world: World, sender: Address, now: int, ballot: CastBallot) -> None:
    """`MemberGovernor.propose`; `ballot` names policy, motion and round."""
    org = actor(world, sender, now)
    if not is_active(world, org) or world.score.enrolled.get(org, 0) >= now:
        raise refuse("GovernorInsufficientProposerVotes", proposer=sender, votes=0, threshold=1)
    if ballot.number in world.score.ballots:
        raise refuse("GovernorUnexpectedProposalState", current=0)
    terms = world.score.terms
    begins = now + terms.delay_s
    made = replace(ballot, proposer=org, voting_from=begins, voting_until=begins + terms.period_s)
    world.score.ballots[ballot.number] = made


def vote(world: World, sender: Address, now: int, number: bytes, choice: Vote) -> None:
    """`MemberGovernor.castVote`."""
    ballot = _ballot(world, number)
    org = actor(world, sender, now)
    _expect(world, ballot, now, BallotState.ACTIVE)
    if not is_active(world, org) or world.score.enrolled.get(org, 0) > ballot.voting_from:
        raise refuse("NoVote", voter=sender, snapshot=ballot.voting_from)
    if any(voter == org for voter, _ in ballot.votes):
        raise refuse("MemberVotedAlready", org=org)
    world.score.ballots[number] = replace(ballot, votes=(*ballot.votes, (org, int(choice))))


def queue(world: World, now: int, number: bytes) -> None:
    """`MemberGovernor.queue`."""
    ballot = _ballot(world, number)
    _expect(world, ballot, now, BallotState.SUCCEEDED)
    world.score.ballots[number] = replace(ballot, ready_at=now + world.score.terms.timelock_s)


def execute(world: World, now: int, number: bytes) -> None:
    """`MemberGovernor.execute`, and what the timelock then does."""
    ballot = _ballot(world, number)
    _expect(world, ballot, now, BallotState.QUEUED)
    if now < ballot.ready_at:
        raise refuse("TimelockUnexpectedOperationState")
    (_adopt if ballot.motion is Motion.ADOPT else _withdraw)(world, now, ballot.policy)
    world.score.ballots[number] = replace(ballot, executed=True)


def tally(ballot: CastBallot, choice: Vote) -> int:
    """How many members voted so."""
    return sum(one == choice for _, one in ballot.votes)


def quorum(world: World, ballot: CastBallot) -> int:
    """How many members must vote for or abstain."""
    members = sum(at <= ballot.voting_from for at in world.score.enrolled.values())
    return -(-members * world.score.terms.quorum_percent // 100)


def ballot_state(world: World, ballot: CastBallot, now: int) -> BallotState:
    """`MemberGovernor.state`."""
    if ballot.executed:
        return BallotState.EXECUTED
    if ballot.ready_at:
        return BallotState.QUEUED
    if now <= ballot.voting_from:
        return BallotState.PENDING
    if now <= ballot.voting_until:
        return BallotState.ACTIVE
    in_favour, against = tally(ballot, Vote.FOR), tally(ballot, Vote.AGAINST)
    enough = in_favour + tally(ballot, Vote.ABSTAIN) >= quorum(world, ballot)
    return BallotState.SUCCEEDED if enough and in_favour > against else BallotState.DEFEATED


def _ballot(world: World, number: bytes) -> CastBallot:
    if number not in world.score.ballots:
        raise refuse("GovernorNonexistentProposal", proposalId=number)
    return world.score.ballots[number]


def _expect(world: World, ballot: CastBallot, now: int, wanted: BallotState) -> None:
    state = ballot_state(world, ballot, now)
    if state is not wanted:
        raise refuse("GovernorUnexpectedProposalState", current=tuple(BallotState).index(state))


# CapabilityResolver


def attest_month(world: World, sender: Address, now: int, claim: CapabilityClaim, restates: bytes) -> None:
    """`OrgAccount.execute` of `EAS.attest`, judged by `CapabilityResolver`."""
    org = actor(world, sender, now)
    if world.paused:
        raise refuse("AttestingPaused")
    if not is_active(world, org, roles.SCORER):
        raise refuse("NotScorer", org=org, attester=sender)
    if org == claim.subject:
        raise refuse("SelfAttestation", org=org)
    if not is_active(world, claim.subject, roles.SUPPLIER):
        raise refuse("NotSupplier", subject=claim.subject)
    if not any(claim.characteristic) or claim.month > month_at(now):
        raise refuse("MonthRefused", characteristic=claim.characteristic, month=claim.month, newest=month_at(now))
    if claim.n < 2 or claim.upper_micro < claim.cpk_micro:
        raise refuse("CapabilityRefused", n=claim.n, cpkMicro=claim.cpk_micro, upperMicro=claim.upper_micro)
    head_org, size, root = claim.head
    if world.roots.get((head_org, size)) != root:
        raise refuse("HeadNotAnchored", org=head_org, size=size, root=root)
    state, place = world.score, (claim.subject, claim.characteristic, claim.month)
    newest = state.months.get((place, org))
    if restates != (newest.uid if newest else NO_UID):
        raise refuse("NotTheNewest", given=restates, expected=newest.uid if newest else NO_UID)
    uid = hashlib.sha256(repr((len(state.attested_months), bytes(org), now, claim)).encode()).digest()
    state.months[place, org] = CapabilityMonth(claim.month, claim.n, claim.cpk_micro, claim.upper_micro, now, uid)
    state.last_scorer[place] = org
    state.attested_months[uid] = AttestedMonth(claim, org, world.members[org].account or "")


def revoke_month(world: World, sender: Address, now: int, uid: bytes) -> None:
    """`OrgAccount.execute` of `EAS.revoke`."""
    org, state = actor(world, sender, now), world.score
    made = state.attested_months[uid]
    if made.attester != org:
        raise refuse("AccessDenied")
    state.attested_months[uid] = replace(made, revoked=True)
    place = ((made.claim.subject, made.claim.characteristic, made.claim.month), org)
    if place in state.months and state.months[place].uid == uid:
        del state.months[place]


def month_at(now: int) -> int:
    """The running month, `year * 12 + month - 1` in UTC."""
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(now, UTC)
    return moment.year * 12 + moment.month - 1


# QualificationGate: the rules' own


def set_rule(world: World, sender: Address, now: int, subject: OrgId, rule: GateRule | None) -> None:
    """`QualificationGate.setRule` and `clearRule` (None)."""
    org = actor(world, sender, now)
    if not is_active(world, org, roles.PURCHASER):
        raise refuse("NotPurchaser", org=org, caller=sender)
    if rule is not None:
        world.score.rules[org, subject] = rule
    elif world.score.rules.pop((org, subject), None) is None:
        raise refuse("NoRule", purchaser=org, subject=subject)
