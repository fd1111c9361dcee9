"""Seal waiting statements under a new head of the log, and anchor it."""

from __future__ import annotations

import threading
from itertools import chain
from typing import Final

from evidence.checkpoint import log_origin, sign_checkpoint
from evidence.clock import Clock
from evidence.errors import InconsistentHeadError, InputError, LedgerUnreachableError, NotFoundError, StorageError
from evidence.identity import Lei, org_id
from evidence.keys import LogKey
from evidence.log import ConsistencyProof, LogHead
from evidence.receipt import AnchorReceipt
from evidence.tiles import Tile, TileReader, prove_consistency
from evidence.tree import Edge, edge_of, grow
from node.chain.port import AnchorLedger, HeaderOracle
from node.records.port import EvidenceStore, LogStore, SealedHead
from node.records.port_house import EventStore
from node.services.fault_point import FaultPoint, go_on
from node.services.reaffirm import CHECKED, ReaffirmHeads

MAX_SEALED: Final = 1 << 18
"""Most statements under one new head: their tiles (8 MiB) pass through memory."""


class SealLog:
    """Anchor a head over what waits. MAY be called from several threads; they take turns."""

    def __init__(
        self,
        store: EvidenceStore,
        log: LogStore,
        ledger: AnchorLedger,
        headers: HeaderOracle,
        events: EventStore,
        *,
        issuer: Lei,
        key: LogKey,
        clock: Clock,
        reached: FaultPoint = go_on,
    ) -> None:
        self._store, self._log, self._ledger, self._events = store, log, ledger, events
        self._issuer, self._key = issuer, key
        self._clock, self._reached = clock, reached
        self._reaffirm = ReaffirmHeads(log, ledger, headers, issuer=issuer)
        self._turn = threading.Lock()

    def __call__(self, *, limit: int) -> AnchorReceipt | None:
        """Anchor a head over at most `limit` new statements (and at most `MAX_SEALED`); None when nothing waits.

        Raises:
            LedgerUnreachableError: the chain does not answer; the sealed head is kept and the next call goes on.
            InconsistentHeadError: the chain holds another history than this database.
            StorageError: the disk failed, or stored tiles are damaged.
        """
        if limit < 1:
            raise InputError(f"cannot seal {limit} statements; 1 is the least")
        with self._turn:
            # (1) Finish what a crash left behind, else seal what waits. Stored before it is sent: a head that the
            #     chain knows and we do not would be a fork of our own making.
            sealed = self._log.open_head() or self._seal(min(limit, MAX_SEALED))
            if sealed is None:
                return None
            # (2) A reorg may have taken back what this head builds on: that is anchored again first.
            self._check_anchors(CHECKED)
            self._reached("before-anchor")
            # (3) Idempotent, so a crash after this line only repeats it.
            receipt = self._anchor(sealed)
            self._reached("after-anchor")
            # (4) From here on, proofs can be served.
            self._log.close_head(sealed.head.size, receipt)
            self._reached("after-close")
            # (5) Watchers last: what they are told is already safe.
            self._events.add_event(
                "head.anchored", {"size": sealed.head.size, "root": sealed.head.root.hex()}, self._clock()
            )
            return receipt

    def reaffirm(self, *, depth: int) -> int:
        """Hold the newest `depth` anchored heads against the chain; gives how many had to be anchored again.

        Raises:
            LedgerUnreachableError: the chain does not answer.
            InconsistentHeadError: the chain holds another history than this database.
        """
        with self._turn:
            return self._check_anchors(depth)

    def _check_anchors(self, depth: int) -> int:
        renewed = self._reaffirm(depth=depth)
        for sealed in renewed:
            self._events.add_event("head.reaffirmed", {"size": sealed.head.size}, self._clock())
        return len(renewed)

    def _anchor(self, sealed: SealedHead) -> AnchorReceipt:
        org = org_id(self._issuer)
        try:
            return self._ledger.anchor(org, sealed.head, sealed.consistency, sealed.keys)
        except InconsistentHeadError as error:
            anchored = self._ledger.head(org)
            if anchored is not None and not self._is_ours(anchored):
                raise
            # The chain stands at an earlier head of ours: it was reorganised after we looked.
            raise LedgerUnreachableError("the chain took an anchored head back while we built on it") from error

    def _is_ours(self, head: LogHead) -> bool:
        covering = self._log.head_covering(head.size - 1)
        return covering is not None and covering.head == head

    def waiting(self) -> int:
        """How many statements are not yet under an anchored head."""
        newest = self._log.newest_head(closed=True)
        return self._store.count() - (newest.head.size if newest else 0)

    def _seal(self, limit: int) -> SealedHead | None:
        newest = self._log.newest_head(closed=False)
        begin = newest.head.size if newest else 0
        end = min(self._store.count(), begin + limit)
        if end == begin:
            return None
        # (1) Only the right edge of the tree is read. It must give the head that we signed: damaged tiles end here,
        #     before anything is signed over them.
        edge = edge_of(self._log, begin)
        if newest is not None and edge.head != newest.head:
            raise StorageError(
                f"the stored tiles do not give the root of the log's head of size {begin}: the database is damaged",
                advice="Restore the database from a backup; `credence audit log` shows what still proves.",
            )
        # (2) The leaves are streamed in, and the proof that the old head is a beginning of the new one is built.
        growth = grow(edge, chain.from_iterable(self._store.leaf_hashes(begin, end)))
        tiles, head = growth.tiles, growth.edge.head
        consistency = ConsistencyProof(0, end, ())
        if begin:
            consistency = prove_consistency(_Overlay(tiles, self._log), begin, end)
        # (3) Keys that signed what is sealed: the receipt will prove that they were registered when it was anchored.
        keys = (*sorted(self._store.key_ids(begin, end)), self._key.public.key_id)
        checkpoint = sign_checkpoint(log_origin(self._issuer), head, self._key).encode()
        sealed = SealedHead(head, consistency, checkpoint, keys, self._clock())
        self._reached("before-seal-stored")
        # (4) Tiles and head together or not at all. The checkpoint is not published yet, so a crash before this line
        #     leaves no trace anywhere.
        self._log.seal(sealed, _last_versions(tiles, edge))
        self._reached("after-seal-stored")
        return sealed


class _Overlay:
    """The stored tiles under those that are about to be stored."""

    def __init__(self, tiles: tuple[Tile, ...], below: TileReader) -> None:
        self._tiles = {(tile.level, tile.index): tile.hashes for tile in tiles}
        self._below = below

    def read(self, level: int, index: int, width: int) -> bytes:
        hashes = self._tiles.get((level, index))
        if hashes is None:
            return self._below.read(level, index, width)
        if len(hashes) < 32 * width:
            raise NotFoundError(f"tile {index} of level {level} does not hold {width} hashes")
        return hashes[: 32 * width]


def _last_versions(tiles: tuple[Tile, ...], before: Edge) -> tuple[Tile, ...]:
    """The tiles that changed: partial ones of the edge that did not grow are stored already."""
    unchanged = {(tile.level, tile.index): tile.width for tile in before.partial_tiles}
    return tuple(tile for tile in tiles if unchanged.get((tile.level, tile.index)) != tile.width)
