"""Contracts on a chain compared with this repository's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.receipt import Address
from node.chain.artifacts import MODELS, OWN, SCORE
from node.chain.audit import audit_contracts, first_difference
from node.chain.evm_chain import EvmChain, EvmSettings
from node.chain.source_build import CompiledContract
from tests.support.chain import EvmHarness
from tests.support.consortium import Org

FIRST = ["SchemaRegistry", "EAS", "MemberRegistry", "EvidenceLog", "CreditResolver"]
ADDED = [
    *("MemberVotes", "MemberGovernor", "MemberTimelock", "PolicyRegistry", "PolicyCreditResolver"),
    *(
        "CapabilityResolver",
        "AccreditationRegistry",
        "RepairBook",
        "ObjectionBook",
        "QualificationGate",
        "ModelRegistry",
    ),
]


def committed(chain: EvmHarness) -> dict[str, CompiledContract]:
    """What compiling gives (the contract tests compile, and compare with what is committed)."""
    return {
        name: CompiledContract(name, "", one.abi, one.creation, one.deployed, one.immutables, {}, {})
        for name in (*OWN, *SCORE, *MODELS)
        for one in (chain.artifacts[name],)
    }


@pytest.mark.anvil
def test_what_was_deployed_is_found_equal_contract_by_contract(chain: EvmHarness, kiln: Org, buyer: Org) -> None:
    found = audit_contracts(chain.chain(), lambda: committed(chain))
    assert [one.name for one in found] == [
        "SchemaRegistry",
        "EAS",
        "MemberRegistry",
        "EvidenceLog",
        "CreditResolver",
        *ADDED,
        f"OrgAccount {kiln.lei}",
        f"OrgAccount {buyer.lei}",
    ]
    assert all(one.equal and not one.difference for one in found)
    assert found[0].to_json() == {
        "name": "SchemaRegistry",
        "address": chain.chain().address("SchemaRegistry"),
        "equal": True,
        "difference": "",
    }


@pytest.mark.anvil
@pytest.mark.parametrize("name", [*FIRST, *ADDED])
def test_one_changed_byte_of_code_is_named(chain: EvmHarness, name: str) -> None:
    evm = chain.chain()
    code = bytearray(evm.code(evm.address(name)))
    code[40] ^= 1
    chain.anvil.rpc("anvil_setCode", evm.address(name), f"0x{code.hex()}")
    found = {one.name: one for one in audit_contracts(evm, lambda: committed(chain))}
    assert (found[name].equal, found[name].difference.split(" of ")[0]) == (False, "byte 40")
    others = {one.name for one in found.values() if not one.equal and one.name != name}
    assert not others


@pytest.mark.anvil
def test_a_contract_wired_to_another_neighbour_is_not_equal(chain: EvmHarness) -> None:
    place = chain.admin._sender.create("EvidenceLog", chain.chain().address("MemberRegistry"))
    contracts = {**chain.network.contracts, "EvidenceLog": Address(bytes.fromhex(place[2:]))}
    evm = EvmChain(EvmSettings(chain.anvil.url, replace(chain.network, contracts=contracts)), chain.artifacts)
    found = {one.name: one for one in audit_contracts(evm, lambda: committed(chain))}
    assert found["EvidenceLog"].equal
    assert found["CreditResolver"].difference == "log() is not the network's EvidenceLog"
    assert found["PolicyCreditResolver"].difference == "log() is not the network's EvidenceLog"
    renamed = replace(chain.network, schemas={"CreditClaim": bytes(32)})
    evm = EvmChain(EvmSettings(chain.anvil.url, renamed), chain.artifacts)
    found = {one.name: one for one in audit_contracts(evm, lambda: committed(chain))}
    assert found["CreditResolver"].difference == "schemaUid() is not the network's CreditClaim"


@pytest.mark.anvil
def test_a_network_from_before_the_votes_is_audited_as_it_was(chain: EvmHarness) -> None:
    before = {name: chain.network.contracts[name] for name in FIRST}
    evm = EvmChain(EvmSettings(chain.anvil.url, replace(chain.network, contracts=before)), chain.artifacts)
    found = audit_contracts(evm, lambda: committed(chain))
    assert [one.name for one in found if not one.name.startswith("OrgAccount")] == FIRST
    assert all(one.equal for one in found)


@pytest.mark.anvil
def test_governance_by_a_timelock_that_is_not_the_governors_is_named(chain: EvmHarness) -> None:
    contracts = {**chain.network.contracts, "MemberTimelock": chain.network.contracts["MemberVotes"]}
    evm = EvmChain(EvmSettings(chain.anvil.url, replace(chain.network, contracts=contracts)), chain.artifacts)
    found = {one.name: one for one in audit_contracts(evm, lambda: committed(chain))}
    assert found["MemberGovernor"].difference == "timelock() is not the network's MemberTimelock"
    assert found["PolicyRegistry"].difference == "governance() is not the network's MemberTimelock"


@pytest.mark.anvil
def test_code_that_is_gone_is_said_to_be_gone(chain: EvmHarness) -> None:
    evm = chain.chain()
    chain.anvil.rpc("anvil_setCode", evm.address("EAS"), "0x")
    found = {one.name: one for one in audit_contracts(evm, lambda: committed(chain))}
    assert found["EAS"].difference == "there is no code"


@given(st.binary(min_size=8, max_size=64), st.data())
def test_the_first_difference_outside_the_constructors_places_is_found(code: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(code) - 2))
    length = data.draw(st.integers(1, len(code) - start - 1))
    inside = data.draw(st.integers(start, start + length - 1))
    changed = bytearray(code)
    changed[inside] ^= 0xFF
    assert first_difference(bytes(changed), code, [(start, length)]) is None
    assert first_difference(bytes(changed), code, []) == inside
    outside = data.draw(st.sampled_from([at for at in range(len(code)) if not start <= at < start + length]))
    changed[outside] ^= 0xFF
    assert first_difference(bytes(changed), code, [(start, length)]) == outside
    assert first_difference(code[:-1], code, [(start, length)]) == len(code) - 1
