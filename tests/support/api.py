"""One node's API over real services, memory stores and a chain in memory; callers of every kind."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pyrage
from fastapi import FastAPI
from fastapi.testclient import TestClient

from evidence.draft import Draft, Kind
from evidence.errors import ImportRefusedError, PeerUnreachableError
from evidence.identity import Lei, Subject, lei_from_prefix, org_id
from evidence.keys import KeyPurpose, LogKey
from evidence.network import Network
from evidence.receipt import Address
from evidence.verify import Trust, VerificationReport, verify_bundle
from nocode.case import CaseId
from nocode.reader import SHIPPED, shipped
from node.api.app import create_app
from node.api.logs import build_logger
from node.api.services import CaseServices, GovernanceServices, NodeServices, ScoreServices, TrainingServices
from node.api.settings import ApiSettings
from node.auth.door import Door, open_door
from node.auth.memory import memory_stores
from node.auth.model import Outcome, Principal, TrailAction, TrailEvent
from node.auth.peer import PeerSigner
from node.auth.permissions import Permission, Role
from node.auth.sql_trail import sql_stores
from node.blobs.memory import MemoryBlobs
from node.blobs.recipient import recipient_bytes
from node.cases.memory import MemoryCases
from node.cases.sql import SqlCases
from node.causal_access import CausalAccess
from node.chain.memory import MemoryAdmin, MemoryCredits, MemoryDirectory
from node.chain.memory_books import MemoryObjections, MemoryRepairs
from node.chain.memory_chain import ENROLLER, MemoryChain
from node.chain.memory_desks import MemoryAccreditations, MemoryCapabilities, MemoryGate, MemoryPolicies
from node.chain.memory_models import MemoryModels
from node.chain.memory_states import MemoryState
from node.chain.port import Member
from node.model_access import process_risk
from node.outbound.memory import MemoryControl
from node.records.memory import MemoryRecords
from node.records.sql import SqlRecords
from node.serve import causal_services
from node.services.accredit import AccreditBody, ReadAccreditations
from node.services.apply_correction import ApplyCorrection
from node.services.attach import AttachFile, ReadAttachment
from node.services.attest_capability import AttestCapability
from node.services.attest_score import AttestScore
from node.services.audit_log import AuditLog
from node.services.carry_out import CarryOut
from node.services.case_desk import CaseDesk
from node.services.case_facts import StateFacts
from node.services.case_people import Person
from node.services.cases import ActOnCase, OpenCase, ReadCase
from node.services.chart_characteristic import ChartCharacteristic
from node.services.compare_peers import ComparePeers
from node.services.count_attesters import CountAttesters
from node.services.dry_run_policy import DryRunPolicy
from node.services.evidence_timeline import EvidenceTimeline
from node.services.explain_score import ExplainScore
from node.services.fetch_evidence import FetchEvidence
from node.services.gather_evidence import GatherEvidence
from node.services.import_files import ImportFiles
from node.services.keep_process import KeepProcess
from node.services.object_score import ObjectToScore, ReadObjections
from node.services.policy_shelf import PolicyShelf
from node.services.policy_stops import PolicyStops
from node.services.process_risk.intake import TakeModel
from node.services.process_risk.provenance import FindOrigin
from node.services.read_gate import ReadGate, SetGateRule
from node.services.read_policies import ReadPolicies
from node.services.reader_keys import ReaderKeys
from node.services.repair_claims import CoSignRepair, OpenRepair, ReadRepairs
from node.services.review_policy import ReviewPolicy
from node.services.score_supplier import ScoreSupplier
from node.services.share_evidence import ShareEvidence
from node.services.sign import SignRecord
from node.services.sign_step import AcceptSignature, CounterSign, SignStep
from node.services.submit_policy import SubmitPolicy
from node.services.training.leave import LeaveFederation
from node.services.training.plant import OwnPlant
from node.services.training.runs import TrainingRuns
from node.services.training.telling import Telling
from node.services.verify_credential import VerifyCredential
from node.services.verify_signature import VerifySignature
from node.services.vote_policy import AdoptPolicy, ProposePolicy, VotePolicy
from node.signing.memory import MemorySignatures
from node.signing.presence import DoorPresence
from node.training.port import Steward
from scoring.policy_reader import published
from tests.support.causes import MachineFlows, furnace_in_memory
from tests.support.consortium import address_of
from tests.support.door import GOOD, SECRET, Clock, quick_hasher
from tests.support.evidence_node import ISSUER, EvidenceNode, chain_with_member, delivery, seeded, seeded_log

BASE_URL = "http://testserver"
BUYER = lei_from_prefix("5299000000000000BB")
ATTEST_SECRET = b"\xa2" * 32
ATTESTER = Address(address_of(ATTEST_SECRET))
MAKER = lei_from_prefix("5299000000000000CC")
BUYER_KEY = LogKey.generate(lambda size: b"\x05" * size)
CSRF = "X-CSRF-Token"
AGE = {lei: pyrage.x25519.Identity.generate() for lei in (ISSUER, BUYER)}
"""The age identities of the members that read attachments."""


class Nobody:
    """A peer client for tests that talk to no other node."""

    def evidence_page(self, member: Member, subject: Subject, after: int) -> bytes:
        raise PeerUnreachableError(f"{member.name} does not answer")


@dataclass(frozen=True, slots=True)
class Lines:
    """What the test's file format says: one delivery number a line."""

    format: str
    drafts: tuple[Draft, ...]
    note: str = ""


def read_lines(name: str, content: BinaryIO, *, mapping: bytes | None) -> Lines:
    """A reader of a small format of our own."""
    drafts = []
    for number, line in enumerate(content.read().decode(errors="replace").splitlines(), start=1):
        if not line.isdecimal():
            raise ImportRefusedError(name, f"line {number}", "is no number")
        drafts.append(delivery(int(line)))
    return Lines("lines", tuple(drafts))


@dataclass
class ApiHouse:
    """A node with its API, and everything that tests turn."""

    tmp: Path
    settings: dict[str, Any] = field(default_factory=dict)
    base_url: str = BASE_URL
    sql: bool = False
    clock: Clock = field(default_factory=lambda: Clock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC)))
    log: io.StringIO = field(default_factory=io.StringIO)
    ready: dict[str, str] = field(default_factory=lambda: {"chain": "ok", "database": "ok"})
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    scored: list[Subject] = field(default_factory=list)
    steward: Steward | None = None
    policy: str = "first-2026"
    machines: MemoryControl = field(default_factory=furnace_in_memory)
    evidence: EvidenceNode = field(init=False)
    door: Door = field(init=False)
    node: NodeServices = field(init=False)
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        chain = chain_with_member()
        records = SqlRecords.open(self.tmp / "node.db") if self.sql else MemoryRecords()
        self.evidence = EvidenceNode(chain=chain, records=records)
        admin = MemoryAdmin(chain, ENROLLER)
        admin.enrol(BUYER, "Buyer & Sons", self.base_url, ["purchaser"])
        admin.register_key(org_id(BUYER), KeyPurpose.NODE, BUYER_KEY.public.raw, 1)
        age = recipient_bytes(str(AGE[BUYER].to_public()))
        admin.register_key(org_id(BUYER), KeyPurpose.ENCRYPTION, age, 1)
        admin.enrol(MAKER, "Maker Ltd", "http://127.0.0.1:1", ["supplier"])
        admin.set_roles(org_id(ISSUER), ["supplier", "scorer"])
        admin.register_key(org_id(ISSUER), KeyPurpose.ATTEST, ATTESTER, 1)
        admin.open_account(org_id(ISSUER))
        self.door = open_door(
            sql_stores(records.engine) if isinstance(records, SqlRecords) else memory_stores(),
            MemoryDirectory(chain),
            base_url=self.base_url,
            secret=SECRET,
            clock=self.clock,
            entropy=os.urandom,
            alert=lambda event: None,
            hasher=quick_hasher(),
        )
        self.node = self._services(chain)
        self.app = create_app(
            self.node,
            self.door,
            ApiSettings(
                **{
                    "base_url": self.base_url,
                    "spool": self.tmp / "spool",
                    "poll_s": 0.01,
                    "stream_s": 5.0,
                    **self.settings,
                }
            ),
            clock=self.clock,
            entropy=os.urandom,
            logger=build_logger(self.log, self.clock),
        )

    def _services(self, chain: MemoryChain) -> NodeServices:
        evidence, directory, records = self.evidence, MemoryDirectory(chain), self.evidence.records
        gather = GatherEvidence(ISSUER, records.evidence, records.log, records.exchange, directory)
        eas = bytes(20)
        stops = PolicyStops(records.settings, records.events, self.clock)
        score = ScoreSupplier(gather, records.scores, published(self.policy), self.clock, {}, stops=stops.reasons)
        cases = self._cases(directory)
        training = self._training(chain)
        flows = MachineFlows(cases.open, cases.read, cases.act, self.machines)
        causes = CausalAccess(records.documents, records.events, self.tmp / "causes", flows, self.clock, os.urandom, 12)
        return NodeServices(
            lei=ISSUER,
            name="Kiln Works",
            store=records.evidence,
            log=records.log,
            events=records.events,
            jobs=records.jobs,
            scores=records.scores,
            directory=directory,
            network=Network("memory", 31337, bytes(32), MemoryState(chain).contracts),
            state=MemoryState(chain),
            submit=evidence.submit,
            seal=evidence.seal,
            prove=evidence.prove,
            read_log=evidence.reader,
            import_files=ImportFiles(read_lines, evidence.submit, records.events, clock=evidence.clock),
            share=ShareEvidence(ISSUER, seeded_log("log").public, records.evidence, records.log, self._disclosed),
            fetch=FetchEvidence(
                Nobody(), directory, evidence.ledger, records.exchange, records.settings, evidence.clock
            ),
            score=score,
            attest=AttestScore(
                ISSUER,
                seeded("statement"),
                MemoryCredits(chain, ATTESTER),
                records.scores,
                1,
                eas,
                self.clock,
                os.urandom,
            ),
            verify=self._verify,
            attach=AttachFile(self.blobs, ISSUER, str(AGE[ISSUER].to_public()), ReaderKeys(directory, self.clock)),
            read_attachment=ReadAttachment(self.blobs, str(AGE[ISSUER])),
            verify_credential=VerifyCredential(directory, MemoryCredits(chain, ATTESTER), 1, eas, self.clock),
            cases=cases,
            causes=causal_services(causes),
            training=training,
            governance=self._governance(chain, gather),
            scoring=ScoreServices(
                ExplainScore(score, records.scores),
                ComparePeers(score, records.scores, directory),
                DryRunPolicy(score, records.evidence, records.exchange),
                ChartCharacteristic(score, records.evidence, records.exchange),
                EvidenceTimeline(ISSUER, records.evidence, records.log, records.exchange),
                CountAttesters(directory, MemoryCredits(chain, ATTESTER), self.clock),
                ReviewPolicy(score, records.scores, stops, {}),
            ),
            audit=lambda lei: AuditLog(evidence.ledger, directory)(lei, evidence.reader),
            block=lambda: chain.newest().number,
            ready=lambda: self.ready,
        )

    def _governance(self, chain: MemoryChain, gather: GatherEvidence) -> GovernanceServices:
        directory, records, shelf = MemoryDirectory(chain), self.evidence.records, PolicyShelf(self.tmp / "policies")
        policies, objections = MemoryPolicies(chain, ATTESTER), MemoryObjections(chain, ATTESTER)
        repairs, gate = MemoryRepairs(chain, ATTESTER, secret=ATTEST_SECRET), MemoryGate(chain, ATTESTER)
        accreditations, kept = MemoryAccreditations(chain, ATTESTER), records.settings
        credit = MemoryCredits(chain, ATTESTER)
        capability = AttestCapability(
            gather, MemoryCapabilities(chain, ATTESTER), lambda: published("first-2026"), self.clock
        )
        return GovernanceServices(
            policies=ReadPolicies(policies, shelf, directory),
            submit_policy=SubmitPolicy(policies, shelf, self.base_url),
            propose=ProposePolicy(policies),
            vote=VotePolicy(policies),
            adopt=AdoptPolicy(policies),
            gate=ReadGate(gate, gather, directory),
            set_rule=SetGateRule(gate),
            capability=capability,
            accredit=AccreditBody(accreditations),
            accreditations=ReadAccreditations(accreditations, directory),
            open_repair=OpenRepair(repairs, self.evidence.clock),
            co_sign=CoSignRepair(repairs, self.evidence.clock),
            repairs=ReadRepairs(repairs, directory),
            object=ObjectToScore(objections, kept, records.events, self.clock),
            objections=ReadObjections(objections, credit, kept, directory),
        )

    def _cases(self, directory: MemoryDirectory) -> CaseServices:
        evidence, records = self.evidence, self.evidence.records
        kept = SqlCases(records.engine) if isinstance(records, SqlRecords) else MemoryCases()
        facts = StateFacts(kept, records.evidence, records.exchange, directory)
        verify = VerifySignature(directory)
        apply = ApplyCorrection(ISSUER, lambda: desk, self.machines, verify)
        carry = CarryOut(
            kept, records.evidence, records.log, records.events, evidence.submit, self.scored.append, self.clock, apply
        )
        flows = {name: shipped(name) for name in SHIPPED}
        desk = CaseDesk(ISSUER, kept, flows, facts, carry, self.clock)
        signatures, presence = MemorySignatures(), DoorPresence(self.door.sign_in)
        sign = SignRecord(ISSUER, seeded("statement"), signatures, presence, self.clock, os.urandom)
        return CaseServices(
            kept,
            OpenCase(desk, os.urandom),
            ActOnCase(desk),
            ReadCase(desk),
            SignStep(desk, sign, signatures),
            CounterSign(desk, sign),
            AcceptSignature(desk, verify, directory),
        )

    def _training(self, chain: MemoryChain) -> TrainingServices:
        records, tell = self.evidence.records, Telling(self.evidence.records.events, self.clock)
        runs = TrainingRuns(self.steward, MemoryModels(chain, ATTESTER), tell)
        plant = OwnPlant(self.tmp / "plant", tell)
        risk = process_risk(ISSUER, self.tmp, records.evidence, self.evidence.submit, records.events, self.clock)
        take = TakeModel(risk, FindOrigin(lambda: MemoryModels(chain, ATTESTER)), self.steward)
        process = KeepProcess(self.tmp / "process", "UTC", tell)
        return TrainingServices(runs, plant, risk, take, LeaveFederation(self.steward, plant, risk, tell), process)

    def _disclosed(self, requester: Member, subject: Subject, count: int) -> None:
        detail = {"statements": str(count)}
        event = TrailEvent(self.clock(), requester.lei, TrailAction.DISCLOSED, Outcome.DONE, str(subject), "", detail)
        self.door.stores.trail.append(event)

    def _verify(self, data: bytes, trusted: frozenset[bytes]) -> VerificationReport:
        return verify_bundle(data, Trust(trusted), header_known=self.evidence.chain.knows)

    def person(self, name: str, *roles: Role) -> Principal:
        """A user who has signed in and chosen a password."""
        _, temporary = self.door.accounts.add("test", name, frozenset(roles), request="r")
        first = self.door.sign_in(name, temporary, request="r")
        return self.door.sign_in.change_password(first.principal, temporary, GOOD, request="r").principal

    def token(self, *scopes: Permission, role: Role | None = None) -> str:
        """A token with exactly these scopes, of a fresh user who has every role (or just one)."""
        person = self.person(f"u{os.urandom(4).hex()}", *([role] if role else Role))
        chosen = frozenset(scopes or person.permissions)
        secret, _ = self.door.tokens.issue(person, label="test", scopes=chosen, lasts=timedelta(days=9), request="r")
        return secret

    @contextmanager
    def client(self, token: str | None = None, **options: Any) -> Iterator[TestClient]:
        """A client of the running app, with a token or without."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with TestClient(self.app, BASE_URL, headers=headers, raise_server_exceptions=False, **options) as client:
            yield client

    def claim(self, event: str, opener: str = "usr_opener") -> CaseId:
        """A repair claim on a statement about this node's organisation; its id."""
        who = Person(opener, "Anna", frozenset({"supplier-quality"}))
        fields = {"about": event, "subject": str(ISSUER), "body": str(MAKER)}
        return self.node.cases.open("repair-claim.1", who, fields).id

    def signed(self, method: str, target: str, body: bytes = b"") -> Mapping[str, str]:
        """The buyer's signature under a call."""
        return PeerSigner(BUYER_KEY, self.clock, os.urandom).headers(method, self.base_url + target, body)

    def anchored(self, count: int) -> list[str]:
        """So many deliveries, submitted and anchored; their ids."""
        report = self.node.submit([delivery(number) for number in range(count)], subject=Subject(ISSUER))
        self.node.seal(limit=10_000)
        return list(report.added)


def draft(number: int) -> dict[str, Any]:
    """A delivery as it is sent."""
    fields = {"lot": f"L-{number}", "part": "P-100", "quantity": "100", "unit": "{pcs}", "order": f"45{number}"}
    return {"kind": Kind.DELIVERY.value, "occurred": "2026-02-03T10:00:00+01:00", "fields": fields}


def other_lei(number: int) -> Lei:
    """The LEI of a member that does not exist."""
    return lei_from_prefix(f"5299{number:014d}")


@contextmanager
def signed_in(house: ApiHouse, people: Mapping[str, Sequence[Role]]) -> Iterator[dict[str, TestClient]]:
    """A client for each person, signed in and able to write."""
    with ExitStack() as stack:
        found = {}
        for name, roles in people.items():
            house.person(name, *roles)
            client = stack.enter_context(house.client())
            assert client.post("/v1/session", json={"name": name, "password": GOOD}).status_code in (200, 201)
            client.headers[CSRF] = client.get("/v1/session").json()["csrf"]
            found[name] = client
        yield found


def done(answer: Any, status: int = 200) -> Any:
    """What a request that must succeed was answered."""
    assert answer.status_code == status, answer.text
    return answer.json()
