"""Ask any chain whether it knows a block: what `credence verify --rpc` needs, with the standard library alone."""

from __future__ import annotations

from collections.abc import Callable

from evidence.errors import LedgerUnreachableError
from node.chain.evm_transport import RpcRefusal, Transport


def header_oracle(rpc_url: str, *, timeout_s: float = 20.0) -> Callable[[bytes], bool]:
    """A function that says whether a block hash (32 bytes) lies in the canonical chain behind `rpc_url` now.

    The function raises LedgerUnreachableError for any network fault; this one InputError for what is no http(s) URL.
    """
    transport = Transport(rpc_url, timeout_s=timeout_s)

    def header_known(block_hash: bytes) -> bool:
        found = transport.call("eth_getBlockByHash", ("0x" + block_hash.hex(), False))
        if found is None:
            return False
        if isinstance(found, RpcRefusal) or not isinstance(found, dict) or not isinstance(found.get("number"), str):
            raise LedgerUnreachableError(f"{transport.name} does not answer like a chain")
        # Servers remember blocks that a reorg threw away: only the one at its number now lies in the chain.
        there = transport.call("eth_getBlockByNumber", (found["number"], False))
        return isinstance(there, dict) and there.get("hash") == "0x" + block_hash.hex()

    return header_known
