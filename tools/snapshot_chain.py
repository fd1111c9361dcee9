"""A chain to measure on: fixed accounts, a fixed clock and fixed calls, so that every run costs the same gas."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, Final

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from evidence.errors import LedgerUnreachableError
from node.chain.artifacts import Artifact

CLOCK: Final = 4_000_000_000
"""Block time of every measured transaction, seconds since 1970: far enough ahead that no real clock gets there."""

_GAS_LIMIT: Final = 16_000_000
_FUNDS: Final = 10**24
_RECEIPT_SECONDS: Final = 30


class MeasuredChain:
    """Sends transactions from any address (anvil lets it) and keeps what each one cost.

    Args:
        url: RPC address of an anvil that nobody else uses.
        artifacts: the contracts by name.
    """

    def __init__(self, url: str, artifacts: Mapping[str, Artifact]) -> None:
        self._url = url
        self._artifacts = artifacts
        self._funded: set[str] = set()
        self.gas: dict[str, int] = {}
        self.rpc("evm_setNextBlockTimestamp", CLOCK)

    def rpc(self, method: str, *params: Any) -> Any:
        """Call one method.

        Raises:
            LedgerUnreachableError: no answer, or an error for an answer.
        """
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                answer = json.load(reply)
        except OSError as error:
            raise LedgerUnreachableError(f"{method}: the chain does not answer") from error
        if "error" in answer:
            raise LedgerUnreachableError(f"{method}: {answer['error']}")
        return answer["result"]

    def deploy(self, name: str, sender: str, types: Sequence[str] = (), values: Sequence[Any] = ()) -> str:
        """Create a contract, noted as `deploy <name>`; its address."""
        code = self._artifacts[name].creation + encode(types, values)
        receipt = self._transact(sender, None, code, f"deploy {name}")
        return str(receipt["contractAddress"])

    def send(self, label: str, sender: str, name: str, to: str, method: str, *values: Any) -> Mapping[str, Any]:
        """Call `method` of contract `name` at `to`, noted as `label` unless that is empty; the receipt."""
        return self._transact(sender, to, self.call_data(name, method, *values), label)

    def read(self, name: str, at: str, method: str, *values: Any) -> bytes:
        """What a view gives back, encoded."""
        call = {"to": at, "data": "0x" + self.call_data(name, method, *values).hex()}
        return bytes.fromhex(self.rpc("eth_call", call, "latest")[2:])

    def call_data(self, name: str, method: str, *values: Any) -> bytes:
        """The selector of `method` and its encoded arguments."""
        entry = next(e for e in self._artifacts[name].abi if e.get("name") == method and e["type"] == "function")
        types = [_type(argument) for argument in entry["inputs"]]
        return keccak(f"{method}({','.join(types)})".encode())[:4] + encode(types, values)

    def _transact(self, sender: str, to: str | None, data: bytes, label: str) -> Mapping[str, Any]:
        if sender not in self._funded:
            self.rpc("anvil_impersonateAccount", sender)
            self.rpc("anvil_setBalance", sender, hex(_FUNDS))
            self._funded.add(sender)
        call = {"from": sender, "data": "0x" + data.hex(), "gas": hex(_GAS_LIMIT)} | ({"to": to} if to else {})
        receipt = self._await_receipt(self.rpc("eth_sendTransaction", call))
        if int(receipt["status"], 16) != 1:
            reason = self.rpc("eth_call", call, "latest")
            raise LedgerUnreachableError(f"{label or 'a preparation'} reverts: {reason}")
        if label:
            self.gas[label] = int(receipt["gasUsed"], 16)
        return dict(receipt)

    def _await_receipt(self, transaction: str) -> Mapping[str, Any]:
        """A block follows every transaction, but not before the answer to it."""
        deadline = time.monotonic() + _RECEIPT_SECONDS
        while time.monotonic() < deadline:
            receipt = self.rpc("eth_getTransactionReceipt", transaction)
            if receipt is not None:
                return dict(receipt)
            time.sleep(0.005)
        raise LedgerUnreachableError(f"no block took {transaction} in {_RECEIPT_SECONDS} s")


def _type(argument: Mapping[str, Any]) -> str:
    """The canonical ABI type of an argument, tuples spelled out."""
    kind = str(argument["type"])
    if not kind.startswith("tuple"):
        return kind
    inner = ",".join(_type(part) for part in argument["components"])
    return f"({inner}){kind.removeprefix('tuple')}"
