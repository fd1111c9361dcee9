"""What every chain adapter must do: one suite for each port, and the harness that an adapter brings along."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from evidence.errors import (
    ConflictError,
    CredenceError,
    FaultError,
    ForbiddenError,
    InconsistentHeadError,
    LedgerUnreachableError,
)
from evidence.keys import KeyPurpose
from evidence.log import ConsistencyProof, LogHead
from evidence.receipt import AnchorReceipt
from node.chain.port import AnchorLedger, CreditLedger, HeaderOracle, MemberAdmin, MemberDirectory
from node.chain.port_gate import CapabilityBook, Gate
from node.chain.port_models import ModelLedger
from node.chain.port_policies import PolicyBook
from node.chain.port_repairs import Accreditations, Objections, Repairs
from tests.support.consortium import Org, check_receipt

DAY = 86_400
CO_SIGNS_PER_DAY = 3
"""What a body may co-sign in a day on the suites' chains: few, so that the limit is reached."""


class Harness(ABC):
    """One chain with a consortium on it, and its faults."""

    log_address: bytes
    registry_address: bytes
    admin: MemberAdmin
    directory: MemberDirectory
    oracle: HeaderOracle

    @abstractmethod
    def ledger(self, org: Org, *, confirmations: int = 1) -> AnchorLedger: ...

    @abstractmethod
    def credits(self, org: Org, *, confirmations: int = 1, governed: bool = False) -> CreditLedger: ...

    @abstractmethod
    def policies(self, org: Org) -> PolicyBook: ...

    @abstractmethod
    def capabilities(self, org: Org) -> CapabilityBook: ...

    @abstractmethod
    def gate(self, org: Org) -> Gate: ...

    @abstractmethod
    def accreditations(self, org: Org | None = None) -> Accreditations:
        """With the accreditor's key, or with the attest key of `org`."""

    @abstractmethod
    def repairs(self, org: Org) -> Repairs: ...

    @abstractmethod
    def objections(self, org: Org) -> Objections: ...

    @abstractmethod
    def models(self, org: Org | None = None) -> ModelLedger:
        """With the admin's key, or with the anchor key of `org`."""

    @abstractmethod
    def wait(self, seconds: int) -> None:
        """Let the chain's clock go on, and make a block."""

    @abstractmethod
    def admin_of(self, org: Org) -> MemberAdmin:
        """Changes that a member makes about itself, through its account contract."""

    @abstractmethod
    def now(self) -> int:
        """The chain's time, seconds."""

    @abstractmethod
    def mine(self, blocks: int) -> None: ...

    @abstractmethod
    def reorg(self, depth: int) -> None: ...

    @abstractmethod
    def during_waits(self, *steps: Callable[[], Any]) -> None:
        """Run one of `steps` at each of the next waits, then make a block at every further one."""

    @abstractmethod
    def hold(self) -> None:
        """Make no block by itself any more: transactions wait in the pool."""

    @abstractmethod
    def drop(self) -> int:
        """Forget the waiting transactions; how many there were."""

    @abstractmethod
    def down(self) -> None: ...

    @abstractmethod
    def up(self) -> None: ...

    @abstractmethod
    def transactions(self) -> int:
        """How many anchors are in the chain."""

    def check(self, receipt: AnchorReceipt, org: Org, head: LogHead) -> bytes:
        return check_receipt(receipt, org, head, self.log_address, self.registry_address)


def anchor(ledger: AnchorLedger, org: Org, head: LogHead, old: LogHead | None) -> AnchorReceipt:
    return ledger.anchor(org.org, head, org.tree.proof(old, head), org.keys)


class AnchorLedgerSuite:
    """Subclasses give the fixtures `chain` (a fresh Harness) and `kiln` (an enrolled supplier)."""

    def test_a_first_head_is_anchored_and_its_receipt_proves_head_registry_and_keys(
        self, chain: Harness, kiln: Org
    ) -> None:
        ledger, head = chain.ledger(kiln), kiln.tree.grow(7)
        assert ledger.head(kiln.org) is None
        block = chain.check(anchor(ledger, kiln, head, None), kiln, head)
        assert ledger.head(kiln.org) == head
        assert ledger.is_anchored(kiln.org, head)
        assert chain.oracle.header_known(block)
        assert not chain.oracle.header_known(bytes(32))

    def test_a_log_grows_and_every_earlier_head_stays_anchored_and_provable(self, chain: Harness, kiln: Org) -> None:
        ledger, old, heads = chain.ledger(kiln), None, []
        for leaves in (1, 1, 6, 9, 100):
            head = kiln.tree.grow(leaves)
            chain.check(anchor(ledger, kiln, head, old), kiln, head)
            heads.append(head)
            old = head
        assert ledger.head(kiln.org) == heads[-1]
        for head in heads:
            assert ledger.is_anchored(kiln.org, head)
            chain.check(anchor(ledger, kiln, head, None), kiln, head)
        assert chain.transactions() == len(heads)

    def test_anchoring_a_head_twice_costs_nothing_and_gives_a_receipt_again(self, chain: Harness, kiln: Org) -> None:
        ledger, head = chain.ledger(kiln), kiln.tree.grow(3)
        first = anchor(ledger, kiln, head, None)
        chain.mine(2)
        again = anchor(ledger, kiln, head, None)
        chain.check(first, kiln, head)
        chain.check(again, kiln, head)
        assert chain.transactions() == 1

    def test_a_head_that_does_not_extend_the_anchored_one_is_refused(self, chain: Harness, kiln: Org) -> None:
        ledger, old = chain.ledger(kiln), kiln.tree.grow(5)
        anchor(ledger, kiln, old, None)
        forged = kiln.fork()
        forged.grow(9)
        right = kiln.tree.grow(4)
        wrong: list[tuple[LogHead, ConsistencyProof]] = [
            (forged.head(), forged.proof(old, forged.head())),
            (right, kiln.tree.proof(kiln.tree.head(4), right)),
            (right, ConsistencyProof(5, 9, ())),
            (forged.head(5), ConsistencyProof(5, 5, ())),
            (kiln.tree.head(3), ConsistencyProof(3, 3, ())),
            (LogHead(9, forged.head().root), kiln.tree.proof(old, right)),
        ]
        for head, proof in wrong:
            with pytest.raises(InconsistentHeadError, match="does not extend the anchored one"):
                ledger.anchor(kiln.org, head, proof, kiln.keys)
            assert not ledger.is_anchored(kiln.org, head)
        assert ledger.head(kiln.org) == old
        chain.check(anchor(ledger, kiln, right, old), kiln, right)

    def test_a_first_head_takes_no_proof_and_an_empty_one_is_refused(self, chain: Harness, kiln: Org) -> None:
        ledger = chain.ledger(kiln)
        head = kiln.tree.grow(2)
        with pytest.raises(ConflictError):
            ledger.anchor(kiln.org, head, ConsistencyProof(1, 2, (head.root,)), kiln.keys)
        with pytest.raises(ConflictError):
            ledger.anchor(kiln.org, kiln.tree.head(0), ConsistencyProof(0, 0, ()), kiln.keys)
        assert ledger.head(kiln.org) is None

    def test_nobody_anchors_for_someone_else(self, chain: Harness, kiln: Org, buyer: Org) -> None:
        head = kiln.tree.grow(3)
        with pytest.raises(ForbiddenError, match="may not anchor"):
            chain.ledger(buyer).anchor(kiln.org, head, ConsistencyProof(0, 3, ()), kiln.keys)
        assert chain.ledger(kiln).head(kiln.org) is None

    def test_a_receipt_is_not_promised_for_keys_that_are_not_registered_to_the_organisation(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        head = kiln.tree.grow(3)
        for keys in ((buyer.keys[0], kiln.keys[1]), (Org("nobody").keys[0],)):
            with pytest.raises(ConflictError, match="not registered to organisation"):
                chain.ledger(kiln).anchor(kiln.org, head, ConsistencyProof(0, 3, ()), keys)  # type: ignore[arg-type]
        assert chain.ledger(kiln).head(kiln.org) is None

    def test_a_retired_or_compromised_anchor_key_anchors_no_more_and_a_new_one_takes_over(
        self, chain: Harness, kiln: Org
    ) -> None:
        old = kiln.tree.grow(2)
        anchor(chain.ledger(kiln), kiln, old, None)
        first = chain.admin.register_key(kiln.org, KeyPurpose.ANCHOR, kiln.anchor_address, 1)
        chain.admin.retire_key(first)
        head = kiln.tree.grow(2)
        with pytest.raises(ForbiddenError):
            anchor(chain.ledger(kiln), kiln, head, old)
        kiln.anchor_secret = Org("kiln2").anchor_secret
        second = chain.admin_of(kiln).register_key(kiln.org, KeyPurpose.ANCHOR, kiln.anchor_address, 1)
        chain.check(anchor(chain.ledger(kiln), kiln, head, old), kiln, head)
        chain.admin.declare_compromised(second, chain.now())
        with pytest.raises(ForbiddenError):
            anchor(chain.ledger(kiln), kiln, kiln.tree.grow(1), head)

    def test_a_suspended_member_anchors_nothing_until_it_is_back(self, chain: Harness, kiln: Org) -> None:
        head = kiln.tree.grow(2)
        chain.admin.set_active(kiln.org, False)
        with pytest.raises(ForbiddenError, match="suspended"):
            anchor(chain.ledger(kiln), kiln, head, None)
        chain.admin.set_active(kiln.org, True)
        chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)

    def test_a_pause_stops_new_anchors_but_no_reads_and_no_repeats(self, chain: Harness, kiln: Org) -> None:
        ledger, old = chain.ledger(kiln), kiln.tree.grow(2)
        anchor(ledger, kiln, old, None)
        chain.admin.set_paused(True)
        head = kiln.tree.grow(1)
        with pytest.raises(FaultError, match="paused"):
            anchor(ledger, kiln, head, old)
        assert ledger.head(kiln.org) == old
        chain.check(anchor(ledger, kiln, old, None), kiln, old)
        chain.admin.set_paused(False)
        chain.check(anchor(ledger, kiln, head, old), kiln, head)

    def test_a_head_counts_only_when_enough_blocks_lie_on_it(self, chain: Harness, kiln: Org) -> None:
        head, waits = kiln.tree.grow(2), []
        chain.mine(5)
        chain.during_waits(*[lambda: (waits.append(1), chain.mine(1)) for _ in range(8)])
        receipt = anchor(chain.ledger(kiln, confirmations=4), kiln, head, None)
        chain.check(receipt, kiln, head)
        assert len(waits) >= 3

    def test_a_reorg_before_settling_sends_the_head_again(self, chain: Harness, kiln: Org) -> None:
        head = kiln.tree.grow(2)
        chain.mine(5)
        chain.during_waits(lambda: chain.mine(1), lambda: chain.reorg(3))
        receipt = anchor(chain.ledger(kiln, confirmations=4), kiln, head, None)
        assert chain.oracle.header_known(chain.check(receipt, kiln, head))
        assert chain.transactions() == 1

    def test_a_reorg_after_settling_is_healed_by_anchoring_again(self, chain: Harness, kiln: Org) -> None:
        head = kiln.tree.grow(2)
        chain.mine(5)
        lost = chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)
        chain.reorg(4)
        assert not chain.ledger(kiln).is_anchored(kiln.org, head)
        assert not chain.oracle.header_known(lost)
        found = chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)
        assert chain.oracle.header_known(found)
        assert chain.transactions() == 1

    def test_a_dropped_transaction_is_sent_again(self, chain: Harness, kiln: Org) -> None:
        head, dropped = kiln.tree.grow(2), []
        chain.hold()
        chain.during_waits(lambda: dropped.append(chain.drop()), lambda: dropped.append(chain.drop()))
        chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)
        assert sum(dropped) >= 1
        assert chain.transactions() == 1

    def test_a_chain_that_is_down_is_reported_and_nothing_is_lost(self, chain: Harness, kiln: Org) -> None:
        ledger, head = chain.ledger(kiln), kiln.tree.grow(2)
        chain.down()
        attempts: list[Callable[[], object]] = [
            lambda: anchor(ledger, kiln, head, None),
            lambda: ledger.head(kiln.org),
            lambda: ledger.is_anchored(kiln.org, head),
            lambda: chain.directory.member(kiln.org),
            lambda: chain.directory.key(kiln.keys[0]),
            lambda: chain.directory.public_key(kiln.keys[0]),
            lambda: chain.directory.members(),
            lambda: chain.directory.keys_of(kiln.org, KeyPurpose.LOG),
            lambda: chain.oracle.header_known(bytes(32)),
        ]
        for attempt in attempts:
            with pytest.raises(LedgerUnreachableError):
                attempt()
        chain.up()
        chain.check(anchor(ledger, kiln, head, None), kiln, head)

    def test_threads_that_anchor_the_same_head_all_get_receipts_and_anchor_it_once(
        self, chain: Harness, kiln: Org
    ) -> None:
        ledger, head = chain.ledger(kiln), kiln.tree.grow(4)
        with ThreadPoolExecutor(4) as pool:
            receipts = list(pool.map(lambda _: anchor(ledger, kiln, head, None), range(8)))
        for receipt in receipts:
            chain.check(receipt, kiln, head)
        assert chain.transactions() == 1

    def test_two_organisations_anchor_at_once_without_hindering_each_other(
        self, chain: Harness, kiln: Org, buyer: Org
    ) -> None:
        def grow(org: Org) -> None:
            ledger, old = chain.ledger(org), None
            for leaves in (1, 2, 3):
                head = org.tree.grow(leaves)
                chain.check(anchor(ledger, org, head, old), org, head)
                old = head

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(grow, (kiln, buyer)))
        assert chain.transactions() == 6

    def test_every_refusal_is_one_of_ours_with_advice(self, chain: Harness, kiln: Org, buyer: Org) -> None:
        head = kiln.tree.grow(1)
        with pytest.raises(CredenceError) as caught:
            chain.ledger(buyer).anchor(kiln.org, head, ConsistencyProof(0, 1, ()), ())
        assert caught.value.advice and "0x" in caught.value.message
