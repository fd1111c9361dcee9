"""Erasing a field: gone for good, and everything signed still holds."""

from __future__ import annotations

import pytest

from evidence.errors import InputError, NotFoundError, StorageError
from evidence.statement import StatementId, parse, verify
from node.records.memory import MemoryEvidenceStore, MemoryRecords
from tests.support.evidence_node import SUPPLIER, EvidenceNode, delivery
from tests.support.faults import FullDisk


def one_statement(node: EvidenceNode) -> StatementId:
    return node.submit([delivery(1)], subject=SUPPLIER).added[0]


def test_an_erased_field_is_gone_and_the_signature_still_holds() -> None:
    node = EvidenceNode()
    statement_id = one_statement(node)
    stone = node.shred(statement_id, "order", reason="customer's wish of 2026-02-01")
    stored = node.records.evidence.statement(statement_id)
    assert stored is not None
    statement = parse(stored.sd_jwt)
    verify(statement, node.key.public)
    assert "order" not in statement.fields
    assert len(statement.fields) == len(delivery(1).fields) - 1
    assert node.records.evidence.tombstones(statement_id) == (stone,)


def test_erasing_twice_gives_the_first_tombstone_and_tells_watchers_once() -> None:
    node = EvidenceNode()
    statement_id = one_statement(node)
    first = node.shred(statement_id, "order", reason="first")
    assert node.shred(statement_id, "order", reason="second") == first
    told = [event for event in node.records.events.events() if event.type == "field.erased"]
    assert len(told) == 1
    assert told[0].data == {"statement": statement_id, "field": "order"}


def test_a_field_that_was_never_there_is_refused() -> None:
    node = EvidenceNode()
    statement_id = one_statement(node)
    with pytest.raises(NotFoundError):
        node.shred(statement_id, "customer", reason="why not")
    with pytest.raises(NotFoundError):
        node.shred(StatementId("ab" * 32), "order", reason="why not")
    assert node.records.evidence.tombstones(statement_id) == ()


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_an_erasure_without_a_sound_reason_is_refused(reason: str) -> None:
    node = EvidenceNode()
    statement_id = one_statement(node)
    with pytest.raises(InputError):
        node.shred(statement_id, "order", reason=reason)


def test_a_disk_that_fails_erases_nothing_and_says_so() -> None:
    disk = FullDisk(frozenset({"erase"}))
    node = EvidenceNode(MemoryRecords(evidence=MemoryEvidenceStore(disk)))
    statement_id = one_statement(node)
    with pytest.raises(StorageError):
        node.shred(statement_id, "order", reason="withdrawn")
    assert node.records.evidence.tombstones(statement_id) == ()
    disk.full = False
    assert node.shred(statement_id, "order", reason="withdrawn").field == "order"
