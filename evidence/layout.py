"""Where our contracts keep what proofs rely on, slot by slot; `docs/architecture.md` says why these and no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from evidence.errors import StorageProofError
from evidence.identity import OrgId
from evidence.keys import KeyId
from evidence.receipt import Address, address
from evidence.storage import mapping_slot, slot_after, slot_at

REGISTRY_SLOT: Final = slot_at(2)
"""`EvidenceLog`: the address of the registry that says who may anchor."""

_ROOTS: Final = slot_at(0)
_HEADS: Final = slot_at(1)
_KEYS: Final = slot_at(0)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A registered key: whose, for what, from when, until when (seconds since 1970, UTC; 0 = never)."""

    key: KeyId
    org: OrgId
    purpose: int
    valid_from: int
    retired_at: int
    compromised_at: int


def root_slot(org: OrgId, size: int) -> bytes:
    """`EvidenceLog.roots[org][size]`: the root of the head that `org` anchored with this size, zero if none."""
    return mapping_slot(size.to_bytes(32, "big"), mapping_slot(org, _ROOTS))


def head_slot(org: OrgId) -> bytes:
    """`EvidenceLog.heads[org]`: size, time and number of anchors, packed from the lowest byte on."""
    return mapping_slot(org, _HEADS)


def key_slots(key: KeyId) -> tuple[bytes, bytes]:
    """`MemberRegistry.keys[key]`: the slot with the organisation, and the packed one after it."""
    first = mapping_slot(key, _KEYS)
    return first, slot_after(first)


def decode_address(value: bytes) -> Address:
    """The address in a slot.

    Raises:
        StorageProofError: the slot (32 bytes) holds more than an address, or none.
    """
    if value[:12] != bytes(12) or value == bytes(32):
        raise StorageProofError("the slot for an address holds something else")
    return address(value[12:])


def decode_key(key: KeyId, org: bytes, terms: bytes) -> KeyRecord:
    """The record in a key's two slots (32 bytes each).

    Raises:
        StorageProofError: the key is not registered, or the slots hold something else.
    """
    if org == bytes(32):
        raise StorageProofError(f"the key {key.hex()} is not registered")
    if terms[:7] != bytes(7):
        raise StorageProofError(f"the record of the key {key.hex()} is not one of this version")
    number = int.from_bytes(terms, "big")
    valid_from, retired_at, compromised_at = ((number >> shift) & (2**64 - 1) for shift in (8, 72, 136))
    return KeyRecord(key, OrgId(org), number & 0xFF, valid_from, retired_at, compromised_at)


def encode_key(record: KeyRecord) -> tuple[bytes, bytes]:
    """The two slots that hold `record`, as `decode_key` reads them."""
    number = record.purpose | record.valid_from << 8 | record.retired_at << 72 | record.compromised_at << 136
    return record.org, number.to_bytes(32, "big")


def encode_head(size: int, anchored_at: int, count: int) -> bytes:
    """The slot at `head_slot`: size, block time (s) and number of anchors, 64 bits each."""
    return (size | anchored_at << 64 | count << 128).to_bytes(32, "big")
