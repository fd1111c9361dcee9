"""What the contracts of the score hold, in Python: votes, months, rules, accreditations, repairs, objections."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from evidence.identity import OrgId
from evidence.receipt import Address
from node.chain.port_gate import CapabilityClaim, CapabilityMonth, GateRule
from node.chain.port_models import RecordedRound
from node.chain.port_policies import Motion, PolicyRecord, VotingTerms
from node.chain.port_repairs import Accreditation, CoSign, Objection, RepairClaim

CHAIN_ID: Final = 0
"""In the digests that are signed here: no real chain has this number."""
ACCREDITOR: Final = Address(b"\xac" * 20)
"""Who may accredit unless a chain is made with another."""


@dataclass(frozen=True, slots=True)
class CastBallot:
    """A ballot with its votes by organisation; times in seconds, 0 for what has not happened."""

    number: bytes
    policy: bytes
    motion: Motion
    round: int
    proposer: OrgId
    voting_from: int
    voting_until: int
    votes: tuple[tuple[OrgId, int], ...] = ()
    ready_at: int = 0
    executed: bool = False


@dataclass(frozen=True, slots=True)
class AttestedMonth:
    """A month's claim, by whose account it was attested, and whether it was withdrawn."""

    claim: CapabilityClaim
    attester: OrgId
    account: str
    revoked: bool = False


Month = tuple[OrgId, bytes, int]
"""Subject, characteristic, month."""


@dataclass(slots=True)
class ScoreState:
    """The state of all contracts of the score after one block; a copy of it becomes the next one's.

    Attributes:
        terms: how the members vote.
        claims_per_day, co_signs_per_day: limits of the repair book.
        enrolled: when each member was enrolled, seconds.
        spent: how often an organisation did what is limited, by day since 1970.
    """

    terms: VotingTerms = field(default_factory=lambda: VotingTerms(1, 60, 50, 60))
    claims_per_day: int = 10
    co_signs_per_day: int = 50
    accreditor: Address = ACCREDITOR
    enrolled: dict[OrgId, int] = field(default_factory=dict)
    policies: dict[bytes, PolicyRecord] = field(default_factory=dict)
    versions: dict[tuple[str, int], bytes] = field(default_factory=dict)
    ballots: dict[bytes, CastBallot] = field(default_factory=dict)
    months: dict[tuple[Month, OrgId], CapabilityMonth] = field(default_factory=dict)
    last_scorer: dict[Month, OrgId] = field(default_factory=dict)
    attested_months: dict[bytes, AttestedMonth] = field(default_factory=dict)
    rules: dict[tuple[OrgId, OrgId], GateRule] = field(default_factory=dict)
    accreditations: dict[tuple[OrgId, bytes], Accreditation] = field(default_factory=dict)
    barred: dict[OrgId, int] = field(default_factory=dict)
    claims: dict[bytes, RepairClaim] = field(default_factory=dict)
    co_signs: dict[bytes, tuple[CoSign, ...]] = field(default_factory=dict)
    spent: dict[tuple[str, OrgId, int], int] = field(default_factory=dict)
    objections: dict[bytes, tuple[Objection, ...]] = field(default_factory=dict)
    stewards: frozenset[OrgId] = frozenset()
    models: dict[bytes, tuple[RecordedRound, ...]] = field(default_factory=dict)

    def copy(self) -> ScoreState:
        """A state of its own with the same contents."""
        return replace(
            self,
            enrolled=dict(self.enrolled),
            policies=dict(self.policies),
            versions=dict(self.versions),
            ballots=dict(self.ballots),
            months=dict(self.months),
            last_scorer=dict(self.last_scorer),
            attested_months=dict(self.attested_months),
            rules=dict(self.rules),
            accreditations=dict(self.accreditations),
            barred=dict(self.barred),
            claims=dict(self.claims),
            co_signs=dict(self.co_signs),
            spent=dict(self.spent),
            objections=dict(self.objections),
            models=dict(self.models),
        )
