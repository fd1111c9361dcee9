"""The memory adapters of the score's ports: complete, checked like the contracts, gone when the process ends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from evidence.errors import ConflictError, NotFoundError
from evidence.identity import OrgId
from evidence.receipt import Address
from node.chain import memory_lane as lane
from node.chain import memory_rules as rules
from node.chain.checks import no_account, not_ours
from node.chain.memory import Writer
from node.chain.memory_chain import Block, MemoryChain
from node.chain.memory_gate import month_of, read_gate
from node.chain.memory_score import CastBallot
from node.chain.memory_world import NO_UID, World
from node.chain.port_gate import CapabilityClaim, CapabilityMonth, GateReading, GateRule
from node.chain.port_policies import Ballot, Motion, PolicyDocument, PolicyRecord, Vote, VotingTerms
from node.chain.port_repairs import Accreditation


class MemoryDesk:
    """What the memory adapters share: whose key it is, and writing until it holds."""

    def __init__(self, chain: MemoryChain, sender: Address, *, confirmations: int = 1) -> None:
        self._chain = chain
        self._writer = Writer(chain, sender, confirmations)
        self._sender = sender

    @property
    def _now(self) -> Block:
        return self._chain.newest()

    @property
    def _world(self) -> World:
        return self._chain.newest().world

    def _own(self) -> tuple[OrgId, str]:
        block = self._now
        account = block.world.account_of(self._sender, block.time)
        if account is None:
            raise no_account(self._sender)
        return block.world.operated(self._sender, block.time, account), account

    def _write(self, call: Callable[[World, int], None], holds: Callable[[World], bool]) -> None:
        self._writer.write(call, holds)


class MemoryPolicies(MemoryDesk):
    """`PolicyBook`; `sender` operates the account contract of its organisation."""

    def terms(self) -> VotingTerms:
        return self._world.score.terms

    def policies(self) -> Sequence[PolicyRecord]:
        return tuple(self._world.score.policies.values())

    def policy(self, key: bytes) -> PolicyRecord | None:
        return self._world.score.policies.get(key)

    def in_force(self, name: str) -> bytes | None:
        return rules.in_force(self._world.score, name, self._now.time)

    def counts(self, policy: bytes) -> bool:
        return rules.counts(self._world.score, policy, self._now.time)

    def submit(self, document: PolicyDocument) -> PolicyRecord:
        org, _ = self._own()
        key, sender = rules.policy_id(document, org), self._sender
        self._write(
            lambda world, now: rules.submit(world, sender, now, document), lambda world: key in world.score.policies
        )
        return self._world.score.policies[key]

    def propose(self, key: bytes, motion: Motion = Motion.ADOPT) -> Ballot:
        record = self.policy(key)
        if record is None:
            raise NotFoundError(f"nobody handed in the policy document 0x{key.hex()}", advice="List them first.")
        earlier = [one for one in self.ballots() if one.policy == key and one.motion is motion]
        if earlier and earlier[-1].state.is_open:
            return earlier[-1]
        if motion is Motion.ADOPT and record.adopted_at:
            raise ConflictError(f"the policy document 0x{key.hex()} was adopted before")
        org, _ = self._own()
        number = hashlib.sha256(f"{motion} {key.hex()} {len(earlier) + 1}".encode()).digest()
        made, sender = CastBallot(number, key, motion, len(earlier) + 1, org, 0, 0), self._sender
        self._write(
            lambda world, now: rules.propose(world, sender, now, made), lambda world: number in world.score.ballots
        )
        return self._need(number)

    def vote(self, number: bytes, vote: Vote) -> Ballot:
        self._need(number)
        org, _ = self._own()
        said = next((one for voter, one in self._world.score.ballots[number].votes if voter == org), None)
        if said not in {None, int(vote)}:
            raise ConflictError("this organisation has voted already, otherwise", advice="A vote stays as it was cast.")
        sender = self._sender
        self._write(
            lambda world, now: rules.vote(world, sender, now, number, vote),
            lambda world: (
                number in world.score.ballots and any(voter == org for voter, _ in world.score.ballots[number].votes)
            ),
        )
        return self._need(number)

    def queue(self, number: bytes) -> Ballot:
        self._need(number)
        self._write(
            lambda world, now: rules.queue(world, now, number),
            lambda world: number in world.score.ballots and world.score.ballots[number].ready_at > 0,
        )
        return self._need(number)

    def execute(self, number: bytes) -> Ballot:
        self._need(number)
        self._write(
            lambda world, now: rules.execute(world, now, number),
            lambda world: number in world.score.ballots and world.score.ballots[number].executed,
        )
        return self._need(number)

    def ballot(self, number: bytes) -> Ballot | None:
        block = self._now
        found = block.world.score.ballots.get(number)
        if found is None:
            return None
        return Ballot(
            number=number,
            policy=found.policy,
            motion=found.motion,
            round=found.round,
            proposer=found.proposer,
            state=rules.ballot_state(block.world, found, block.time),
            voting_from=found.voting_from,
            voting_until=found.voting_until,
            ready_at=found.ready_at,
            in_favour=rules.tally(found, Vote.FOR),
            against=rules.tally(found, Vote.AGAINST),
            abstained=rules.tally(found, Vote.ABSTAIN),
            quorum=rules.quorum(block.world, found) if block.time > found.voting_from else 0,
        )

    def ballots(self) -> Sequence[Ballot]:
        return tuple(self._need(number) for number in self._world.score.ballots)

    def vote_of(self, number: bytes, org: OrgId) -> bool:
        found = self._world.score.ballots.get(number)
        return found is not None and any(voter == org for voter, _ in found.votes)

    def _need(self, number: bytes) -> Ballot:
        found = self.ballot(number)
        if found is None:
            raise NotFoundError(f"there is no ballot 0x{number.hex()} about a policy", advice="List the ballots first.")
        return found


class MemoryCapabilities(MemoryDesk):
    """`CapabilityBook`; `sender` operates the account contract of its organisation."""

    def attest(self, claim: CapabilityClaim) -> CapabilityMonth:
        (org, _), sender = self._own(), self._sender

        def newest(world: World) -> CapabilityMonth | None:
            return month_of(world, claim.subject, claim.characteristic, claim.month, org)

        def holds(world: World) -> bool:
            found = newest(world)
            return found is not None and world.score.attested_months[found.uid].claim == claim

        known = newest(self._world)
        restates = known.uid if known else NO_UID
        self._write(lambda world, now: rules.attest_month(world, sender, now, claim, restates), holds)
        found = newest(self._world)
        assert found is not None
        return found

    def month(
        self, subject: OrgId, characteristic: bytes, month: int, scorer: OrgId | None = None
    ) -> CapabilityMonth | None:
        return month_of(self._world, subject, characteristic, month, scorer)

    def months_back(
        self, subject: OrgId, characteristic: bytes, last: int, count: int, scorer: OrgId | None = None
    ) -> Sequence[CapabilityMonth | None]:
        world = self._world
        return tuple(month_of(world, subject, characteristic, last - back, scorer) for back in range(count))

    def revoke(self, uid: bytes) -> None:
        (org, _), sender = self._own(), self._sender
        made = self._world.score.attested_months.get(uid)
        if made is None:
            raise NotFoundError(f"there is no attested month 0x{uid.hex()}", advice="Check the attestation's UID.")
        if made.attester != org:
            raise not_ours(uid, made.account)
        self._write(
            lambda world, now: rules.revoke_month(world, sender, now, uid),
            lambda world: uid in world.score.attested_months and world.score.attested_months[uid].revoked,
        )


class MemoryGate(MemoryDesk):
    """`Gate`; `sender` operates the account contract of its organisation."""

    def set_rule(self, subject: OrgId, rule: GateRule) -> None:
        (org, _), sender = self._own(), self._sender
        self._write(
            lambda world, now: rules.set_rule(world, sender, now, subject, rule),
            lambda world: world.score.rules.get((org, subject)) == rule,
        )

    def clear_rule(self, subject: OrgId) -> None:
        (org, _), sender = self._own(), self._sender
        if self.rule(org, subject) is None:
            raise NotFoundError(f"0x{org.hex()} asks nothing of 0x{subject.hex()}", advice="Check the supplier's LEI.")
        self._write(
            lambda world, now: rules.set_rule(world, sender, now, subject, None),
            lambda world: (org, subject) not in world.score.rules,
        )

    def rule(self, purchaser: OrgId, subject: OrgId) -> GateRule | None:
        return self._world.score.rules.get((purchaser, subject))

    def read(self, purchaser: OrgId, subject: OrgId, at: int | None = None) -> GateReading:
        block = self._now
        return read_gate(block.world, purchaser, subject, block.time if at is None else at)


class MemoryAccreditations(MemoryDesk):
    """`Accreditations`; `sender` is the accreditor."""

    def grant(self, body: OrgId, scopes: Sequence[bytes], until: int) -> None:
        sender = self._sender

        def holds(world: World) -> bool:
            terms = [world.score.accreditations.get((body, scope)) for scope in scopes]
            return bool(terms) and all(one is not None and one.until == until for one in terms)

        self._write(lambda world, now: lane.grant(world, sender, now, body, scopes, until), holds)

    def withdraw(self, body: OrgId, scope: bytes) -> None:
        before, sender = self.accreditation(body, scope), self._sender
        if before is None or not before.runs(self._now.time):
            raise ConflictError(f"0x{body.hex()} is not accredited for scope 0x{scope.hex()} now")
        self._write(
            lambda world, now: lane.withdraw_term(world, sender, now, body, scope),
            lambda world: world.score.accreditations[body, scope].until < before.until,
        )

    def bar(self, body: OrgId, since: int) -> None:
        sender = self._sender
        self._write(
            lambda world, now: lane.bar(world, sender, now, body, since),
            lambda world: world.score.barred.get(body) == since,
        )

    def accreditation(self, body: OrgId, scope: bytes) -> Accreditation | None:
        return self._world.score.accreditations.get((body, scope))

    def accreditations(self, body: OrgId | None = None) -> Sequence[Accreditation]:
        every = self._world.score.accreditations.values()
        return tuple(one for one in every if body is None or one.body == body)

    def barred_since(self, body: OrgId) -> int | None:
        return self._world.score.barred.get(body)

    def is_accredited(self, body: OrgId, scope: bytes, at: int | None = None) -> bool:
        block = self._now
        return lane.is_accredited(block.world, body, scope, block.time if at is None else at)
