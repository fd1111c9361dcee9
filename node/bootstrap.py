"""The one place that wires a node: settings and keys in, services out. Doors get everything from here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evidence.clock import Clock, utc_now
from evidence.errors import InputError, NotFoundError
from evidence.identity import Lei, Subject, org_id
from evidence.keys import Entropy
from evidence.verify import Trust, VerificationReport, verify_bundle
from node import keyring as keyrings
from node import settings as node_settings
from node.auth.accounts import create_first_admin
from node.auth.door import Door
from node.auth.model import Outcome, TrailAction, TrailEvent
from node.auth.peer import PeerSigner
from node.auth.port import AuthStores
from node.auth.sql_trail import sql_stores
from node.blob_access import BlobAccess
from node.case_access import CaseAccess
from node.causal_access import CausalAccess
from node.chain.port import Member
from node.chain_access import ChainAccess
from node.door_access import door_of
from node.governance_access import GovernanceAccess
from node.outbound.plant import PlantFile
from node.peers.http import HttpPeers
from node.peers.member_log import MemberLog
from node.records.sql import SqlRecords
from node.score_access import ScoreAccess
from node.services.attach import AttachFile, ReadAttachment
from node.services.attest_capability import AttestCapability
from node.services.attest_score import AttestScore
from node.services.audit_log import AuditLog, LogAudit, closed_heads
from node.services.fetch_evidence import FetchEvidence, FetchReport
from node.services.import_files import ImportFiles
from node.services.log_reader import LogReader
from node.services.prove import ProveStatement
from node.services.read_file import ReadFile
from node.services.read_gate import ReadGate
from node.services.reader_keys import ReaderKeys
from node.services.score_supplier import ScoreSupplier
from node.services.seal import SealLog
from node.services.share_evidence import ShareEvidence
from node.services.submit import SubmitDrafts
from node.services.verify_credential import VerifyCredential
from node.settings import Settings
from node.training_access import TrainingAccess


class Node:
    """One member's node with its services, each made when first asked for.

    Attributes:
        settings, keys: as loaded.
        records: what it remembers.
        chain, blobs: the chain and the attachments, opened at first use.
    """

    def __init__(
        self, settings: Settings, keys: keyrings.Keyring, records: SqlRecords, *, clock: Clock, entropy: Entropy
    ) -> None:
        self.settings, self.keys, self.records = settings, keys, records
        self.clock, self.entropy, self.store, self.log = clock, entropy, records.evidence, records.log
        self.chain = ChainAccess(settings, anchor=keys.anchor, attest=keys.attest)
        self.blobs = BlobAccess(settings)

    @property
    def lei(self) -> Lei:
        """Whose node it is."""
        return self.settings.lei

    @cached_property
    def auth(self) -> AuthStores:
        """People, sessions, tokens and the access trail."""
        return sql_stores(self.records.engine)

    @cached_property
    def door(self) -> Door:
        """Who may come in."""
        directory, events, secret = self.chain.directory, self.records.events, self.keys.cursor
        return door_of(self.settings, self.auth, directory, events, secret, self.clock, self.entropy)

    @cached_property
    def submit(self) -> SubmitDrafts:
        """Drafts become statements."""
        return SubmitDrafts(
            self.store,
            self.records.events,
            issuer=self.lei,
            key=self.keys.statement,
            clock=self.clock,
            entropy=self.entropy,
        )

    @cached_property
    def import_files(self) -> ImportFiles:
        """Inspection files become statements."""
        try:
            zone = ZoneInfo(self.settings.default_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            advice = "Set CREDENCE_DEFAULT_ZONE, e.g. Asia/Shanghai."
            raise InputError(f"{self.settings.default_zone!r} is no time zone", advice=advice) from error
        schemas = Path(self.settings.qif_schemas) if self.settings.qif_schemas else None
        read = ReadFile(self.records.settings, self.clock, zone, schemas)
        return ImportFiles(read, self.submit, self.records.events, clock=self.clock)

    @cached_property
    def seal(self) -> SealLog:
        """What waits is sealed and anchored."""
        return SealLog(
            self.store,
            self.log,
            self.chain.ledger,
            self.chain.headers,
            self.records.events,
            issuer=self.lei,
            key=self.keys.log,
            clock=self.clock,
        )

    @cached_property
    def prove(self) -> ProveStatement:
        """Proof files of anchored statements."""
        keys, logs = [self.keys.statement.public], [self.keys.log.public]
        return ProveStatement(self.store, self.log, statement_keys=keys, log_keys=logs)

    def verify(self, bundle: bytes, trusted_blocks: frozenset[bytes] = frozenset()) -> VerificationReport:
        """Check a proof file against this node's own network, asking its chain for the block."""
        trust = Trust(trusted_blocks, self.chain.network if self.chain.chosen else None)
        return verify_bundle(bundle, trust, header_known=self.chain.headers.header_known if self.chain.chosen else None)

    @cached_property
    def attach(self) -> AttachFile:
        """Files are kept for us and the members named."""
        readers = ReaderKeys(self.chain.directory, self.clock)
        return AttachFile(self.blobs.store, self.lei, self.keys.age_recipient, readers)

    @cached_property
    def read_attachment(self) -> ReadAttachment:
        """Attachments that we can read."""
        return ReadAttachment(self.blobs.store, self.keys.age_identity)

    @cached_property
    def log_reader(self) -> LogReader:
        """Our log as others read it."""
        return LogReader(self.store, self.log)

    @cached_property
    def share(self) -> ShareEvidence:
        """Base-tier statements for entitled members."""

        def disclosed(requester: Member, subject: Subject, count: int) -> None:
            detail = {"member": requester.name, "statements": str(count)}
            event = TrailEvent(
                self.clock(), requester.lei, TrailAction.DISCLOSED, Outcome.DONE, str(subject), "", detail
            )
            self.auth.trail.append(event)

        return ShareEvidence(self.lei, self.keys.log.public, self.store, self.log, disclosed)

    @cached_property
    def peers(self) -> HttpPeers:
        """Other members' nodes."""
        return HttpPeers(PeerSigner(self.keys.node, self.clock, self.entropy))

    @cached_property
    def fetch(self) -> FetchEvidence:
        """Brings our copy of a member's statements about a subject up to date."""
        chain, records = self.chain, self.records
        return FetchEvidence(self.peers, chain.directory, chain.ledger, records.exchange, records.settings, self.clock)

    def fetch_about(self, subject: Subject) -> FetchReport:
        """Fetch a supplier's own statements about itself."""
        return self.fetch(self.member(subject.lei), subject=subject)

    def member(self, lei: Lei) -> Member:
        """The member of this LEI; raises NotFoundError when it is none."""
        found = self.chain.directory.member(org_id(lei))
        if found is None:
            raise NotFoundError(f"{lei} is not a member", advice="Check the LEI; `credence chain status` lists all.")
        return found

    @cached_property
    def governance(self) -> GovernanceAccess:
        """Votes, gates, accreditations, repairs and objections."""
        settings, records = self.settings, self.records
        return GovernanceAccess(
            self.chain, records.events, records.settings, settings.home, settings.url, settings.policy, self.clock
        )

    @cached_property
    def gate(self) -> ReadGate:
        """Whether suppliers are qualified, with every reason."""
        return self.governance.gate(self.scoring.gather)

    @cached_property
    def attest_capability(self) -> AttestCapability:
        """Months of capability on chain."""
        return self.governance.attest_capability(self.scoring.gather)

    @cached_property
    def scoring(self) -> ScoreAccess:
        """Scores and what explains them."""
        directory, rules = self.chain.directory, self.governance
        return ScoreAccess(self.lei, self.records, directory, rules.in_force, self.clock, self.settings, rules.repaired)

    @property
    def score(self) -> ScoreSupplier:
        """Scores by the policy in force."""
        return self.scoring.score

    @cached_property
    def cases(self) -> CaseAccess:
        """Cases of flows, and the signatures of our people."""
        directory, door, clock, entropy = self.chain.directory, self.door.sign_in, self.clock, self.entropy
        submit, score, key, plant = self.submit, self.score, self.keys.statement, PlantFile(self.settings.home)
        lane = self.governance.lane
        return CaseAccess(self.lei, key, self.records, directory, door, submit, score, clock, entropy, plant, lane)

    @cached_property
    def training(self) -> TrainingAccess:
        """Federated training."""
        return TrainingAccess(self.lei, self.settings, self.chain, self.records, self.submit, self.clock)

    @cached_property
    def causes(self) -> CausalAccess:
        """Root causes in our own plant."""
        records, folder = self.records, self.settings.home / "causes"
        return CausalAccess(records.documents, records.events, folder, self.cases, self.clock, self.entropy)

    @cached_property
    def attest(self) -> AttestScore:
        """Scores on chain, credentials for banks."""
        return AttestScore(
            issuer=self.lei,
            key=self.keys.statement,
            ledger=self.chain.credits,
            scores=self.records.scores,
            chain_id=self.chain.network.chain_id,
            eas=self.chain.network.contracts["EAS"],
            clock=self.clock,
            entropy=self.entropy,
        )

    @cached_property
    def verify_credential(self) -> VerifyCredential:
        """What a bank asks of a credential."""
        chain, network = self.chain, self.chain.network
        eas, owners = network.contracts["EAS"], self.scoring.owners
        return VerifyCredential(chain.directory, chain.credits, network.chain_id, eas, self.clock, owners)

    def audit_log(self, issuer: Lei) -> LogAudit:
        """Re-prove a member's log: ours from the database, another's as its node serves it."""
        audit = AuditLog(self.chain.ledger, self.chain.directory)
        if issuer == self.lei:
            return audit(issuer, self.log_reader, closed_heads(self.log))
        return audit(issuer, MemberLog(self.peers, self.member(issuer)))


@contextmanager
def open_node(
    home: Path,
    environ: Mapping[str, str],
    *,
    writer: bool = False,
    clock: Clock = utc_now,
    entropy: Entropy = os.urandom,
) -> Iterator[Node]:
    """Open the node in `home`; its database is closed at the end.

    Args:
        writer: whether statements will be added or sealed; only one process at a time may.
    Raises:
        NotFoundError: no node there.
        ConflictError: `writer`, and another process writes already.
    """
    settings = node_settings.load(home, environ)
    records = SqlRecords.open(settings.database, writer=writer)
    try:
        yield Node(settings, keyrings.load(settings.keys), records, clock=clock, entropy=entropy)
    finally:
        records.close()


def first_admin(settings: Settings, *, clock: Clock = utc_now, entropy: Entropy = os.urandom) -> Path | None:
    """Make the first administrator of a new node; the file with the one-time password, None when there is one."""
    records = SqlRecords.open(settings.database, writer=False)
    try:
        node = Node(settings, keyrings.load(settings.keys), records, clock=clock, entropy=entropy)
        path = settings.home / "first-admin.secret"
        return path if create_first_admin(node.door.accounts, path) is not None else None
    finally:
        records.close()
