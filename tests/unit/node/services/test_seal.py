"""Sealing: stored, anchored, closed, in this order; repeated without harm wherever it stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.errors import InconsistentHeadError, InputError, LedgerUnreachableError, StorageError
from evidence.header import parse_header
from evidence.identity import org_id
from evidence.tiles import Tile
from node.records.memory import MemoryEvidenceStore, MemoryLogStore, MemoryRecords
from tests.support.check_log import check_log
from tests.support.evidence_node import (
    ISSUER,
    SUPPLIER,
    EvidenceNode,
    chain_with_member,
    delivery,
    seeded,
    seeded_log,
)
from tests.support.faults import FullDisk, StopAt, Stopped

STEPS = ["before-seal-stored", "after-seal-stored", "before-anchor", "after-anchor", "after-close"]


def check(node: EvidenceNode) -> int:
    return check_log(
        node.records.evidence,
        node.records.log,
        node.ledger,
        issuer=ISSUER,
        log_key=seeded_log("log").public,
        statement_keys=(node.key.public, *(key.public for key in node.old_keys)),
    )


def anchored_times(node: EvidenceNode) -> int:
    found = node.chain.newest().world.heads.get(org_id(ISSUER))
    return found[1] if found else 0


def submit(node: EvidenceNode, first: int, count: int) -> None:
    node.submit([delivery(number) for number in range(first, first + count)], subject=SUPPLIER)


def test_nothing_waits_and_nothing_is_anchored() -> None:
    node = EvidenceNode()
    assert node.seal(limit=10) is None
    assert anchored_times(node) == 0


def test_what_waits_is_anchored_at_most_limit_at_a_time() -> None:
    node = EvidenceNode()
    submit(node, 0, 7)
    seal = node.seal
    assert seal.waiting() == 7
    sizes = []
    while (receipt := seal(limit=3)) is not None:
        sizes.append(receipt.head.size)
    assert sizes == [3, 6, 7]
    assert seal.waiting() == 0
    assert anchored_times(node) == 3
    assert check(node) == 7


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    with pytest.raises(InputError):
        EvidenceNode().seal(limit=limit)


def test_heads_over_many_sizes_all_reprove_from_the_leaves() -> None:
    node = EvidenceNode()
    seal = node.seal
    for first, count in ((0, 1), (1, 254), (255, 1), (256, 1), (257, 300), (557, 3)):
        submit(node, first, count)
        assert seal(limit=1_000) is not None
    assert check(node) == 560


def test_sealing_reads_only_the_right_edge_of_the_tree() -> None:
    class Counting(MemoryLogStore):
        reads = 0

        def read(self, level: int, index: int, width: int) -> bytes:
            self.reads += 1
            return super().read(level, index, width)

    log = Counting()
    node = EvidenceNode(MemoryRecords(log=log))
    submit(node, 0, 1_500)
    assert node.seal(limit=1_500) is not None
    submit(node, 1_500, 1)
    log.reads = 0
    assert node.seal(limit=1) is not None
    # The edge (one partial tile a level) and the tiles of the consistency path: of the tree's 7 tiles, and not its
    # 1,500 leaves.
    assert log.reads <= 5


@pytest.mark.parametrize("step", STEPS)
def test_stopped_at_any_step_nothing_is_lost_and_nothing_anchored_twice(step: str) -> None:
    node = EvidenceNode()
    submit(node, 0, 3)
    assert node.seal(limit=100) is not None
    submit(node, 3, 4)
    stop = StopAt(step)
    with pytest.raises(Stopped):
        EvidenceNode(node.records, node.chain, node.clock, reached=stop).seal(limit=100)
    assert stop.seen == STEPS[: STEPS.index(step) + 1]
    check(node)
    submit(node, 7, 2)  # life goes on before the worker is back
    again = EvidenceNode(node.records, node.chain, node.clock).seal
    receipt = again(limit=100)
    assert receipt is not None
    while again(limit=100) is not None:
        pass
    assert check(node) == 9
    heads = node.records.log.heads()
    assert all(head.receipt is not None for head in heads)
    assert anchored_times(node) == len(heads)


def test_an_open_head_is_finished_before_a_new_one_is_sealed() -> None:
    node = EvidenceNode(reached=StopAt("before-anchor"))
    submit(node, 0, 3)
    with pytest.raises(Stopped):
        node.seal(limit=2)
    node.reached = StopAt()
    first = node.seal(limit=100)
    assert first is not None
    assert first.head.size == 2


def test_a_chain_that_is_down_keeps_the_head_open_until_it_is_back() -> None:
    node = EvidenceNode()
    submit(node, 0, 3)
    node.chain.faults.down = True
    for _ in range(3):
        with pytest.raises(LedgerUnreachableError):
            node.seal(limit=10)
    node.chain.faults.down = False
    open_head = node.records.log.open_head()
    assert open_head is not None
    receipt = node.seal(limit=10)
    assert receipt is not None
    assert receipt.head == open_head.head
    assert anchored_times(node) == 1
    assert check(node) == 3


def test_an_answer_that_was_lost_does_not_anchor_twice() -> None:
    node = EvidenceNode()
    submit(node, 0, 3)
    node.chain.faults.lose_answers = 1
    with pytest.raises(LedgerUnreachableError):
        node.seal(limit=10)
    node.chain.mine()
    assert node.seal(limit=10) is not None
    assert anchored_times(node) == 1


def test_dropped_transactions_and_reorgs_end_in_one_anchored_head() -> None:
    node = EvidenceNode()
    for number, (drop, reorg) in enumerate([(1, 0), (0, 1), (2, 1), (0, 2)]):
        submit(node, number * 2, 2)
        node.chain.faults.drop, node.chain.faults.reorg = drop, reorg
        for _ in range(3):
            try:
                assert node.seal(limit=10) is not None
                break
            except LedgerUnreachableError as error:  # a reorg came between the check and the anchor
                assert "took an anchored head back" in str(error)
    # The last reorg is still to come; it takes back heads that were anchored and closed.
    node.chain.tick()
    assert anchored_times(node) < 4
    assert node.seal.reaffirm(depth=4) > 0
    assert anchored_times(node) == 4
    assert check(node) == 8


@pytest.mark.parametrize("heads", [1, 3, 9])
def test_a_reorg_deeper_than_we_waited_for_is_made_good_before_the_next_head(heads: int) -> None:
    node = EvidenceNode()
    for number in range(10):
        submit(node, number, 1)
        assert node.seal(limit=10) is not None
    before = [head.receipt for head in node.records.log.heads()]
    node.chain.reorg(heads)
    submit(node, 10, 1)
    assert node.seal(limit=10) is not None
    assert anchored_times(node) == 11
    after = [head.receipt for head in node.records.log.heads()]
    renewed = [old != new for old, new in zip(before, after[:-1], strict=True)]
    assert renewed == [False] * (10 - heads) + [True] * heads
    for head in node.records.log.heads():
        assert head.receipt is not None
        assert node.chain.knows(parse_header(head.receipt.header).hash)
    assert check(node) == 11
    assert node.seal.reaffirm(depth=100) == 0


def test_a_reorg_between_the_check_and_the_anchor_is_a_fault_not_a_fork() -> None:
    node = EvidenceNode()
    submit(node, 0, 1)
    assert node.seal(limit=10) is not None
    submit(node, 1, 1)
    assert node.seal(limit=10) is not None
    submit(node, 2, 1)

    def reorg(step: str) -> None:
        if step == "before-anchor":
            node.chain.reorg(1)

    with pytest.raises(LedgerUnreachableError, match="took an anchored head back"):
        EvidenceNode(node.records, node.chain, node.clock, reached=reorg).seal(limit=10)
    assert node.seal(limit=10) is not None
    assert anchored_times(node) == 3
    assert check(node) == 3


@pytest.mark.parametrize("write", ["seal", "close_head"])
def test_a_full_disk_while_sealing_loses_nothing(write: str) -> None:
    disk = FullDisk(frozenset({write}))
    node = EvidenceNode(MemoryRecords(log=MemoryLogStore(disk)))
    submit(node, 0, 3)
    with pytest.raises(StorageError):
        node.seal(limit=10)
    disk.full = False
    assert node.seal(limit=10) is not None
    assert anchored_times(node) == 1
    assert check(node) == 3


def test_a_database_restored_from_before_the_last_anchor_is_stopped_by_the_chain() -> None:
    node = EvidenceNode()
    submit(node, 0, 3)
    assert node.seal(limit=10) is not None
    restored = EvidenceNode(MemoryRecords(), node.chain, node.clock)
    restored.submit([delivery(99), delivery(98), delivery(97), delivery(96)], subject=SUPPLIER)
    with pytest.raises(InconsistentHeadError):
        restored.seal(limit=10)
    assert anchored_times(node) == 1


def test_damaged_tiles_are_noticed_before_anything_is_signed_over_them() -> None:
    node = EvidenceNode()
    submit(node, 0, 3)
    assert node.seal(limit=10) is not None
    submit(node, 3, 1)
    node.records.log._tiles[0, 0] = Tile(0, 0, b"\x07" * 96).hashes  # type: ignore[union-attr]
    with pytest.raises(StorageError, match="damaged"):
        node.seal(limit=10)
    assert len(node.records.log.heads()) == 1


def test_a_lost_leaf_is_noticed_before_anything_is_signed_over_it() -> None:
    class Losing(MemoryEvidenceStore):
        def count(self) -> int:
            return super().count() + 1

    node = EvidenceNode(MemoryRecords(evidence=Losing()))
    submit(node, 0, 3)
    with pytest.raises(StorageError):
        node.seal(limit=10)
    assert node.records.log.heads() == ()


def test_the_receipt_proves_every_key_that_signed_what_was_sealed() -> None:
    old, new = seeded("statement"), seeded("next key")
    chain = chain_with_member(key=old)
    node = EvidenceNode(chain=chain, key=old)
    submit(node, 0, 2)
    _register(node, new.public.sec1)
    rotated = EvidenceNode(node.records, chain, node.clock, key=new, old_keys=(old,))
    submit(rotated, 2, 2)
    receipt = rotated.seal(limit=10)
    assert receipt is not None
    proved = {proof.key for proof in receipt.registry.keys}
    assert proved == {old.public.key_id, new.public.key_id, seeded_log("log").public.key_id}
    assert check(rotated) == 4


def test_a_closed_head_is_told_to_watchers() -> None:
    node = EvidenceNode()
    submit(node, 0, 3)
    receipt = node.seal(limit=10)
    assert receipt is not None
    last = node.records.events.events()[-1]
    assert (last.type, last.data["size"]) == ("head.anchored", 3)
    assert replace(receipt) == node.records.log.heads()[0].receipt


def _register(node: EvidenceNode, sec1: bytes) -> None:
    from evidence.keys import KeyPurpose
    from node.chain.memory import MemoryAdmin
    from node.chain.memory_chain import ENROLLER
    from tests.support.evidence_node import START

    admin = MemoryAdmin(node.chain, ENROLLER)
    admin.register_key(org_id(ISSUER), KeyPurpose.STATEMENT, sec1, int(START.timestamp()) - 1)
