"""Port to content-addressed blobs (attachments: photos, reports, raw files)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NewType, Protocol

Cid = NewType("Cid", str)
"""An IPFS CID v1, base32, raw leaves, as `ipfs add --cid-version=1 --raw-leaves` names the content."""


class BlobStore(Protocol):
    """Content by its CID. What if we lose it? Proofs still hold, but the attachment is gone: hence pins and copies."""

    def add(self, content: BinaryIO) -> Cid:
        """Store and pin all bytes of `content`; after return they survive a crash. MAY be called twice for equal bytes.

        MUST give the CID that Kubo gives for equal bytes, files over one chunk (262,144 bytes) included.
        MUST keep memory flat in the size of the content.
        MUST raise BlobsUnreachableError for network faults, StorageError for a full disk (nothing half-kept).
        """

    def fetch(self, cid: Cid) -> Iterator[bytes]:
        """The content in chunks, each verified against `cid` before it is yielded.

        MUST raise NotFoundError when nobody has it, ProofError when what came back does not hash to `cid`.
        """

    def has(self, cid: Cid) -> bool:
        """Whether the content is here (no network search)."""

    def unpin(self, cid: Cid) -> None:
        """Let go of the content; MAY be called twice. Afterwards `has` is False once the store collects it."""
