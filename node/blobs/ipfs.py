"""Blobs in an IPFS daemon (Kubo) over its RPC interface. The daemon is not trusted: every block is checked here."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final, TypeVar, cast

from evidence.errors import BlobsUnreachableError, MalformedError, NotFoundError, ProofError
from node.blobs import cid as cids
from node.blobs.dag import MAX_BLOCK_BYTES, decode_node
from node.blobs.port import Cid

MAX_DEPTH: Final = 8
"""174 to the power of 8 chunks: far beyond any file; a deeper tree is an attack on the stack."""

ResultT = TypeVar("ResultT")


class _Tap(io.RawIOBase):
    """A reader that computes the CID of what passes through it on its way to the daemon."""

    def __init__(self, content: BinaryIO) -> None:
        super().__init__()
        self._content, self._builder = content, cids.CidBuilder()

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Pass on the next bytes."""
        data = self._content.read(cids.CHUNK_BYTES if size < 0 else size)
        self._builder.write(data)
        return data

    def cid(self) -> Cid:
        """The CID of all that passed."""
        return self._builder.cid()


class IpfsBlobs:
    """The port over `ipfshttpclient`.

    What if we lose it? The daemon's pins are gone; `QueuedBlobs` keeps a local copy of what this node added.

    Args:
        api: multiaddress of the RPC interface, e.g. "/ip4/127.0.0.1/tcp/5001/http".
        timeout_s: how long one call may take, in seconds; bounds the search for content nobody has.
    """

    def __init__(self, api: str, *, timeout_s: int = 60) -> None:
        self._api, self._timeout_s = api, timeout_s

    def add(self, content: BinaryIO) -> Cid:
        """Store and pin all bytes; see the port. The CID is computed here and compared with the daemon's answer."""
        tap = _Tap(content)
        answer = self._call(
            lambda client: client.add(tap, cid_version=1, raw_leaves=True, pin=True, opts={"cid-base": "base32"})
        )
        expected, name = tap.cid(), _hash_of(answer)
        if name != expected:
            raise ProofError(f"The IPFS daemon stored {name} where {expected} was sent")
        return expected

    def fetch(self, cid: Cid) -> Iterator[bytes]:
        """The content in verified chunks; see the port."""
        yield from self._walk(cids.from_text(cid), MAX_DEPTH)

    def has(self, cid: Cid) -> bool:
        """Whether the daemon pins the content (its own blocks only, no search)."""
        cids.from_text(cid)
        try:
            self._call(lambda client: client.pin.ls(cid, type="all"))
        except NotFoundError:
            return False
        return True

    def pin(self, cid: Cid) -> None:
        """Let the daemon fetch and keep content that another member holds."""
        cids.from_text(cid)
        self._call(lambda client: client.pin.add(cid))

    def unpin(self, cid: Cid) -> None:
        """Unpin and collect; may be called twice."""
        cids.from_text(cid)
        if not self.has(cid):
            return
        self._call(lambda client: client.pin.rm(cid))
        self._call(lambda client: client.repo.gc())

    def _walk(self, cid: bytes, depth: int) -> Iterator[bytes]:
        block = self._block(cid)
        if cid[1] == cids.RAW:
            yield block
            return
        if depth == 0:
            raise MalformedError(f"{cids.to_text(cid)} is nested deeper than any file")
        for link in decode_node(block):
            yield from self._walk(link.cid, depth - 1)

    def _block(self, cid: bytes) -> bytes:
        name = cids.to_text(cid)
        block = cast(bytes, self._call(lambda client: client.block.get(name)))
        if len(block) > MAX_BLOCK_BYTES or not cids.matches(cid, block):
            raise ProofError(f"The IPFS daemon gave bytes that are not {name}")
        return block

    def _call(self, work: Callable[[Any], ResultT]) -> ResultT:
        import ipfshttpclient  # late: only nodes that use IPFS pay for it
        from ipfshttpclient import exceptions as ipfs_errors

        try:
            with warnings.catch_warnings():
                # The client warns about every daemon newer than itself; what it returns is verified here instead.
                warnings.simplefilter("ignore", ipfs_errors.VersionMismatch)
                with ipfshttpclient.connect(self._api, timeout=self._timeout_s) as client:
                    return work(client)
        except ipfs_errors.TimeoutError as error:
            raise NotFoundError(f"Nobody answered with the content within {self._timeout_s} s") from error
        except ipfs_errors.ErrorResponse as error:
            raise NotFoundError(f"The IPFS daemon has no such content: {error}") from error
        except (ipfs_errors.CommunicationError, OSError) as error:
            raise BlobsUnreachableError(
                f"The IPFS daemon at {self._api} does not answer",
                advice="Start it, or correct CREDENCE_IPFS_API; attachments wait in the queue and are kept.",
            ) from error


def _hash_of(answer: Any) -> Cid:
    try:
        return Cid(str(answer["Hash"]))
    except (KeyError, TypeError) as error:
        raise ProofError(f"The IPFS daemon gave an answer without a hash: {str(answer)[:200]}") from error
