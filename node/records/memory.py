"""The node's memory in memory: same contracts, nothing survives; for tests and for looking at evidence in passing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock

from evidence.draft import Kind
from evidence.errors import ConflictError, NotFoundError, StorageError
from evidence.identity import Subject
from evidence.keys import KeyId
from evidence.log import Digest
from evidence.receipt import AnchorReceipt
from evidence.tiles import Tile
from node.records.memory_documents import MemoryDocumentStore
from node.records.memory_others import (
    MemoryEventStore,
    MemoryExchangeStore,
    MemoryJobStore,
    MemoryScoreStore,
    MemorySettingStore,
)
from node.records.port import (
    MAX_PAGE,
    DraftId,
    NewStatement,
    SealedHead,
    StatementFilter,
    StatementId,
    StatementRecord,
    StoredStatement,
    Tombstone,
    id_range,
)


def no_fault(_write: str) -> None:
    """The disk that never fails."""


class MemoryEvidenceStore:
    """`EvidenceStore` in lists and dictionaries.

    Args:
        disk: called with the name of each write before it happens; raises StorageError to play a full disk.
    """

    def __init__(self, disk: Callable[[str], None] = no_fault) -> None:
        self._disk = disk
        self._lock = RLock()
        self._all: list[StoredStatement] = []
        self._by_id: dict[StatementId, int] = {}
        self._by_draft: dict[DraftId, StatementId] = {}
        self._last: dict[tuple[Subject, Kind], int] = {}
        self._stones: dict[StatementId, list[Tombstone]] = {}

    def append(self, statements: Sequence[NewStatement]) -> int:
        with self._lock:
            last = dict(self._last)
            drafts = set(self._by_draft)
            for new in statements:
                record = new.record
                if record.draft_id in drafts:
                    raise ConflictError(f"a draft of statement {record.statement_id} is known already")
                drafts.add(record.draft_id)
                stream = (record.subject, record.kind)
                if record.sequence != last.get(stream, 0) + 1:
                    raise ConflictError(
                        f"{record.kind} {record.sequence} about {record.subject} does not follow its last number"
                    )
                last[stream] = record.sequence
            self._disk("append")
            first = len(self._all)
            for new in statements:
                record = new.record
                self._by_id[record.statement_id] = len(self._all)
                self._by_draft[record.draft_id] = record.statement_id
                self._all.append(StoredStatement(len(self._all), record, new.signed, tuple(new.disclosures)))
            self._last = last
            return first

    def known(self, drafts: Collection[DraftId]) -> Mapping[DraftId, StatementId]:
        with self._lock:
            return {draft: self._by_draft[draft] for draft in drafts if draft in self._by_draft}

    def last_sequence(self, subject: Subject, kind: Kind) -> int:
        with self._lock:
            return self._last.get((subject, kind), 0)

    def count(self) -> int:
        with self._lock:
            return len(self._all)

    def statement(self, statement_id: StatementId) -> StoredStatement | None:
        with self._lock:
            position = self._by_id.get(statement_id)
            return None if position is None else self._all[position]

    def find(self, beginning: str, *, limit: int = 2) -> tuple[StatementId, ...]:
        id_range(beginning)
        with self._lock:
            return tuple(
                sorted(
                    stored.record.statement_id
                    for stored in self._all
                    if stored.record.statement_id.startswith(beginning)
                )
            )[:limit]

    def statements(self, chosen: StatementFilter, *, after: int = -1, limit: int = 100) -> tuple[StoredStatement, ...]:
        limit = max(0, min(limit, MAX_PAGE))
        found: list[StoredStatement] = []
        with self._lock:
            behind = self._all[max(after, -1) + 1 :]
        for stored in behind:
            if len(found) == limit:
                break
            if chosen.matches(stored.record.subject, stored.record.kind, stored.record.occurred_at):
                found.append(stored)
        return tuple(found)

    def records(
        self, chosen: StatementFilter, *, after: int = -1, limit: int = 100
    ) -> tuple[tuple[int, StatementRecord], ...]:
        return tuple((one.position, one.record) for one in self.statements(chosen, after=after, limit=limit))

    def leaf_hashes(self, start: int, stop: int) -> Iterator[Sequence[Digest]]:
        with self._lock:
            inside = self._inside(start, stop)
        yield [Digest(bytes.fromhex(one.record.statement_id)) for one in inside]

    def leaves(self, start: int, stop: int) -> tuple[bytes, ...]:
        with self._lock:
            return tuple(one.signed.encode("ascii") for one in self._inside(start, min(stop, start + MAX_PAGE)))

    def _inside(self, start: int, stop: int) -> list[StoredStatement]:
        if stop > len(self._all):
            raise StorageError(f"positions {start} to {stop - 1} of the log are not all there")
        return self._all[start:stop]

    def key_ids(self, start: int, stop: int) -> frozenset[KeyId]:
        with self._lock:
            return frozenset(one.record.key_id for one in self._all[start:stop])

    def erase(self, statement_id: StatementId, remaining: Sequence[str], tombstone: Tombstone) -> None:
        with self._lock:
            position = self._by_id.get(statement_id)
            if position is None:
                raise NotFoundError(f"there is no statement {statement_id}")
            self._disk("erase")
            self._all[position] = replace(self._all[position], disclosures=tuple(remaining))
            stones = self._stones.setdefault(statement_id, [])
            if tombstone.field not in [stone.field for stone in stones]:
                stones.append(tombstone)

    def tombstones(self, statement_id: StatementId) -> tuple[Tombstone, ...]:
        with self._lock:
            return tuple(self._stones.get(statement_id, ()))


class MemoryLogStore:
    """`LogStore` in lists and dictionaries; `disk` as in `MemoryEvidenceStore`."""

    def __init__(self, disk: Callable[[str], None] = no_fault) -> None:
        self._disk = disk
        self._lock = RLock()
        self._heads: list[SealedHead] = []
        self._tiles: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, index: int, width: int) -> bytes:
        with self._lock:
            hashes = self._tiles.get((level, index), b"")
        if not hashes or len(hashes) < 32 * width:
            raise NotFoundError(f"tile {index} of level {level} does not hold {width} hashes yet")
        return hashes[: 32 * width]

    def open_head(self) -> SealedHead | None:
        newest = self.newest_head(closed=False)
        return newest if newest is not None and newest.receipt is None else None

    def seal(self, sealed: SealedHead, tiles: Sequence[Tile]) -> None:
        with self._lock:
            newest = self.newest_head(closed=False)
            if newest is not None and newest.receipt is None:
                raise ConflictError(f"the head of size {newest.head.size} is still open")
            begins = 0 if newest is None else newest.head.size
            if sealed.consistency.old_size != begins or sealed.head.size <= begins:
                raise ConflictError(f"a head of size {sealed.head.size} does not begin where size {begins} ends")
            self._disk("seal")
            self._tiles.update({(tile.level, tile.index): tile.hashes for tile in tiles})
            self._heads.append(sealed)

    def close_head(self, size: int, receipt: AnchorReceipt) -> None:
        self._put_receipt(size, receipt, renew=False)

    def renew_receipt(self, size: int, receipt: AnchorReceipt) -> None:
        self._put_receipt(size, receipt, renew=True)

    def _put_receipt(self, size: int, receipt: AnchorReceipt, *, renew: bool) -> None:
        with self._lock:
            place = next((place for place, one in enumerate(self._heads) if one.head.size == size), None)
            if place is None or (renew and self._heads[place].receipt is None):
                raise NotFoundError(f"there is no {'closed ' if renew else ''}head of size {size}")
            sealed = self._heads[place]
            if receipt.head != sealed.head:
                raise ConflictError(f"the receipt speaks of another head than the one of size {size}")
            self._disk("renew_receipt" if renew else "close_head")
            if renew or sealed.receipt is None:
                self._heads[place] = replace(sealed, receipt=receipt)

    def newest_head(self, *, closed: bool) -> SealedHead | None:
        with self._lock:
            chosen = [one for one in self._heads[-2:] if not closed or one.receipt is not None]
            return chosen[-1] if chosen else None

    def head_covering(self, position: int) -> SealedHead | None:
        with self._lock:
            holding = (one for one in self._heads if one.head.size > position and one.receipt is not None)
            return next(holding, None)

    def heads(self, *, after: int = 0, limit: int = 100) -> tuple[SealedHead, ...]:
        with self._lock:
            return tuple(one for one in self._heads if one.head.size > after)[: max(0, min(limit, MAX_PAGE))]


@dataclass(frozen=True, slots=True)
class MemoryRecords:
    """Every store of one node in memory; same attributes as `node.records.sql.SqlRecords`."""

    evidence: MemoryEvidenceStore = field(default_factory=MemoryEvidenceStore)
    log: MemoryLogStore = field(default_factory=MemoryLogStore)
    exchange: MemoryExchangeStore = field(default_factory=MemoryExchangeStore)
    scores: MemoryScoreStore = field(default_factory=MemoryScoreStore)
    jobs: MemoryJobStore = field(default_factory=MemoryJobStore)
    events: MemoryEventStore = field(default_factory=MemoryEventStore)
    settings: MemorySettingStore = field(default_factory=MemorySettingStore)
    documents: MemoryDocumentStore = field(default_factory=MemoryDocumentStore)

    def close(self) -> None:
        """Nothing to let go of."""
