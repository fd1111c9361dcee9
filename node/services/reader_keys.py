"""Which age keys a member reads with: those that the registry holds for it and that are in force now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.clock import Clock
from evidence.errors import ConflictError, NotFoundError, SignatureError
from evidence.identity import Lei, org_id
from evidence.keys import KeyPurpose
from node.blobs.recipient import recipient_text
from node.chain.keys import name_key
from node.chain.port import KeyRecord, MemberDirectory


@dataclass(frozen=True, slots=True)
class ReaderKeys:
    """Ask the registry for a member's age keys."""

    directory: MemberDirectory
    clock: Clock

    def __call__(self, lei: Lei) -> Sequence[str]:
        """The member's age public keys ("age1..."); all that are in force, since each is the member's own.

        Raises:
            NotFoundError: not a member.
            ConflictError: suspended, or without an encryption key in force.
            SignatureError: the published bytes are not the key that is registered.
        """
        org = org_id(lei)
        member = self.directory.member(org)
        if member is None:
            raise NotFoundError(f"{lei} is not a member", advice="Check the LEI; `credence chain status` lists all.")
        if not member.active:
            raise ConflictError(f"{member.name} is suspended and receives nothing", advice="Leave it out.")
        now = int(self.clock().timestamp())
        records = [one for one in self.directory.keys_of(org, KeyPurpose.ENCRYPTION) if _in_force(one, now)]
        if not records:
            raise ConflictError(
                f"{member.name} has no encryption key in force", advice="Ask it to register one, or leave it out."
            )
        return [recipient_text(self._public(record)) for record in records]

    def _public(self, record: KeyRecord) -> bytes:
        public = self.directory.public_key(record.key)
        # A chain server that swapped the bytes would read what we send.
        if public is None or name_key(KeyPurpose.ENCRYPTION, public) != record.key:
            raise SignatureError(f"The registry's public key for {record.key.hex()} has another thumbprint")
        return public


def _in_force(record: KeyRecord, now: int) -> bool:
    retired = record.retired_at and record.retired_at <= now
    # Compromised is for good, whenever it began: whoever stole the key reads what is encrypted to it.
    return record.valid_from <= now and not retired and not record.compromised_at
