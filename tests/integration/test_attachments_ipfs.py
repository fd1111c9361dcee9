"""An attachment travels: kept by one member, through two real IPFS daemons, read by the other and by nobody else."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pyrage
import pytest

from evidence.errors import ForbiddenError
from evidence.identity import Lei, org_id
from evidence.keys import KeyPurpose
from node.blob_access import BlobAccess
from node.blobs.recipient import recipient_bytes
from node.chain.memory import MemoryAdmin, MemoryDirectory
from node.chain.memory_chain import ENROLLER, MemoryChain
from node.serve import DRAIN_EVERY
from node.services.attach import AttachFile, ReadAttachment
from node.services.reader_keys import ReaderKeys
from node.settings import Settings
from node.worker.chores import draining
from tests.support import ipfs
from tests.support.api import BUYER
from tests.support.evidence_node import ISSUER, TickingClock

pytestmark = pytest.mark.ipfs


def test_an_attachment_reaches_its_reader_and_stays_closed_to_a_stranger(tmp_path: Path) -> None:
    clock = TickingClock()
    chain = MemoryChain(clock)
    admin, directory = MemoryAdmin(chain, ENROLLER), MemoryDirectory(chain)
    age: dict[Lei, pyrage.x25519.Identity] = {}
    for lei, name in ((ISSUER, "Kiln"), (BUYER, "Buyer")):
        age[lei] = pyrage.x25519.Identity.generate()
        admin.enrol(lei, name, "", ["supplier"])
        public = recipient_bytes(str(age[lei].to_public()))
        admin.register_key(org_id(lei), KeyPurpose.ENCRYPTION, public, 1)
    report = os.urandom(600_000)  # three blocks and a node above them

    with ipfs.daemon(tmp_path / "ours") as ours, ipfs.daemon(tmp_path / "theirs") as theirs:
        kiln = BlobAccess(Settings(tmp_path / "kiln", ISSUER, "Kiln", ipfs_api=ours.api))
        buyer = BlobAccess(Settings(tmp_path / "buyer", BUYER, "Buyer", ipfs_api=theirs.api))
        attach = AttachFile(kiln.store, ISSUER, str(age[ISSUER].to_public()), ReaderKeys(directory, clock))
        cid = attach(io.BytesIO(report), readers=[BUYER]).cid
        assert kiln.queued is not None and kiln.queued.waiting() == (cid,)
        chore = draining(kiln.queued.drain, every=DRAIN_EVERY)
        assert chore.work() and kiln.queued.waiting() == ()
        ours.join(theirs)
        assert ReadAttachment(buyer.store, str(age[BUYER]))(cid) == report
        with pytest.raises(ForbiddenError):
            ReadAttachment(buyer.store, str(pyrage.x25519.Identity.generate()))(cid)
