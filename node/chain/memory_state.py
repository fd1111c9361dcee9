"""The state of a chain in memory: real Merkle-Patricia tries and headers, so that its receipts are real proofs."""

from __future__ import annotations

from typing import Any, Final

import rlp
from eth_hash.auto import keccak
from trie.hexary import HexaryTrie

from evidence.keys import KeyId
from evidence.layout import key_slots
from evidence.receipt import AccountProof, Address, KeyProof, SlotProof
from evidence.storage import EMPTY_TRIE
from node.chain import headers

_EMPTY_UNCLES: Final = keccak(bytes(rlp.encode([])))
_EMPTY_REQUESTS: Final = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
_GAS_LIMIT: Final = 30_000_000


class Tries:
    """All trie nodes of one chain. Nothing is pruned, so every past root stays provable after later blocks."""

    def __init__(self) -> None:
        self._nodes: dict[bytes, bytes] = {}

    def write(self, root: bytes, slot: bytes, value: bytes) -> bytes:
        """The storage root after `slot` was set to `value`, 32 bytes each and not all zero."""
        trie = self._trie(root)
        trie[keccak(slot)] = rlp.encode(value.lstrip(b"\0"))
        return bytes(trie.root_hash)

    def account(self, state: bytes, address: Address, storage: bytes) -> bytes:
        """The state root after the contract at `address` has the storage root `storage`."""
        trie = self._trie(state)
        # Yellow Paper section 4.1: nonce, balance, storage root, code hash. The code is not modelled: its hash is that
        # of the contract's address, so that no two contracts here look alike.
        trie[keccak(address)] = rlp.encode([b"\x01", b"", storage, keccak(address)])
        return bytes(trie.root_hash)

    def prove_slot(self, storage: bytes, slot: bytes) -> SlotProof:
        """The nodes from `storage` down to `slot`, or down to where it would be."""
        return SlotProof(self._path(storage, slot))

    def prove_account(self, state: bytes, address: Address) -> AccountProof:
        """The nodes from `state` down to the account."""
        return AccountProof(address, self._path(state, address))

    def prove_key(self, storage: bytes, key: KeyId) -> KeyProof:
        """The two slots of a key's record below the registry's storage root."""
        org, terms = key_slots(key)
        return KeyProof(key, self.prove_slot(storage, org), self.prove_slot(storage, terms))

    def _path(self, root: bytes, key: bytes) -> tuple[bytes, ...]:
        return tuple(bytes(rlp.encode(node)) for node in self._trie(root).get_proof(keccak(key)))

    def _trie(self, root: bytes) -> Any:
        return HexaryTrie(self._nodes, root)


def make_header(parent: bytes, state: bytes, number: int, timestamp: int, salt: int) -> bytes:
    """The RLP of a block header with the fields of the Prague upgrade; `salt` tells equal blocks of a reorg apart."""
    empty = EMPTY_TRIE
    bloom = bytes(256)
    return headers.encode(
        [
            *(parent, _EMPTY_UNCLES, bytes(20), state, empty, empty, bloom, 0, number, _GAS_LIMIT, 0, timestamp),
            *(b"credence memory", salt.to_bytes(32, "big"), bytes(8), 0, empty, 0, 0, bytes(32), _EMPTY_REQUESTS),
        ]
    )
