"""Drafts become statements: all or none when they are bad, once when they are repeated, numbered without gaps."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import overload

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.draft import Draft, Kind
from evidence.errors import LimitError, SchemaError, StorageError
from evidence.identity import Subject
from evidence.keys import KeyId
from evidence.statement import parse, verify
from node.records.memory import MemoryEvidenceStore, MemoryRecords
from node.records.port import StatementFilter
from node.services.submit import BATCH, MAX_DRAFTS
from tests.support.evidence_node import ISSUER, SUPPLIER, EvidenceNode, delivery, inspection
from tests.support.faults import FullDisk, StopAt, Stopped

KILN = Subject(ISSUER, "KILN-2")


def sequences(node: EvidenceNode, kind: Kind = Kind.DELIVERY, subject: Subject = SUPPLIER) -> list[int]:
    found = node.records.evidence.records(StatementFilter(kind=kind), limit=1_000)
    return [record.sequence for _, record in found if record.subject == subject]


def test_a_submitted_draft_is_a_verifiable_statement_with_all_its_fields() -> None:
    node = EvidenceNode()
    report = node.submit([delivery(1)], subject=SUPPLIER)
    stored = node.records.evidence.statement(report.added[0])
    assert stored is not None
    statement = parse(stored.sd_jwt)
    verify(statement, node.key.public)
    assert statement.fields == delivery(1).fields
    assert (statement.issuer, statement.subject, statement.sequence) == (ISSUER, SUPPLIER, 1)
    assert stored.record.statement_id == statement.statement_id
    assert stored.record.schema == statement.schema
    assert stored.record.tier == statement.tier
    assert stored.record.issued == statement.issued
    assert stored.record.occurred == statement.occurred == delivery(1).occurred
    assert stored.record.occurred_at == statement.occurred_at
    assert stored.record.key_id == statement.key_id


def test_sequence_numbers_have_no_gaps_and_count_per_subject_and_kind() -> None:
    node = EvidenceNode()
    node.submit([delivery(1), inspection(1), delivery(2)], subject=SUPPLIER)
    node.submit([delivery(3)], subject=KILN)
    node.submit([delivery(4), inspection(2)], subject=SUPPLIER)
    assert sequences(node) == [1, 2, 3]
    assert sequences(node, subject=KILN) == [1]
    assert sequences(node, Kind.INSPECTION_RESULT) == [1, 2]


def test_submitting_again_adds_nothing_and_names_what_is_known() -> None:
    node = EvidenceNode()
    drafts = [delivery(number) for number in range(5)]
    first = node.submit(drafts, subject=SUPPLIER)
    again = node.submit(drafts, subject=SUPPLIER)
    assert again.added == ()
    assert again.known == first.added
    mixed = node.submit([delivery(9), *drafts], subject=SUPPLIER)
    assert len(mixed.added) == 1
    assert mixed.known == first.added
    assert sequences(node) == [1, 2, 3, 4, 5, 6]


def test_the_same_record_about_another_subject_is_another_statement() -> None:
    node = EvidenceNode()
    node.submit([delivery(1)], subject=SUPPLIER)
    assert len(node.submit([delivery(1)], subject=KILN).added) == 1


def test_equal_drafts_of_one_call_are_so_many_records_also_the_second_time() -> None:
    node = EvidenceNode()
    twins = [delivery(1), delivery(2), delivery(1)]
    assert len(node.submit(twins, subject=SUPPLIER).added) == 3
    assert len(node.submit(twins, subject=SUPPLIER).known) == 3
    assert len(node.submit([delivery(1)] * 3, subject=SUPPLIER).added) == 1


def test_where_a_draft_was_read_from_does_not_make_it_another_record() -> None:
    node = EvidenceNode()
    node.submit([delivery(1)], subject=SUPPLIER)
    moved = Draft(delivery(1).kind, delivery(1).occurred, dict(reversed(list(delivery(1).fields.items()))), "elsewhere")
    assert node.submit([moved], subject=SUPPLIER).added == ()


@pytest.mark.parametrize(
    "bad",
    [
        Draft(Kind.DELIVERY, "2026-02-03T10:00:00+01:00", {"lot": "L"}, "d.csv, line 7"),
        Draft(Kind.DELIVERY, "yesterday", dict(delivery(1).fields), "d.csv, line 7"),
        Draft(Kind.DELIVERY, "2026-02-03T10:00:00+01:00", {**delivery(1).fields, "lot": 7.5}, "d.csv, line 7"),  # type: ignore[dict-item]
        Draft(Kind.DELIVERY, "2026-02-03T10:00:00+01:00", {**delivery(1).fields, "lot": "\ud800"}, "d.csv, line 7"),
        Draft(Kind.DELIVERY, "2026-02-03T10:00:00+01:00", {**delivery(1).fields, "_sd": "x"}, "d.csv, line 7"),
    ],
)
def test_one_bad_draft_keeps_the_whole_call_out_and_is_named(bad: Draft) -> None:
    node = EvidenceNode()
    with pytest.raises(SchemaError, match="line 7"):
        node.submit([delivery(1), bad, delivery(2)], subject=SUPPLIER)
    assert node.records.evidence.count() == 0


def test_a_bad_draft_without_a_source_is_named_by_its_place_in_the_call() -> None:
    node = EvidenceNode()
    with pytest.raises(SchemaError, match="draft 2"):
        node.submit([delivery(1), Draft(Kind.DELIVERY, "2026-02-03T10:00:00Z", {})], subject=SUPPLIER)


def test_a_full_disk_keeps_nothing_and_trying_again_keeps_all() -> None:
    disk = FullDisk(frozenset({"append"}))
    node = EvidenceNode(MemoryRecords(evidence=MemoryEvidenceStore(disk)))
    with pytest.raises(StorageError):
        node.submit([delivery(1), delivery(2)], subject=SUPPLIER)
    assert node.records.evidence.count() == 0
    disk.full = False
    assert len(node.submit([delivery(1), delivery(2)], subject=SUPPLIER).added) == 2
    assert sequences(node) == [1, 2]


@pytest.mark.parametrize("step", ["drafts-valid", "batch-signed", "batch-kept"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_call_cut_short_at_any_step_is_completed_by_the_next(step: str, nth: int) -> None:
    records = MemoryRecords()
    drafts = [delivery(number) for number in range(BATCH + 5)]
    stopping = EvidenceNode(records, reached=StopAt(step, nth))
    with pytest.raises(Stopped):
        stopping.submit(drafts, subject=SUPPLIER)
        stopping.submit(drafts, subject=SUPPLIER)
    node = EvidenceNode(records)
    report = node.submit(drafts, subject=SUPPLIER)
    assert len(report.added) + len(report.known) == len(drafts)
    assert node.records.evidence.last_sequence(SUPPLIER, Kind.DELIVERY) == len(drafts)
    assert node.records.evidence.count() == len(drafts)


def test_threads_and_instances_together_leave_no_gap_and_no_twin() -> None:
    records = MemoryRecords()
    nodes = [EvidenceNode(records), EvidenceNode(records)]
    shared = nodes[0].submit

    def work(start: int) -> None:
        for number in range(start, start + 10):
            shared([delivery(number)], subject=SUPPLIER)
            nodes[1].submit([delivery(number)], subject=SUPPLIER)

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 5, 10, 15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sequences(nodes[0]) == list(range(1, 26))


def test_watchers_are_told_once_statements_are_kept() -> None:
    node = EvidenceNode()
    node.submit([delivery(1), delivery(2)], subject=SUPPLIER)
    node.submit([delivery(1)], subject=SUPPLIER)
    told = node.records.events.events()
    assert [(event.type, event.data["count"]) for event in told] == [("statements.added", 2)]


def test_too_many_drafts_are_refused_before_any_is_looked_at() -> None:
    class Endless(Sequence[Draft]):
        @overload
        def __getitem__(self, place: int) -> Draft: ...
        @overload
        def __getitem__(self, place: slice) -> Sequence[Draft]: ...
        def __getitem__(self, place: int | slice) -> Draft | Sequence[Draft]:
            raise AssertionError("looked at")

        def __len__(self) -> int:
            return MAX_DRAFTS + 1

    with pytest.raises(LimitError):
        EvidenceNode().submit(Endless(), subject=SUPPLIER)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), max_size=6), max_size=5))
def test_any_series_of_calls_keeps_as_many_of_each_record_as_the_call_with_most_of_them(calls: list[list[int]]) -> None:
    node = EvidenceNode()
    for call in calls:
        node.submit([delivery(number) for number in call], subject=SUPPLIER)
    most = sum(max((call.count(number) for call in calls), default=0) for number in range(5))
    assert sequences(node) == list(range(1, most + 1))
    assert len({KeyId(record.draft_id) for _, record in node.records.evidence.records(StatementFilter())}) == most
