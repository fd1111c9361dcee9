"""State proofs: real tries, absence, embedded nodes, and everything that a forger might add."""

from __future__ import annotations

import random

import pytest
import rlp
from eth_hash.auto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import CredenceError, MalformedError, StorageProofError
from evidence.receipt import AccountProof, Address, SlotProof
from evidence.storage import EMPTY_TRIE, mapping_slot, prove_account, prove_slot, prove_value, slot_after, slot_at
from tests.support.chain_state import LOG_ADDRESS, Account, ChainState, nodes_to
from tests.support.fuzz import assert_refuses_cleanly

STATE = ChainState()
TRIE = STATE.state()
PROOF = AccountProof(LOG_ADDRESS, nodes_to(TRIE, keccak(LOG_ADDRESS)))
SLOT = slot_at(2)


def storage_of(values: dict[bytes, int]) -> Account:
    account = Account(LOG_ADDRESS)
    for slot, value in values.items():
        account.write(slot, value.to_bytes(32, "big"))
    return account


def test_an_account_in_the_state_gives_the_root_of_its_storage() -> None:
    assert prove_account(TRIE.root_hash, PROOF) == STATE.log.storage.root_hash


@given(
    st.dictionaries(st.integers(0, 2**256 - 1).map(slot_at), st.integers(1, 2**256 - 1), min_size=1, max_size=60),
    st.integers(0, 2**256 - 1).map(slot_at),
)
@settings(deadline=None, max_examples=60)
def test_every_slot_is_proved_to_hold_what_it_holds_or_nothing(values: dict[bytes, int], absent: bytes) -> None:
    account = storage_of(values)
    root = account.storage.root_hash
    for slot, value in values.items():
        assert int.from_bytes(prove_slot(root, slot, account.prove(slot)), "big") == value
    if absent not in values:
        assert prove_slot(root, absent, account.prove(absent)) == bytes(32)


def test_nodes_embedded_in_their_parents_are_followed() -> None:
    # Small values under keys that differ in their last nibble only: leaves too short to have a hash of their own.
    trie = STATE.log.storage.__class__({})
    keys = [bytes(31) + bytes([last]) for last in range(4)]
    for number, key in enumerate(keys, 1):
        trie[key] = rlp.encode(number)
    nodes = nodes_to(trie, keys[0])
    assert any(isinstance(child, list) for child in rlp.decode(nodes[-1]))
    for number, key in enumerate(keys, 1):
        assert prove_value(trie.root_hash, key, nodes_to(trie, key), "a slot") == rlp.encode(number)


def test_an_empty_storage_is_proved_with_no_node_or_the_empty_one() -> None:
    assert prove_slot(EMPTY_TRIE, SLOT, SlotProof(())) == bytes(32)
    assert prove_slot(EMPTY_TRIE, SLOT, SlotProof((b"\x80",))) == bytes(32)
    for nodes in ((b"\x80", b"\x80"), (rlp.encode([b"\x20", b"\x01"]),)):
        with pytest.raises(CredenceError):
            prove_slot(EMPTY_TRIE, SLOT, SlotProof(nodes))


def test_a_proof_of_absence_proves_no_account() -> None:
    stranger = Address(keccak(b"nobody")[:20])
    with pytest.raises(StorageProofError, match="has no account"):
        prove_account(TRIE.root_hash, AccountProof(stranger, nodes_to(TRIE, keccak(stranger))))


def test_every_node_is_needed_in_its_place() -> None:
    root, proof = STATE.log.storage.root_hash, STATE.log.prove(SLOT)
    assert len(proof.nodes) >= 2
    spare = STATE.registry.prove(SLOT).nodes[0]
    for nodes in (
        (),
        proof.nodes[:-1],
        proof.nodes[1:],
        tuple(reversed(proof.nodes)),
        (*proof.nodes, spare),
        (spare, *proof.nodes),
        (*proof.nodes, proof.nodes[-1]),
        (proof.nodes[0], *proof.nodes),
    ):
        with pytest.raises(StorageProofError):
            prove_slot(root, SLOT, SlotProof(nodes))


def test_a_proof_proves_no_other_slot_account_or_root() -> None:
    root, proof = STATE.log.storage.root_hash, STATE.log.prove(SLOT)
    with pytest.raises(StorageProofError):
        prove_slot(STATE.registry.storage.root_hash, SLOT, proof)
    with pytest.raises(StorageProofError):
        prove_account(TRIE.root_hash, AccountProof(STATE.others[0].address, PROOF.nodes))
    with pytest.raises(StorageProofError):
        prove_account(keccak(b"another block"), PROOF)
    occupied = sum(prove_or_zero(root, slot_at(number), proof) != bytes(32) for number in range(300))
    assert occupied == 1


def prove_or_zero(root: bytes, slot: bytes, proof: SlotProof) -> bytes:
    try:
        return prove_slot(root, slot, proof)
    except StorageProofError:
        return bytes(32)


def test_no_byte_of_a_state_proof_can_change() -> None:
    for place, node in enumerate(PROOF.nodes):
        for at in range(len(node)):
            changed = node[:at] + bytes([node[at] ^ 1]) + node[at + 1 :]
            nodes = (*PROOF.nodes[:place], changed, *PROOF.nodes[place + 1 :])
            with pytest.raises(CredenceError):
                prove_account(TRIE.root_hash, AccountProof(LOG_ADDRESS, nodes))


LEAF_PATH = b"\x20" + keccak(SLOT)
HASH = keccak(b"elsewhere")


@pytest.mark.parametrize(
    "node",
    [
        [LEAF_PATH, b""],
        [LEAF_PATH, [b"\x20", b"value"]],
        [b"", b"value"],
        [[b"path"], b"value"],
        [b"\x40" + keccak(SLOT), b"value"],
        [b"\x2f" + keccak(SLOT), b"value"],
        [b"\x0f", HASH],
        [b"\x00", HASH],
        [b"\x11", b"short"],
        [b"\x11", b""],
        [b"\x11", HASH + b"\x00"],
        [HASH] * 16 + [b"value"],
        [b"short"] * 16 + [b""],
        [HASH] * 16 + [[]],
        [HASH] * 16,
        [HASH] * 18,
        [],
        [LEAF_PATH],
        [LEAF_PATH, b"value", b"more"],
        [[b"\x11", b"short"]] + [b""] * 16,
        b"a string",
    ],
)
def test_what_is_no_trie_node_is_refused_even_when_its_hash_fits(node: object) -> None:
    encoded = rlp.encode(node)
    with pytest.raises((MalformedError, StorageProofError)):
        prove_slot(keccak(encoded), SLOT, SlotProof((encoded,)))


@pytest.mark.parametrize(
    "value", [b"", b"\x00", b"\x80", b"\x00\x01", b"\x81\x01", rlp.encode(bytes(32)), b"\xc0", b"\xa1" + b"\x01" * 33]
)
def test_values_that_no_storage_holds_are_refused_even_when_their_hash_fits(value: bytes) -> None:
    encoded = rlp.encode([LEAF_PATH, value])
    with pytest.raises(MalformedError):
        prove_slot(keccak(encoded), SLOT, SlotProof((encoded,)))


@pytest.mark.parametrize(
    "account",
    [
        [b"\x01", b"", HASH],
        [b"\x01", b"", HASH, HASH, b""],
        [b"\x00", b"", HASH, HASH],
        [b"\x01" * 9, b"", HASH, HASH],
        [b"\x01", b"\x01" * 33, HASH, HASH],
        [b"\x01", b"", HASH[:31], HASH],
        [b"\x01", b"", HASH, b""],
        [b"\x01", b"", [HASH], HASH],
        b"an account",
    ],
)
def test_values_that_are_no_account_are_refused_even_when_their_hash_fits(account: object) -> None:
    encoded = rlp.encode([b"\x20" + keccak(LOG_ADDRESS), rlp.encode(account)])
    with pytest.raises(MalformedError):
        prove_account(keccak(encoded), AccountProof(LOG_ADDRESS, (encoded,)))


def test_chains_of_nodes_made_up_by_a_forger_are_refused_cleanly() -> None:
    rng = random.Random(20261123)
    seeds = [*PROOF.nodes, *STATE.log.prove(SLOT).nodes, rlp.encode([b"\x11", [b"\x20", b"v"]])]

    def forge(data: bytes) -> None:
        # Each mutant is its own root, so that its hash fits and its inside is looked at.
        others = tuple(rng.sample(seeds, rng.randrange(3)))
        prove_slot(keccak(data), SLOT, SlotProof((data, *others)))

    assert assert_refuses_cleanly(forge, seeds)


def test_slots_of_mappings_are_those_of_solidity() -> None:
    # keccak256(abi.encode(uint256(1), uint256(0))), as Solidity's documentation of storage layout defines it.
    assert (
        mapping_slot(slot_at(1), slot_at(0)).hex() == "ada5013122d395ba3c54772283fb069b10426056ef8ca54750cb9bb552a59e7d"
    )
    assert slot_after(slot_at(41)) == slot_at(42)
    assert slot_after(b"\xff" * 32) == bytes(32)
