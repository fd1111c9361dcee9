"""Deploying: every step written down, every crash resumed, no other chain taken for ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eth_utils.address import to_checksum_address

from evidence.errors import ConflictError, FaultError, ForbiddenError, LedgerUnreachableError
from evidence.receipt import Address
from node.chain.artifacts import load_artifacts
from node.chain.deploy import DeploySettings, deploy
from node.chain.evm_admin import EvmAdmin
from node.chain.evm_chain import EvmChain
from node.chain.evm_claim import SCHEMA
from node.chain.evm_credit import EvmCredits
from node.chain.evm_gate import CAPABILITY_SCHEMA
from node.chain.evm_policies import EvmPolicies
from node.chain.evm_sender import EvmSender
from node.chain.network_file import read_network, write_network
from node.chain.port_policies import VotingTerms
from tests.support.anvil import AnvilControl, anvil_process
from tests.support.chain import ADMIN_SECRET
from tests.support.consortium import Org, address_of

pytestmark = pytest.mark.anvil

FIRST = ["SchemaRegistry", "EAS", "MemberRegistry", "EvidenceLog", "CreditResolver"]
SCORE = [
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
SCHEMAS = {
    "CreditClaim": "CreditResolver",
    "PolicyCreditClaim": "PolicyCreditResolver",
    "CapabilityClaim": "CapabilityResolver",
}
STEPS = [*FIRST, *SCORE, *SCHEMAS]


@pytest.fixture(scope="module")
def control() -> Iterator[AnvilControl]:
    with anvil_process() as control:
        control.fund(address_of(ADMIN_SECRET), 1_000)
        yield control


def settings(control: AnvilControl) -> DeploySettings:
    return DeploySettings(control.url, "test", poll_s=0.02)


class Crash(BaseException):
    """A kill -9 at a step."""


def test_a_deployment_killed_at_every_step_is_finished_by_the_next_one(control: AnvilControl, tmp_path: Path) -> None:
    file, artifacts, done = tmp_path / "network.json", load_artifacts(), []
    for step in STEPS:

        def crash_behind(name: str, step: str = step) -> None:
            if name != step:
                raise Crash
            done.append(name)

        if step == STEPS[-1]:
            network = deploy(settings(control), ADMIN_SECRET, file, artifacts, progress=done.append)
            continue
        with pytest.raises(Crash):
            deploy(settings(control), ADMIN_SECRET, file, artifacts, progress=crash_behind)
        known = read_network(file)
        assert step in known.contracts or step in known.schemas
    assert done == STEPS
    assert read_network(file) == network
    chain = EvmChain(settings(control).evm(network), artifacts)
    assert set(network.schemas) == set(SCHEMAS)
    for name, resolver in SCHEMAS.items():
        uid = bytes(chain.read(resolver, "schemaUid"))
        assert network.schemas[name] == uid
        registered = chain.read("SchemaRegistry", "getSchema", uid)
        wanted = CAPABILITY_SCHEMA if name == "CapabilityClaim" else SCHEMA
        assert (bytes(registered[0]), registered[2], registered[3]) == (uid, True, wanted)
        assert registered[1].lower() == chain.address(resolver).lower()


def test_a_network_from_before_the_votes_opens_and_is_completed(control: AnvilControl, tmp_path: Path) -> None:
    file, artifacts = tmp_path / "network.json", load_artifacts()
    old = deploy(replace(settings(control), governed=False), ADMIN_SECRET, file, artifacts)
    assert (sorted(old.contracts), old.governed) == (sorted(FIRST), False)
    assert json.loads(file.read_bytes())["format"] == "credence-network/1"
    chain = EvmChain(settings(control).evm(old), artifacts)
    assert not EvmCredits(chain).governed
    new = deploy(settings(control), ADMIN_SECRET, file, artifacts)
    assert new.governed and json.loads(file.read_bytes())["format"] == "credence-network/2"
    assert {name: new.contracts[name] for name in old.contracts} == old.contracts
    assert EvmCredits(EvmChain(settings(control).evm(new), artifacts)).governed


def test_voting_accrediting_and_limits_are_as_told(control: AnvilControl, tmp_path: Path) -> None:
    accreditor = Address(address_of(b"\x55" * 32))
    told = replace(settings(control), voting=VotingTerms(7, 8, 9, 10), accreditor=accreditor, claims_per_day=3)
    network = deploy(told, ADMIN_SECRET, tmp_path / "network.json", load_artifacts())
    chain = EvmChain(told.evm(network), load_artifacts())
    assert EvmPolicies(chain).terms() == VotingTerms(7, 8, 9, 10)
    assert (chain.read("RepairBook", "claimsPerDay"), chain.read("RepairBook", "coSignsPerDay")) == (3, 50)
    role = bytes(chain.read("AccreditationRegistry", "ACCREDITOR_ROLE"))
    holder, admin = to_checksum_address(accreditor), to_checksum_address(address_of(ADMIN_SECRET))
    assert chain.read("AccreditationRegistry", "hasRole", role, holder)
    assert not chain.read("AccreditationRegistry", "hasRole", role, admin)


def test_deploying_again_sends_nothing(control: AnvilControl, tmp_path: Path) -> None:
    file = tmp_path / "network.json"
    first = deploy(settings(control), ADMIN_SECRET, file, load_artifacts())
    height, steps = control.height(), []
    assert deploy(settings(control), ADMIN_SECRET, file, load_artifacts(), progress=steps.append) == first
    assert (control.height(), steps) == (height, [])


def test_a_schema_registered_before_the_crash_is_found_registered(control: AnvilControl, tmp_path: Path) -> None:
    file = tmp_path / "network.json"
    network = deploy(settings(control), ADMIN_SECRET, file, load_artifacts())
    write_network(file, replace(network, schemas={}))
    height = control.height()
    assert deploy(settings(control), ADMIN_SECRET, file, load_artifacts()) == network
    assert control.height() == height


def test_a_network_file_of_another_chain_is_refused(control: AnvilControl, tmp_path: Path) -> None:
    file = tmp_path / "network.json"
    network = deploy(settings(control), ADMIN_SECRET, file, load_artifacts())
    write_network(file, replace(network, genesis=bytes(32)))
    with pytest.raises(ConflictError, match="another chain"):
        deploy(settings(control), ADMIN_SECRET, file, load_artifacts())
    moved = {**network.contracts, "EAS": network.contracts["EAS"][:-1] + b"\0"}
    write_network(file, replace(network, contracts=moved))  # type: ignore[arg-type]
    with pytest.raises(ConflictError, match=r"EAS is at .* nothing is there"):
        deploy(settings(control), ADMIN_SECRET, file, load_artifacts())


def test_without_chain_or_funds_nothing_is_written_that_does_not_hold(control: AnvilControl, tmp_path: Path) -> None:
    file = tmp_path / "network.json"
    with pytest.raises(LedgerUnreachableError):
        deploy(DeploySettings("http://127.0.0.1:1", "test"), ADMIN_SECRET, file, load_artifacts())
    assert not file.exists()
    with pytest.raises(FaultError, match="cannot pay"):
        deploy(settings(control), b"\x22" * 32, file, load_artifacts())
    assert read_network(file).contracts == {}


def test_enrolling_and_pausing_can_be_other_peoples_keys_than_the_admins(control: AnvilControl, tmp_path: Path) -> None:
    enroller, pauser = b"\x33" * 32, b"\x44" * 32
    for secret in (enroller, pauser):
        control.fund(address_of(secret))
    apart = replace(settings(control), enroller=Address(address_of(enroller)), pauser=Address(address_of(pauser)))
    network = deploy(apart, ADMIN_SECRET, tmp_path / "network.json", load_artifacts())
    chain = EvmChain(apart.evm(network), load_artifacts())

    def admin(secret: bytes) -> EvmAdmin:
        return EvmAdmin(chain, EvmSender(chain, secret))

    org = Org("kiln")
    for secret in (ADMIN_SECRET, pauser):
        with pytest.raises(ForbiddenError):
            admin(secret).enrol(org.lei, "kiln", "", ["supplier"])
    for secret in (ADMIN_SECRET, enroller):
        with pytest.raises(ForbiddenError):
            admin(secret).set_paused(True)
    admin(enroller).enrol(org.lei, "kiln", "", ["supplier"])
    admin(pauser).set_paused(True)
