"""Headers and state proofs of a real chain: what anvil gives, our verifier must accept, and read the same values."""

from __future__ import annotations

from typing import Any

import pytest
import rlp

from evidence.encoding import hex0x_encode
from evidence.header import Header, parse_header
from evidence.identity import lei_from_prefix, org_id
from evidence.keys import KeyId
from evidence.layout import REGISTRY_SLOT, KeyRecord, decode_address, decode_key, encode_key, key_slots, root_slot
from evidence.receipt import AccountProof, Address, SlotProof
from evidence.storage import prove_account, prove_slot, slot_at
from tests.support.anvil import AnvilControl, anvil

__all__ = ["anvil"]
pytestmark = pytest.mark.anvil

LOG, REGISTRY = Address(b"\x0e" * 20), Address(b"\x0f" * 20)
ORG, KEY = org_id(lei_from_prefix("5299009QN1WRHV3CPG")), KeyId(bytes(range(32)))
ROOT = bytes(range(32, 64))
RECORD = KeyRecord(KEY, ORG, 1, 1_700_000_000, 0, 1_900_000_000)
FIELDS = [
    "parentHash",
    "sha3Uncles",
    "miner",
    "stateRoot",
    "transactionsRoot",
    "receiptsRoot",
    "logsBloom",
    "difficulty",
    "number",
    "gasLimit",
    "gasUsed",
    "timestamp",
    "extraData",
    "mixHash",
    "nonce",
    "baseFeePerGas",
    "withdrawalsRoot",
    "blobGasUsed",
    "excessBlobGas",
    "parentBeaconBlockRoot",
    "requestsHash",
]
QUANTITIES = {
    "difficulty",
    "number",
    "gasLimit",
    "gasUsed",
    "timestamp",
    "baseFeePerGas",
    "blobGasUsed",
    "excessBlobGas",
}


def raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def newest(chain: AnvilControl) -> tuple[Header, str]:
    """The newest header as we read it, and the hash that the chain gives it."""
    block: dict[str, Any] = chain.rpc("eth_getBlockByNumber", "latest", False)
    fields = [int(block[name], 16) if name in QUANTITIES else raw(block[name]) for name in FIELDS if name in block]
    return parse_header(rlp.encode(fields)), block["hash"]


def proofs(chain: AnvilControl, address: Address, slots: list[bytes]) -> tuple[AccountProof, list[SlotProof]]:
    keys = [hex0x_encode(slot) for slot in slots]
    found = chain.rpc("eth_getProof", hex0x_encode(address), keys, "latest")
    slot_proofs = [SlotProof(tuple(map(raw, proof["proof"]))) for proof in found["storageProof"]]
    return AccountProof(address, tuple(map(raw, found["accountProof"]))), slot_proofs


def write(chain: AnvilControl, address: Address, slot: bytes, value: bytes) -> None:
    chain.rpc("anvil_setStorageAt", hex0x_encode(address), hex0x_encode(slot), hex0x_encode(value))


def test_headers_hash_to_what_the_chain_says(anvil: AnvilControl) -> None:
    anvil.mine()
    header, block_hash = newest(anvil)
    assert hex0x_encode(header.hash) == block_hash
    assert header.number == anvil.height()


def test_state_proofs_of_a_chain_are_accepted_and_give_the_values_written(anvil: AnvilControl) -> None:
    for address in (LOG, REGISTRY):
        anvil.rpc("anvil_setCode", hex0x_encode(address), "0x00")
    write(anvil, LOG, REGISTRY_SLOT, REGISTRY.rjust(32, b"\0"))
    write(anvil, LOG, root_slot(ORG, 7), ROOT)
    for slot, value in zip(key_slots(KEY), encode_key(RECORD), strict=True):
        write(anvil, REGISTRY, slot, value)
    anvil.mine()
    header, _ = newest(anvil)

    account, (registry, root, absent) = proofs(anvil, LOG, [REGISTRY_SLOT, root_slot(ORG, 7), root_slot(ORG, 8)])
    storage = prove_account(header.state_root, account)
    assert decode_address(prove_slot(storage, REGISTRY_SLOT, registry)) == REGISTRY
    assert prove_slot(storage, root_slot(ORG, 7), root) == ROOT
    assert prove_slot(storage, root_slot(ORG, 8), absent) == bytes(32)

    account, slots = proofs(anvil, REGISTRY, list(key_slots(KEY)))
    storage = prove_account(header.state_root, account)
    org, terms = (prove_slot(storage, slot, proof) for slot, proof in zip(key_slots(KEY), slots, strict=True))
    assert decode_key(KEY, org, terms) == RECORD


def test_a_contract_without_storage_is_proved_empty(anvil: AnvilControl) -> None:
    address = Address(b"\x0d" * 20)
    anvil.rpc("anvil_setCode", hex0x_encode(address), "0x00")
    anvil.mine()
    header, _ = newest(anvil)
    account, (slot,) = proofs(anvil, address, [slot_at(0)])
    assert prove_slot(prove_account(header.state_root, account), slot_at(0), slot) == bytes(32)
