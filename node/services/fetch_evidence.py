"""Ask another member for its statements about a subject, verify every one of them, and keep them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from evidence.errors import ProofError, SignatureError
from evidence.exchange import ExchangeItem, ExchangePage, check_item, decode_page
from evidence.identity import Lei, Subject, org_id
from evidence.keys import KeyId, KeyPurpose, StatementPublicKey
from evidence.log import LogHead
from evidence.statement import Statement, parse, verify
from node.chain.port import AnchorLedger, KeyRecord, Member, MemberDirectory
from node.peers.port import MAX_PAGE_BYTES, PeerClient
from node.records.port import StatementId
from node.records.port_exchange import ExchangeStore, ReceivedStatement
from node.records.port_house import SettingStore

MAX_HEADS: Final = 16
"""More heads of one issuer than this, and its evidence is fetched anew: an attestation names at most 64 heads."""


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a fetch brought: how many statements came, how many were new, and under which anchored head."""

    issuer: Lei
    subject: Subject
    read: int
    added: int
    head: LogHead | None


@dataclass(frozen=True, slots=True)
class FetchEvidence:
    """Bring our copy of another member's statements about a subject up to date."""

    peers: PeerClient
    directory: MemberDirectory
    ledger: AnchorLedger
    exchange: ExchangeStore
    settings: SettingStore
    clock: Callable[[], datetime]

    def __call__(self, member: Member, *, subject: Subject) -> FetchReport:
        """Fetch what is new since the last time; once many heads have piled up, all, so that it lies under one again.

        Raises:
            ProofError: the member sent something that does not hold; nothing of that page is kept.
            PeerUnreachableError: no answer; what came before is kept, and the next call goes on from there.
        """
        issuer, mark = Lei(member.lei), f"fetched:{member.lei}:{subject}"
        anew = self.exchange.heads_of(issuer) > MAX_HEADS
        after = -1 if anew else int(self.settings.setting(mark) or -1)
        read = added = 0
        head: LogHead | None = None
        while True:
            page = decode_page(self.peers.evidence_page(member, subject, after), limit=MAX_PAGE_BYTES)
            # (1) The head: signed by the issuer's registered log key, and anchored. A head nobody anchored is hearsay.
            head = self._check_head(page, issuer)
            # (2) Every statement: under that head, signed by a registered key, about whom we asked, in log order.
            keys: dict[KeyId, StatementPublicKey] = {}
            received = []
            for item in page.items:
                if item.index <= after:
                    raise ProofError(f"{member.name} sent log position {item.index} again or out of order")
                after = item.index
                received.append(self._check_item(item, head, issuer, subject, keys))
            if page.next not in (None, after):
                raise ProofError(f"{member.name} skips from log position {after} to {page.next}")
            # (3) Keep, then remember how far we came: a crash between the two only repeats a page.
            added += self.exchange.receive(received)
            read += len(received)
            if received:
                self.settings.put_setting(mark, str(after))
            if page.next is None:
                return FetchReport(issuer, subject, read, added, head)

    def _check_head(self, page: ExchangePage, issuer: Lei) -> LogHead:
        if page.issuer != issuer:
            raise ProofError(f"A page of {page.issuer} came where one of {issuer} was asked for")
        self._registered(page.log_key.key_id, issuer, KeyPurpose.LOG)
        head = page.head()
        if not self.ledger.is_anchored(org_id(issuer), head):
            raise ProofError(f"The log head of size {head.size} that {issuer} signed is not anchored on the chain")
        return head

    def _check_item(
        self,
        item: ExchangeItem,
        head: LogHead,
        issuer: Lei,
        subject: Subject,
        keys: dict[KeyId, StatementPublicKey],
    ) -> ReceivedStatement:
        statement = parse(item.statement)
        about = statement.subject if subject.site else Subject(statement.subject.lei)
        if statement.issuer != issuer or about != subject:
            raise ProofError(f"A statement of {statement.issuer} about {statement.subject} came unasked")
        if statement.key_id not in keys:
            keys[statement.key_id] = self._statement_key(statement, issuer)
        verify(statement, keys[statement.key_id])
        inclusion = check_item(item, head, statement.leaf)
        return ReceivedStatement(
            statement_id=StatementId(statement.statement_id),
            issuer=issuer,
            subject=statement.subject,
            kind=statement.kind,
            sequence=statement.sequence,
            occurred_at=statement.occurred_at,
            sd_jwt=item.statement,
            head=head,
            inclusion=inclusion,
            received_at=self.clock(),
        )

    def _statement_key(self, statement: Statement, issuer: Lei) -> StatementPublicKey:
        record = self._registered(statement.key_id, issuer, KeyPurpose.STATEMENT)
        public = self.directory.public_key(record.key)
        if public is None:
            raise SignatureError(f"The registry holds no public key for {record.key.hex()}")
        key = StatementPublicKey.from_sec1(public)
        if key.key_id != record.key:
            raise SignatureError(f"The registry's public key for {record.key.hex()} has another thumbprint")
        return key

    def _registered(self, key: KeyId, issuer: Lei, purpose: KeyPurpose) -> KeyRecord:
        record = self.directory.key(key)
        if record is None or record.org != org_id(issuer) or record.purpose != purpose:
            raise SignatureError(f"The key {key.hex()} is not registered as a {purpose.name.lower()} key of {issuer}")
        if record.compromised_at:
            raise SignatureError(f"The key {key.hex()} of {issuer} was declared compromised")
        return record
