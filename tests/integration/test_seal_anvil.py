"""The evidence services over SQLite and a real EVM chain: proofs that verify, and faults that lose nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.errors import LedgerUnreachableError
from evidence.header import parse_header
from evidence.identity import Subject
from evidence.verify import Trust, verify_bundle
from node.records.port import StatementFilter
from node.records.sql import SqlRecords
from node.services.fault_point import FaultPoint, go_on
from node.services.prove import ProveStatement
from node.services.seal import SealLog
from node.services.submit import SubmitDrafts
from tests.support.anvil import anvil_process
from tests.support.chain import Deployed, EvmHarness
from tests.support.check_log import check_log
from tests.support.consortium import Org
from tests.support.crash import DONE, KILLED, in_child
from tests.support.evidence_node import TickingClock, delivery
from tests.support.faults import KillAt

pytestmark = pytest.mark.anvil

KILN = Org("kiln")


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


class Node:
    """Kiln's evidence services over a database in `folder`."""

    def __init__(self, chain: EvmHarness, folder: Path, reached: FaultPoint = go_on) -> None:
        self.records = SqlRecords.open(folder / "node.db")
        self.ledger, self.clock = chain.ledger(KILN), TickingClock()
        chain.mine(1)  # anvil gives money without a block; until the next one its proofs do not fit its headers
        evidence, events = self.records.evidence, self.records.events
        self.submit = SubmitDrafts(
            evidence, events, issuer=KILN.lei, key=KILN.statement, clock=self.clock, entropy=os.urandom, reached=reached
        )
        self.seal = SealLog(
            evidence,
            self.records.log,
            self.ledger,
            chain.oracle,
            events,
            issuer=KILN.lei,
            key=KILN.log,
            clock=self.clock,
            reached=reached,
        )
        self.prove = ProveStatement(
            evidence, self.records.log, statement_keys=[KILN.statement.public], log_keys=[KILN.log.public]
        )

    def add(self, first: int, count: int) -> None:
        self.submit([delivery(number) for number in range(first, first + count)], subject=Subject(KILN.lei))

    def check(self) -> int:
        return check_log(
            self.records.evidence,
            self.records.log,
            self.ledger,
            issuer=KILN.lei,
            log_key=KILN.log.public,
            statement_keys=(KILN.statement.public,),
        )


@pytest.fixture
def node(chain: EvmHarness, tmp_path: Path) -> Iterator[Node]:
    opened = Node(chain, tmp_path)
    yield opened
    opened.records.close()


def test_every_proof_of_an_anchored_log_verifies_against_its_block(chain: EvmHarness, node: Node) -> None:
    node.add(0, 7)
    assert node.seal(limit=4) is not None
    assert node.seal(limit=4) is not None
    for _, record in node.records.evidence.records(StatementFilter()):
        data = node.prove(record.statement_id)
        report = verify_bundle(data, Trust(network=chain.network), header_known=chain.oracle.header_known)
        assert report.verified, report.answers
    assert chain.transactions() == 2
    assert node.check() == 7


def test_a_chain_that_is_down_loses_nothing_and_is_caught_up_with(chain: EvmHarness, node: Node) -> None:
    node.add(0, 3)
    assert node.seal(limit=10) is not None
    chain.down()
    node.add(3, 3)
    with pytest.raises(LedgerUnreachableError):
        node.seal(limit=10)
    node.add(6, 1)
    chain.up()
    while node.seal(limit=10) is not None:
        pass
    assert [head.head.size for head in node.records.log.heads()] == [3, 6, 7]
    assert chain.transactions() == 3
    assert node.check() == 7


def test_a_dropped_transaction_is_sent_again_and_anchors_once(chain: EvmHarness, node: Node) -> None:
    node.add(0, 3)
    chain.hold()
    dropped: list[int] = []
    chain.during_waits(lambda: dropped.append(chain.drop()))
    assert node.seal(limit=10) is not None
    assert dropped == [1]
    assert chain.transactions() == 1
    assert node.check() == 3


@pytest.mark.parametrize("depth", [1, 2])
def test_a_reorg_after_the_receipt_is_made_good(chain: EvmHarness, node: Node, depth: int) -> None:
    for number in range(3):
        node.add(number, 1)
        assert node.seal(limit=1) is not None
    chain.reorg(depth)
    node.add(3, 1)
    assert node.seal(limit=1) is not None
    for head in node.records.log.heads():
        assert head.receipt is not None
        assert chain.oracle.header_known(parse_header(head.receipt.header).hash)
    assert chain.transactions() == 4
    assert node.check() == 4


@pytest.mark.parametrize("step", ["after-seal-stored", "before-anchor", "after-anchor", "after-close"])
def test_killed_while_sealing_to_a_real_chain_nothing_is_anchored_twice(
    chain: EvmHarness, tmp_path: Path, step: str
) -> None:
    def live(reached: FaultPoint) -> None:
        life = Node(chain, tmp_path, reached)
        life.add(0, 5)
        while life.seal(limit=2) is not None:
            pass
        life.records.close()

    assert in_child(lambda: live(KillAt(step, 2))) == KILLED
    assert in_child(lambda: live(go_on)) == DONE
    node = Node(chain, tmp_path)
    assert chain.transactions() == 3
    assert node.check() == 5
    node.records.close()
