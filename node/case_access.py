"""Flows, cases and signatures of one node, wired over its database; the bootstrap makes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from evidence.clock import Clock
from evidence.identity import Lei, Subject
from evidence.keys import Entropy, StatementKey
from nocode.case import CaseId
from nocode.reader import SHIPPED, shipped
from node.auth.sign_in import SignIn
from node.cases.sql import SqlCases
from node.chain.port import MemberDirectory
from node.outbound.plant import PlantControl
from node.outbound.port import ControlSystem
from node.records.sql import SqlRecords
from node.services.apply_correction import ApplyCorrection
from node.services.carry_out import CarryOut
from node.services.case_desk import CaseDesk
from node.services.case_facts import StateFacts
from node.services.cases import ActOnCase, OpenCase, ReadCase, TickCases
from node.services.repair_lane import OpenClaims, RepairLane
from node.services.sign import SignRecord
from node.services.sign_step import AcceptSignature, CounterSign, SignStep
from node.services.submit import SubmitDrafts
from node.services.verify_signature import VerifySignature
from node.services.watch_repairs import WatchRepairs
from node.signing.presence import DoorPresence
from node.signing.sql import SqlSignatures


@dataclass
class CaseAccess:
    """The services of cases, each made when first asked for."""

    organisation: Lei
    key: StatementKey
    records: SqlRecords
    directory: MemberDirectory
    sign_in: SignIn
    submit: SubmitDrafts
    score: Callable[[Subject], object]
    clock: Clock
    entropy: Entropy
    control: ControlSystem = field(default_factory=lambda: PlantControl({}))
    lane: RepairLane | None = None

    @cached_property
    def signatures(self) -> SqlSignatures:
        """Signatures of our people."""
        return SqlSignatures(self.records.engine)

    @cached_property
    def sign_record(self) -> SignRecord:
        """Our people sign."""
        presence = DoorPresence(self.sign_in)
        return SignRecord(self.organisation, self.key, self.signatures, presence, self.clock, self.entropy)

    @cached_property
    def verify_signature(self) -> VerifySignature:
        """Signatures of other members' people, against the registry."""
        return VerifySignature(self.directory)

    @cached_property
    def desk(self) -> CaseDesk:
        """What the services of cases share."""
        cases, records = SqlCases(self.records.engine), self.records
        accredited = None if self.lane is None else self.lane.accredited
        facts = StateFacts(cases, records.evidence, records.exchange, self.directory, accredited)
        claims = OpenClaims(self.lane, lambda case: self.desk.read(CaseId(case)))
        apply = ApplyCorrection(self.organisation, lambda: self.desk, self.control, self.verify_signature)
        carry_out = CarryOut(
            cases,
            records.evidence,
            records.log,
            records.events,
            self.submit,
            self.score,
            self.clock,
            apply,
            claims,
            beside=records.lock is None,
        )
        flows = {name: shipped(name) for name in SHIPPED}
        return CaseDesk(self.organisation, cases, flows, facts, carry_out, self.clock)

    @cached_property
    def open(self) -> OpenCase:
        """Cases begin."""
        return OpenCase(self.desk, self.entropy)

    @cached_property
    def act(self) -> ActOnCase:
        """Cases go on."""
        return ActOnCase(self.desk)

    @cached_property
    def tick(self) -> TickCases:
        """Deadlines pass."""
        watch = None if self.lane is None else WatchRepairs(self.desk, self.lane)
        return TickCases(self.desk, watch)

    @cached_property
    def read(self) -> ReadCase:
        """Cases are shown."""
        return ReadCase(self.desk)

    @cached_property
    def sign(self) -> SignStep:
        """Our people sign steps."""
        return SignStep(self.desk, self.sign_record, self.signatures)

    @cached_property
    def countersign(self) -> CounterSign:
        """Our people sign steps of cases elsewhere."""
        return CounterSign(self.desk, self.sign_record, self.lane)

    @cached_property
    def accept(self) -> AcceptSignature:
        """Other members' people signed steps of cases here."""
        return AcceptSignature(self.desk, self.verify_signature, self.directory, self.lane)
