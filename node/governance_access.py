"""Votes, gates, accreditations, repairs and objections of one node, wired over its chain; the bootstrap makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evidence.clock import Clock
from evidence.draft import JsonValue
from evidence.identity import OrgId
from node.chain_access import ChainAccess
from node.records.port_house import EventStore, SettingStore
from node.services.accredit import AccreditBody, ReadAccreditations
from node.services.attest_capability import AttestCapability
from node.services.gather_evidence import GatherEvidence, no_repairs
from node.services.object_score import ObjectToScore, ReadObjections
from node.services.policy_in_force import PolicyInForce
from node.services.policy_shelf import PolicyShelf
from node.services.read_gate import ReadGate, SetGateRule
from node.services.read_policies import ReadPolicies
from node.services.repair_claims import CoSignRepair, OpenRepair, ReadRepairs, RepairStanding
from node.services.repair_lane import RepairLane
from node.services.submit_policy import SubmitPolicy
from node.services.vote_policy import AdoptPolicy, ProposePolicy, VotePolicy


@dataclass
class GovernanceAccess:
    """The services, each made when first asked for.

    Attributes:
        home: the node's folder; policies that do not ship lie below it.
        url: where members reach this node.
        policy: the name of the policy that this node scores by.
    """

    chain: ChainAccess
    events: EventStore
    kept: SettingStore
    home: Path
    url: str
    policy: str
    clock: Clock

    @cached_property
    def shelf(self) -> PolicyShelf:
        """Policy documents that are here."""
        return PolicyShelf(self.home / "policies")

    @cached_property
    def in_force(self) -> PolicyInForce:
        """The policy that scores."""
        return PolicyInForce(self.chain.policies if self.chain.governed else None, self.shelf, self.policy)

    @cached_property
    def submit_policy(self) -> SubmitPolicy:
        """Policies are handed in."""
        return SubmitPolicy(self.chain.policies, self.shelf, self.url)

    @cached_property
    def propose(self) -> ProposePolicy:
        """Ballots begin."""
        return ProposePolicy(self.chain.policies)

    @cached_property
    def vote(self) -> VotePolicy:
        """We vote."""
        return VotePolicy(self.chain.policies)

    @cached_property
    def adopt(self) -> AdoptPolicy:
        """Decisions are carried out."""
        return AdoptPolicy(self.chain.policies)

    @cached_property
    def read_policies(self) -> ReadPolicies:
        """Policies and ballots are shown."""
        return ReadPolicies(self.chain.policies, self.shelf, self.chain.directory)

    @cached_property
    def set_rule(self) -> SetGateRule:
        """We say what we ask of a supplier."""
        return SetGateRule(self.chain.gate)

    @cached_property
    def accredit(self) -> AccreditBody:
        """Bodies are accredited."""
        return AccreditBody(self.chain.accreditations)

    @cached_property
    def read_accreditations(self) -> ReadAccreditations:
        """Who may co-sign what."""
        return ReadAccreditations(self.chain.accreditations, self.chain.directory)

    @cached_property
    def open_repair(self) -> OpenRepair:
        """We claim to have repaired something."""
        return OpenRepair(self.chain.repairs, self.clock)

    @cached_property
    def co_sign(self) -> CoSignRepair:
        """We co-sign what others repaired."""
        return CoSignRepair(self.chain.repairs, self.clock)

    @cached_property
    def read_repairs(self) -> ReadRepairs:
        """Repair claims are shown."""
        return ReadRepairs(self.chain.repairs, self.chain.directory)

    @cached_property
    def object(self) -> ObjectToScore:
        """We object to a score."""
        return ObjectToScore(self.chain.objections, self.kept, self.events, self.clock)

    @cached_property
    def read_objections(self) -> ReadObjections:
        """Objections are shown."""
        return ReadObjections(self.chain.objections, self.chain.credits, self.kept, self.chain.directory)

    @cached_property
    def repaired(self) -> Callable[[OrgId, Mapping[str, JsonValue]], bool]:
        """Whether a repair statement counts: asked of the chain, for every score."""
        if not self.chain.governed:
            return no_repairs
        return RepairStanding(self.chain.repairs, self.chain.accreditations)

    @cached_property
    def lane(self) -> RepairLane | None:
        """What keeps cases and the chain together; None where the network keeps no repairs."""
        if not self.chain.governed:
            return None
        return RepairLane(self.chain.repairs, self.chain.accreditations, self.open_repair, self.co_sign)

    def gate(self, gather: GatherEvidence) -> ReadGate:
        """The gate, with characteristics named by the evidence that we hold."""
        return ReadGate(self.chain.gate, gather, self.chain.directory)

    def attest_capability(self, gather: GatherEvidence) -> AttestCapability:
        """We say on chain what months of measurements show."""
        return AttestCapability(gather, self.chain.capabilities, self.in_force, self.clock)
