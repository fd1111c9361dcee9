"""The chain's port suites on a real EVM with the real contracts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ports.chain_suite import AnchorLedgerSuite
from tests.ports.chain_suite_members import CreditLedgerSuite, MemberDirectorySuite
from tests.ports.model_suite import ModelLedgerSuite
from tests.ports.score_suite import CapabilityBookSuite, GateSuite, GovernedCreditSuite, PolicyBookSuite
from tests.ports.score_suite_repairs import AccreditationsSuite, ObjectionsSuite, RepairsSuite
from tests.support.anvil import anvil_process
from tests.support.chain import Deployed, EvmHarness
from tests.support.consortium import Org

pytestmark = pytest.mark.anvil


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("chain")
    with anvil_process(state=folder / "state.json") as anvil:
        yield Deployed(anvil, folder)


@pytest.fixture
def chain(deployed: Deployed) -> Iterator[EvmHarness]:
    snapshot = deployed.anvil.snapshot()
    harness = deployed.harness()
    yield harness
    harness.close()
    if harness.restarted:
        deployed.restore()
    else:
        deployed.anvil.revert(snapshot)


@pytest.fixture
def kiln(chain: EvmHarness) -> Org:
    return Org("kiln")


@pytest.fixture
def buyer(chain: EvmHarness) -> Org:
    return Org("buyer")


class TestEvmLedger(AnchorLedgerSuite):
    pass


class TestEvmDirectory(MemberDirectorySuite):
    pass


class TestEvmCredits(CreditLedgerSuite):
    pass


class TestEvmPolicies(PolicyBookSuite):
    pass


class TestEvmGovernedCredits(GovernedCreditSuite):
    pass


class TestEvmCapabilities(CapabilityBookSuite):
    pass


class TestEvmGate(GateSuite):
    pass


class TestEvmAccreditations(AccreditationsSuite):
    pass


class TestEvmRepairs(RepairsSuite):
    pass


class TestEvmObjections(ObjectionsSuite):
    pass


class TestEvmModels(ModelLedgerSuite):
    pass
