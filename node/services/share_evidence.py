"""Give another member the statements it is entitled to: base tier only, from the anchored part of our log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from evidence.draft import Tier
from evidence.errors import ForbiddenError, NotFoundError
from evidence.exchange import MAX_ITEMS, ExchangeItem, ExchangePage
from evidence.identity import Lei, Subject
from evidence.keys import LogPublicKey
from evidence.schema import tier_of
from evidence.statement import parse
from evidence.tiles import prove_inclusion
from node.chain.port import Member
from node.records.port import EvidenceStore, LogStore, StatementFilter, StoredStatement

ENTITLED: Final = frozenset({"purchaser", "scorer", "bank", "auditor", "accredited-body"})
"""Roles whose members receive base-tier statements by duty (PRODUCT, S10)."""

Disclosed = Callable[[Member, Subject, int], None]
"""Called with requester, subject and number of statements before a page leaves: it must reach the audit trail."""


@dataclass(frozen=True, slots=True)
class ShareEvidence:
    """Answer another member's request for our statements about a subject."""

    issuer: Lei
    log_key: LogPublicKey
    store: EvidenceStore
    log: LogStore
    disclosed: Disclosed

    def __call__(self, requester: Member, *, subject: Subject, after: int, limit: int = 200) -> ExchangePage:
        """One page of statements behind log position `after` (-1 from the start).

        Raises:
            ForbiddenError: the requester is suspended, or neither has an entitled role nor is the subject itself.
            NotFoundError: nothing of our log is anchored yet.
        """
        # (1) Who asks? The door has checked the signature; roles come from the registry, not from the request.
        # Whoever a statement is about may read it too: nobody is judged by what they cannot see.
        entitled = requester.roles & ENTITLED or requester.lei == subject.lei
        if not requester.active or not entitled:
            raise ForbiddenError(
                f"{requester.name} has no role that receives statements",
                advice=f"Roles that do: {', '.join(sorted(ENTITLED))}. They are given at enrolment.",
            )
        # (2) Only what is anchored: the reader must be able to check it against the chain.
        sealed = self.log.newest_head(closed=True)
        if sealed is None:
            raise NotFoundError("No statement of this organisation is anchored yet", advice="Ask again in a moment.")
        limit = max(1, min(limit, MAX_ITEMS))
        found = self.store.statements(StatementFilter(subject=subject), after=after, limit=limit + 1)
        ready = [statement for statement in found if statement.position < sealed.head.size]
        page = ready[:limit]
        # (3) The trail first: a disclosure that could not be recorded is not made.
        self.disclosed(requester, subject, len(page))
        return ExchangePage(
            issuer=self.issuer,
            log_key=self.log_key,
            checkpoint=sealed.checkpoint,
            items=tuple(self._item(statement, sealed.head.size) for statement in page),
            next=page[-1].position if len(ready) > limit else None,
        )

    def _item(self, stored: StoredStatement, size: int) -> ExchangeItem:
        whole = parse(stored.sd_jwt)
        base = [name for name in whole.disclosed if tier_of(whole.kind, name) is Tier.BASE]
        return ExchangeItem(
            index=stored.position,
            statement=whole.sd_jwt(base),
            path=prove_inclusion(self.log, stored.position, size).path,
        )
