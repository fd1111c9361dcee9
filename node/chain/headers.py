"""Block headers as bytes: what a chain hashes, rebuilt from the fields that its RPC gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import rlp
from eth_hash.auto import keccak
from rlp.exceptions import RLPException

from evidence.errors import StorageProofError

# Yellow Paper section 4.4, then in the order in which upgrades appended them: EIP-1559, 4895, 4844 (two), 4788, 7685.
# A chain that stopped at an earlier upgrade ends there.
_FIELDS: Final = (
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
)
_LATER: Final = (
    "baseFeePerGas",
    "withdrawalsRoot",
    "blobGasUsed",
    "excessBlobGas",
    "parentBeaconBlockRoot",
    "requestsHash",
)
_NUMBERS: Final = frozenset(
    {"difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"}
)
_EXTRA: Final = _FIELDS.index("extraData")


def encode(values: Sequence[bytes | int]) -> bytes:
    """The RLP of a header from its fields in order; numbers become their shortest big-endian form."""
    return bytes(rlp.encode([_minimal(value) if isinstance(value, int) else value for value in values]))


def rebuild(block: Mapping[str, Any]) -> bytes:
    """The RLP header of a block as `eth_getBlockByNumber` describes it (hex texts), whose hash is the block's.

    Raises:
        StorageProofError: no header with these fields has the block's hash.
    """
    try:
        values = [_value(name, block[name]) for name in _FIELDS]
        values += [_value(name, block[name]) for name in _LATER if block.get(name) is not None]
        expected = _bytes(block["hash"])
    except (KeyError, TypeError, ValueError) as error:
        raise StorageProofError(f"the chain describes a block without a proper header: {error}") from error
    for candidate in (values, _without_seals(values)):
        if candidate is not None and keccak(header := encode(candidate)) == expected:
            return header
    raise StorageProofError(
        f"block {values[8]!r} has another hash than its header fields give",
        advice="The RPC server invents blocks or speaks of an upgrade unknown to this version: use another one.",
    )


def _without_seals(values: list[bytes | int]) -> list[bytes | int] | None:
    """The header as Besu's QBFT hashes it: validators' seals and the round are left out of `extraData`.

    Source:
        EIP-650 ("committed seals are excluded from the block hash"), as QBFT applies it to vanity, validators, vote,
        round, seals.
    """
    extra = values[_EXTRA]
    if not isinstance(extra, bytes) or len(extra) < 100:
        return None
    try:
        parts = rlp.decode(extra, strict=True)
    except RLPException:
        return None
    if not isinstance(parts, list) or len(parts) != 5:
        return None
    return [*values[:_EXTRA], bytes(rlp.encode([*parts[:3], b"", []])), *values[_EXTRA + 1 :]]


def _value(name: str, given: object) -> bytes | int:
    return int.from_bytes(_bytes(given), "big") if name in _NUMBERS else _bytes(given)


def _bytes(given: object) -> bytes:
    if not isinstance(given, str) or not given.startswith("0x"):
        raise ValueError(f"{str(given)[:40]!r} is not 0x-hex")
    digits = given[2:]
    return bytes.fromhex(digits if len(digits) % 2 == 0 else "0" + digits)


def _minimal(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
