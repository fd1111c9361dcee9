"""A signature service over a door of people, with everything that tests turn."""

from __future__ import annotations

import os
from dataclasses import dataclass

from evidence.identity import lei_from_prefix, org_id
from evidence.keys import KeyPurpose, StatementKey
from node.auth.model import Principal
from node.chain.port import KeyRecord, Member
from node.services.sign import SignRecord
from node.signing.memory import MemorySignatures
from node.signing.port import Credentials, Meaning, Signature, SignatureStore
from node.signing.presence import DoorPresence, signer_of
from tests.support.door import GOOD, House, house

ORGANISATION = lei_from_prefix("5493000KILNWORKS00")
RECORD = bytes(range(32))


@dataclass
class SigningDesk:
    """The house with its people, and the service they sign with."""

    house: House
    store: SignatureStore
    key: StatementKey
    sign: SignRecord

    def __call__(
        self,
        who: Principal,
        *,
        name: str | None = None,
        password: str = GOOD,
        record: bytes = RECORD,
        meaning: Meaning = Meaning.APPROVAL,
        about: str = "case/case-1",
    ) -> Signature:
        """Sign as `who` with what was typed."""
        typed = Credentials(password, name)
        return self.sign(record, meaning, signer_of(who), typed, about=about, zone="Asia/Shanghai", request="req-1")

    def again(self, name: str) -> Principal:
        """Another session of a person."""
        return self.house.door.sign_in(name, GOOD, request="r").principal

    def enrol(self, *, compromised: int = 0, retired: int = 0, purpose: int = KeyPurpose.STATEMENT) -> None:
        """Register the organisation and its key."""
        org, public, directory = org_id(ORGANISATION), self.key.public, self.house.directory
        directory.known[org] = Member(org, ORGANISATION, "Kiln Works", True, None, frozenset(), "https://kiln.example")
        directory.records[public.key_id] = KeyRecord(public.key_id, org, purpose, 0, retired, compromised)
        directory.publics[public.key_id] = public.sec1


def signing_desk(store: SignatureStore | None = None) -> SigningDesk:
    """A fresh desk; Argon2 with the least work it allows."""
    home, kept, key = house(), store or MemorySignatures(), StatementKey.generate(os.urandom)
    sign = SignRecord(ORGANISATION, key, kept, DoorPresence(home.door.sign_in), home.clock, os.urandom)
    return SigningDesk(home, kept, key, sign)
