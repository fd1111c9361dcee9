"""What a chain looks like from here: its height, the members with their heads, and whether all is paused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.log import LogHead, digest
from evidence.network import EVIDENCE_LOG, MEMBER_REGISTRY
from node.chain.evm_chain import EvmChain
from node.chain.evm_members import EvmDirectory
from node.chain.evm_policies import EvmPolicies
from node.chain.port import Member
from node.chain.port_policies import PolicyRecord


@dataclass(frozen=True, slots=True)
class MemberStatus:
    """A member, its newest anchored head, when it was anchored (s) and how many heads there were."""

    member: Member
    head: LogHead | None
    anchored_at: int
    anchors: int


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """The chain at one moment; `time` of the newest block in seconds, `contracts` by name with checksum.

    `policies` are those that count now; none where the members do not vote.
    """

    name: str
    chain_id: int
    block: int
    time: int
    paused: bool
    contracts: Mapping[str, str]
    members: tuple[MemberStatus, ...]
    policies: tuple[PolicyRecord, ...] = ()


def chain_status(chain: EvmChain) -> ChainStatus:
    """Ask the chain; raises what `EvmChain` raises."""
    network = chain.settings.network
    number = chain.newest()
    block = chain.block(number) or {}
    time = int(str(block.get("timestamp", "0x0")), 16)
    policies = EvmPolicies(chain).policies() if network.governed else ()
    return ChainStatus(
        network.name,
        network.chain_id,
        number,
        time,
        bool(chain.read(MEMBER_REGISTRY, "paused")),
        {name: chain.address(name) for name in sorted(network.contracts)},
        tuple(_member(chain, member) for member in EvmDirectory(chain).members()),
        tuple(one for one in policies if one.counts(time)),
    )


def _member(chain: EvmChain, member: Member) -> MemberStatus:
    (size, anchored_at, count), root = chain.read(EVIDENCE_LOG, "head", member.org)
    head = LogHead(size, digest(bytes(root))) if size else None
    return MemberStatus(member, head, anchored_at, count)
