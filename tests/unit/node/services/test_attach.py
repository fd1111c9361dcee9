"""Attachments: for the members named, by keys that the registry vouches for, and for nobody else."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.draft import Kind, Tier
from evidence.errors import ConflictError, ForbiddenError, LimitError, MalformedError, NotFoundError, SignatureError
from evidence.identity import Lei, org_id
from evidence.keys import KeyId, KeyPurpose
from evidence.schema import latest
from node.blobs import cid as cids
from node.blobs.memory import MemoryBlobs
from node.blobs.recipient import recipient_bytes
from node.blobs.sealed import MAX_ATTACHMENT_BYTES
from node.chain.memory import MemoryAdmin, MemoryDirectory
from node.chain.memory_chain import ENROLLER, MemoryChain
from node.services.attach import AttachFile, ReadAttachment
from node.services.reader_keys import ReaderKeys
from tests.support.api import BUYER, MAKER, other_lei
from tests.support.evidence_node import ISSUER, TickingClock

PHOTO = b"photo of a cracked weld"


class Trial:
    """Three members on a chain in memory, and the attachments of the first."""

    def __init__(self) -> None:
        self.clock, self.blobs = TickingClock(), MemoryBlobs()
        chain = MemoryChain(self.clock)
        self.admin, self.directory = MemoryAdmin(chain, ENROLLER), MemoryDirectory(chain)
        self.identities: dict[Lei, str] = {}
        for lei, name in ((ISSUER, "Kiln"), (BUYER, "Buyer"), (MAKER, "Maker")):
            self.admin.enrol(lei, name, "", ["supplier"])
            self.identities[lei] = self.key(lei)[0]
        own = str(pyrage.x25519.Identity.from_str(self.identities[ISSUER]).to_public())
        self.attach = AttachFile(self.blobs, ISSUER, own, ReaderKeys(self.directory, self.clock))

    def key(self, lei: Lei, *, valid_from: int = 1) -> tuple[str, KeyId]:
        """A further encryption key of a member: its identity, and what the registry calls it."""
        made = pyrage.x25519.Identity.generate()
        public = recipient_bytes(str(made.to_public()))
        return str(made), self.admin.register_key(org_id(lei), KeyPurpose.ENCRYPTION, public, valid_from)

    def keep(self, *readers: Lei) -> str:
        return self.attach(io.BytesIO(PHOTO), readers=readers).cid

    def read(self, cid: str, identity: str) -> bytes:
        return ReadAttachment(self.blobs, identity)(cid)


@pytest.fixture
def trial() -> Trial:
    return Trial()


def test_we_and_the_readers_named_read_it_and_other_members_do_not(trial: Trial) -> None:
    kept = trial.attach(io.BytesIO(PHOTO), readers=[BUYER, ISSUER, BUYER])
    assert (kept.size, kept.readers) == (len(PHOTO), (BUYER,))
    for lei in (ISSUER, BUYER):
        assert trial.read(kept.cid, trial.identities[lei]) == PHOTO
    with pytest.raises(ForbiddenError):
        trial.read(kept.cid, trial.identities[MAKER])
    assert PHOTO not in b"".join(trial.blobs.fetch(kept.cid))


def test_without_readers_only_we_read_it(trial: Trial) -> None:
    cid = trial.keep()
    assert trial.read(cid, trial.identities[ISSUER]) == PHOTO
    with pytest.raises(ForbiddenError):
        trial.read(cid, trial.identities[BUYER])


def test_a_new_key_reads_and_retired_compromised_and_future_keys_do_not(trial: Trial) -> None:
    (fresh, _), (old, retired), (stolen, compromised) = trial.key(BUYER), trial.key(BUYER), trial.key(BUYER)
    later = int((trial.clock() + timedelta(days=1)).timestamp())
    future, _ = trial.key(BUYER, valid_from=later)
    trial.admin.retire_key(retired)
    trial.admin.declare_compromised(compromised, 5)
    cid = trial.keep(BUYER)
    assert trial.read(cid, fresh) == trial.read(cid, trial.identities[BUYER]) == PHOTO
    for identity in (old, stolen, future):
        with pytest.raises(ForbiddenError):
            trial.read(cid, identity)


def test_readers_that_cannot_receive_are_named_and_nothing_is_kept(trial: Trial) -> None:
    stranger = other_lei(1)
    with pytest.raises(NotFoundError, match=str(stranger)):
        trial.keep(BUYER, stranger)
    trial.admin.set_active(org_id(MAKER), False)
    with pytest.raises(ConflictError, match="Maker is suspended"):
        trial.keep(MAKER)
    (record,) = trial.directory.keys_of(org_id(BUYER), KeyPurpose.ENCRYPTION)
    trial.admin.retire_key(record.key)
    with pytest.raises(ConflictError, match="Buyer has no encryption key"):
        trial.keep(BUYER)
    assert not trial.blobs._content


def test_a_registry_that_swaps_the_published_key_is_not_believed(trial: Trial) -> None:
    class Swapped(MemoryDirectory):
        def public_key(self, key: KeyId) -> bytes | None:
            return b"\x09" + bytes(31)

    keys = ReaderKeys(Swapped(trial.directory._chain), trial.clock)
    with pytest.raises(SignatureError, match="another thumbprint"):
        replace(trial.attach, recipients_of=keys)(io.BytesIO(PHOTO), readers=[BUYER])


def test_too_many_readers_and_too_large_a_file_are_refused_before_anything_is_asked(trial: Trial) -> None:
    def unasked(lei: Lei) -> Sequence[str]:
        raise AssertionError(lei)

    attach = replace(trial.attach, recipients_of=unasked)
    with pytest.raises(LimitError, match="readers"):
        attach(io.BytesIO(PHOTO), readers=[other_lei(number) for number in range(64)])
    with pytest.raises(LimitError, match="bytes"):
        attach(io.BytesIO(bytes(MAX_ATTACHMENT_BYTES + 1)), readers=[BUYER])


def test_what_is_no_cid_or_no_attachment_is_refused(trial: Trial) -> None:
    with pytest.raises(MalformedError):
        trial.read("../../etc/passwd", trial.identities[ISSUER])
    with pytest.raises(MalformedError, match="no whole age file"):
        trial.read(trial.blobs.add(io.BytesIO(b"plain")), trial.identities[ISSUER])


@given(digest=st.binary(min_size=32, max_size=32), codec=st.sampled_from([cids.RAW, cids.DAG_PB]))
def test_the_schemas_take_every_cid_that_an_attachment_can_have(digest: bytes, codec: int) -> None:
    cid = cids.to_text(bytes((1, codec)) + b"\x12\x20" + digest)
    for kind in (Kind.NONCONFORMANCE, Kind.COMPLAINT, Kind.EIGHT_D, Kind.REPAIR, Kind.AUDIT):
        assert latest(kind).tiers["attachments"] is Tier.RESTRICTED
        assert latest(kind).checks["attachments"]([cid]) is None


@given(text=st.text(max_size=70) | st.from_regex(r"\Ab(afkrei|afybei)[a-z2-7]{50,53}\Z"))
def test_the_schemas_take_no_text_that_is_no_cid(text: str) -> None:
    accepted = latest(Kind.AUDIT).checks["attachments"]([text]) is None
    try:
        cids.from_text(text)
    except MalformedError:
        assert not accepted
    else:
        assert accepted
