"""Blobs in a directory of this machine, named by their CIDs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from evidence.errors import NotFoundError, ProofError, StorageError
from node.blobs import cid as cids
from node.blobs.port import Cid

_DRAFTS: Final = "drafts"


class LocalBlobs:
    """A content-addressed directory; what is in it is pinned.

    What if we lose it? Proofs still hold; attachments come back from any member that pinned them, or not at all.

    Args:
        folder: made when missing. Only this class writes there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / _DRAFTS).mkdir(parents=True, exist_ok=True)

    def add(self, content: BinaryIO) -> Cid:
        """Store and pin all bytes; see the port."""
        draft = self._folder / _DRAFTS / f"{os.getpid()}-{id(content):x}-{os.urandom(8).hex()}"
        try:
            with draft.open("xb") as handle:
                name = cids.cid_of_chunks(self._copy(content, handle))
                handle.flush()
                os.fsync(handle.fileno())
            path = self._path(name)
            path.parent.mkdir(exist_ok=True)
            # The name appears only when every byte is on disk: a crash before leaves a draft, never half a blob.
            draft.replace(path)
            self._sync(path.parent)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise StorageError(f"The attachment could not be written to {self._folder}: {error.strerror}") from error
        return name

    def fetch(self, cid: Cid) -> Iterator[bytes]:
        """The content in verified chunks; see the port."""
        cids.from_text(cid)
        try:
            handle = self._path(cid).open("rb")
        except FileNotFoundError as error:
            raise NotFoundError(f"No attachment {cid} is kept here") from error
        with handle:
            # First the whole, to know that the chunk hashes are the right ones, then each chunk against its own hash:
            # nothing is handed out that does not belong to `cid`, even if the disk changes in between.
            hashes: list[bytes] = []
            whole = cids.cid_of_chunks(self._noted(handle, hashes))
            if whole != cid:
                raise ProofError(f"The attachment {cid} is damaged on disk: its bytes make {whole}")
            handle.seek(0)
            for expected, chunk in zip(hashes, cids.chunks(handle), strict=True):
                if not cids.matches(expected, chunk):
                    raise ProofError(f"The attachment {cid} changed on disk while it was read")
                yield chunk

    def has(self, cid: Cid) -> bool:
        """Whether the content is in the directory."""
        cids.from_text(cid)
        return self._path(cid).is_file()

    def unpin(self, cid: Cid) -> None:
        """Delete the content; may be called twice."""
        cids.from_text(cid)
        self._path(cid).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Delete drafts that a crash left behind, call it at start; gives how many."""
        drafts = list((self._folder / _DRAFTS).iterdir())
        for draft in drafts:
            draft.unlink(missing_ok=True)
        return len(drafts)

    def _path(self, cid: str) -> Path:
        # Sharded by the second- and third-last characters, as the first ones are alike in all CIDs.
        return self._folder / cid[-3:-1] / cid

    @staticmethod
    def _copy(content: BinaryIO, handle: BinaryIO) -> Iterator[bytes]:
        for chunk in cids.chunks(content):
            handle.write(chunk)
            yield chunk

    @staticmethod
    def _noted(handle: BinaryIO, hashes: list[bytes]) -> Iterator[bytes]:
        for chunk in cids.chunks(handle):
            hashes.append(cids.cid_of_block(cids.RAW, chunk))
            yield chunk

    @staticmethod
    def _sync(folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
