"""Attachments: readable by their recipients, by nobody else, and not after a change."""

import io

import pyrage
import pytest

from evidence.errors import ForbiddenError, InputError, MalformedError, ProofError
from node.blobs.memory import MemoryBlobs
from node.blobs.sealed import add_sealed, fetch_sealed


def identity() -> tuple[str, str]:
    made = pyrage.x25519.Identity.generate()
    return str(made), str(made.to_public())


def test_each_recipient_reads_and_nobody_else() -> None:
    store = MemoryBlobs()
    (ours, our_key), (theirs, their_key), (stranger, _) = identity(), identity(), identity()
    cid = add_sealed(store, io.BytesIO(b"photo of a cracked weld"), [our_key, their_key])
    assert fetch_sealed(store, cid, ours) == fetch_sealed(store, cid, theirs) == b"photo of a cracked weld"
    assert b"weld" not in b"".join(store.fetch(cid))
    with pytest.raises(ForbiddenError):
        fetch_sealed(store, cid, stranger)


def test_equal_content_gets_different_names() -> None:
    store, (_, key) = MemoryBlobs(), identity()
    assert add_sealed(store, io.BytesIO(b"0"), [key]) != add_sealed(store, io.BytesIO(b"0"), [key])


def test_a_changed_attachment_is_refused() -> None:
    store, (ours, key) = MemoryBlobs(), identity()
    cid = add_sealed(store, io.BytesIO(b"report"), [key])
    sealed = bytearray(b"".join(store.fetch(cid)))
    sealed[-1] ^= 1
    with pytest.raises(MalformedError):
        fetch_sealed(store, store.add(io.BytesIO(sealed)), ours)
    store.damage(cid)
    with pytest.raises(ProofError):
        fetch_sealed(store, cid, ours)


@pytest.mark.parametrize("recipients", [[], ["not a key"]])
def test_missing_or_wrong_readers_are_refused(recipients: list[str]) -> None:
    with pytest.raises(InputError):
        add_sealed(MemoryBlobs(), io.BytesIO(b"x"), recipients)
