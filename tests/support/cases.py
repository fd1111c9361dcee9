"""Two members' services of cases: the supplier, at whose node cases run, and the accredited body that co-signs."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from evidence.draft import JsonValue
from evidence.identity import Lei, Subject, lei_from_prefix, org_id
from evidence.keys import KeyPurpose
from evidence.receipt import Address
from nocode.case import Case, CaseId
from nocode.reader import SHIPPED, shipped
from node.auth.model import Principal
from node.auth.permissions import Role
from node.cases.memory import MemoryCases
from node.cases.port import CaseStore
from node.chain.memory import MemoryAdmin
from node.chain.memory_books import MemoryRepairs
from node.chain.memory_chain import ENROLLER
from node.chain.memory_desks import MemoryAccreditations
from node.chain.memory_score import ACCREDITOR
from node.services.carry_out import CarryOut
from node.services.case_desk import CaseDesk
from node.services.case_facts import StateFacts
from node.services.case_people import Person
from node.services.cases import ActOnCase, OpenCase, ReadCase, TickCases
from node.services.fault_point import FaultPoint, go_on
from node.services.repair_claims import CoSignRepair, OpenRepair
from node.services.repair_lane import OpenClaims, RepairLane
from node.services.scopes import scope_id
from node.services.sign import SignRecord
from node.services.sign_step import AcceptSignature, CounterSign, SignStep
from node.services.verify_signature import VerifySignature
from node.services.watch_repairs import WatchRepairs
from node.signing.memory import MemorySignatures
from node.signing.port import Credentials
from node.signing.presence import DoorPresence
from tests.support.consortium import address_of
from tests.support.door import GOOD, House, house
from tests.support.evidence_node import ISSUER, START, EvidenceNode, delivery, seeded

BODY = lei_from_prefix("5299000000000000DD")
REPAIR, LANE = "repair-claim.1", "repair-claim.2"
SCOPE = "repair-inspection"
FLOWS = {name: shipped(name) for name in SHIPPED}


@dataclass
class Member:
    """One member: its people, its signatures and its services of cases."""

    lei: Lei
    evidence: EvidenceNode
    house: House = field(default_factory=house)
    cases: CaseStore = field(default_factory=MemoryCases)
    signatures: MemorySignatures = field(default_factory=MemorySignatures)
    scored: list[Subject] = field(default_factory=list)
    reached: FaultPoint = go_on
    secret: bytes = b""
    """Operates its account on chain; without one, the network keeps no repairs."""

    @property
    def repairs(self) -> MemoryRepairs:
        return MemoryRepairs(self.evidence.chain, Address(address_of(self.secret)), secret=self.secret)

    @property
    def lane(self) -> RepairLane | None:
        if not self.secret:
            return None
        clock, book = self.evidence.clock, self.repairs
        accreditations = MemoryAccreditations(self.evidence.chain, ACCREDITOR)
        return RepairLane(book, accreditations, OpenRepair(book, clock), CoSignRepair(book, clock))

    @property
    def desk(self) -> CaseDesk:
        records, clock, lane = self.evidence.records, self.house.clock, self.lane
        accredited = None if lane is None else lane.accredited
        facts = StateFacts(self.cases, records.evidence, records.exchange, self.evidence.directory, accredited)
        carry = CarryOut(
            self.cases,
            records.evidence,
            records.log,
            records.events,
            self.evidence.submit,
            self.scored.append,
            clock,
            open_repair=OpenClaims(lane, lambda case: self.desk.read(CaseId(case))),
        )
        return CaseDesk(self.lei, self.cases, FLOWS, facts, carry, clock, self.reached)

    @property
    def open(self) -> OpenCase:
        return OpenCase(self.desk, os.urandom)

    @property
    def act(self) -> ActOnCase:
        return ActOnCase(self.desk)

    @property
    def tick(self) -> TickCases:
        lane = self.lane
        return TickCases(self.desk, None if lane is None else WatchRepairs(self.desk, lane))

    @property
    def read(self) -> ReadCase:
        return ReadCase(self.desk)

    @property
    def sign_record(self) -> SignRecord:
        presence = DoorPresence(self.house.door.sign_in)
        key = seeded("statement" if self.lei == ISSUER else "body")
        return SignRecord(self.lei, key, self.signatures, presence, self.house.clock, os.urandom)

    @property
    def sign(self) -> SignStep:
        return SignStep(self.desk, self.sign_record, self.signatures)

    @property
    def countersign(self) -> CounterSign:
        return CounterSign(self.desk, self.sign_record, self.lane)

    @property
    def accept(self) -> AcceptSignature:
        directory = self.evidence.directory
        return AcceptSignature(self.desk, VerifySignature(directory), directory, self.lane)


@dataclass
class TwoMembers:
    """The supplier and the body, with the people whom the tests need."""

    supplier: Member
    body: Member
    event: str
    anna: Principal
    ben: Principal
    """Anna is the supplier's quality engineer; Ben signs for the body."""

    def open(self, **more: JsonValue) -> Case:
        """A claim that Anna opens; of version 2 where the network keeps repairs."""
        fields: dict[str, JsonValue] = {"about": self.event, "subject": str(ISSUER), "body": str(BODY)}
        if self.supplier.secret:
            return self.supplier.open(LANE, person(self.anna), {**fields, "scope": SCOPE, **more})
        return self.supplier.open(REPAIR, person(self.anna), {**fields, "accreditation": "A-17", **more})

    def submitted(self) -> Case:
        """A claim with evidence that waits for Ben."""
        case, act = self.open(), self.supplier.act
        act(case.id, "attach", person(self.anna), {"evidence": [self.event]})
        described: dict[str, JsonValue] = {"method": "ISO 2859-1", "exposure": 80, "nonconforming": 0}
        act(case.id, "describe", person(self.anna), described)
        return act(case.id, "submit", person(self.anna), {})


def person(principal: Principal) -> Person:
    """A principal as the services of cases see it."""
    assert principal.user is not None
    return Person(principal.user, principal.name, frozenset(role.value for role in principal.roles), "Asia/Shanghai")


def typed(name: str | None = None, password: str = GOOD) -> Credentials:
    """What somebody types to sign."""
    return Credentials(password, name)


def two_members(store: CaseStore | None = None, *, lane: bool = False) -> TwoMembers:
    """Both members on one chain; with `lane`, their claims are on it too, and the body is accredited for `SCOPE`."""
    evidence = EvidenceNode()
    admin = MemoryAdmin(evidence.chain, ENROLLER)
    admin.enrol(BODY, "Prüfwerk", "http://127.0.0.1:1", ["accredited-body"])
    since = int(START.timestamp()) - 86_400
    admin.register_key(org_id(BODY), KeyPurpose.STATEMENT, seeded("body").public.sec1, since)
    supplier, body = (
        Member(ISSUER, evidence, cases=store or MemoryCases()),
        Member(BODY, EvidenceNode(chain=evidence.chain)),
    )
    if lane:
        supplier.secret, body.secret = b"\x51" * 32, b"\xb0" * 32
        for one in (supplier, body):
            admin.register_key(org_id(one.lei), KeyPurpose.ATTEST, address_of(one.secret), 1)
            admin.open_account(org_id(one.lei))
        until = int(START.timestamp()) + 300 * 86_400
        MemoryAccreditations(evidence.chain, ACCREDITOR).grant(org_id(BODY), [scope_id(SCOPE)], until)
    event = evidence.submit([delivery(1)], subject=Subject(ISSUER)).added[0]
    anna = supplier.house.person("Anna", Role.SUPPLIER_QUALITY)
    ben = body.house.person("Ben", Role.ACCREDITED_SIGNER)
    return TwoMembers(supplier, body, event, anna, ben)
