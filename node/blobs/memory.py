"""Blobs in memory, with faults to switch on: for tests and trials, gone when the process ends."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from evidence.errors import BlobsUnreachableError, NotFoundError, ProofError
from node.blobs import cid as cids
from node.blobs.port import Cid


class MemoryBlobs:
    """The port in memory.

    Attributes:
        unreachable: when true, every call fails as a daemon that is down does.
    """

    def __init__(self) -> None:
        self._content: dict[Cid, bytes] = {}
        self.unreachable = False

    def add(self, content: BinaryIO) -> Cid:
        """Store all bytes; see the port."""
        self._reach()
        data = b"".join(cids.chunks(content))
        name = cids.cid_of_chunks(cids.chunks(io.BytesIO(data)))
        self._content[name] = data
        return name

    def fetch(self, cid: Cid) -> Iterator[bytes]:
        """The content in verified chunks; see the port."""
        cids.from_text(cid)
        self._reach()
        if cid not in self._content:
            raise NotFoundError(f"No attachment {cid} is kept here")
        data = self._content[cid]
        if cids.cid_of_chunks(cids.chunks(io.BytesIO(data))) != cid:
            raise ProofError(f"The attachment {cid} is damaged")
        yield from cids.chunks(io.BytesIO(data))

    def has(self, cid: Cid) -> bool:
        """Whether the content is here."""
        cids.from_text(cid)
        self._reach()
        return cid in self._content

    def unpin(self, cid: Cid) -> None:
        """Forget the content; may be called twice."""
        cids.from_text(cid)
        self._reach()
        self._content.pop(cid, None)

    def damage(self, cid: Cid) -> None:
        """Fault: flip a bit of the stored content."""
        data = bytearray(self._content[cid] or b"\0")
        data[len(data) // 2] ^= 1
        self._content[cid] = bytes(data)

    def _reach(self) -> None:
        if self.unreachable:
            raise BlobsUnreachableError("The blob store does not answer (fault switched on)")
