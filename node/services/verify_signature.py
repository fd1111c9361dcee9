"""Verify a person's signature as another member does: against the registry, trusting no database."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.clock import epoch_seconds
from evidence.errors import SignatureError
from evidence.identity import org_id
from evidence.keys import KeyPurpose, StatementPublicKey
from node.chain.port import MemberDirectory
from node.signing.port import Signature
from node.signing.sealed import key_of, unseal, verify


@dataclass(frozen=True, slots=True)
class VerifySignature:
    """Check a sealed signature over a record: this organisation vouches that this person signed exactly this."""

    directory: MemberDirectory

    def __call__(self, record: bytes, sealed: str) -> Signature:
        """The signature, when all of it holds.

        Raises:
            MalformedError, LimitError: no sealed signature.
            SignatureError: not sealed by a statement key that the registry held for the organisation at that time, or
                not over this record.
        """
        signature, key_id = unseal(sealed), key_of(sealed)
        # (1) The registry says whose key it is, for what, and since when; the signature cannot.
        held, public = self.directory.key(key_id), self.directory.public_key(key_id)
        if held is None or public is None or held.org != org_id(signature.organisation):
            raise SignatureError(f"signature {signature.id} is not sealed by a registered key of its organisation")
        at = epoch_seconds(signature.at)
        if held.purpose != KeyPurpose.STATEMENT or at < held.valid_from or (held.retired_at and at >= held.retired_at):
            raise SignatureError(f"signature {signature.id} is sealed by a key that did not seal signatures then")
        # A thief chooses the time that he writes; nothing outside proves that it is older than the theft.
        if held.compromised_at:
            raise SignatureError(f"signature {signature.id} is sealed by a key that was declared compromised")
        # (2) The key, the record, and every member of the signature.
        key = StatementPublicKey.from_sec1(public)
        if key.key_id != key_id:
            raise SignatureError("the registry holds another key under this name")
        verify(record, signature, key)
        return signature
