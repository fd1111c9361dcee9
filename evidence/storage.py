"""Merkle-Patricia proofs of a chain's state, as `eth_getProof` gives them, checked without network.

The walk through the trie is the `trie` package's. Around it stands what a proof from a stranger needs: bounded and
well-formed nodes before it, and after it that every node given was needed, in order, so that no spare byte is carried.

Source:
    Ethereum yellow paper, appendix D; EIP-1186; Solidity's layout of mappings in storage.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from eth_hash.auto import keccak

from evidence.errors import MalformedError, StorageProofError
from evidence.receipt import AccountProof, SlotProof
from evidence.rlp import Item, decode, decode_list, to_bytes, to_uint

EMPTY_TRIE: Final = keccak(b"\x80")
"""The root of a trie that holds nothing."""


def slot_at(number: int) -> bytes:
    """The slot with this number, 32 bytes."""
    return number.to_bytes(32, "big")


def mapping_slot(key: bytes, slot: bytes) -> bytes:
    """Where a Solidity mapping in `slot` keeps the value of `key`; both 32 bytes, so the caller pads shorter keys."""
    return keccak(key + slot)


def slot_after(slot: bytes, distance: int = 1) -> bytes:
    """The slot `distance` places behind `slot`, where a struct continues."""
    return ((int.from_bytes(slot, "big") + distance) % 2**256).to_bytes(32, "big")


def prove_account(state_root: bytes, proof: AccountProof) -> bytes:
    """Check that the account is in the state, and give the root of its storage, 32 bytes.

    Raises:
        StorageProofError: the nodes do not prove the account, prove that there is none, or hold more than the proof.
        MalformedError: bytes that are no trie nodes.
        LimitError: nested deeper than any node.
    """
    found = prove_value(state_root, keccak(proof.address), proof.nodes, f"account 0x{proof.address.hex()}")
    if not found:
        raise StorageProofError(f"the state has no account 0x{proof.address.hex()}")
    fields = decode_list(found)
    if len(fields) != 4:
        raise MalformedError(f"an account has 4 fields, this one {len(fields)}")
    nonce, balance, storage_root, code_hash = fields
    to_uint(nonce, size=8)
    to_uint(balance, size=32)
    to_bytes(code_hash, size=32)
    return to_bytes(storage_root, size=32)


def prove_slot(storage_root: bytes, slot: bytes, proof: SlotProof) -> bytes:
    """Check what a contract's storage holds in `slot`: 32 bytes, all zero when the proof shows that nothing is there.

    Raises: as `prove_account`.
    """
    if storage_root == EMPTY_TRIE and proof.nodes == (b"\x80",):
        return bytes(32)  # some clients write the empty trie as a node, others as no node
    found = prove_value(storage_root, keccak(slot), proof.nodes, f"slot 0x{slot.hex()}")
    if not found:
        return bytes(32)
    value = decode(found)
    if value == b"":
        raise MalformedError("a storage trie never holds a zero")
    return to_uint(value, size=32).to_bytes(32, "big")


class _Nodes:
    """The nodes of a proof as the trie's database: it must ask for each one, in the order given."""

    __slots__ = ("_nodes", "used")

    def __init__(self, nodes: Sequence[bytes]) -> None:
        self._nodes = nodes
        self.used = 0

    def __getitem__(self, key: bytes) -> bytes:
        if self.used == len(self._nodes) or keccak(self._nodes[self.used]) != key:
            raise KeyError(key)
        self.used += 1
        return self._nodes[self.used - 1]


def prove_value(root: bytes, key: bytes, nodes: Sequence[bytes], what: str) -> bytes:
    """Check what the trie with `root` holds at `key` (both 32 bytes): its value, empty when it holds nothing there.

    Args:
        what: names the key in refusals.
    Raises:
        StorageProofError: the nodes do not lead there from the root, or there are more than lead there.
        MalformedError: bytes that are no trie nodes.
        LimitError: nested deeper than any node.
    """
    # 0.15 s to import, and only who checks an anchor needs it.
    from trie.exceptions import InvalidNibbles, InvalidNode, MissingTrieNode, ValidationError
    from trie.hexary import HexaryTrie

    for node in nodes:
        _check_node(decode(node), embedded=False)
    source = _Nodes(nodes)
    try:
        found = bytes(HexaryTrie(source, root).get(key))
    except (MissingTrieNode, ValidationError, InvalidNode, InvalidNibbles) as error:
        raise StorageProofError(f"the nodes given do not lead from the state's root to {what}") from error
    if source.used != len(nodes):
        raise StorageProofError(f"the proof of {what} carries {len(nodes) - source.used} nodes that prove nothing")
    return found


def _check_node(node: Item, *, embedded: bool) -> None:
    """Refuse what is no node of a trie with keys of 32 bytes; the `trie` package takes much of it on trust."""
    if isinstance(node, list) and len(node) == 17:
        for child in node[:16]:
            if child != b"":
                _check_child(child)
        if node[16] != b"":
            raise MalformedError("a branch with a value: keys of equal length never end in one")
        return
    if not isinstance(node, list) or len(node) != 2 or not isinstance(node[0], bytes) or not node[0]:
        raise MalformedError(f"{'an embedded' if embedded else 'a'} trie node that is no branch, extension or leaf")
    path, rest = node[0], node[1]
    flag = path[0] >> 4
    if flag > 3 or (not flag & 1 and path[0] & 0x0F) or path == b"\x00":
        raise MalformedError("a trie node whose path is not in its one form")
    if flag >= 2:
        if not isinstance(rest, bytes) or not rest:
            raise MalformedError("a trie leaf without a value")
    else:
        _check_child(rest)


def _check_child(child: Item) -> None:
    if isinstance(child, list):
        _check_node(child, embedded=True)
    elif len(child) != 32:
        raise MalformedError("a trie node whose child is neither a hash nor a node")
