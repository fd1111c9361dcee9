"""A supplier and a scorer over one chain in memory: what passes between them can be damaged on its way."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from evidence.draft import Draft
from evidence.identity import Subject
from node.chain.memory import MemoryAdmin, MemoryCredits, MemoryDirectory, MemoryLedger
from node.chain.memory_chain import ENROLLER, MemoryChain
from node.chain.port import Member
from node.records.memory import MemoryRecords
from node.services.attest_score import AttestScore
from node.services.audit_log import AuditLog
from node.services.explain_score import ExplainScore
from node.services.fetch_evidence import FetchEvidence
from node.services.gather_evidence import GatherEvidence
from node.services.log_reader import LogReader
from node.services.score_supplier import ScoreSupplier
from node.services.seal import SealLog
from node.services.share_evidence import ShareEvidence
from node.services.submit import SubmitDrafts
from node.services.verify_credential import VerifyCredential
from scoring.policy_reader import published
from tests.support.consortium import Org

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHAIN_ID = 31_337
EAS = b"\xea" * 20


@dataclass
class Trader:
    """One organisation's services."""

    org: Org
    chain: MemoryChain
    records: MemoryRecords = field(default_factory=MemoryRecords)
    shared: list[tuple[str, int]] = field(default_factory=list)

    def now(self) -> datetime:
        return NOW

    @property
    def subject(self) -> Subject:
        return Subject(self.org.lei)

    @property
    def directory(self) -> MemoryDirectory:
        return MemoryDirectory(self.chain)

    @property
    def ledger(self) -> MemoryLedger:
        return MemoryLedger(self.chain, self.org.anchor_address)  # type: ignore[arg-type]

    @property
    def credits(self) -> MemoryCredits:
        return MemoryCredits(self.chain, self.org.attest_address)  # type: ignore[arg-type]

    @property
    def member(self) -> Member:
        found = self.directory.member(self.org.org)
        assert found is not None
        return found

    def submit(self, drafts: list[Draft], subject: Subject) -> None:
        """State `drafts` and anchor them."""
        SubmitDrafts(
            self.records.evidence,
            self.records.events,
            issuer=self.org.lei,
            key=self.org.statement,
            clock=self.now,
            entropy=os.urandom,
        )(drafts, subject=subject)
        SealLog(
            self.records.evidence,
            self.records.log,
            self.ledger,
            self.directory,
            self.records.events,
            issuer=self.org.lei,
            key=self.org.log,
            clock=self.now,
        )(limit=10_000)

    @property
    def share(self) -> ShareEvidence:
        def disclosed(member: Member, subject: Subject, count: int) -> None:
            self.shared.append((member.lei, count))

        return ShareEvidence(self.org.lei, self.org.log.public, self.records.evidence, self.records.log, disclosed)

    @property
    def reader(self) -> LogReader:
        return LogReader(self.records.evidence, self.records.log)

    @property
    def audit(self) -> AuditLog:
        return AuditLog(self.ledger, self.directory)

    @property
    def score(self) -> ScoreSupplier:
        gather = GatherEvidence(
            self.org.lei, self.records.evidence, self.records.log, self.records.exchange, self.directory
        )
        return ScoreSupplier(gather, self.records.scores, published("first-2026"), self.now, {})

    @property
    def explain(self) -> ExplainScore:
        return ExplainScore(self.score, self.records.scores)

    @property
    def attest(self) -> AttestScore:
        return AttestScore(
            issuer=self.org.lei,
            key=self.org.statement,
            ledger=self.credits,
            scores=self.records.scores,
            chain_id=CHAIN_ID,
            eas=EAS,
            clock=self.now,
            entropy=os.urandom,
        )

    @property
    def verify_credential(self) -> VerifyCredential:
        return VerifyCredential(self.directory, self.credits, CHAIN_ID, EAS, self.now)


def untouched(page: bytes) -> bytes:
    """The wire that changes nothing."""
    return page


@dataclass
class Wire:
    """Calls from one trader to another, in process; `damage` plays a hostile answer, `asked` counts the calls."""

    caller: Trader
    answering: Trader
    damage: Callable[[bytes], bytes] = untouched
    limit: int = 200
    asked: int = 0

    def evidence_page(self, member: Member, subject: Subject, after: int) -> bytes:
        self.asked += 1
        page = self.answering.share(self.caller.member, subject=subject, after=after, limit=self.limit)
        return self.damage(page.encode())

    def checkpoint(self, member: Member) -> str:
        return self.answering.reader.checkpoint()

    def entries(self, member: Member, index: int, width: int) -> bytes:
        return self.answering.reader.entries(index, width)


@dataclass
class Market:
    """The two traders, and what fetches from the one to the other."""

    chain: MemoryChain = field(default_factory=lambda: MemoryChain(lambda: NOW))
    supplier: Trader = field(init=False)
    scorer: Trader = field(init=False)

    def __post_init__(self) -> None:
        admin = MemoryAdmin(self.chain, ENROLLER)
        kiln, buyer = Org("kiln"), Org("buyer")
        kiln.enrol(admin, "supplier")
        buyer.enrol(admin, "purchaser", "scorer")
        self.supplier, self.scorer = Trader(kiln, self.chain), Trader(buyer, self.chain)

    @property
    def admin(self) -> MemoryAdmin:
        return MemoryAdmin(self.chain, ENROLLER)

    def wire(self, **how: object) -> Wire:
        return Wire(self.scorer, self.supplier, **how)  # type: ignore[arg-type]

    def fetch(self, wire: Wire | None = None) -> FetchEvidence:
        return FetchEvidence(
            wire or self.wire(),
            self.scorer.directory,
            self.scorer.ledger,
            self.scorer.records.exchange,
            self.scorer.records.settings,
            self.scorer.now,
        )

    def bring(self, drafts: list[Draft]) -> None:
        """The supplier states `drafts` about itself; the scorer fetches them."""
        self.supplier.submit(drafts, self.supplier.subject)
        self.fetch()(self.supplier.member, subject=self.supplier.subject)
