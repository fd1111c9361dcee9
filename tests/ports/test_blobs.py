"""One suite for every blob store: memory, local directory, IPFS daemon, and the queue over both."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.errors import BlobsUnreachableError, MalformedError, NotFoundError, ProofError, StorageError
from node.blobs import cid as cids
from node.blobs.ipfs import IpfsBlobs
from node.blobs.local import LocalBlobs
from node.blobs.memory import MemoryBlobs
from node.blobs.port import BlobStore, Cid
from node.blobs.queue import QueuedBlobs
from tests.support import ipfs

MISSING = Cid("bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am")


def pattern(size: int) -> bytes:
    block = bytes(range(251))
    return (block * (size // len(block) + 1))[:size]


class BlobStoreSuite:
    """The contract of the port."""

    sizes = (0, 1, 262_143, 262_144, 262_145, 3_000_001)

    @pytest.fixture
    def store(self) -> Iterator[BlobStore]:
        raise NotImplementedError

    def test_what_was_added_is_fetched_whole(self, store: BlobStore) -> None:
        for size in self.sizes:
            data = pattern(size)
            cid = store.add(io.BytesIO(data))
            assert cid == cids.cid_of_chunks([data])
            assert b"".join(store.fetch(cid)) == data
            assert store.has(cid)

    def test_adding_twice_gives_the_same_name(self, store: BlobStore) -> None:
        assert store.add(io.BytesIO(b"report")) == store.add(io.BytesIO(b"report"))

    def test_content_nobody_has_is_not_found(self, store: BlobStore) -> None:
        assert not store.has(MISSING)
        with pytest.raises(NotFoundError):
            list(store.fetch(MISSING))

    def test_unpinned_content_is_let_go(self, store: BlobStore) -> None:
        cid = store.add(io.BytesIO(b"to be forgotten"))
        store.unpin(cid)
        store.unpin(cid)
        assert not store.has(cid)

    def test_a_name_that_is_no_cid_is_refused(self, store: BlobStore) -> None:
        for call in (lambda: list(store.fetch(Cid("../../etc/passwd"))), lambda: store.has(Cid("x"))):
            with pytest.raises(MalformedError):
                call()


class TestMemoryBlobs(BlobStoreSuite):
    @pytest.fixture
    def store(self) -> Iterator[BlobStore]:
        yield MemoryBlobs()

    def test_damage_is_noticed(self) -> None:
        store = MemoryBlobs()
        cid = store.add(io.BytesIO(b"photo"))
        store.damage(cid)
        with pytest.raises(ProofError):
            list(store.fetch(cid))


class TestLocalBlobs(BlobStoreSuite):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[BlobStore]:
        yield LocalBlobs(tmp_path / "blobs")

    def test_damage_on_disk_is_noticed_before_a_byte_is_handed_out(self, tmp_path: Path) -> None:
        store = LocalBlobs(tmp_path)
        cid = store.add(io.BytesIO(pattern(600_000)))
        path = next(path for path in tmp_path.rglob(cid))
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        with pytest.raises(ProofError):
            next(iter(store.fetch(cid)))

    def test_a_full_disk_keeps_nothing_half(self, tmp_path: Path) -> None:
        class Full(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                if self.tell() > 300_000:
                    raise OSError(28, "No space left on device")
                return super().read(size)

        store = LocalBlobs(tmp_path)
        with pytest.raises(StorageError):
            store.add(Full(pattern(900_000)))
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]

    def test_drafts_of_a_crash_are_swept(self, tmp_path: Path) -> None:
        store = LocalBlobs(tmp_path)
        (tmp_path / "drafts" / "left").write_bytes(b"half")
        assert store.sweep() == 1
        assert store.sweep() == 0


class TestQueuedBlobs(BlobStoreSuite):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[BlobStore]:
        yield QueuedBlobs(LocalBlobs(tmp_path / "local"), MemoryBlobs(), tmp_path / "queue")

    def test_content_waits_while_the_remote_store_is_down_and_across_a_restart(self, tmp_path: Path) -> None:
        remote = MemoryBlobs()
        remote.unreachable = True
        queued = QueuedBlobs(LocalBlobs(tmp_path / "local"), remote, tmp_path / "queue")
        cid = queued.add(io.BytesIO(pattern(300_000)))
        with pytest.raises(BlobsUnreachableError):
            queued.drain()
        again = QueuedBlobs(LocalBlobs(tmp_path / "local"), remote, tmp_path / "queue")
        assert again.waiting() == (cid,)
        remote.unreachable = False
        assert again.drain() == 1
        assert again.waiting() == ()
        assert b"".join(remote.fetch(cid)) == pattern(300_000)


@pytest.fixture(scope="module")
def daemons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ipfs.Daemon, ipfs.Daemon]]:
    folder = tmp_path_factory.mktemp("ipfs")
    with ipfs.daemon(folder / "one") as one, ipfs.daemon(folder / "two") as two:
        two.join(one)
        yield one, two


@pytest.mark.ipfs
@pytest.mark.timeout(900)
class TestIpfsBlobs(BlobStoreSuite):
    sizes = (0, 1, 262_144, 262_145, 174 * 262_144 + 1)

    @pytest.fixture
    def store(self, daemons: tuple[ipfs.Daemon, ipfs.Daemon]) -> Iterator[BlobStore]:
        yield IpfsBlobs(daemons[0].api, timeout_s=20)

    def test_content_nobody_has_is_not_found(self, daemons: tuple[ipfs.Daemon, ipfs.Daemon]) -> None:
        store = IpfsBlobs(daemons[0].api, timeout_s=2)
        assert not store.has(MISSING)
        with pytest.raises(NotFoundError):
            list(store.fetch(MISSING))

    def test_a_second_node_fetches_by_cid(self, daemons: tuple[ipfs.Daemon, ipfs.Daemon]) -> None:
        data = pattern(1_000_000)
        cid = IpfsBlobs(daemons[0].api).add(io.BytesIO(data))
        other = IpfsBlobs(daemons[1].api, timeout_s=30)
        assert b"".join(other.fetch(cid)) == data
        other.pin(cid)
        assert other.has(cid)

    def test_a_daemon_that_is_down_gets_its_content_later(
        self, daemons: tuple[ipfs.Daemon, ipfs.Daemon], tmp_path: Path
    ) -> None:
        remote = IpfsBlobs(daemons[1].api, timeout_s=20)
        queued = QueuedBlobs(LocalBlobs(tmp_path / "local"), remote, tmp_path / "queue")
        daemons[1].stop()
        cid = queued.add(io.BytesIO(b"kept while the daemon is down"))
        with pytest.raises(BlobsUnreachableError):
            queued.drain()
        assert queued.waiting() == (cid,)
        daemons[1].start()
        assert queued.drain() == 1
        assert remote.has(cid)
