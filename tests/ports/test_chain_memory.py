"""The chain's port suites on the memory adapters, and the faults that only they can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evidence.errors import ConflictError, InconsistentHeadError, LedgerUnreachableError
from evidence.receipt import Address
from node.chain.memory import MemoryAdmin, MemoryCredits, MemoryDirectory, MemoryLedger
from node.chain.memory_books import MemoryObjections, MemoryRepairs
from node.chain.memory_chain import ENROLLER, MemoryChain
from node.chain.memory_desks import MemoryAccreditations, MemoryCapabilities, MemoryGate, MemoryPolicies
from node.chain.memory_models import ADMIN as MODELS_ADMIN
from node.chain.memory_models import MemoryModels
from node.chain.memory_score import ACCREDITOR
from node.chain.memory_world import LOG_ADDRESS, REGISTRY_ADDRESS
from tests.ports.chain_suite import CO_SIGNS_PER_DAY, DAY, AnchorLedgerSuite, Harness, anchor
from tests.ports.chain_suite_members import CreditLedgerSuite, MemberDirectorySuite
from tests.ports.model_suite import ModelLedgerSuite
from tests.ports.score_suite import CapabilityBookSuite, GateSuite, GovernedCreditSuite, PolicyBookSuite
from tests.ports.score_suite_repairs import AccreditationsSuite, ObjectionsSuite, RepairsSuite
from tests.support.consortium import Org, claim

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class ScriptedChain(MemoryChain):
    """A memory chain whose waits can be scripted."""

    steps: tuple[Callable[[], Any], ...] = ()

    def tick(self) -> None:
        if self.steps:
            step, self.steps = self.steps[0], self.steps[1:]
            step()
        else:
            super().tick()


class MemoryHarness(Harness):
    log_address, registry_address = bytes(LOG_ADDRESS), bytes(REGISTRY_ADDRESS)

    def __init__(self) -> None:
        self.late = timedelta(0)
        self.chain = ScriptedChain(lambda: START + self.late)
        self.chain.newest().world.score.co_signs_per_day = CO_SIGNS_PER_DAY
        self.admin = MemoryAdmin(self.chain, ENROLLER)
        self.directory = self.oracle = MemoryDirectory(self.chain)

    def ledger(self, org: Org, *, confirmations: int = 1) -> MemoryLedger:
        return MemoryLedger(self.chain, Address(org.anchor_address), confirmations=confirmations)

    def credits(self, org: Org, *, confirmations: int = 1, governed: bool = False) -> MemoryCredits:
        sender = Address(org.attest_address)
        return MemoryCredits(self.chain, sender, confirmations=confirmations, governed=governed)

    def policies(self, org: Org) -> MemoryPolicies:
        return MemoryPolicies(self.chain, Address(org.attest_address))

    def capabilities(self, org: Org) -> MemoryCapabilities:
        return MemoryCapabilities(self.chain, Address(org.attest_address))

    def gate(self, org: Org) -> MemoryGate:
        return MemoryGate(self.chain, Address(org.attest_address))

    def accreditations(self, org: Org | None = None) -> MemoryAccreditations:
        return MemoryAccreditations(self.chain, ACCREDITOR if org is None else Address(org.attest_address))

    def repairs(self, org: Org) -> MemoryRepairs:
        return MemoryRepairs(self.chain, Address(org.attest_address), secret=org.attest_secret)

    def objections(self, org: Org) -> MemoryObjections:
        return MemoryObjections(self.chain, Address(org.attest_address))

    def models(self, org: Org | None = None) -> MemoryModels:
        return MemoryModels(self.chain, MODELS_ADMIN if org is None else Address(org.anchor_address))

    def wait(self, seconds: int) -> None:
        self.late += timedelta(seconds=seconds)
        self.chain.mine()

    def admin_of(self, org: Org) -> MemoryAdmin:
        return MemoryAdmin(self.chain, Address(org.attest_address))

    def now(self) -> int:
        return int((START + self.late).timestamp())

    def mine(self, blocks: int) -> None:
        self.chain.mine(blocks)

    def reorg(self, depth: int) -> None:
        self.chain.reorg(depth)

    def during_waits(self, *steps: Callable[[], Any]) -> None:
        self.chain.steps = steps

    def hold(self) -> None:
        """Blocks are only made by waiting anyway."""

    def drop(self) -> int:
        count = len(self.chain._pool)
        self.chain._pool.clear()
        return count

    def down(self) -> None:
        self.chain.faults.down = True

    def up(self) -> None:
        self.chain.faults.down = False

    def transactions(self) -> int:
        return sum(count for _, count in self.chain.newest().world.heads.values())


@pytest.fixture
def chain() -> MemoryHarness:
    return MemoryHarness()


@pytest.fixture
def kiln(chain: MemoryHarness) -> Org:
    org = Org("kiln")
    org.enrol(chain.admin, "supplier")
    return org


@pytest.fixture
def buyer(chain: MemoryHarness, kiln: Org) -> Org:
    org = Org("buyer")
    org.enrol(chain.admin, "scorer", "purchaser")
    return org


class TestMemoryLedger(AnchorLedgerSuite):
    def test_a_send_that_never_arrives_can_be_repeated(self, chain: MemoryHarness, kiln: Org) -> None:
        head = kiln.tree.grow(2)
        chain.chain.faults.lose_sends = 1
        with pytest.raises(LedgerUnreachableError, match="never reached"):
            anchor(chain.ledger(kiln), kiln, head, None)
        chain.mine(2)
        assert chain.ledger(kiln).head(kiln.org) is None
        chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)

    def test_a_lost_answer_does_not_anchor_twice(self, chain: MemoryHarness, kiln: Org) -> None:
        head = kiln.tree.grow(2)
        chain.chain.faults.lose_answers = 1
        with pytest.raises(LedgerUnreachableError, match="answer was lost"):
            anchor(chain.ledger(kiln), kiln, head, None)
        chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)
        chain.mine(2)
        assert chain.transactions() == 1

    def test_a_chain_that_makes_no_blocks_is_given_up_and_resumed(self, chain: MemoryHarness, kiln: Org) -> None:
        head = kiln.tree.grow(2)
        chain.chain.faults.stall = 100
        with pytest.raises(LedgerUnreachableError, match="not settled"):
            anchor(chain.ledger(kiln), kiln, head, None)
        chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)
        assert chain.transactions() == 1

    def test_drop_and_reorg_faults_are_survived(self, chain: MemoryHarness, kiln: Org) -> None:
        head = kiln.tree.grow(2)
        chain.mine(4)
        chain.chain.faults.drop = 2
        chain.chain.faults.reorg = 3
        chain.check(anchor(chain.ledger(kiln, confirmations=3), kiln, head, None), kiln, head)
        assert (chain.chain.faults.drop, chain.chain.faults.reorg, chain.transactions()) == (0, 0, 1)

    def test_a_refusal_on_demand_is_raised_once(self, chain: MemoryHarness, kiln: Org) -> None:
        head = kiln.tree.grow(2)
        chain.chain.faults.refuse = "InconsistentHead"
        with pytest.raises(InconsistentHeadError):
            anchor(chain.ledger(kiln), kiln, head, None)
        chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)


class TestMemoryDirectory(MemberDirectorySuite):
    pass


class TestMemoryCredits(CreditLedgerSuite):
    def test_a_refusal_that_comes_only_in_the_block_is_still_told(
        self, chain: MemoryHarness, kiln: Org, buyer: Org
    ) -> None:
        head = kiln.tree.grow(1)
        anchor(chain.ledger(kiln), kiln, head, None)

        def suspend_first() -> None:
            world = chain.chain.newest().world
            world.members[buyer.org] = replace(world.members[buyer.org], active=False)
            chain.chain.mine()

        chain.during_waits(suspend_first)
        with pytest.raises(ConflictError, match="scorer role"):
            chain.credits(buyer).attest(claim(kiln, ((kiln, head),), chain.now() + DAY))
        assert list(chain.credits(buyer).attestations(kiln.org)) == []


class TestMemoryPolicies(PolicyBookSuite):
    pass


class TestMemoryGovernedCredits(GovernedCreditSuite):
    pass


class TestMemoryCapabilities(CapabilityBookSuite):
    pass


class TestMemoryGate(GateSuite):
    pass


class TestMemoryAccreditations(AccreditationsSuite):
    pass


class TestMemoryRepairs(RepairsSuite):
    pass


class TestMemoryObjections(ObjectionsSuite):
    pass


class TestMemoryModels(ModelLedgerSuite):
    pass
