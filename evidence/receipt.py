"""The anchor receipt: what a chain's state must hold for a head to count, as Merkle-Patricia proofs against one block.

Nothing here is believed because it is written here: `evidence.storage` checks every byte against the header's state
root, and `evidence.verify` checks that the header is one the reader trusts. What cannot be proved (a transaction hash,
an event) has no place in a receipt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NewType

from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import LimitError, MalformedError, NotFoundError
from evidence.identity import OrgId
from evidence.json_shape import integer, items, members, octets
from evidence.keys import KeyId
from evidence.log import LogHead, digest

MAX_HEADER_BYTES = 8_192
"""A header has about 600 bytes; Besu QBFT writes its validators into `extraData`, 20 bytes each."""

MAX_NODE_BYTES = 1_024
"""A branch node has at most 532 bytes; account leaves about 110."""

MAX_NODES = 65
"""Keys are 64 nibbles long, so no path visits more nodes than that, and the root."""

MAX_KEYS = 64
"""Keys that one receipt may prove."""

Address = NewType("Address", bytes)
"""A contract or account on the chain, 20 bytes."""


def address(value: bytes) -> Address:
    """Check that `value` is 20 bytes long and call it an address.

    Raises:
        MalformedError: any other length.
    """
    if len(value) != 20:
        raise MalformedError(f"an address has 20 bytes, this one {len(value)}")
    return Address(value)


def _check_nodes(nodes: tuple[bytes, ...]) -> None:
    if len(nodes) > MAX_NODES:
        raise LimitError(f"a state proof has at most {MAX_NODES} nodes, this one {len(nodes)}")
    for node in nodes:
        if not 0 < len(node) <= MAX_NODE_BYTES:
            raise LimitError(f"a node of a state proof has 1 to {MAX_NODE_BYTES} bytes, this one {len(node)}")


@dataclass(frozen=True, slots=True)
class SlotProof:
    """The trie nodes from a contract's storage root down to one slot, root first, as `eth_getProof` gives them.

    Slot and value are not repeated: the reader computes the slot, the nodes hold the value (or prove it absent).
    """

    nodes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        _check_nodes(self.nodes)

    def to_json(self) -> JsonValue:
        """The nodes as hexadecimal."""
        return [hex0x_encode(node) for node in self.nodes]

    @classmethod
    def from_json(cls, value: JsonValue, place: str) -> SlotProof:
        """Read what `to_json` writes; `place` names it in refusals."""
        return cls(_nodes_from_json(value, place))


@dataclass(frozen=True, slots=True)
class AccountProof:
    """The trie nodes from a block's state root down to the account of one contract, root first."""

    address: Address
    nodes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        address(self.address)
        _check_nodes(self.nodes)

    def to_json(self) -> Mapping[str, JsonValue]:
        """The two members that the object of a contract begins with."""
        return {"address": hex0x_encode(self.address), "account_proof": [hex0x_encode(node) for node in self.nodes]}

    @classmethod
    def from_json(cls, fields: Mapping[str, JsonValue], place: str) -> AccountProof:
        """Read what `to_json` writes out of a contract's object."""
        return cls(
            Address(octets(fields["address"], f"{place}/address", limit=20, size=20)),
            _nodes_from_json(fields["account_proof"], f"{place}/account_proof"),
        )


@dataclass(frozen=True, slots=True)
class LogProof:
    """`EvidenceLog`: its account, its slot 2 (the registry's address) and the slot `roots[org][size]`."""

    account: AccountProof
    registry_slot: SlotProof
    root_slot: SlotProof

    def to_json(self) -> JsonValue:
        """As `docs/architecture.md` says."""
        return {
            **self.account.to_json(),
            "registry_slot": self.registry_slot.to_json(),
            "root_slot": self.root_slot.to_json(),
        }

    @classmethod
    def from_json(cls, value: JsonValue, place: str) -> LogProof:
        """Read what `to_json` writes; `place` names it in refusals."""
        fields = members(value, place, ("address", "account_proof", "registry_slot", "root_slot"))
        return cls(
            AccountProof.from_json(fields, place),
            SlotProof.from_json(fields["registry_slot"], f"{place}/registry_slot"),
            SlotProof.from_json(fields["root_slot"], f"{place}/root_slot"),
        )


@dataclass(frozen=True, slots=True)
class KeyProof:
    """One key's record in `MemberRegistry`: the slot naming its organisation and the packed slot after it."""

    key: KeyId
    org_slot: SlotProof
    terms_slot: SlotProof

    def __post_init__(self) -> None:
        if len(self.key) != 32:
            raise MalformedError(f"a key id has 32 bytes, this one {len(self.key)}")

    def to_json(self) -> JsonValue:
        """As `docs/architecture.md` says."""
        return {
            "key": hex0x_encode(self.key),
            "org_slot": self.org_slot.to_json(),
            "terms_slot": self.terms_slot.to_json(),
        }

    @classmethod
    def from_json(cls, value: JsonValue, place: str) -> KeyProof:
        """Read what `to_json` writes; `place` names it in refusals."""
        fields = members(value, place, ("key", "org_slot", "terms_slot"))
        return cls(
            KeyId(octets(fields["key"], f"{place}/key", limit=32, size=32)),
            SlotProof.from_json(fields["org_slot"], f"{place}/org_slot"),
            SlotProof.from_json(fields["terms_slot"], f"{place}/terms_slot"),
        )


@dataclass(frozen=True, slots=True)
class RegistryProof:
    """`MemberRegistry`: its account and the records of the keys that signed statement and log."""

    account: AccountProof
    keys: tuple[KeyProof, ...]

    def __post_init__(self) -> None:
        if len(self.keys) > MAX_KEYS:
            raise LimitError(f"a receipt proves at most {MAX_KEYS} keys, this one {len(self.keys)}")
        if len({proof.key for proof in self.keys}) != len(self.keys):
            raise MalformedError("a receipt proves the same key twice")

    def to_json(self) -> JsonValue:
        """As `docs/architecture.md` says."""
        return {**self.account.to_json(), "keys": [proof.to_json() for proof in self.keys]}

    @classmethod
    def from_json(cls, value: JsonValue, place: str) -> RegistryProof:
        """Read what `to_json` writes; `place` names it in refusals."""
        fields = members(value, place, ("address", "account_proof", "keys"))
        keys = items(fields["keys"], f"{place}/keys", limit=MAX_KEYS)
        return cls(
            AccountProof.from_json(fields, place),
            tuple(KeyProof.from_json(key, f"{place}/keys/{number}") for number, key in enumerate(keys)),
        )


@dataclass(frozen=True, slots=True)
class AnchorReceipt:
    """That the block with `header` (RLP) holds `head` as an anchored head of `org`, and who may sign for `org`."""

    org: OrgId
    head: LogHead
    header: bytes
    log: LogProof
    registry: RegistryProof

    def __post_init__(self) -> None:
        if len(self.org) != 32:
            raise MalformedError(f"an organisation id has 32 bytes, this one {len(self.org)}")
        if not 0 < len(self.header) <= MAX_HEADER_BYTES:
            raise LimitError(f"a block header has 1 to {MAX_HEADER_BYTES} bytes, this one {len(self.header)}")

    def for_keys(self, keys: Sequence[KeyId]) -> AnchorReceipt:
        """This receipt with exactly the key proofs for `keys`, in their order, as a proof bundle wants them.

        Raises:
            NotFoundError: the receipt does not prove one of them.
        """
        proofs = {proof.key: proof for proof in self.registry.keys}
        missing = [key for key in keys if key not in proofs]
        if missing:
            raise NotFoundError(
                f"the anchor receipt does not prove key {missing[0].hex()}",
                advice="Anchor again and name this key, so that the receipt proves its registration.",
            )
        return replace(self, registry=replace(self.registry, keys=tuple(proofs[key] for key in keys)))

    def to_json(self) -> Mapping[str, JsonValue]:
        """The receipt as JSON, all bytes as `0x` and hexadecimal; `docs/architecture.md` has the members."""
        return {
            "org": hex0x_encode(self.org),
            "size": self.head.size,
            "root": hex0x_encode(self.head.root),
            "header": hex0x_encode(self.header),
            "log": self.log.to_json(),
            "registry": self.registry.to_json(),
        }

    @classmethod
    def from_json(cls, value: JsonValue, place: str = "anchor") -> AnchorReceipt:
        """Read what `to_json` writes; `place` names it in refusals.

        Raises:
            MalformedError: missing or spare members, or bytes not in their one spelling.
            LimitError: more or longer than any honest receipt.
        """
        fields = members(value, place, ("org", "size", "root", "header", "log", "registry"))
        return cls(
            OrgId(octets(fields["org"], f"{place}/org", limit=32, size=32)),
            LogHead(
                integer(fields["size"], f"{place}/size"),
                digest(octets(fields["root"], f"{place}/root", limit=32, size=32)),
            ),
            octets(fields["header"], f"{place}/header", limit=MAX_HEADER_BYTES),
            LogProof.from_json(fields["log"], f"{place}/log"),
            RegistryProof.from_json(fields["registry"], f"{place}/registry"),
        )


def _nodes_from_json(value: JsonValue, place: str) -> tuple[bytes, ...]:
    nodes = items(value, place, limit=MAX_NODES)
    return tuple(octets(node, f"{place}/{number}", limit=MAX_NODE_BYTES) for number, node in enumerate(nodes))
