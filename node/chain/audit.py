"""Are the contracts on the chain the ones in this repository? Compared byte by byte, and wired to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from evidence.network import EVIDENCE_LOG, MEMBER_REGISTRY
from node.chain import artifacts
from node.chain.deploy import SCHEMA_REGISTRY, SCHEMAS, VOTES
from node.chain.evm_chain import EvmChain
from node.chain.evm_credit import ACCOUNT, EAS, POLICY_RESOLVER, RESOLVER
from node.chain.evm_gate import CAPABILITIES, GATE
from node.chain.evm_members import EvmDirectory
from node.chain.evm_models import MODELS
from node.chain.evm_policies import GOVERNOR, POLICIES, TIMELOCK
from node.chain.evm_repairs import ACCREDITATIONS, OBJECTIONS, REPAIRS
from node.chain.port import Member
from node.chain.source_build import CompiledContract, compile_sources

# Equal code with other constructor arguments is another contract: each must name the neighbours of the network file.
_WIRES: Final = (
    (EVIDENCE_LOG, "registry", MEMBER_REGISTRY),
    (RESOLVER, "eas", EAS),
    (RESOLVER, "registry", MEMBER_REGISTRY),
    (RESOLVER, "log", EVIDENCE_LOG),
    (EAS, "getSchemaRegistry", SCHEMA_REGISTRY),
    (VOTES, "registry", MEMBER_REGISTRY),
    (GOVERNOR, "votes", VOTES),
    (GOVERNOR, "timelock", TIMELOCK),
    (POLICIES, "registry", MEMBER_REGISTRY),
    (POLICIES, "governance", TIMELOCK),
    (POLICY_RESOLVER, "eas", EAS),
    (POLICY_RESOLVER, "registry", MEMBER_REGISTRY),
    (POLICY_RESOLVER, "log", EVIDENCE_LOG),
    (POLICY_RESOLVER, "policies", POLICIES),
    (CAPABILITIES, "eas", EAS),
    (CAPABILITIES, "registry", MEMBER_REGISTRY),
    (CAPABILITIES, "log", EVIDENCE_LOG),
    (ACCREDITATIONS, "registry", MEMBER_REGISTRY),
    (REPAIRS, "registry", MEMBER_REGISTRY),
    (REPAIRS, "accreditations", ACCREDITATIONS),
    (OBJECTIONS, "eas", EAS),
    (OBJECTIONS, "registry", MEMBER_REGISTRY),
    (GATE, "credits", POLICY_RESOLVER),
    (GATE, "capabilities", CAPABILITIES),
    (GATE, "repairs", REPAIRS),
    (GATE, "registry", MEMBER_REGISTRY),
    (MODELS, "registry", MEMBER_REGISTRY),
)
# A network from before the members voted has the first five; one that has any of the others needs them all.
_FIRST: Final = (SCHEMA_REGISTRY, EAS, MEMBER_REGISTRY, EVIDENCE_LOG, RESOLVER)
_SCORE: Final = (
    *(VOTES, GOVERNOR, TIMELOCK, POLICIES, POLICY_RESOLVER, CAPABILITIES),
    *(ACCREDITATIONS, REPAIRS, OBJECTIONS, GATE),
)


@dataclass(frozen=True, slots=True)
class ContractAudit:
    """One contract compared.

    Attributes:
        name: the contract's, with the member's LEI for account contracts.
        address: where it is.
        equal: whether code and neighbours are what they should be.
        difference: what differs first, empty when nothing does.
    """

    name: str
    address: str
    equal: bool
    difference: str

    def to_json(self) -> dict[str, Any]:
        """As a document."""
        return {"name": self.name, "address": self.address, "equal": self.equal, "difference": self.difference}


def audit_contracts(
    chain: EvmChain, compile_: Callable[[], Mapping[str, CompiledContract]] = compile_sources
) -> Sequence[ContractAudit]:
    """Compare every contract of the network file, and every member's account contract, with this repository's.

    Ours are compiled from source now; those of EAS are the published package's, as committed.

    Raises:
        ToolMissingError: the compiler is not installed.
        LedgerUnreachableError: the chain does not answer.
        NotFoundError: the network file is not complete.
    """
    expected = dict(_expected(chain, compile_()))
    found = []
    known = chain.settings.network.contracts
    models = (MODELS,) if MODELS in known else ()
    for name in _FIRST + (_SCORE if any(one in known for one in _SCORE) else ()) + models:
        address = chain.address(name)
        difference = _compare(chain, address, expected[name]) or _miswired(chain, name)
        found.append(ContractAudit(name, address, not difference, difference))
    registry = next(one for one in found if one.name == MEMBER_REGISTRY)
    if registry.equal:  # another contract's word about accounts is worth nothing, and it may not even answer
        holders = [member for member in EvmDirectory(chain).members() if member.account is not None]
        found += [_audit_account(chain, member, str(member.account), expected[ACCOUNT]) for member in holders]
    return found


Code: TypeAlias = "tuple[bytes, tuple[tuple[int, int], ...]]"
"""Deployed code, and the (offset, length) places in it that a constructor fills in."""


def first_difference(actual: bytes, expected: bytes, immutables: Sequence[tuple[int, int]]) -> int | None:
    """The first byte in which deployed code differs from compiled code; None when it does not.

    `immutables` are the (offset, length) places that a constructor fills in; they are left out.
    """
    if len(actual) == len(expected):
        left, right = bytearray(actual), bytearray(expected)
        for start, length in immutables:
            left[start : start + length] = right[start : start + length] = bytes(length)
        actual, expected = bytes(left), bytes(right)
    if actual == expected:
        return None
    pairs = enumerate(zip(actual, expected, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(actual), len(expected)))


def _audit_account(chain: EvmChain, member: Member, address: str, expected: Code) -> ContractAudit:
    difference = _compare(chain, address, expected)
    if not difference and bytes(chain.read(ACCOUNT, "org", to=address)) != member.org:
        difference = "it speaks for another organisation"
    if not difference and not _same(chain.read(ACCOUNT, "registry", to=address), chain, MEMBER_REGISTRY):
        difference = f"its registry is not the network's {MEMBER_REGISTRY}"
    return ContractAudit(f"{ACCOUNT} {member.lei}", address, not difference, difference)


def _expected(chain: EvmChain, compiled: Mapping[str, CompiledContract]) -> Iterator[tuple[str, Code]]:
    for name in (*artifacts.OWN, *artifacts.SCORE, *artifacts.MODELS):
        yield name, (compiled[name].deployed_bytecode, compiled[name].immutables)
    for name in artifacts.EAS:
        yield name, (chain.artifacts[name].deployed, chain.artifacts[name].immutables)


def _compare(chain: EvmChain, address: str, expected: Code) -> str:
    actual = chain.code(address)
    if not actual:
        return "there is no code"
    place = first_difference(actual, *expected)
    return "" if place is None else f"byte {place} of {len(actual)} (expected {len(expected[0])} bytes)"


def _miswired(chain: EvmChain, name: str) -> str:
    for contract, getter, neighbour in _WIRES:
        if contract == name and not _same(chain.read(name, getter), chain, neighbour):
            return f"{getter}() is not the network's {neighbour}"
    schema = SCHEMAS[name][0] if name in SCHEMAS else ""
    if schema and bytes(chain.read(name, "schemaUid")) != chain.settings.network.schemas.get(schema):
        return f"schemaUid() is not the network's {schema}"
    return ""


def _same(address: str, chain: EvmChain, name: str) -> bool:
    return address.lower() == chain.address(name).lower()
