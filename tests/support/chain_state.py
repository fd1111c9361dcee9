"""A chain's state without a chain: real tries with the documented layout, and headers over them."""

from __future__ import annotations

from collections.abc import Sequence

import rlp
from eth_hash.auto import keccak
from trie.hexary import HexaryTrie

from evidence.identity import OrgId
from evidence.keys import KeyId
from evidence.layout import REGISTRY_SLOT, KeyRecord, encode_head, encode_key, head_slot, key_slots, root_slot
from evidence.log import LogHead
from evidence.receipt import AccountProof, Address, AnchorReceipt, KeyProof, LogProof, RegistryProof, SlotProof

LOG_ADDRESS = Address(bytes.fromhex("1111111111111111111111111111111111111111"))
REGISTRY_ADDRESS = Address(bytes.fromhex("2222222222222222222222222222222222222222"))
FORKS = {"Frontier": 15, "London": 16, "Shanghai": 17, "Cancun": 20, "Prague": 21}


def nodes_to(trie: HexaryTrie, key: bytes) -> tuple[bytes, ...]:
    """The nodes on the way to `key`, as `eth_getProof` gives them: embedded nodes stay inside their parents."""
    encoded = [rlp.encode(node) for node in trie.get_proof(key)]  # type: ignore[no-untyped-call]
    return tuple(node for place, node in enumerate(encoded) if place == 0 or len(node) >= 32)


class Account:
    """One contract: its storage, and the account that commits to it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.storage = HexaryTrie({})

    def write(self, slot: bytes, value: bytes) -> None:
        """Put 32 bytes into a slot; zero empties it."""
        key, minimal = keccak(slot), value.lstrip(b"\0")
        if minimal:
            self.storage[key] = rlp.encode(minimal)
        elif key in self.storage:
            del self.storage[key]  # type: ignore[no-untyped-call]

    def prove(self, slot: bytes) -> SlotProof:
        """The proof of what `slot` holds, also when that is nothing."""
        return SlotProof(nodes_to(self.storage, keccak(slot)))

    @property
    def encoded(self) -> bytes:
        return bytes(rlp.encode([b"\x01", b"", self.storage.root_hash, keccak(b"code of " + self.address)]))


class ChainState:
    """`EvidenceLog` and `MemberRegistry` among other accounts, all with other slots around ours."""

    def __init__(self, *, neighbours: int = 40) -> None:
        self.log = Account(LOG_ADDRESS)
        self.registry = Account(REGISTRY_ADDRESS)
        self.log.write(REGISTRY_SLOT, REGISTRY_ADDRESS.rjust(32, b"\0"))
        self.others = [Account(Address(keccak(bytes([number]))[:20])) for number in range(neighbours)]
        for number in range(neighbours):
            for account in (self.log, self.registry):
                account.write(keccak(b"slot of a neighbour %d" % number), keccak(bytes([number])))

    def anchor(self, org: OrgId, head: LogHead, *, at: int = 0) -> None:
        self.log.write(root_slot(org, head.size), head.root)
        self.log.write(head_slot(org), encode_head(head.size, at, 1))

    def register(self, record: KeyRecord) -> None:
        for slot, value in zip(key_slots(record.key), encode_key(record), strict=True):
            self.registry.write(slot, value)

    def state(self) -> HexaryTrie:
        accounts = HexaryTrie({})
        for account in (self.log, self.registry, *self.others):
            accounts[keccak(account.address)] = account.encoded
        return accounts

    def header(self, *, number: int, timestamp: int, fork: str = "Prague", extra: bytes = b"test") -> bytes:
        """A header over the present state."""
        fields = [
            keccak(b"parent"),
            keccak(rlp.encode([])),
            bytes(20),
            self.state().root_hash,
            keccak(b"\x80"),
            keccak(b"\x80"),
            bytes(256),
            0,
            number,
            30_000_000,
            21_000,
            timestamp,
            extra,
            bytes(32),
            bytes(8),
            7,
            keccak(b"\x80"),
            0,
            0,
            keccak(b"beacon"),
            keccak(b"requests"),
        ]
        return bytes(rlp.encode(fields[: FORKS[fork]]))

    def receipt(
        self, org: OrgId, head: LogHead, keys: Sequence[KeyId], *, timestamp: int, number: int = 42
    ) -> AnchorReceipt:
        """The receipt that a ledger gives for `head` at a block of the present state."""
        state = self.state()
        proofs = []
        for key in keys:
            org_slot, terms_slot = key_slots(key)
            proofs.append(KeyProof(key, self.registry.prove(org_slot), self.registry.prove(terms_slot)))
        return AnchorReceipt(
            org,
            head,
            self.header(number=number, timestamp=timestamp),
            LogProof(
                AccountProof(LOG_ADDRESS, nodes_to(state, keccak(LOG_ADDRESS))),
                self.log.prove(REGISTRY_SLOT),
                self.log.prove(root_slot(org, head.size)),
            ),
            RegistryProof(AccountProof(REGISTRY_ADDRESS, nodes_to(state, keccak(REGISTRY_ADDRESS))), tuple(proofs)),
        )
