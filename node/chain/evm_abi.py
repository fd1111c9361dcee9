"""Calls, results, events and refusals of the contracts as bytes and back, by the committed ABIs, through web3."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evidence.errors import ConflictError, CredenceError, InputError, LedgerUnreachableError
from node.chain.artifacts import Artifact
from node.chain.guarded_import import same_recursion_limit
from node.chain.refusals import Value, refusal

if TYPE_CHECKING:
    from web3 import Web3
    from web3.contract import Contract


class Codec:
    """Encodes and decodes for the contracts given. MAY be used from several threads. No call leaves the machine."""

    def __init__(self, artifacts: Mapping[str, Artifact]) -> None:
        self._artifacts = artifacts
        self._contracts: dict[str, type[Contract]] = {}
        self._errors: dict[bytes, Mapping[str, Any]] = {}
        self._lock = threading.Lock()
        self._web3: Web3 | None = None

    def encode(self, contract: str, function: str, arguments: Sequence[Any]) -> str:
        """The data of a call, 0x-hex; raises InputError when an argument does not fit its type."""
        maker = self.contract(contract)
        from web3.exceptions import Web3Exception

        try:
            return str(maker.encode_abi(function, args=list(arguments)))
        except Web3Exception as error:
            raise InputError(f"an argument of {contract}.{function} does not fit its type") from error

    def decode(self, contract: str, function: str, data: bytes, target: str) -> Any:
        """What a function returned: one value, or a tuple of them; structs are tuples in the order of their fields."""
        from eth_abi.exceptions import DecodingError

        outputs = self._entry(contract, "function", function)["outputs"]
        if not data and outputs:
            raise ConflictError(
                f"there is no {contract} at {target}",
                advice="Check the network file: its addresses are of another chain.",
            )
        try:
            values = self.web3.codec.decode([_type(output) for output in outputs], data)
        except (DecodingError, OverflowError) as error:
            raise LedgerUnreachableError(f"the chain gave a result of {contract}.{function} that is none") from error
        return values[0] if len(values) == 1 else values

    def creation(self, contract: str, arguments: Sequence[Any]) -> str:
        """The data of a transaction that creates `contract`, 0x-hex."""
        inputs = next(
            (entry["inputs"] for entry in self._artifacts[contract].abi if entry["type"] == "constructor"), ()
        )
        packed = self.web3.codec.encode([_type(one) for one in inputs], list(arguments))
        return f"0x{self._artifacts[contract].creation.hex()}{packed.hex()}"

    def encode_values(self, types: Sequence[str], values: Sequence[Any]) -> bytes:
        """Values as plain ABI data."""
        return self.web3.codec.encode(list(types), list(values))

    def decode_values(self, types: Sequence[str], data: bytes) -> tuple[Any, ...]:
        """Plain ABI data as values; raises LedgerUnreachableError when it is none."""
        from eth_abi.exceptions import DecodingError

        try:
            return tuple(self.web3.codec.decode(list(types), data))
        except (DecodingError, OverflowError) as error:
            raise LedgerUnreachableError("the chain holds data that is not encoded as it should be") from error

    def topics(self, contract: str, event: str, indexed: Mapping[str, bytes]) -> list[str | None]:
        """The topics to ask for: the event's, then each indexed argument given (32 bytes) or any."""
        entry = self._entry(contract, "event", event)
        found: list[str | None] = [f"0x{_topic(entry).hex()}"]
        found += [
            f"0x{indexed[one['name']].hex()}" if one["name"] in indexed else None
            for one in entry["inputs"]
            if one["indexed"]
        ]
        while found[-1] is None:
            found.pop()
        return found

    def event(self, contract: str, event: str, log: Mapping[str, Any]) -> Mapping[str, Any]:
        """The arguments of an event as `eth_getLogs` describes it; raises LedgerUnreachableError when it is none."""
        from eth_abi.exceptions import DecodingError

        inputs = self._entry(contract, "event", event)["inputs"]
        indexed = [one for one in inputs if one["indexed"]]
        plain = [one for one in inputs if not one["indexed"]]
        try:
            topics = [bytes.fromhex(topic[2:]) for topic in log["topics"][1:]]
            values = {
                one["name"]: self.web3.codec.decode([_type(one)], topic)[0]
                for one, topic in zip(indexed, topics, strict=True)
            }
            rest = self.web3.codec.decode([_type(one) for one in plain], bytes.fromhex(log["data"][2:]))
        except (DecodingError, OverflowError, KeyError, TypeError, ValueError) as error:
            raise LedgerUnreachableError(f"the chain gave an event {event} that is none") from error
        return values | dict(zip([one["name"] for one in plain], rest, strict=True))

    def refusal(self, data: bytes) -> CredenceError | None:
        """The error that a revert's bytes mean; None when they are no custom error of our contracts."""
        from eth_abi.exceptions import DecodingError

        entry = self._error_entries().get(data[:4])
        if entry is None:
            return ConflictError(f"the contract refuses: 0x{data[:68].hex()}") if data else None
        try:
            values = self.web3.codec.decode([_type(one) for one in entry["inputs"]], data[4:])
        except (DecodingError, OverflowError):
            values = ()
        names = [one["name"] for one in entry["inputs"]]
        return refusal(entry["name"], dict(zip(names, map(_plain, values), strict=False)))

    def contract(self, name: str) -> type[Contract]:
        """The web3 class of a contract."""
        with self._lock:
            if name not in self._contracts:
                artifact = self._artifacts[name]
                self._contracts[name] = self._make_web3().eth.contract(abi=artifact.abi)
            return self._contracts[name]

    @property
    def web3(self) -> Web3:
        """A web3 without provider: its codec only."""
        with self._lock:
            return self._make_web3()

    def _make_web3(self) -> Web3:
        if self._web3 is None:
            with same_recursion_limit():
                from web3 import Web3  # late: 0.7 s, and only who speaks with a chain needs it
                from web3.providers.base import BaseProvider

            self._web3 = Web3(BaseProvider())
        return self._web3

    def _entry(self, contract: str, kind: str, name: str) -> Mapping[str, Any]:
        found = (one for one in self._artifacts[contract].abi if one["type"] == kind and one["name"] == name)
        return next(found)

    def _error_entries(self) -> Mapping[bytes, Mapping[str, Any]]:
        if not self._errors:
            self._errors = {
                _topic(entry)[:4]: entry
                for artifact in self._artifacts.values()
                for entry in artifact.abi
                if entry["type"] == "error"
            }
        return self._errors


def _type(parameter: Mapping[str, Any]) -> str:
    """The type as codecs write it: structs as tuples of their fields."""
    kind = str(parameter["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_type(one) for one in parameter['components'])}){kind.removeprefix('tuple')}"


def _topic(entry: Mapping[str, Any]) -> bytes:
    from eth_hash.auto import keccak

    return keccak(f"{entry['name']}({','.join(_type(one) for one in entry['inputs'])})".encode("ascii"))


def _plain(value: Any) -> Value:
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, bytes | str | int) else str(value)
