"""The network file: which chain, and where on it our contracts are. Readers pin their contracts with it.

Without it a storage proof shows only that *some* contract holds the head; anyone can deploy one of his own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from evidence.canonical import encode, loads
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import LimitError, MalformedError
from evidence.json_shape import integer, members, octets, text
from evidence.receipt import Address, address

FORMAT: Final = "credence-network/2"
FIRST_FORMAT: Final = "credence-network/1"
"""Of networks whose members do not vote on policies. Their files stay as they are; a reader of this format alone must
not take a file of a network that votes, because it would attest where attestations do not count."""
MAX_BYTES: Final = 65_536
MAX_CONTRACTS: Final = 64

EVIDENCE_LOG: Final = "EvidenceLog"
MEMBER_REGISTRY: Final = "MemberRegistry"
POLICY_REGISTRY: Final = "PolicyRegistry"

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}", re.ASCII)
_TITLE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Network:
    """A chain and the contracts on it, as far as they are deployed.

    Attributes:
        name: what its members call it, lower case.
        chain_id: EIP-155.
        genesis: the hash of block 0, 32 bytes, which tells chains with equal ids apart.
        contracts: addresses by contract name (`EvidenceLog`, `MemberRegistry`, `EAS`, ...).
        schemas: EAS schema UIDs, 32 bytes, by name.
    """

    name: str
    chain_id: int
    genesis: bytes
    contracts: Mapping[str, Address] = field(default_factory=dict)
    schemas: Mapping[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _TITLE.fullmatch(self.name):
            raise MalformedError(f"not a network's name (lower case, digits, hyphens): {self.name[:80]!r}")
        if not 0 < self.chain_id < 2**53:
            raise MalformedError(f"not a chain id: {self.chain_id}")
        if len(self.genesis) != 32:
            raise MalformedError(f"a block hash has 32 bytes, the genesis given {len(self.genesis)}")
        if len(self.contracts) > MAX_CONTRACTS or len(self.schemas) > MAX_CONTRACTS:
            raise LimitError(f"a network file names at most {MAX_CONTRACTS} contracts and as many schemas")
        for name in (*self.contracts, *self.schemas):
            if not _NAME.fullmatch(name):
                raise MalformedError(f"not the name of a contract or schema: {name[:80]!r}")
        for place in self.contracts.values():
            address(place)
        for uid in self.schemas.values():
            if len(uid) != 32:
                raise MalformedError(f"a schema UID has 32 bytes, this one {len(uid)}")
        object.__setattr__(self, "contracts", MappingProxyType(dict(self.contracts)))
        object.__setattr__(self, "schemas", MappingProxyType(dict(self.schemas)))

    @property
    def evidence_log(self) -> Address | None:
        """Where heads are anchored; None while it is not deployed."""
        return self.contracts.get(EVIDENCE_LOG)

    @property
    def member_registry(self) -> Address | None:
        """Where members and keys are registered; None while it is not deployed."""
        return self.contracts.get(MEMBER_REGISTRY)

    @property
    def governed(self) -> bool:
        """Whether its members vote on policies."""
        return POLICY_REGISTRY in self.contracts

    def encode(self) -> bytes:
        """The network file, canonical JSON."""
        value: Mapping[str, JsonValue] = {
            "format": FORMAT if self.governed else FIRST_FORMAT,
            "name": self.name,
            "chain_id": self.chain_id,
            "genesis": hex0x_encode(self.genesis),
            "contracts": {name: hex0x_encode(place) for name, place in self.contracts.items()},
            "schemas": {name: hex0x_encode(uid) for name, uid in self.schemas.items()},
        }
        return encode(value)

    @classmethod
    def decode(cls, data: bytes) -> Network:
        """Read a network file; people edit it, so its layout is free, its members are not.

        Raises:
            MalformedError: not a network file of a version up to this one.
            LimitError: larger than any.
        """
        place = "network file"
        value = members(
            loads(data, limit=MAX_BYTES), place, ("format", "name", "chain_id", "genesis", "contracts", "schemas")
        )
        if value["format"] not in {FORMAT, FIRST_FORMAT}:
            raise MalformedError(f"{place}: not of the format {FORMAT} or {FIRST_FORMAT}")
        contracts, schemas = value["contracts"], value["schemas"]
        if not isinstance(contracts, Mapping) or not isinstance(schemas, Mapping):
            raise MalformedError(f"{place}: contracts and schemas are objects")
        if (value["format"] == FORMAT) != (POLICY_REGISTRY in contracts):
            raise MalformedError(
                f"{place}: {FORMAT} is the format of networks with a {POLICY_REGISTRY}, and of no other"
            )
        return cls(
            text(value["name"], f"{place}/name"),
            integer(value["chain_id"], f"{place}/chain_id"),
            octets(value["genesis"], f"{place}/genesis", limit=32, size=32),
            {name: Address(octets(at, f"{place}/contracts/{name}", limit=20)) for name, at in contracts.items()},
            {name: octets(uid, f"{place}/schemas/{name}", limit=32) for name, uid in schemas.items()},
        )
