"""Attachments: encrypted to their readers, kept by content identifier, read back verified."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from evidence.errors import LimitError
from evidence.identity import Lei
from node.blobs.port import BlobStore, Cid
from node.blobs.sealed import MAX_ATTACHMENT_BYTES, MAX_RECIPIENTS, add_sealed, fetch_sealed

RecipientsOf = Callable[[Lei], Sequence[str]]
"""The age public keys with which a member reads; `ReaderKeys` asks the registry for them."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What was kept: its name, how many bytes it has when read, and which members besides us can read it."""

    cid: Cid
    size: int
    readers: tuple[Lei, ...]


@dataclass(frozen=True, slots=True)
class AttachFile:
    """Keep a file for us and the members named. A statement that names its CID proves which file it was."""

    blobs: BlobStore
    issuer: Lei
    own: str
    recipients_of: RecipientsOf

    def __call__(self, content: BinaryIO, *, readers: Sequence[Lei]) -> Attachment:
        """Encrypt and keep `content`; the same file again gets another CID, so that a CID tells nothing of a file.

        Raises:
            LimitError: larger than an attachment may be, or more readers.
            NotFoundError, ConflictError: a reader is no member, is suspended, or has no encryption key.
            StorageError: the disk is full; nothing half-kept.
        """
        others = tuple(dict.fromkeys(reader for reader in readers if reader != self.issuer))
        if len(others) >= MAX_RECIPIENTS:
            raise LimitError(f"{len(others)} readers; at most {MAX_RECIPIENTS - 1} besides ourselves")
        data = content.read(MAX_ATTACHMENT_BYTES + 1)
        if len(data) > MAX_ATTACHMENT_BYTES:
            raise LimitError(f"The attachment is larger than {MAX_ATTACHMENT_BYTES} bytes")
        recipients = [self.own, *(key for reader in others for key in self.recipients_of(reader))]
        cid = add_sealed(self.blobs, io.BytesIO(data), list(dict.fromkeys(recipients)))
        return Attachment(cid, len(data), others)


@dataclass(frozen=True, slots=True)
class ReadAttachment:
    """Read an attachment of ours, or one that another member encrypted to us."""

    blobs: BlobStore
    identity: str = field(repr=False)

    def __call__(self, cid: str) -> bytes:
        """The file's bytes.

        Raises:
            MalformedError: not a CID, or no whole age file behind it.
            NotFoundError: nobody has it.
            ProofError: what came back is not what the CID names.
            ForbiddenError: not encrypted to us.
            LimitError: larger than any attachment may be.
        """
        return fetch_sealed(self.blobs, Cid(cid), self.identity)
