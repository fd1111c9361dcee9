"""One suite for `EvidenceStore`, run on every adapter."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from evidence.draft import Kind
from evidence.errors import ConflictError, MalformedError, NotFoundError, StorageError
from node.records.memory import MemoryEvidenceStore
from node.records.port import DraftId, EvidenceStore, StatementFilter, StatementId, Tombstone
from node.records.sql import SqlRecords
from tests.support.records import KILN, OTHER, START, SUPPLIER, new_statement, sha

ALL = StatementFilter()


class EvidenceStoreSuite:
    """What every `EvidenceStore` must do."""

    def test_an_empty_store_holds_nothing(self, store: EvidenceStore) -> None:
        assert store.count() == 0
        assert store.statements(ALL) == ()
        assert store.last_sequence(SUPPLIER, Kind.DELIVERY) == 0
        assert store.append([]) == 0

    def test_what_is_appended_comes_back_whole_and_in_order(self, store: EvidenceStore) -> None:
        new = [new_statement(number) for number in range(5)]
        assert store.append(new[:2]) == 0
        assert store.append(new[2:]) == 2
        stored = store.statements(ALL)
        assert [one.position for one in stored] == [0, 1, 2, 3, 4]
        assert [(one.record, one.signed, one.disclosures) for one in stored] == [
            (one.record, one.signed, one.disclosures) for one in new
        ]
        assert store.statement(new[3].record.statement_id) == stored[3]
        assert store.records(ALL) == tuple((one.position, one.record) for one in stored)
        assert store.count() == 5

    def test_a_statement_is_found_by_the_beginning_of_its_id(self, store: EvidenceStore) -> None:
        store.append([new_statement(number) for number in range(5)])
        whole = new_statement(3).record.statement_id
        assert store.find(whole[:8]) == store.find(whole) == (whole,)
        assert store.find("0" * 64) == ()
        for nonsense in ("", whole[:7], whole.upper(), "g" * 8, whole + "0"):
            with pytest.raises(MalformedError):
                store.find(nonsense)

    def test_an_unknown_statement_is_none_even_when_its_id_is_nonsense(self, store: EvidenceStore) -> None:
        assert store.statement(StatementId("ab" * 32)) is None

    def test_a_known_draft_is_recognised_and_refused_a_second_time(self, store: EvidenceStore) -> None:
        first = new_statement(0)
        store.append([first])
        drafts = [first.record.draft_id, DraftId(sha("another"))]
        assert store.known(drafts) == {first.record.draft_id: first.record.statement_id}
        again = new_statement(1)
        twin = type(again)(
            type(again.record)(
                **{
                    name: getattr(again.record, name) if name != "draft_id" else first.record.draft_id
                    for name in again.record.__slots__
                }
            ),
            again.signed,
            again.disclosures,
        )
        with pytest.raises(ConflictError):
            store.append([twin])
        assert store.count() == 1

    def test_more_drafts_than_one_query_takes_are_recognised(self, store: EvidenceStore) -> None:
        new = [new_statement(number) for number in range(1_200)]
        store.append(new)
        assert len(store.known([one.record.draft_id for one in new])) == 1_200

    @pytest.mark.parametrize("sequence", [1, 3, 0])
    def test_a_sequence_number_that_does_not_follow_is_refused_and_nothing_kept(
        self, store: EvidenceStore, sequence: int
    ) -> None:
        store.append([new_statement(0)])
        with pytest.raises(ConflictError):
            store.append([new_statement(1, subject=OTHER, sequence=1), new_statement(2, sequence=sequence)])
        assert store.count() == 1
        assert store.last_sequence(OTHER, Kind.DELIVERY) == 0

    def test_sequences_count_apart_for_each_subject_site_and_kind(self, store: EvidenceStore) -> None:
        store.append(
            [
                new_statement(0, sequence=1),
                new_statement(1, subject=KILN, sequence=1),
                new_statement(2, kind=Kind.AUDIT, sequence=1),
                new_statement(3, sequence=2),
            ]
        )
        assert store.last_sequence(SUPPLIER, Kind.DELIVERY) == 2
        assert store.last_sequence(KILN, Kind.DELIVERY) == 1
        assert store.last_sequence(SUPPLIER, Kind.AUDIT) == 1

    def test_filters_choose_by_subject_site_kind_and_time(self, store: EvidenceStore) -> None:
        store.append(
            [
                new_statement(0, sequence=1),
                new_statement(1, subject=KILN, sequence=1),
                new_statement(2, kind=Kind.AUDIT, sequence=1),
                new_statement(3, subject=OTHER, sequence=1),
            ]
        )

        def positions(chosen: StatementFilter) -> list[int]:
            return [one.position for one in store.statements(chosen)]

        assert positions(StatementFilter(subject=SUPPLIER)) == [0, 1, 2]
        assert positions(StatementFilter(subject=KILN)) == [1]
        assert positions(StatementFilter(subject=OTHER, kind=Kind.AUDIT)) == []
        assert positions(StatementFilter(kind=Kind.AUDIT)) == [2]
        since, until = START + timedelta(hours=1), START + timedelta(hours=3)
        assert positions(StatementFilter(since=since, until=until)) == [1, 2]

    def test_pages_follow_one_another_without_gap_or_repeat(self, store: EvidenceStore) -> None:
        store.append([new_statement(number) for number in range(7)])
        seen: list[int] = []
        after = -1
        while page := store.records(ALL, after=after, limit=3):
            seen += [position for position, _ in page]
            after = seen[-1]
        assert seen == list(range(7))
        assert store.records(ALL, limit=0) == ()
        assert store.records(ALL, limit=-5) == ()

    def test_leaves_and_their_hashes_come_by_position(self, store: EvidenceStore) -> None:
        new = [new_statement(number) for number in range(10)]
        store.append(new)
        hashes = [leaf.hex() for batch in store.leaf_hashes(2, 9) for leaf in batch]
        assert hashes == [one.record.statement_id for one in new[2:9]]
        assert store.leaves(3, 5) == (new[3].signed.encode(), new[4].signed.encode())
        assert store.key_ids(0, 10) == {new[0].record.key_id}
        assert store.key_ids(3, 3) == frozenset()

    def test_leaves_that_are_not_there_are_a_fault_not_an_empty_answer(self, store: EvidenceStore) -> None:
        store.append([new_statement(0)])
        with pytest.raises(StorageError):
            list(store.leaf_hashes(0, 2))
        with pytest.raises(StorageError):
            store.leaves(0, 2)

    def test_an_erased_disclosure_is_gone_and_leaves_a_tombstone(self, store: EvidenceStore) -> None:
        new = new_statement(0)
        store.append([new])
        stone = Tombstone("operator", START, "Art. 17 request of 2026-02-27")
        store.erase(new.record.statement_id, new.disclosures[:1], stone)
        stored = store.statement(new.record.statement_id)
        assert stored is not None
        assert stored.disclosures == new.disclosures[:1]
        assert stored.signed == new.signed
        store.erase(new.record.statement_id, (), Tombstone("lot", START, "the same"))
        emptied = store.statement(new.record.statement_id)
        assert emptied is not None
        assert emptied.disclosures == ()
        assert [one.field for one in store.tombstones(new.record.statement_id)] == ["operator", "lot"]
        assert store.tombstones(new.record.statement_id)[0] == stone
        store.erase(new.record.statement_id, (), Tombstone("operator", START + timedelta(days=1), "once more"))
        assert len(store.tombstones(new.record.statement_id)) == 2
        assert store.tombstones(new.record.statement_id)[0] == stone

    def test_erasing_from_an_unknown_statement_is_refused(self, store: EvidenceStore) -> None:
        with pytest.raises(NotFoundError):
            store.erase(StatementId("ab" * 32), (), Tombstone("lot", START, ""))

    def test_writers_in_several_threads_lose_nothing(self, store: EvidenceStore) -> None:
        refused: list[int] = []

        def write(first: int) -> None:
            for number in range(first, 40, 4):
                while True:
                    sequence = store.last_sequence(SUPPLIER, Kind.DELIVERY) + 1
                    try:
                        store.append([new_statement(number, sequence=sequence)])
                        break
                    except ConflictError:
                        refused.append(number)

        threads = [threading.Thread(target=write, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        sequences = [record.sequence for _, record in store.records(ALL)]
        assert sequences == list(range(1, 41))


class TestMemoryEvidenceStore(EvidenceStoreSuite):
    @pytest.fixture
    def store(self) -> EvidenceStore:
        return MemoryEvidenceStore()


class TestSqlEvidenceStore(EvidenceStoreSuite):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[EvidenceStore]:
        records = SqlRecords.open(tmp_path / "node.db")
        yield records.evidence
        records.close()

    def test_statements_survive_closing_and_opening_again(self, tmp_path: Path) -> None:
        records = SqlRecords.open(tmp_path / "again.db")
        new = [new_statement(number) for number in range(3)]
        records.evidence.append(new)
        records.close()
        opened = SqlRecords.open(tmp_path / "again.db")
        assert [one.signed for one in opened.evidence.statements(ALL)] == [one.signed for one in new]
        opened.close()

    def test_erased_bytes_are_in_no_file_of_the_database_any_more(self, tmp_path: Path) -> None:
        records = SqlRecords.open(tmp_path / "erase.db")
        secret = "RWluZSBnZWhlaW1lIEFuZ2FiZQ" * 900  # longer than a page, so that it also lies on overflow pages
        new = [new_statement(number) for number in range(40)]
        new[20] = type(new[20])(new[20].record, new[20].signed, ("kept", "c2hvcnQtc2VjcmV0", secret))
        records.evidence.append(new)
        stone = Tombstone("recipe", START, "withdrawn")
        records.evidence.erase(new[20].record.statement_id, ("kept",), stone)
        left = b"".join(path.read_bytes() for path in tmp_path.glob("erase.db*"))
        records.close()
        left += b"".join(path.read_bytes() for path in tmp_path.glob("erase.db*"))
        assert b"c2hvcnQtc2VjcmV0" not in left
        assert b"RWluZSBnZWhlaW1lIEFuZ2FiZQ" not in left
        assert b"disclosure-19-a" in left
