"""Block headers: what a block's hash commits to, as far as proofs need it.

A header proves nothing by itself: anyone can write one. Whether its hash belongs to a chain is for `evidence.verify`.

Source:
    Ethereum yellow paper, section 4.4; EIP-1559, EIP-4895, EIP-4844, EIP-4788, EIP-7685 for the later fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NewType

from eth_hash.auto import keccak

from evidence.errors import LimitError, MalformedError
from evidence.receipt import MAX_HEADER_BYTES
from evidence.rlp import decode_list, to_bytes, to_uint

BlockHash = NewType("BlockHash", bytes)
"""The Keccak-256 hash of a header, 32 bytes."""

_FORKS: Final = {15: "Frontier", 16: "London", 17: "Shanghai", 20: "Cancun", 21: "Prague"}
"""Number of fields, and since which fork headers have so many."""

_BYTES: Final = "bytes"
_UINT: Final = "uint"
_FREE: Final = "free"

# Every field is checked for its form, so that only real headers pass: name, form, exact or largest size in bytes.
_FIELDS: Final = (
    ("parentHash", _BYTES, 32),
    ("sha3Uncles", _BYTES, 32),
    ("miner", _BYTES, 20),
    ("stateRoot", _BYTES, 32),
    ("transactionsRoot", _BYTES, 32),
    ("receiptsRoot", _BYTES, 32),
    ("logsBloom", _BYTES, 256),
    ("difficulty", _UINT, 32),
    ("number", _UINT, 8),
    ("gasLimit", _UINT, 8),
    ("gasUsed", _UINT, 8),
    ("timestamp", _UINT, 8),
    ("extraData", _FREE, MAX_HEADER_BYTES),
    ("mixHash", _BYTES, 32),
    ("nonce", _BYTES, 8),
    ("baseFeePerGas", _UINT, 32),
    ("withdrawalsRoot", _BYTES, 32),
    ("blobGasUsed", _UINT, 8),
    ("excessBlobGas", _UINT, 8),
    ("parentBeaconBlockRoot", _BYTES, 32),
    ("requestsHash", _BYTES, 32),
)


@dataclass(frozen=True, slots=True)
class Header:
    """A block's hash and number, the root of its state (32 bytes) and its time (seconds since 1970, UTC)."""

    hash: BlockHash
    number: int
    state_root: bytes
    timestamp: int


def parse_header(data: bytes) -> Header:
    """Read a header in RLP.

    Raises:
        LimitError: longer than any header.
        MalformedError: not a header of any fork up to Prague.
    """
    if len(data) > MAX_HEADER_BYTES:
        raise LimitError(f"a block header has at most {MAX_HEADER_BYTES} bytes, this one {len(data)}")
    items = decode_list(data)
    if len(items) not in _FORKS:
        raise MalformedError(f"a block header has {', '.join(map(str, _FORKS))} fields, this one {len(items)}")
    numbers: dict[str, int] = {}
    strings: dict[str, bytes] = {}
    for (name, form, size), item in zip(_FIELDS, items, strict=False):
        if isinstance(item, list):
            raise MalformedError(f"the header's field {name} is a list")
        if form == _UINT:
            numbers[name] = to_uint(item, size=size)
        else:
            strings[name] = item if form == _FREE else to_bytes(item, size=size)
    return Header(BlockHash(keccak(data)), numbers["number"], strings["stateRoot"], numbers["timestamp"])
