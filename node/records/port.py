"""Ports to what a node remembers: its own statements and its log.

Common to all ports of this folder, so it is said once: after a write returns, it survives kill -9 and power loss.
Readers see either all of a write or nothing of it. All methods MAY be called from several threads. A full or broken
disk raises StorageError with its cause, and nothing of that call is kept. Numbered rows count without gaps, statements
from 0 (their place in the log), the others from 1; a page holds the rows after the number given, in order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

from evidence.draft import Kind, Tier
from evidence.errors import MalformedError
from evidence.identity import Subject
from evidence.keys import KeyId
from evidence.log import ConsistencyProof, Digest, LogHead
from evidence.receipt import AnchorReceipt
from evidence.statement import StatementId as StatementId
from evidence.tiles import Tile, TileReader

DraftId = NewType("DraftId", bytes)
"""The digest of what a draft says, 32 bytes: submitting the same draft again is recognised by it."""

MAX_PAGE = 1_000
"""Most rows that one page gives, whatever limit is asked for."""


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """What a list shows of one of our own statements; `occurred` as signed, `occurred_at` the same instant."""

    statement_id: StatementId
    draft_id: DraftId
    subject: Subject
    kind: Kind
    sequence: int
    occurred: str
    occurred_at: datetime
    issued: datetime
    schema: str
    tier: Tier
    key_id: KeyId


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """One of our own statements whole: its place in the log, its leaf, and the disclosures not yet erased.

    Attributes:
        position: index of its leaf, from 0, given once and for ever when it is appended.
        signed: the leaf as text, `header.payload.signature`.
        disclosures: encoded (base64url), in the order of issue.
    """

    position: int
    record: StatementRecord
    signed: str
    disclosures: tuple[str, ...]

    @property
    def sd_jwt(self) -> str:
        """The SD-JWT with every disclosure that is held, whatever its tier: not for others as it is."""
        return "~".join((self.signed, *self.disclosures, ""))


@dataclass(frozen=True, slots=True)
class NewStatement:
    """A signed statement on its way into the store; fields as in `StoredStatement`."""

    record: StatementRecord
    signed: str
    disclosures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """Which statements to list; None means any. A subject without a site means all its sites.

    `since` and `until` bound the time of occurrence, the first included, the second not.
    """

    subject: Subject | None = None
    kind: Kind | None = None
    since: datetime | None = None
    until: datetime | None = None

    def matches(self, subject: Subject, kind: Kind, occurred_at: datetime) -> bool:
        """Whether a statement with these is chosen."""
        chosen = self.subject
        return (
            (chosen is None or (subject.lei == chosen.lei and chosen.site in (None, subject.site)))
            and self.kind in (None, kind)
            and (self.since is None or occurred_at >= self.since)
            and (self.until is None or occurred_at < self.until)
        )


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That a field's disclosure was erased: which, when and why. What it said is gone."""

    field: str
    at: datetime
    reason: str


def id_range(beginning: str) -> tuple[bytes, bytes]:
    """The smallest and the largest id that begin with `beginning`.

    Raises:
        MalformedError: not 8 to 64 lower-case hexadecimal digits.
    """
    if not 8 <= len(beginning) <= 64 or any(digit not in "0123456789abcdef" for digit in beginning):
        raise MalformedError(
            f"{beginning[:70]!r} is not the beginning of a statement's id",
            advice="Give 8 to 64 hexadecimal digits; `credence evidence list` shows them.",
        )
    return bytes.fromhex(beginning.ljust(64, "0")), bytes.fromhex(beginning.ljust(64, "f"))


class EvidenceStore(Protocol):
    """Our own statements, append-only. What if we lose it? The log cannot be continued: restore, never start anew."""

    def append(self, statements: Sequence[NewStatement]) -> int:
        """Keep all of `statements`, in order, behind those kept before; gives the position of the first.

        MUST raise ConflictError, keeping nothing, when a draft is known already or a sequence number does not follow
        the last one of its subject and kind: two writers then worked at once, and the caller starts over.
        """

    def known(self, drafts: Collection[DraftId]) -> Mapping[DraftId, StatementId]:
        """Those of `drafts` that became statements before."""

    def last_sequence(self, subject: Subject, kind: Kind) -> int:
        """The newest sequence number of exactly this subject (site included) and kind; 0 when there is none."""

    def count(self) -> int:
        """How many statements there are, sealed or not: the position of the next one."""

    def statement(self, statement_id: StatementId) -> StoredStatement | None:
        """The statement by its id, or None."""

    def find(self, beginning: str, *, limit: int = 2) -> tuple[StatementId, ...]:
        """Ids that begin with `beginning` (8 to 64 hexadecimal digits), in order, at most `limit`."""

    def statements(self, chosen: StatementFilter, *, after: int = -1, limit: int = 100) -> tuple[StoredStatement, ...]:
        """The statements behind position `after` that match, in log order, at most `limit` and `MAX_PAGE`."""

    def records(
        self, chosen: StatementFilter, *, after: int = -1, limit: int = 100
    ) -> tuple[tuple[int, StatementRecord], ...]:
        """As `statements`, but only position and record of each: for lists."""

    def leaf_hashes(self, start: int, stop: int) -> Iterator[Sequence[Digest]]:
        """The leaf hashes of positions `start` to `stop` (excluded) in order, in batches that keep memory flat."""

    def leaves(self, start: int, stop: int) -> tuple[bytes, ...]:
        """The leaves of positions `start` to `stop` (excluded), at most `MAX_PAGE`."""

    def key_ids(self, start: int, stop: int) -> frozenset[KeyId]:
        """The statement keys that signed positions `start` to `stop` (excluded)."""

    def erase(self, statement_id: StatementId, remaining: Sequence[str], tombstone: Tombstone) -> None:
        """Keep only the disclosures `remaining`, and remember the erasure; no trace of the others stays in the files.

        MAY happen twice: the first tombstone of a field stays, and traces left by an interrupted call are removed.
        MUST raise NotFoundError when there is no such statement.
        """

    def tombstones(self, statement_id: StatementId) -> tuple[Tombstone, ...]:
        """What was erased from this statement, oldest first."""


@dataclass(frozen=True, slots=True)
class SealedHead:
    """A head of our log, stored before it is anchored; `receipt` is None while it is open.

    Attributes:
        consistency: that it extends the head sealed before it.
        checkpoint: the signed checkpoint (C2SP note).
        keys: the keys whose registration its receipt must prove.
        sealed_at: when it was stored.
    """

    head: LogHead
    consistency: ConsistencyProof
    checkpoint: str
    keys: tuple[KeyId, ...]
    sealed_at: datetime
    receipt: AnchorReceipt | None = None


class LogStore(TileReader, Protocol):
    """Heads and tiles of our log. What if we lose it? All of it can be computed again, except that heads are signed."""

    def open_head(self) -> SealedHead | None:
        """The head that is stored but not known to be anchored; there is at most one."""

    def seal(self, sealed: SealedHead, tiles: Sequence[Tile]) -> None:
        """Keep an open head together with the tiles it changes, all or nothing; a wider tile replaces a narrower one.

        MUST raise ConflictError when a head is open, or when `sealed` does not begin where the newest head ends.
        """

    def close_head(self, size: int, receipt: AnchorReceipt) -> None:
        """Keep the receipt of the head of `size`; MAY happen twice, the first receipt stays.

        MUST raise NotFoundError when there is no such head, ConflictError when the receipt is about another head.
        """

    def renew_receipt(self, size: int, receipt: AnchorReceipt) -> None:
        """Replace the receipt of a closed head, because the chain took its block back; errors as `close_head`."""

    def newest_head(self, *, closed: bool) -> SealedHead | None:
        """The largest head; with `closed` the largest one that is anchored."""

    def head_covering(self, position: int) -> SealedHead | None:
        """The smallest closed head that holds the leaf at `position`; None when it is not anchored yet."""

    def heads(self, *, after: int = 0, limit: int = 100) -> tuple[SealedHead, ...]:
        """Heads larger than `after`, smallest first, open ones included."""
