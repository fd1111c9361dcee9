"""One suite for versioned documents, run on every adapter."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evidence.errors import ConflictError, SchemaError
from node.records.memory import MemoryRecords
from node.records.port_documents import Document, DocumentStore
from node.records.sql import SqlRecords
from tests.support.records import START


def graph(name: str, version: int, data: bytes = b"{}", *, about: str = "case-1", kind: str = "rca.graph") -> Document:
    return Document(kind, name, version, about, "usr_eva", START, data)


class DocumentSuite:
    """The contract of the port."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[DocumentStore]:
        raise NotImplementedError

    def test_every_version_stays_and_the_newest_is_found(self, store: DocumentStore) -> None:
        store.put_document(graph("line-4", 1, b"one"))
        store.put_document(graph("line-4", 2, b"two"))
        assert store.document("rca.graph", "line-4") == graph("line-4", 2, b"two")
        assert store.document("rca.graph", "line-4", 1) == graph("line-4", 1, b"one")
        assert store.document("rca.graph", "line-4", 3) is None
        assert store.document("rca.case", "line-4") is None
        assert [one.version for one in store.versions("rca.graph", "line-4")] == [2, 1]
        assert store.versions("rca.graph", "line-4", limit=1) == [graph("line-4", 2, b"two")]

    def test_a_version_that_does_not_follow_is_refused(self, store: DocumentStore) -> None:
        with pytest.raises(ConflictError, match="at version 0"):
            store.put_document(graph("line-4", 2))
        store.put_document(graph("line-4", 1))
        with pytest.raises(ConflictError, match="version 1 was to be kept"):
            store.put_document(graph("line-4", 1, b"other"))
        assert store.document("rca.graph", "line-4") == graph("line-4", 1)

    def test_lists_show_each_document_once_in_the_order_of_their_beginning(self, store: DocumentStore) -> None:
        for name in ("b", "a", "c"):
            store.put_document(graph(name, 1, about="case-2" if name == "c" else "case-1"))
        store.put_document(graph("a", 1, kind="rca.case"))
        store.put_document(graph("b", 2, b"newer"))
        found = store.documents("rca.graph")
        assert [(one.name, one.version) for _, one in found] == [("b", 2), ("a", 1), ("c", 1)]
        assert [one.name for _, one in store.documents("rca.graph", about="case-1")] == ["b", "a"]
        after = found[0][0]
        assert [one.name for _, one in store.documents("rca.graph", after=after, limit=1)] == ["a"]

    def test_of_many_who_write_one_version_one_wins(self, store: DocumentStore) -> None:
        def write(number: int) -> bool:
            try:
                store.put_document(graph("line-4", 1, str(number).encode()))
            except ConflictError:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(write, range(16))) == 1
        assert len(store.versions("rca.graph", "line-4")) == 1


class TestMemory(DocumentSuite):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[DocumentStore]:
        yield MemoryRecords().documents


class TestSql(DocumentSuite):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[DocumentStore]:
        records = SqlRecords.open(tmp_path / "node.db")
        yield records.documents
        records.close()


@pytest.mark.parametrize("name", ["", "a b", "../x", "x" * 129, "é"])
def test_names_are_names(name: str) -> None:
    with pytest.raises(SchemaError):
        graph(name, 1)
