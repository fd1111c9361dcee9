"""Port to the consortium's votes: policies are handed in, voted on, and adopted behind a timelock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, Protocol

from evidence.errors import InputError
from evidence.identity import OrgId

MOST_NAME_BYTES: Final = 64
MOST_URI_BYTES: Final = 512


@dataclass(frozen=True, slots=True)
class VotingTerms:
    """How the members vote; seconds, and percent of the members who must vote for or abstain.

    Attributes:
        delay_s: from proposal to snapshot.
        period_s: from snapshot to the end of the vote.
        timelock_s: that a decision waits before it is done.
    """

    delay_s: int = 86_400
    period_s: int = 604_800
    quorum_percent: int = 50
    timelock_s: int = 172_800

    def __post_init__(self) -> None:
        if min(self.delay_s, self.period_s, self.timelock_s) < 1 or not 1 <= self.quorum_percent <= 100:
            raise InputError("delays of a vote are at least 1 s, its quorum is 1 to 100 percent")


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A score policy as a member hands it in; times in seconds since 1970.

    Attributes:
        policy: SHA-256 of its canonical JSON, 32 bytes.
        name, version: as the document says.
        uri: where the JSON is found.
        valid_from, valid_until: when it may count, the end not included.

    Raises:
        InputError: what the registry could not hold.
    """

    policy: bytes
    name: str
    version: int
    uri: str
    valid_from: int
    valid_until: int

    def __post_init__(self) -> None:
        if len(self.policy) != 32:
            raise InputError("a policy's hash has 32 bytes")
        if not 1 <= self.version < 1 << 32 or not 0 <= self.valid_from < 1 << 64 or not 0 <= self.valid_until < 1 << 64:
            raise InputError("a policy's version counts from 1, its times are not negative")


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """A document, who handed it in, and what the members made of it; 0 for what has not happened.

    `counts_from` (included) to `counts_until` (not included) is when it counts, both 0 until it is adopted.
    """

    key: bytes
    document: PolicyDocument
    proposer: OrgId
    submitted_at: int
    adopted_at: int
    counts_from: int
    counts_until: int

    def counts(self, at: int) -> bool:
        """Whether it counts at `at`, in seconds."""
        return self.counts_from <= at < self.counts_until


class Motion(StrEnum):
    """What a vote is about."""

    ADOPT = "adopt"
    WITHDRAW = "withdraw"


class Vote(IntEnum):
    """As OpenZeppelin's `GovernorCountingSimple` counts."""

    AGAINST = 0
    FOR = 1
    ABSTAIN = 2


class BallotState(StrEnum):
    """In the order of OpenZeppelin's `IGovernor.ProposalState`."""

    PENDING = "pending"
    ACTIVE = "active"
    CANCELLED = "cancelled"
    DEFEATED = "defeated"
    SUCCEEDED = "succeeded"
    QUEUED = "queued"
    EXPIRED = "expired"
    EXECUTED = "executed"

    @property
    def is_open(self) -> bool:
        """Whether it can still lead to something."""
        return self in {BallotState.PENDING, BallotState.ACTIVE, BallotState.SUCCEEDED, BallotState.QUEUED}


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote, as it stands now.

    Attributes:
        number: its name, 32 bytes.
        policy: the key of the document that it is about, 32 bytes.
        round: from 1; the same motion fails once and may be proposed again.
        voting_from, voting_until: seconds; votes count after the first and up to the second.
        ready_at: when it can be done, seconds; 0 while it is not queued.
        in_favour, against, abstained: members.
        quorum: members who must vote for or abstain; 0 while that is not known, before the snapshot.
    """

    number: bytes
    policy: bytes
    motion: Motion
    round: int
    proposer: OrgId
    state: BallotState
    voting_from: int
    voting_until: int
    ready_at: int
    in_favour: int
    against: int
    abstained: int
    quorum: int


class PolicyBook(Protocol):
    """The consortium's policies and the votes on them. Reads are current; anyone may read.

    Each change MAY happen twice: what holds already costs nothing. All MUST raise LedgerUnreachableError, with its
    cause, for any network fault. Changes MUST raise ForbiddenError when this node's key may not act for its
    organisation's account contract, ConflictError with the contract's reason when it refuses, NotFoundError for a
    policy or ballot that is not there.
    """

    def terms(self) -> VotingTerms:
        """How the members vote."""

    def policies(self) -> Sequence[PolicyRecord]:
        """All documents, in the order in which they were handed in."""

    def policy(self, key: bytes) -> PolicyRecord | None:
        """One document by its key."""

    def in_force(self, name: str) -> bytes | None:
        """The hash of the policy of this name that counts now."""

    def counts(self, policy: bytes) -> bool:
        """Whether a policy with this hash counts now."""

    def submit(self, document: PolicyDocument) -> PolicyRecord:
        """Hand a document in as this node's organisation, which must be an active member."""

    def propose(self, key: bytes, motion: Motion = Motion.ADOPT) -> Ballot:
        """Ask the members; the ballot that is open already, or a new one."""

    def vote(self, number: bytes, vote: Vote) -> Ballot:
        """Cast this node's organisation's vote; the first one stays, another one is a ConflictError."""

    def queue(self, number: bytes) -> Ballot:
        """Put a decision behind the timelock; anyone may."""

    def execute(self, number: bytes) -> Ballot:
        """Do what was decided once the timelock lets it; anyone may."""

    def ballot(self, number: bytes) -> Ballot | None:
        """One ballot."""

    def ballots(self) -> Sequence[Ballot]:
        """All ballots, oldest first."""

    def vote_of(self, number: bytes, org: OrgId) -> bool:
        """Whether a member has voted."""
