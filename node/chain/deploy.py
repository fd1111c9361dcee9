"""Putting the contracts on a chain: step by step, each step written down before the next, repeated at no cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from evidence.errors import ConflictError, LedgerUnreachableError
from evidence.network import EVIDENCE_LOG, MEMBER_REGISTRY, Network
from evidence.receipt import Address
from node.chain.artifacts import Artifact
from node.chain.evm_chain import EvmChain, EvmSettings
from node.chain.evm_claim import SCHEMA
from node.chain.evm_credit import EAS, POLICY_RESOLVER, RESOLVER, SCHEMA_NAMES
from node.chain.evm_gate import CAPABILITIES, CAPABILITY_SCHEMA, CAPABILITY_SCHEMA_NAME, GATE
from node.chain.evm_models import MODELS
from node.chain.evm_policies import GOVERNOR, POLICIES, TIMELOCK
from node.chain.evm_repairs import ACCREDITATIONS, OBJECTIONS, REPAIRS
from node.chain.evm_sender import EvmSender
from node.chain.evm_transport import RpcRefusal, Transport
from node.chain.network_file import read_network, write_network
from node.chain.port_policies import VotingTerms

SCHEMA_REGISTRY: Final = "SchemaRegistry"
VOTES: Final = "MemberVotes"
SCHEMAS: Final = {
    RESOLVER: (SCHEMA_NAMES[RESOLVER], SCHEMA),
    POLICY_RESOLVER: (SCHEMA_NAMES[POLICY_RESOLVER], SCHEMA),
    CAPABILITIES: (CAPABILITY_SCHEMA_NAME, CAPABILITY_SCHEMA),
}
"""By resolver: what the network file calls its EAS schema, and the schema itself."""
DEFAULT_ADMIN_DELAY_S: Final = 172_800


@dataclass(frozen=True, slots=True)
class DeploySettings:
    """How to deploy.

    Attributes:
        rpc_url, confirmations, timeout_s, settle_s, poll_s: as in `EvmSettings`.
        name: what the members shall call this network, lower case.
        admin_delay_s: between the two steps of handing over the admin role, in seconds.
        enroller, pauser: who may enrol members, and stop anchors and attestations; None is the deploying key.
        accreditor: who may accredit bodies; None is the deploying key.
        voting: how the members vote on policies. It does not change: new terms mean a new governor.
        claims_per_day, co_signs_per_day: repair claims of a supplier, and co-signs of a body, in a day (UTC).
        governed: whether members vote and the score has its contracts; without it, a network as before them.
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
    accreditor: Address | None = None
    voting: VotingTerms = field(default_factory=VotingTerms)
    claims_per_day: int = 10
    co_signs_per_day: int = 50
    governed: bool = True

    def registry_arguments(self, admin: str) -> tuple[int, str, str, str]:
        """What the constructor of `MemberRegistry` takes."""
        from eth_utils.address import to_checksum_address

        enroller, pauser = (to_checksum_address(one) if one else admin for one in (self.enroller, self.pauser))
        return self.admin_delay_s, admin, enroller, pauser

    def accreditation_arguments(self, registry: str, admin: str) -> tuple[str, int, str, str]:
        """What the constructor of `AccreditationRegistry` takes."""
        from eth_utils.address import to_checksum_address

        return registry, self.admin_delay_s, admin, to_checksum_address(self.accreditor) if self.accreditor else admin

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
    """Deploy what `file` does not name yet, register the schemas, and write each step into `file`.

    `secret` (a chain key with funds) becomes admin. MAY be repeated after a crash at any place: it
    goes on where `file` ends, and leaves at most one contract behind that nobody uses.

    Raises:
        ConflictError: `file` belongs to another chain, or one of its contracts is not there.
        CredenceError: what the chain refuses; LedgerUnreachableError when it does not answer.
    """
    network = read_network(file) if file.exists() else _identify(settings)
    write_network(file, network)
    for name, arguments in _steps(settings):
        chain = EvmChain(settings.evm(network), artifacts)
        sender = EvmSender(chain, secret)
        if name in network.contracts:
            _check_there(chain, name)
            continue
        progress(name)
        place = _made_by_others(chain, name) or sender.create(name, *arguments(network, sender.address))
        network = replace(network, contracts={**network.contracts, name: Address(bytes.fromhex(place[2:]))})
        write_network(file, network)
    for resolver, (name, _) in SCHEMAS.items():
        if name in network.schemas or resolver not in network.contracts:
            continue
        progress(name)
        uid = _register_schema(EvmSender(EvmChain(settings.evm(network), artifacts), secret), resolver)
        network = replace(network, schemas={**network.schemas, name: uid})
        write_network(file, network)
    return network


Arguments = Callable[[Network, str], tuple[Any, ...]]
"""What a constructor takes, by the network so far and the deploying address."""


def _steps(settings: DeploySettings) -> tuple[tuple[str, Arguments], ...]:
    base: tuple[tuple[str, Arguments], ...] = (
        (SCHEMA_REGISTRY, lambda known, admin: ()),
        (EAS, lambda known, admin: (_at(known, SCHEMA_REGISTRY),)),
        (MEMBER_REGISTRY, lambda known, admin: settings.registry_arguments(admin)),
        (EVIDENCE_LOG, lambda known, admin: (_at(known, MEMBER_REGISTRY),)),
        (RESOLVER, lambda known, admin: (_at(known, EAS), _at(known, EVIDENCE_LOG))),
    )
    return base + (_score_steps(settings) if settings.governed else ())


def _score_steps(settings: DeploySettings) -> tuple[tuple[str, Arguments], ...]:
    voting = settings.voting
    terms = (voting.delay_s, voting.period_s, voting.quorum_percent, voting.timelock_s)
    limits = (settings.claims_per_day, settings.co_signs_per_day)
    return (
        (VOTES, lambda known, admin: (_at(known, MEMBER_REGISTRY),)),
        (GOVERNOR, lambda known, admin: (_at(known, VOTES), *terms)),
        (TIMELOCK, lambda known, admin: ()),
        (POLICIES, lambda known, admin: (_at(known, MEMBER_REGISTRY), _at(known, TIMELOCK))),
        (
            POLICY_RESOLVER,
            lambda known, admin: (_at(known, EAS), _at(known, EVIDENCE_LOG), _at(known, POLICIES)),
        ),
        (CAPABILITIES, lambda known, admin: (_at(known, EAS), _at(known, EVIDENCE_LOG))),
        (
            ACCREDITATIONS,
            lambda known, admin: settings.accreditation_arguments(_at(known, MEMBER_REGISTRY), admin),
        ),
        (REPAIRS, lambda known, admin: (_at(known, ACCREDITATIONS), *limits)),
        (OBJECTIONS, lambda known, admin: (_at(known, EAS), _at(known, MEMBER_REGISTRY))),
        (
            GATE,
            lambda known, admin: (_at(known, POLICY_RESOLVER), _at(known, CAPABILITIES), _at(known, REPAIRS)),
        ),
        (MODELS, lambda known, admin: (_at(known, MEMBER_REGISTRY), settings.admin_delay_s, admin)),
    )


def _made_by_others(chain: EvmChain, name: str) -> str | None:
    """The timelock is made by its governor, so that at no moment anybody else can act through it."""
    return str(chain.read(GOVERNOR, "timelock")) if name == TIMELOCK else None


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


def _register_schema(sender: EvmSender, resolver: str) -> bytes:
    chain, (_, schema) = sender.chain, SCHEMAS[resolver]
    uid = bytes(chain.read(resolver, "schemaUid"))
    if chain.read(resolver, "schema") != schema:
        raise ConflictError(f"{resolver} judges another schema than this version writes", advice="Deploy it anew.")
    data = chain.codec.encode(SCHEMA_REGISTRY, "register", [schema, chain.address(resolver), True])

    def holds(number: int) -> bool:
        return bytes(chain.read(SCHEMA_REGISTRY, "getSchema", uid, at=number)[0]) == uid

    sender.write(chain.address(SCHEMA_REGISTRY), data, holds)
    return uid
