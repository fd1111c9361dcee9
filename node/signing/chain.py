"""The chain of signatures, made as that of the access trail: each digest covers the one before.

Changing, removing or reordering breaks every later digest. Cutting off the end does not, so a head has to be kept
elsewhere, and `check_signatures` compares with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from evidence.canonical import encode
from evidence.draft import JsonValue
from evidence.errors import ConsistencyError, MalformedError
from node.signing.port import EMPTY, Signature, SignatureEntry, SignatureHead
from node.signing.sealed import unseal

_FORMAT: Final = "credence-signatures/1"


def chain(head: SignatureHead, signature: Signature, run: bytes) -> SignatureEntry:
    """The entry that puts `signature` behind `head`."""
    number = head.number + 1
    return SignatureEntry(number, signature, run, head.digest, _digest(number, signature, run, head.digest))


def check_signatures(entries: Iterable[SignatureEntry], known: SignatureHead = EMPTY) -> SignatureHead:
    """The head that `entries`, read from the first on, add up to; it includes the head `known` from earlier.

    Raises:
        ConsistencyError: an entry was changed, removed, added or reordered; or `known` is not part of the chain.
    """
    head, seen, ids = EMPTY, known.number == 0, set[str]()
    for entry in entries:
        if entry.number != head.number + 1 or entry.previous != head.digest:
            raise ConsistencyError(f"signatures: entry {head.number + 1} is missing or out of order")
        if entry.digest != _digest(entry.number, entry.signature, entry.run, entry.previous) or not _true(entry):
            raise ConsistencyError(f"signatures: entry {entry.number} was changed after it was written")
        if entry.signature.id in ids:
            raise ConsistencyError(f"signatures: the id of entry {entry.number} was used before")
        ids.add(entry.signature.id)
        head = SignatureHead(entry.number, entry.digest)
        seen = seen or head == known
    if not seen:
        raise ConsistencyError(f"signatures: entry {known.number}, known from before, is missing or was replaced")
    return head


def _true(entry: SignatureEntry) -> bool:
    """Whether the signature says what is sealed in it, so that its other members are covered by the digest too."""
    try:
        return unseal(entry.signature.sealed) == entry.signature
    except MalformedError:
        return False


def _digest(number: int, signature: Signature, run: bytes, previous: bytes) -> bytes:
    covered: dict[str, JsonValue] = {
        "format": _FORMAT,
        "number": number,
        "previous": previous.hex(),
        "run": run.hex(),
        "sealed": signature.sealed,
    }
    return hashlib.sha256(encode(covered)).digest()
