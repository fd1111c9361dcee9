"""Checks that every adapter makes before it sends anything, so that a refusal costs nothing and says why."""

from __future__ import annotations

from collections.abc import Iterable

from evidence.errors import ConflictError, ForbiddenError, NotFoundError
from evidence.identity import OrgId
from evidence.keys import KeyId
from evidence.layout import KeyRecord
from node.chain.port import Attestation, Member


def check_keys_registered(org: OrgId, keys: Iterable[tuple[KeyId, KeyRecord | None]]) -> None:
    """Raise ConflictError unless every key is registered to `org`: a receipt without them would prove nothing."""
    for key, record in keys:
        if record is None or record.org != org:
            raise ConflictError(
                f"key {key.hex()} is not registered to organisation {org.hex()}",
                advice="Ask the consortium's enroller to register this node's statement and log keys first.",
            )


def check_revocable(uid: bytes, attestation: Attestation | None, account: str) -> None:
    """Raise NotFoundError for an unknown attestation, ForbiddenError for somebody else's."""
    if attestation is None:
        raise NotFoundError(f"there is no attestation 0x{uid.hex()}", advice="Check the attestation's UID.")
    if attestation.attester != account:
        raise not_ours(uid, attestation.attester)


def not_ours(uid: bytes, attester: str) -> ForbiddenError:
    """The error for somebody else's attestation."""
    return ForbiddenError(
        f"attestation 0x{uid.hex()} was made by {attester}: only that account may revoke it",
        advice="Ask the organisation that attested it.",
    )


def check_same_name(member: Member | None, name: str) -> None:
    """Raise ConflictError when the organisation is enrolled under another name."""
    if member is not None and member.name != name:
        raise ConflictError(
            f"{member.lei} is enrolled already, as {member.name!r}",
            advice="Check the LEI: it belongs to another organisation, or the name is spelt differently.",
        )


def no_account(sender: bytes) -> ForbiddenError:
    """The error for a chain key that operates no account contract."""
    return ForbiddenError(
        f"the key 0x{sender.hex()} operates no account contract",
        advice="Ask the consortium's enroller to register this node's attest key and to open an account contract.",
    )
