"""Whether a chain knows a block: what `credence verify --rpc` asks, with nothing but an RPC address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evidence.errors import LedgerUnreachableError
from node.chain.evm_transport import RpcRefusal, Transport


def header_oracle(rpc_url: str, *, timeout_s: float = 20.0) -> Callable[[bytes], bool]:
    """A question to the chain at `rpc_url`: does the block with this hash (32 bytes) lie in the canonical chain now?

    The question raises LedgerUnreachableError when the chain does not answer; making it raises InputError for an
    address that is none.
    """
    transport = Transport(rpc_url, timeout_s=timeout_s)

    def ask(method: str, *params: Any) -> Any:
        answer = transport.call(method, params)
        if isinstance(answer, RpcRefusal):
            raise LedgerUnreachableError(f"{transport.name} refuses {method}: {answer.message}")
        return answer

    return lambda block_hash: is_canonical(ask, block_hash)


def is_canonical(ask: Callable[..., Any], block_hash: bytes) -> bool:
    """Whether the block lies in the chain now; `ask` calls a method of the chain's RPC.

    Servers remember blocks that a reorg threw away, so the block must also be the one at its number.
    """
    name = f"0x{block_hash.hex()}"
    found = ask("eth_getBlockByHash", name, False)
    if not isinstance(found, dict) or not isinstance(found.get("number"), str) or found.get("hash") != name:
        return False
    there = ask("eth_getBlockByNumber", found["number"], False)
    return isinstance(there, dict) and there.get("hash") == name
