"""A local store that passes its content on to another one (IPFS), now or when it is back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, cast

from evidence.errors import BlobsUnreachableError, NotFoundError
from node.blobs import cid as cids
from node.blobs.local import LocalBlobs
from node.blobs.port import BlobStore, Cid

MAX_PUSHES: Final = 64
"""How many blobs one `drain` sends at most, so that a worker's turn stays short."""


class QueuedBlobs:
    """The port over a local directory, with a queue on disk of what the remote store does not have yet.

    The queue is a folder of empty files named by CID: adding and removing are single directory operations, so neither
    a crash nor two processes can lose an entry; a push may happen twice, which the port allows.
    """

    def __init__(self, local: LocalBlobs, remote: BlobStore, queue: Path) -> None:
        self._local, self._remote, self._queue = local, remote, queue
        queue.mkdir(parents=True, exist_ok=True)

    def add(self, content: BinaryIO) -> Cid:
        """Keep the content here and queue it for the remote store; never waits for the network."""
        cid = self._local.add(content)
        (self._queue / cid).touch()
        return cid

    def fetch(self, cid: Cid) -> Iterator[bytes]:
        """From here when it is here, else from the remote store; see the port."""
        yield from (self._local if self._local.has(cid) else self._remote).fetch(cid)

    def has(self, cid: Cid) -> bool:
        """Whether the content is in the local directory."""
        return self._local.has(cid)

    def unpin(self, cid: Cid) -> None:
        """Let go of the content here and there.

        Raises:
            BlobsUnreachableError: the remote store is down; the local copy is kept so that it can be called again.
        """
        cids.from_text(cid)
        (self._queue / cid).unlink(missing_ok=True)
        self._remote.unpin(cid)
        self._local.unpin(cid)

    def waiting(self) -> tuple[Cid, ...]:
        """What the remote store still lacks, in order of name."""
        return tuple(Cid(path.name) for path in sorted(self._queue.iterdir()))

    def drain(self) -> int:
        """Push what waits, at most `MAX_PUSHES`; gives how many arrived.

        Raises:
            BlobsUnreachableError: the remote store is down; what was pushed before stays pushed, the rest waits.
        """
        pushed = 0
        for cid in self.waiting()[:MAX_PUSHES]:
            try:
                self._remote.add(cast(BinaryIO, _Reader(self._local.fetch(cid))))
                pushed += 1
            except NotFoundError as error:
                if self._local.has(cid):
                    raise BlobsUnreachableError(f"The remote store refused {cid}: {error}") from error
                # Unpinned here since it was queued: nothing is left to push.
            (self._queue / cid).unlink(missing_ok=True)
        return pushed


class _Reader(io.RawIOBase):
    """A readable file over an iterator of chunks, so that content streams from store to store."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; empty at the end."""
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return b""
            if not self._rest:
                continue
        taken = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(taken) :]
        return taken
