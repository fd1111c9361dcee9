"""Putting the contracts on a chain: step by step, each step written down before the next, repeated at no cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from evidence.errors import ConflictError, LedgerUnreachableError
from evidence.network import EVIDENCE_LOG, MEMBER_REGISTRY, Network
from evidence.receipt import Address
from node.chain.artifacts import Artifact
from node.chain.evm_chain import EvmChain, EvmSettings
from node.chain.evm_claim import SCHEMA
from node.chain.evm_credit import EAS, RESOLVER, SCHEMA_NAME
from node.chain.evm_sender import EvmSender
from node.chain.evm_transport import RpcRefusal, Transport
from node.chain.network_file import read_network, write_network

SCHEMA_REGISTRY: Final = "SchemaRegistry"
DEFAULT_ADMIN_DELAY_S: Final = 172_800


@dataclass(frozen=True, slots=True)
class DeploySettings:
    """How to deploy.

    Attributes:
        rpc_url, confirmations, timeout_s, settle_s, poll_s: as in `EvmSettings`.
        name: what the members shall call this network, lower case.
        admin_delay_s: between the two steps of handing over the admin role, in seconds.
        enroller, pauser: who may enrol members, and stop anchors and attestations; None is the deploying key.
    """

    rpc_url: str
    name: str
    confirmations: int = 1
    timeout_s: float = 20.0
    settle_s: float = 120.0
    poll_s: float = 0.25
    admin_delay_s: int = DEFAULT_ADMIN_DELAY_S
    enroller: Address | None = None
    pauser: Address | None = None

    def registry_arguments(self, admin: str) -> tuple[int, str, str, str]:
        """What the constructor of `MemberRegistry` takes."""
        from eth_utils.address import to_checksum_address

        enroller, pauser = (to_checksum_address(one) if one else admin for one in (self.enroller, self.pauser))
        return self.admin_delay_s, admin, enroller, pauser

    def evm(self, network: Network) -> EvmSettings:
        """The same, for a chain that is known."""
        return EvmSettings(
            self.rpc_url,
            network,
            self.confirmations,
            timeout_s=self.timeout_s,
            settle_s=self.settle_s,
            poll_s=self.poll_s,
        )


def deploy(
    settings: DeploySettings,
    secret: bytes,
    file: Path,
    artifacts: Mapping[str, Artifact],
    *,
    progress: Callable[[str], None] = lambda step: None,
) -> Network:
    """Deploy what `file` does not name yet, register the schema, and write each step into `file`.

    `secret` (a chain key with funds) becomes admin. MAY be repeated after a crash at any place: it
    goes on where `file` ends, and leaves at most one contract behind that nobody uses.

    Raises:
        ConflictError: `file` belongs to another chain, or one of its contracts is not there.
        CredenceError: what the chain refuses; LedgerUnreachableError when it does not answer.
    """
    network = read_network(file) if file.exists() else _identify(settings)
    write_network(file, network)
    steps: tuple[tuple[str, Callable[[Network], tuple[Any, ...]]], ...] = (
        (SCHEMA_REGISTRY, lambda known: ()),
        (EAS, lambda known: (_at(known, SCHEMA_REGISTRY),)),
        (MEMBER_REGISTRY, lambda known: settings.registry_arguments(sender.address)),
        (EVIDENCE_LOG, lambda known: (_at(known, MEMBER_REGISTRY),)),
        (RESOLVER, lambda known: (_at(known, EAS), _at(known, EVIDENCE_LOG))),
    )
    for name, arguments in steps:
        chain = EvmChain(settings.evm(network), artifacts)
        sender = EvmSender(chain, secret)
        if name in network.contracts:
            _check_there(chain, name)
            continue
        progress(name)
        place = sender.create(name, *arguments(network))
        network = replace(network, contracts={**network.contracts, name: Address(bytes.fromhex(place[2:]))})
        write_network(file, network)
    if SCHEMA_NAME not in network.schemas:
        progress(SCHEMA_NAME)
        uid = _register_schema(EvmSender(EvmChain(settings.evm(network), artifacts), secret))
        network = replace(network, schemas={**network.schemas, SCHEMA_NAME: uid})
        write_network(file, network)
    return network


def _identify(settings: DeploySettings) -> Network:
    transport = Transport(settings.rpc_url, timeout_s=settings.timeout_s)
    chain_id = transport.call("eth_chainId", ())
    genesis = transport.call("eth_getBlockByNumber", ("0x0", False))
    if isinstance(chain_id, RpcRefusal) or not isinstance(genesis, dict):
        raise LedgerUnreachableError(f"{transport.name} does not say which chain it serves")
    return Network(settings.name, int(chain_id, 16), bytes.fromhex(genesis["hash"][2:]))


def _at(network: Network, name: str) -> str:
    from eth_utils.address import to_checksum_address

    return to_checksum_address(network.contracts[name])


def _check_there(chain: EvmChain, name: str) -> None:
    if not chain.code(chain.address(name)):
        raise ConflictError(
            f"the network file says that {name} is at {chain.address(name)}, but nothing is there",
            advice="The chain was started anew or is another one: use its own network file, or a new one.",
        )


def _register_schema(sender: EvmSender) -> bytes:
    chain = sender.chain
    uid = bytes(chain.read(RESOLVER, "schemaUid"))
    if chain.read(RESOLVER, "schema") != SCHEMA:
        raise ConflictError("the resolver judges another schema than this version writes", advice="Deploy it anew.")
    data = chain.codec.encode(SCHEMA_REGISTRY, "register", [SCHEMA, chain.address(RESOLVER), True])

    def holds(number: int) -> bool:
        return bytes(chain.read(SCHEMA_REGISTRY, "getSchema", uid, at=number)[0]) == uid

    sender.write(chain.address(SCHEMA_REGISTRY), data, holds)
    return uid
