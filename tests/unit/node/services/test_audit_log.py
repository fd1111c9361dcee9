"""Auditing a whole log: what is whole passes, and every way of lying is named."""

from __future__ import annotations

import pytest

from evidence.errors import NotFoundError
from evidence.tiles import decode_entries, encode_entries
from node.chain.memory import MemoryDirectory
from node.chain.memory_chain import MemoryChain
from node.services.audit_log import AuditLog, LogAudit
from node.services.log_reader import LogReader
from tests.support.evidence_node import delivery, inspection
from tests.support.market import NOW, Market


@pytest.fixture
def market() -> Market:
    found = Market()
    for batch in range(3):
        found.supplier.submit([inspection(batch * 200 + number) for number in range(150)], found.supplier.subject)
    return found


class Lying:
    """A log source that changes what it serves."""

    def __init__(self, truth: LogReader) -> None:
        self.truth = truth
        self.leaves = lambda index, leaves: leaves
        self.claimed: str | None = None

    def checkpoint(self) -> str:
        return self.claimed or self.truth.checkpoint()

    def entries(self, index: int, width: int) -> bytes:
        return encode_entries(self.leaves(index, decode_entries(self.truth.entries(index, width))))


def audit(market: Market, source: object = None) -> LogAudit:
    heads = [sealed.head for sealed in market.supplier.records.log.heads()]
    return market.scorer.audit(market.supplier.org.lei, source or market.supplier.reader, heads)  # type: ignore[arg-type]


def test_an_honest_log_is_whole_at_every_head(market: Market) -> None:
    found = audit(market)
    assert found.whole and (found.size, found.heads) == (450, 3)
    assert list(found.series.values()) == [450]


def test_an_empty_log_says_so() -> None:
    market = Market()
    with pytest.raises(NotFoundError):
        audit(market)


def test_a_swapped_leaf_is_found(market: Market) -> None:
    liar = Lying(market.supplier.reader)
    liar.leaves = lambda index, leaves: (leaves[1], leaves[0], *leaves[2:]) if index == 0 else leaves
    found = audit(market, liar)
    assert {finding.what for finding in found.findings} == {"root differs"}


def test_a_forged_leaf_is_found_twice(market: Market) -> None:
    liar = Lying(market.supplier.reader)
    # "B" is never the last character of a 64-byte signature (its low bits must be zero), so this always is a change.
    liar.leaves = lambda index, leaves: (leaves[0][:-1] + b"B", *leaves[1:]) if index == 0 else leaves
    kinds = {finding.what for finding in audit(market, liar).findings}
    assert {"leaf does not hold", "root differs"} <= kinds


def test_a_withheld_tail_is_found(market: Market) -> None:
    before = market.supplier.reader.checkpoint()
    market.supplier.submit([delivery(1)], market.supplier.subject)
    liar = Lying(market.supplier.reader)
    liar.claimed = before
    found = market.scorer.audit(market.supplier.org.lei, liar)  # type: ignore[arg-type]
    assert [finding.what for finding in found.findings] == ["tail withheld"]


def test_a_head_of_another_history_is_found(market: Market) -> None:
    other = Market()
    other.supplier.submit([delivery(9)], other.supplier.subject)
    found = audit(market, other.supplier.reader)
    assert {"head not anchored", "tail withheld"} <= {finding.what for finding in found.findings}


def test_leaves_under_a_key_that_the_registry_does_not_hold_are_found(market: Market) -> None:
    strangers = MemoryDirectory(MemoryChain(lambda: NOW))
    found = AuditLog(market.scorer.ledger, strangers)(market.supplier.org.lei, market.supplier.reader)
    assert {finding.what for finding in found.findings} == {"leaf does not hold"}
    assert len(found.findings) == 450
