"""Turn drafts into signed statements of our log."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from evidence.canonical import encode
from evidence.clock import Clock, parse_instant
from evidence.draft import Draft, Kind
from evidence.errors import ConflictError, InputError, LimitError, SchemaError, StorageError
from evidence.identity import Lei, Subject
from evidence.keys import Entropy, StatementKey
from evidence.schema import latest, validate
from evidence.statement import StatementId, statement_id
from node.records.port import DraftId, EvidenceStore, NewStatement, StatementRecord
from node.records.port_house import EventStore
from node.services.fault_point import FaultPoint, go_on
from node.services.signing import Order, PooledSigner, Signed, StatementSigner

MAX_DRAFTS: Final = 200_000
"""Most drafts of one call; a file of the importers stays far below."""

BATCH: Final = 1_000
"""Statements kept in one transaction: bounds memory, and how long other writers wait."""

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class SubmitReport:
    """What became of drafts: ids of statements made now, and of those that had been made before, in order of drafts."""

    added: tuple[StatementId, ...]
    known: tuple[StatementId, ...]


class SubmitDrafts:
    """Validate, number, sign and keep drafts as statements of our log. MAY be called from several threads."""

    def __init__(
        self,
        store: EvidenceStore,
        events: EventStore,
        *,
        issuer: Lei,
        key: StatementKey,
        clock: Clock,
        entropy: Entropy,
        processes: int = 1,
        reached: FaultPoint = go_on,
    ) -> None:
        """With more than one of `processes`, big batches are signed in so many helpers: then `close` ends them."""
        self._store, self._events = store, events
        self._key_id = key.public.key_id
        self._signer = StatementSigner(issuer, key, entropy)
        if processes > 1:
            self._signer = PooledSigner(issuer, key, entropy, processes=processes)
        self._clock, self._reached = clock, reached
        self._turn = threading.Lock()

    def __call__(self, drafts: Sequence[Draft], *, subject: Subject) -> SubmitReport:
        """Keep each draft that is new as a statement about `subject`; in order, each with the next sequence number.

        The same draft submitted again is recognised, in this call or any later one; drafts that are equal within one
        call count as so many records. When the call is cut short (crash, full disk), whole batches may be kept, and
        submitting the same drafts again keeps the rest.

        Raises:
            SchemaError: a draft breaks its schema; nothing of the call is kept. The place names the draft.
            LimitError: more than `MAX_DRAFTS`.
            StorageError: the disk failed.
        """
        if len(drafts) > MAX_DRAFTS:
            raise LimitError(f"{len(drafts)} drafts in one call; at most {MAX_DRAFTS} are taken")
        # (1) All are checked before the first is signed: a bad one refuses the call.
        names = list(_draft_ids(drafts, subject))
        self._reached("drafts-valid")
        # (2) Batch by batch, so that memory and transactions stay small; see `_keep` for what makes this safe.
        self._signer.expect(len(drafts))
        added: list[StatementId] = []
        known: list[StatementId] = []
        for start in range(0, len(drafts), BATCH):
            self._keep(drafts[start : start + BATCH], names[start : start + BATCH], subject, added, known)
        # (3) Watchers last: what they are told is already safe.
        if added:
            self._events.add_event(
                "statements.added", {"subject": str(subject), "count": len(added), "known": len(known)}, self._clock()
            )
        return SubmitReport(tuple(added), tuple(known))

    def close(self) -> None:
        """End the helper processes, if any; MAY be called twice."""
        self._signer.close()

    def _keep(
        self,
        drafts: Sequence[Draft],
        names: Sequence[DraftId],
        subject: Subject,
        added: list[StatementId],
        known: list[StatementId],
    ) -> None:
        # One thread numbers at a time. The store checks the numbers again when it keeps them, so that even two
        # instances of this class make neither a gap nor a twin: the later one is refused and starts over.
        for tried in range(1, _TRIES + 1):
            with self._turn:
                before = self._store.known(names)
                fresh = [(draft, name) for draft, name in zip(drafts, names, strict=True) if name not in before]
                signed = self._sign(fresh, subject)
                self._reached("batch-signed")
                try:
                    self._store.append(signed)
                except ConflictError as error:
                    if tried == _TRIES:
                        raise StorageError("other writers kept numbering statements before us") from error
                    continue
                self._reached("batch-kept")
                break
        known += [before[name] for name in names if name in before]
        added += [new.record.statement_id for new in signed]

    def _sign(self, drafts: Sequence[tuple[Draft, DraftId]], subject: Subject) -> list[NewStatement]:
        issued = self._clock().astimezone(UTC).replace(microsecond=0)
        last: dict[Kind, int] = {}
        orders: list[Order] = []
        for draft, _ in drafts:
            if draft.kind not in last:
                last[draft.kind] = self._store.last_sequence(subject, draft.kind)
            last[draft.kind] += 1
            orders.append(Order(draft, last[draft.kind]))
        signed = self._signer(orders, subject=subject, issued=issued)
        return [
            self._record(order, name, done, subject, issued)
            for order, (_, name), done in zip(orders, drafts, signed, strict=True)
        ]

    def _record(self, order: Order, name: DraftId, signed: Signed, subject: Subject, issued: datetime) -> NewStatement:
        draft, schema = order.draft, latest(order.draft.kind)
        record = StatementRecord(
            statement_id=statement_id(signed.signed.encode("ascii")),
            draft_id=name,
            subject=subject,
            kind=draft.kind,
            sequence=order.sequence,
            occurred=draft.occurred,
            occurred_at=parse_instant(draft.occurred).astimezone(UTC),
            issued=issued,
            schema=schema.id,
            tier=schema.highest_tier(draft.fields),
            key_id=self._key_id,
        )
        return NewStatement(record, signed.signed, signed.disclosures)


def _draft_ids(drafts: Sequence[Draft], subject: Subject) -> Iterator[DraftId]:
    """Validate each draft and name it by what it says, whom it is about, and the how-manieth of its like it is."""
    about, seen = str(subject), Counter[bytes]()
    for number, draft in enumerate(drafts):
        try:
            validate(draft)
            said = encode({"kind": draft.kind, "subject": about, "occurred": draft.occurred, "fields": draft.fields})
        except InputError as error:
            place = draft.source or f"draft {number + 1}"
            raise SchemaError(error.message, place=place, advice=error.advice) from error
        digest = sha256(said).digest()
        yield DraftId(sha256(digest + seen[digest].to_bytes(4, "big")).digest())
        seen[digest] += 1
