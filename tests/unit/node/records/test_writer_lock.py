"""One node, one database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evidence.errors import ConflictError, StorageError
from node.records.sql import SqlRecords
from node.records.writer_lock import WriterLock

HOLD = """
import sys
from pathlib import Path
from node.records.writer_lock import WriterLock
lock = WriterLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def hold(database: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until its input closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_node_on_the_same_database_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    other = hold(tmp_path / "node.db")
    try:
        with pytest.raises(ConflictError, match=str(other.pid)):
            SqlRecords.open(tmp_path / "node.db")
        assert not (tmp_path / "node.db").exists()
    finally:
        other.communicate("")


def test_two_nodes_in_one_process_are_refused_too(tmp_path: Path) -> None:
    first = SqlRecords.open(tmp_path / "node.db")
    with pytest.raises(ConflictError):
        SqlRecords.open(tmp_path / "node.db")
    first.close()
    first.close()
    SqlRecords.open(tmp_path / "node.db").close()


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    other = hold(tmp_path / "node.db")
    os.kill(other.pid, signal.SIGKILL)
    other.communicate()
    with WriterLock(tmp_path / "node.db"):
        pass


def test_a_folder_that_is_not_there_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        WriterLock(tmp_path / "missing" / "node.db")


def test_an_open_that_fails_lets_go_of_the_lock(tmp_path: Path) -> None:
    (tmp_path / "node.db").write_bytes(b"not a database, but long enough to be read as one" * 100)
    with pytest.raises(StorageError):
        SqlRecords.open(tmp_path / "node.db")
    with WriterLock(tmp_path / "node.db"):
        pass
