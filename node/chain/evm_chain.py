"""A chain with our contracts on it, read through JSON-RPC: calls, blocks, events, and refusals in our words."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from evidence.errors import ConflictError, CredenceError, InputError, LedgerUnreachableError, NotFoundError
from evidence.network import Network
from node.chain.artifacts import Artifact
from node.chain.evm_abi import Codec
from node.chain.evm_transport import RpcRefusal, Transport

if TYPE_CHECKING:
    from web3.contract import Contract

NEWEST: Final = "latest"
_MOST_LOG_SPLITS: Final = 24


@dataclass(frozen=True, slots=True)
class EvmSettings:
    """How to speak with the chain.

    Attributes:
        rpc_url: http(s) address; may carry credentials, which are shown nowhere.
        network: the chain's id and genesis, and where our contracts are.
        confirmations: how deep a block must lie before it counts, itself included; 1 is the newest.
        timeout_s: for one call, in seconds.
        settle_s: for one transaction until it is deep enough, in seconds.
        poll_s: between two looks at the chain, in seconds.
    """

    rpc_url: str = field(repr=False)
    network: Network
    confirmations: int = 1
    timeout_s: float = 20.0
    settle_s: float = 120.0
    poll_s: float = 0.25

    def __post_init__(self) -> None:
        if self.confirmations < 1 or min(self.timeout_s, self.settle_s, self.poll_s) <= 0:
            raise InputError("confirmations, time-outs and the polling interval of the chain must be positive")


@dataclass(frozen=True, slots=True)
class Log:
    """One event of a contract: where it happened, and its arguments by name (indexed ones included)."""

    block: int
    values: Mapping[str, Any]


class EvmChain:
    """Reads the chain. MAY be used from several threads. The first call makes sure that it is the right chain.

    Raises (all methods):
        LedgerUnreachableError: no answer, or not one that a chain gives.
        ConflictError: the RPC serves another chain than the network file names.
    """

    def __init__(self, settings: EvmSettings, artifacts: Mapping[str, Artifact]) -> None:
        self.settings = settings
        self.artifacts = artifacts
        self.transport = Transport(settings.rpc_url, timeout_s=settings.timeout_s)
        self.codec = Codec(artifacts)
        self._checked = False
        self._lock = threading.Lock()

    def rpc(self, method: str, *params: Any) -> Any:
        """The result of one call; an error of the chain raises what it means."""
        answer = self.ask(method, *params)
        if isinstance(answer, RpcRefusal):
            raise self.error(answer, method)
        return answer

    def ask(self, method: str, *params: Any) -> Any | RpcRefusal:
        """As `rpc`, but an error of the chain is given back."""
        if not self._checked:
            self._check_chain()
        return self.transport.call(method, params)

    def error(self, refused: RpcRefusal, method: str) -> CredenceError:
        """What an error of the chain means to us: a contract's refusal, or a fault."""
        return self.codec.refusal(refused.data) or LedgerUnreachableError(
            f"{self.transport.name} refuses {method}: {refused.message} (code {refused.code})"
        )

    def address(self, name: str) -> str:
        """Where a contract is, with checksum; raises NotFoundError when the network file does not say."""
        from eth_utils.address import to_checksum_address

        place = self.settings.network.contracts.get(name)
        if place is None:
            raise NotFoundError(
                f"the network file names no {name}", advice="Deploy the contracts: `credence chain deploy`."
            )
        return to_checksum_address(place)

    def read(self, contract: str, function: str, *arguments: Any, at: int | str = NEWEST, to: str | None = None) -> Any:
        """The result of a view function of `contract` (at address `to`, when it is not in the network file)."""
        data = self.codec.encode(contract, function, arguments)
        target = to or self.address(contract)
        result = self.rpc("eth_call", {"to": target, "data": data}, at if isinstance(at, str) else hex(at))
        return self.codec.decode(contract, function, _hex(result), target)

    def newest(self) -> int:
        """The number of the newest block."""
        return _number(self.rpc("eth_blockNumber"))

    def block(self, which: int | str | bytes) -> Mapping[str, Any] | None:
        """A block without its transactions, as the RPC describes it, by number, tag or hash; None when unknown."""
        if isinstance(which, bytes):
            found = self.rpc("eth_getBlockByHash", f"0x{which.hex()}", False)
        else:
            found = self.rpc("eth_getBlockByNumber", which if isinstance(which, str) else hex(which), False)
        if found is not None and not isinstance(found, dict):
            raise LedgerUnreachableError(f"{self.transport.name} describes a block in a way that is not known")
        return found

    def code(self, address: str, at: int | str = NEWEST) -> bytes:
        """The code at an address; empty when there is none."""
        return _hex(self.rpc("eth_getCode", address, at if isinstance(at, str) else hex(at)))

    def logs(self, contract: str, event: str, indexed: Mapping[str, bytes], *, last: int) -> Sequence[Log]:
        """The events of `contract` up to block `last` whose indexed arguments are as given, oldest first."""
        query = {"address": self.address(contract), "topics": self.codec.topics(contract, event, indexed)}
        return [
            Log(_number(entry["blockNumber"]), self.codec.event(contract, event, entry))
            for entry in self._logs(query, 0, last, _MOST_LOG_SPLITS)
            if not entry.get("removed")
        ]

    def _logs(self, query: Mapping[str, Any], first: int, last: int, splits: int) -> list[Mapping[str, Any]]:
        answer = self.ask("eth_getLogs", {**query, "fromBlock": hex(first), "toBlock": hex(last)})
        if isinstance(answer, RpcRefusal):
            # Public servers cap the range or the number of events, each with words of its own: halve and ask again.
            if first >= last or splits == 0:
                raise self.error(answer, "eth_getLogs")
            middle = (first + last) // 2
            return self._logs(query, first, middle, splits - 1) + self._logs(query, middle + 1, last, splits - 1)
        if not isinstance(answer, list) or not all(isinstance(entry, dict) for entry in answer):
            raise LedgerUnreachableError(f"{self.transport.name} lists events in a way that is not known")
        return answer

    def contract(self, name: str) -> type[Contract]:
        """The web3 class of a contract."""
        return self.codec.contract(name)

    def _check_chain(self) -> None:
        with self._lock:
            if self._checked:
                return
            network = self.settings.network
            chain_id = self.transport.call("eth_chainId", ())
            genesis = self.transport.call("eth_getBlockByNumber", ("0x0", False))
            if isinstance(chain_id, RpcRefusal) or not isinstance(genesis, dict):
                raise LedgerUnreachableError(f"{self.transport.name} does not say which chain it serves")
            if _number(chain_id) != network.chain_id or genesis.get("hash") != f"0x{network.genesis.hex()}":
                raise ConflictError(
                    f"{self.transport.name} serves another chain than {network.name} (id {network.chain_id})",
                    advice="Check the RPC address and the network file: they must belong together.",
                )
            self._checked = True


def _number(value: object) -> int:
    try:
        return int(value, 16) if isinstance(value, str) else -1
    except ValueError as error:
        raise LedgerUnreachableError("the chain gave a number that is none") from error


def _hex(value: object) -> bytes:
    try:
        if not isinstance(value, str) or not value.startswith("0x"):
            raise ValueError
        return bytes.fromhex(value[2:])
    except ValueError as error:
        raise LedgerUnreachableError("the chain gave bytes that are none") from error
