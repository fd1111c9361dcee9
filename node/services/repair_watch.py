"""Notice when repairs come to stand, or stop standing: only the chain knows who co-signed, revoked or was barred."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from evidence.draft import Kind
from evidence.identity import Lei, Subject, org_id
from node.chain.port_repairs import Repairs
from node.records.port import MAX_PAGE, EvidenceStore, StatementFilter
from node.records.port_exchange import ExchangeStore


@dataclass(frozen=True, slots=True)
class RepairWatch:
    """A digest of how the repairs of each supplier stand, for those of whom a repair statement is held here."""

    book: Repairs
    store: EvidenceStore
    exchange: ExchangeStore

    def __call__(self) -> dict[str, str]:
        """LEI to digest; it changes when a co-sign comes, goes, or counts no more."""
        return {str(lei): self._digest(lei) for lei in sorted(set(self._subjects()))}

    def _digest(self, lei: Lei) -> str:
        digest = hashlib.sha256()
        for claim in self.book.claims(org_id(lei)):
            digest.update(claim.id + bytes([self.book.is_cosigned(claim.id)]))
            for one in self.book.co_signs(claim.id):
                digest.update(one.body + bytes([bool(one.revoked_at)]))
        return digest.hexdigest()[:16]

    def _subjects(self) -> Iterator[Lei]:
        chosen, after, last = StatementFilter(kind=Kind.REPAIR), -1, 0
        while page := self.store.records(chosen, after=after, limit=MAX_PAGE):
            after = page[-1][0]
            yield from (record.subject.lei for _, record in page)
        while received := self.exchange.received(chosen, after=last, limit=MAX_PAGE):
            last = received[-1][0]
            yield from (Subject(one.subject.lei).lei for _, one in received)
