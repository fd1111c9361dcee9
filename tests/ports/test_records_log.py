"""One suite for `LogStore`, run on every adapter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.errors import ConflictError, NotFoundError
from evidence.log import Digest, LogHead
from evidence.tiles import Tile
from node.records.memory import MemoryLogStore
from node.records.port import LogStore
from node.records.sql import SqlRecords
from tests.support.records import receipt_for, sealed_head, sha


class LogStoreSuite:
    """What every `LogStore` must do."""

    def test_an_empty_log_has_no_heads_and_no_tiles(self, store: LogStore) -> None:
        assert store.open_head() is None
        assert store.newest_head(closed=False) is None
        assert store.newest_head(closed=True) is None
        assert store.head_covering(0) is None
        assert store.heads() == ()
        with pytest.raises(NotFoundError):
            store.read(0, 0, 1)

    def test_a_sealed_head_is_open_until_its_receipt_is_kept(self, store: LogStore) -> None:
        sealed = sealed_head(3)
        store.seal(sealed, [Tile(0, 0, b"\x01" * 96)])
        assert store.open_head() == sealed
        assert store.newest_head(closed=False) == sealed
        assert store.newest_head(closed=True) is None
        assert store.head_covering(0) is None
        receipt = receipt_for(sealed.head)
        store.close_head(3, receipt)
        closed = replace(sealed, receipt=receipt)
        assert store.open_head() is None
        assert store.newest_head(closed=True) == closed
        assert store.head_covering(2) == closed
        assert store.head_covering(3) is None

    def test_closing_twice_keeps_the_first_receipt(self, store: LogStore) -> None:
        sealed = sealed_head(3)
        store.seal(sealed, [])
        first = receipt_for(sealed.head)
        store.close_head(3, first)
        store.close_head(3, replace(first, header=b"\xc1\x80"))
        newest = store.newest_head(closed=True)
        assert newest is not None
        assert newest.receipt == first

    def test_a_receipt_whose_block_is_gone_is_renewed(self, store: LogStore) -> None:
        sealed = sealed_head(3)
        store.seal(sealed, [])
        with pytest.raises(NotFoundError):
            store.renew_receipt(3, receipt_for(sealed.head))
        store.close_head(3, receipt_for(sealed.head))
        renewed = replace(receipt_for(sealed.head), header=b"\xc1\x80")
        store.renew_receipt(3, renewed)
        newest = store.newest_head(closed=True)
        assert newest is not None
        assert newest.receipt == renewed
        with pytest.raises(NotFoundError):
            store.renew_receipt(4, receipt_for(sealed_head(4).head))
        with pytest.raises(ConflictError):
            store.renew_receipt(3, receipt_for(LogHead(3, Digest(sha("another root")))))

    def test_a_receipt_for_another_head_is_refused(self, store: LogStore) -> None:
        store.seal(sealed_head(3), [])
        with pytest.raises(ConflictError):
            store.close_head(3, receipt_for(LogHead(3, Digest(sha("another root")))))
        with pytest.raises(NotFoundError):
            store.close_head(4, receipt_for(sealed_head(4).head))
        assert store.open_head() == sealed_head(3)

    def test_a_second_head_waits_until_the_first_is_closed(self, store: LogStore) -> None:
        store.seal(sealed_head(3), [])
        with pytest.raises(ConflictError):
            store.seal(sealed_head(5, 3), [])
        store.close_head(3, receipt_for(sealed_head(3).head))
        store.seal(sealed_head(5, 3), [])
        assert [head.head.size for head in store.heads()] == [3, 5]
        assert [head.head.size for head in store.heads(after=3)] == [5]
        assert store.heads(limit=0) == ()

    @pytest.mark.parametrize(("size", "old_size"), [(5, 2), (5, 0), (3, 3), (2, 0)])
    def test_a_head_that_does_not_begin_where_the_log_ends_is_refused(
        self, store: LogStore, size: int, old_size: int
    ) -> None:
        store.seal(sealed_head(3), [])
        store.close_head(3, receipt_for(sealed_head(3).head))
        with pytest.raises(ConflictError):
            store.seal(sealed_head(size, old_size), [Tile(0, 0, b"\x02" * 160)])
        with pytest.raises(NotFoundError):
            store.read(0, 0, 5)

    def test_the_smallest_closed_head_over_a_leaf_is_found(self, store: LogStore) -> None:
        for old, size in ((0, 3), (3, 5), (5, 9)):
            store.seal(sealed_head(size, old), [])
            store.close_head(size, receipt_for(sealed_head(size).head))
        found = [store.head_covering(position) for position in (0, 2, 3, 4, 5, 8)]
        assert [head.head.size for head in found if head] == [3, 3, 5, 5, 9, 9]

    def test_a_tile_grows_and_still_serves_its_narrower_self(self, store: LogStore) -> None:
        store.seal(sealed_head(2), [Tile(0, 0, b"\x01" * 64)])
        store.close_head(2, receipt_for(sealed_head(2).head))
        store.seal(sealed_head(3, 2), [Tile(0, 0, b"\x01" * 64 + b"\x02" * 32), Tile(1, 7, b"\x03" * 32)])
        assert store.read(0, 0, 2) == b"\x01" * 64
        assert store.read(0, 0, 3) == b"\x01" * 64 + b"\x02" * 32
        assert store.read(1, 7, 1) == b"\x03" * 32
        with pytest.raises(NotFoundError):
            store.read(0, 0, 4)


class TestMemoryLogStore(LogStoreSuite):
    @pytest.fixture
    def store(self) -> LogStore:
        return MemoryLogStore()


class TestSqlLogStore(LogStoreSuite):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[LogStore]:
        records = SqlRecords.open(tmp_path / "node.db")
        yield records.log
        records.close()
