"""A plant whose engineers propose and release corrections: services of cases over machines in memory."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from evidence.draft import JsonValue
from nocode.case import Case
from node.auth.model import Principal
from node.auth.permissions import Role
from node.cases.memory import MemoryCases
from node.cases.port import CaseStore
from node.outbound.memory import MemoryControl
from node.outbound.port import ControlSystem, Point
from node.services.apply_correction import ApplyCorrection
from node.services.carry_out import CarryOut
from node.services.case_desk import CaseDesk
from node.services.case_facts import StateFacts
from node.services.cases import ActOnCase, OpenCase
from node.services.fault_point import FaultPoint, go_on
from node.services.sign import SignRecord
from node.services.sign_step import SignStep
from node.services.verify_signature import VerifySignature
from node.signing.memory import MemorySignatures
from node.signing.presence import DoorPresence, signer_of
from tests.support.cases import FLOWS, person, typed
from tests.support.door import House, house
from tests.support.evidence_node import ISSUER, EvidenceNode, seeded

RELEASE = "release-correction.2"
POINT = Point("Furnace B-7", "zone 2", "Cel", "760", "840", "0.1")
CORRECTION: dict[str, JsonValue] = {
    "machine": "Furnace B-7", "parameter": "zone 2", "unit": "Cel", "present": "812.5", "proposed": "805.0",
    "lowest": "760", "highest": "840", "ground": "The controller drifts.", "risk": "low",
}  # fmt: skip


@dataclass
class Plant:
    """Eva proposes; Pia and Paul release. `machines` is what the outside world holds."""

    evidence: EvidenceNode = field(default_factory=EvidenceNode)
    house: House = field(default_factory=house)
    cases: CaseStore = field(default_factory=MemoryCases)
    signatures: MemorySignatures = field(default_factory=MemorySignatures)
    machines: MemoryControl = field(default_factory=lambda: MemoryControl([POINT], {POINT.name: "812.5"}))
    control: ControlSystem | None = None
    reached: FaultPoint = go_on
    people: dict[str, Principal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("Eva", "Pia", "Paul"):
            self.people[name] = self.house.person(name, Role.ENGINEER)

    @property
    def apply(self) -> ApplyCorrection:
        """The only way to the machines."""
        verify = VerifySignature(self.evidence.directory)
        return ApplyCorrection(ISSUER, lambda: self.desk, self.control or self.machines, verify, self.reached)

    @property
    def desk(self) -> CaseDesk:
        records, clock = self.evidence.records, self.house.clock
        facts = StateFacts(self.cases, records.evidence, records.exchange, self.evidence.directory)
        carry = CarryOut(
            self.cases,
            records.evidence,
            records.log,
            records.events,
            self.evidence.submit,
            lambda subject: None,
            clock,
            apply=self.apply,
        )
        return CaseDesk(ISSUER, self.cases, FLOWS, facts, carry, clock, self.reached)

    def open(self, who: str = "Eva", **other: JsonValue) -> Case:
        """A correction that `who` proposes and submits."""
        case = OpenCase(self.desk, os.urandom)(RELEASE, person(self.people[who]), {**CORRECTION, **other})
        return self.act(case, "submit", who)

    def act(self, case: Case, event: str, who: str, fields: dict[str, JsonValue] | None = None, **more: str) -> Case:
        """One of the people acts."""
        return ActOnCase(self.desk)(case.id, event, person(self.people[who]), fields or {}, **more)

    def sign(self, case: Case, who: str, step: str = "release", **more: str) -> Case:
        """One of the people signs, with user name and password."""
        presence = DoorPresence(self.house.door.sign_in)
        signing = SignRecord(ISSUER, seeded("statement"), self.signatures, presence, self.house.clock, os.urandom)
        principal = self.people[who]
        step_ = SignStep(self.desk, signing, self.signatures)
        return step_(case.id, step, person(principal), signer_of(principal), typed(who), **more)[0]

    def now(self, case: Case) -> Case:
        """The case as it is kept."""
        return self.desk.read(case.id)[1]

    @property
    def value(self) -> str:
        """What the machine holds."""
        return self.machines.values[POINT.name]
