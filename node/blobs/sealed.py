"""Attachments encrypted to their readers with age before they leave the machine (age-encryption.org/v1)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Final, cast

from evidence.errors import ForbiddenError, InputError, LimitError, MalformedError
from node.blobs.port import BlobStore, Cid

MAX_ATTACHMENT_BYTES: Final = 64 * 1024 * 1024
MAX_RECIPIENTS: Final = 64


def add_sealed(store: BlobStore, content: BinaryIO, recipients: Sequence[str]) -> Cid:
    """Encrypt `content` to `recipients` ("age1..." public keys) and store it.

    Equal content gives another CID each time, because age draws a fresh key: a CID tells nothing about the content.

    Raises:
        InputError: no recipient, or one that is no age public key.
        LimitError: more than `MAX_ATTACHMENT_BYTES` bytes or `MAX_RECIPIENTS` recipients.
    """
    import pyrage  # late: only attachments need it

    if not recipients:
        raise InputError("An attachment needs at least one reader", advice="Name the members that may read it.")
    if len(recipients) > MAX_RECIPIENTS:
        raise LimitError(f"{len(recipients)} readers, more than {MAX_RECIPIENTS}")
    try:
        keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError as error:
        raise InputError("A reader's key is not an age public key", advice="It starts with age1.") from error
    data = content.read(MAX_ATTACHMENT_BYTES + 1)
    if len(data) > MAX_ATTACHMENT_BYTES:
        raise LimitError(f"The attachment is larger than {MAX_ATTACHMENT_BYTES} bytes")
    return store.add(io.BytesIO(pyrage.encrypt(data, keys)))


def fetch_sealed(store: BlobStore, cid: Cid, identity: str) -> bytes:
    """Fetch, verify and decrypt an attachment with our age identity ("AGE-SECRET-KEY-...").

    Raises:
        ForbiddenError: it was not encrypted to us.
        MalformedError: not an age file, or one that was changed.
        LimitError: larger than any attachment may be.
    """
    import pyrage

    data = _bounded(store.fetch(cid))
    try:
        return cast(bytes, pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise ForbiddenError(
                f"The attachment {cid} is not encrypted to this organisation",
                advice="Ask its owner to add you as a reader.",
            ) from error
        raise MalformedError(f"The attachment {cid} is no whole age file: {error}") from error


def _bounded(chunks: Iterable[bytes]) -> bytes:
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_ATTACHMENT_BYTES + 65_536:  # what age adds: header and 16 bytes per 64 KiB
            raise LimitError(f"The attachment is larger than {MAX_ATTACHMENT_BYTES} bytes")
        parts.append(chunk)
    return b"".join(parts)
