"""`PolicyBook` on an EVM chain: `PolicyRegistry`, and the `MemberGovernor` that decides about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from eth_utils.address import to_checksum_address

from evidence.errors import ConflictError, LedgerUnreachableError, NotFoundError
from evidence.identity import OrgId
from evidence.network import MEMBER_REGISTRY
from node.chain.evm_account import EvmAccount
from node.chain.evm_chain import NEWEST, EvmChain
from node.chain.evm_sender import EvmSender
from node.chain.port_policies import (
    Ballot,
    BallotState,
    Motion,
    PolicyDocument,
    PolicyRecord,
    Vote,
    VotingTerms,
)

POLICIES: Final = "PolicyRegistry"
GOVERNOR: Final = "MemberGovernor"
TIMELOCK: Final = "MemberTimelock"
_STATES: Final = tuple(BallotState)
_MOST: Final = 10_000
_WHY: Final = re.compile(r"credence/(adopt|withdraw)/v1 0x([0-9a-f]{64}) round ([1-9][0-9]{0,3})", re.ASCII)


class EvmPolicies:
    """See the port; `sender` holds an attest key of the organisation, None only reads."""

    def __init__(self, chain: EvmChain, sender: EvmSender | None = None) -> None:
        self._chain = chain
        self._account = EvmAccount(chain, sender)

    def terms(self) -> VotingTerms:
        read = self._chain.read
        return VotingTerms(
            int(read(GOVERNOR, "votingDelay")),
            int(read(GOVERNOR, "votingPeriod")),
            int(read(GOVERNOR, "quorumPercent")),
            int(read(TIMELOCK, "getMinDelay")),
        )

    def policies(self) -> Sequence[PolicyRecord]:
        count = int(self._chain.read(POLICIES, "policyCount"))
        if count > _MOST:
            raise LedgerUnreachableError(f"the chain names {count} policies; at most {_MOST} are believed")
        ids = [bytes(self._chain.read(POLICIES, "policyAt", index)) for index in range(count)]
        return tuple(record for one in ids if (record := self.policy(one)) is not None)

    def policy(self, key: bytes) -> PolicyRecord | None:
        return self._policy(key, NEWEST)

    def in_force(self, name: str) -> bytes | None:
        found = bytes(self._chain.read(POLICIES, "current", name))
        return found if any(found) else None

    def counts(self, policy: bytes) -> bool:
        return bool(self._chain.read(POLICIES, "isAdopted", policy, self._time()))

    def submit(self, document: PolicyDocument) -> PolicyRecord:
        org, account = self._account.own()
        fields = _fields(document)
        key = bytes(self._chain.read(POLICIES, "policyId", fields, org))
        self._account.act(POLICIES, "submit", [fields], lambda at: self._policy(key, at) is not None, account=account)
        found = self.policy(key)
        if found is None:
            raise LedgerUnreachableError("the policy vanished in a reorg right after it settled")
        return found

    def propose(self, key: bytes, motion: Motion = Motion.ADOPT) -> Ballot:
        record = self.policy(key)
        if record is None:
            raise NotFoundError(f"nobody handed in the policy document 0x{key.hex()}", advice="List them first.")
        earlier = [one for one in self.ballots() if one.policy == key and one.motion is motion]
        if earlier and earlier[-1].state.is_open:
            return earlier[-1]
        if motion is Motion.ADOPT and record.adopted_at:
            raise ConflictError(f"the policy document 0x{key.hex()} was adopted before")
        why = f"credence/{motion}/v1 0x{key.hex()} round {len(earlier) + 1}"
        proposal = self._proposal(motion, key)
        number = self._number(proposal, why)
        self._account.act(GOVERNOR, "propose", [*proposal, why], lambda at: self._snapshot(number, at) > 0)
        return self._need(number)

    def vote(self, number: bytes, vote: Vote) -> Ballot:
        org, account = self._account.own()
        self._need(number)

        def voted(at: int) -> bool:
            return bool(self._chain.read(GOVERNOR, "hasMemberVoted", _int(number), org, at=at))

        if voted(self._chain.newest()) and self._said(number, account) not in {int(vote), None}:
            raise ConflictError("this organisation has voted already, otherwise", advice="A vote stays as it was cast.")
        self._account.act(GOVERNOR, "castVote", [_int(number), int(vote)], voted, account=account)
        return self._need(number)

    def queue(self, number: bytes) -> Ballot:
        ballot = self._need(number)
        arguments = self._arguments(ballot)
        states = {BallotState.QUEUED, BallotState.EXECUTED}
        self._account.call(GOVERNOR, "queue", arguments, lambda at: self._state(number, at) in states)
        return self._need(number)

    def execute(self, number: bytes) -> Ballot:
        arguments = self._arguments(self._need(number))
        done = BallotState.EXECUTED
        self._account.call(GOVERNOR, "execute", arguments, lambda at: self._state(number, at) is done)
        return self._need(number)

    def ballot(self, number: bytes) -> Ballot | None:
        return next((one for one in self.ballots() if one.number == number), None)

    def ballots(self) -> Sequence[Ballot]:
        logs = self._chain.logs(GOVERNOR, "ProposalCreated", {}, last=self._chain.newest())
        if len(logs) > _MOST:
            raise LedgerUnreachableError(f"the chain names {len(logs)} ballots; at most {_MOST} are believed")
        return tuple(ballot for log in logs if (ballot := self._ballot(log.values)) is not None)

    def vote_of(self, number: bytes, org: OrgId) -> bool:
        return bool(self._chain.read(GOVERNOR, "hasMemberVoted", _int(number), org))

    def _ballot(self, values: Mapping[str, Any]) -> Ballot | None:
        """A ballot about a policy; None for proposals of another kind, which the governor takes as well."""
        said = _WHY.fullmatch(str(values["description"]))
        if said is None:
            return None
        motion, key = Motion(said[1]), bytes.fromhex(said[2])
        targets, calls = [str(one) for one in values["targets"]], [bytes(one) for one in values["calldatas"]]
        wanted = self._proposal(motion, key)
        # What it does decides, not what it says: a proposal that says "adopt" and does something else is none of ours.
        if [one.lower() for one in targets] != [wanted[0][0].lower()] or calls != wanted[2] or any(values["values"]):
            return None
        number = int(values["proposalId"])
        against, in_favour, abstained = self._chain.read(GOVERNOR, "proposalVotes", number)
        begins = int(values["voteStart"])
        proposer = self._chain.read(MEMBER_REGISTRY, "orgOfAccount", to_checksum_address(values["proposer"]))
        return Ballot(
            number=number.to_bytes(32, "big"),
            policy=key,
            motion=motion,
            round=int(said[3]),
            proposer=OrgId(bytes(proposer)),
            state=self._state(number.to_bytes(32, "big"), NEWEST),
            voting_from=begins,
            voting_until=int(values["voteEnd"]),
            ready_at=int(self._chain.read(GOVERNOR, "proposalEta", number)),
            in_favour=in_favour,
            against=against,
            abstained=abstained,
            quorum=int(self._chain.read(GOVERNOR, "quorum", begins)) if begins < self._time() else 0,
        )

    def _said(self, number: bytes, account: str) -> int | None:
        voter = bytes(12) + bytes.fromhex(account[2:])
        logs = self._chain.logs(GOVERNOR, "VoteCast", {"voter": voter}, last=self._chain.newest())
        return next((int(log.values["support"]) for log in logs if log.values["proposalId"] == _int(number)), None)

    def _proposal(self, motion: Motion, key: bytes) -> tuple[list[str], list[int], list[bytes]]:
        call = self._chain.codec.encode(POLICIES, str(motion), [key])
        return [self._chain.address(POLICIES)], [0], [bytes.fromhex(call[2:])]

    def _arguments(self, ballot: Ballot) -> list[Any]:
        from eth_hash.auto import keccak

        why = f"credence/{ballot.motion}/v1 0x{ballot.policy.hex()} round {ballot.round}"
        return [*self._proposal(ballot.motion, ballot.policy), bytes(keccak(why.encode()))]

    def _number(self, proposal: tuple[list[str], list[int], list[bytes]], why: str) -> bytes:
        from eth_hash.auto import keccak

        number = self._chain.read(GOVERNOR, "hashProposal", *proposal, bytes(keccak(why.encode())))
        return int(number).to_bytes(32, "big")

    def _snapshot(self, number: bytes, at: int) -> int:
        return int(self._chain.read(GOVERNOR, "proposalSnapshot", _int(number), at=at))

    def _state(self, number: bytes, at: int | str) -> BallotState:
        return _STATES[int(self._chain.read(GOVERNOR, "state", _int(number), at=at))]

    def _need(self, number: bytes) -> Ballot:
        found = self.ballot(number)
        if found is None:
            raise NotFoundError(f"there is no ballot 0x{number.hex()} about a policy", advice="List the ballots first.")
        return found

    def _policy(self, key: bytes, at: int | str) -> PolicyRecord | None:
        try:
            fields = self._chain.read(POLICIES, "policy", key, at=at, to=self._chain.address(POLICIES))
        except NotFoundError:
            return None
        (policy, name, version, uri, valid_from, valid_until), proposer, *times = fields
        document = PolicyDocument(bytes(policy), name, version, uri, valid_from, valid_until)
        return PolicyRecord(key, document, OrgId(bytes(proposer)), *times)

    def _time(self) -> int:
        return block_time(self._chain)


def block_time(chain: EvmChain) -> int:
    """The time of the newest block, in seconds."""
    block = chain.block(NEWEST)
    if block is None:
        raise LedgerUnreachableError("the chain has no newest block")
    return int(str(block.get("timestamp", "0x0")), 16)


def _fields(document: PolicyDocument) -> tuple[Any, ...]:
    return (
        *(document.policy, document.name, document.version, document.uri),
        *(document.valid_from, document.valid_until),
    )


def _int(number: bytes) -> int:
    return int.from_bytes(number, "big")
