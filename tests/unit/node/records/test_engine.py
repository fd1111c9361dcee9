"""Durability settings, transactions and error translation of the SQLite engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import ConflictError, StorageError
from node.records.engine import empty_write_ahead_log, micros, moment, open_engine, reading, writing


def test_every_connection_promises_durable_commits(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "node.db")
    with reading(engine) as first, reading(engine) as second:
        for connection in (first, second):
            values = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "page_size")
            }
            assert values == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "secure_delete": 1,
                "page_size": 8192,
            }
    engine.dispose()


def test_a_block_that_raises_keeps_nothing(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "node.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    with pytest.raises(RuntimeError), writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        raise RuntimeError("stop")
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 0
    engine.dispose()


def test_a_reader_sees_one_version_while_a_writer_goes_on(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "node.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    with reading(engine) as reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 0
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert reader.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 0
    with reading(engine) as reader:
        assert reader.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 1
    engine.dispose()


def test_library_errors_become_ours_with_their_cause_and_without_the_values(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "node.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (name TEXT PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO t VALUES (?)", ("Personal Name",))
    with pytest.raises(ConflictError) as conflict, writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (?)", ("Personal Name",))
    assert conflict.value.__cause__ is not None
    assert "Personal" not in str(conflict.value)
    with pytest.raises(StorageError) as fault, writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO missing VALUES (?)", ("Personal Name",))
    assert fault.value.__cause__ is not None
    assert "Personal" not in str(fault.value)
    engine.dispose()


def test_a_full_disk_is_a_storage_error_and_what_was_there_stays(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "node.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (data BLOB)")
        connection.exec_driver_sql("INSERT INTO t VALUES (zeroblob(1000))")
    with pytest.raises(StorageError, match="full"), writing(engine) as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=8")
        connection.exec_driver_sql("INSERT INTO t VALUES (zeroblob(1000000))")
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 1
    engine.dispose()


def test_a_file_that_is_no_database_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "node.db").write_bytes(b"not a database, but long enough to be read as one" * 100)
    engine = open_engine(tmp_path / "node.db")
    with pytest.raises(StorageError), reading(engine) as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()


def test_the_write_ahead_log_can_be_emptied(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "node.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    assert (tmp_path / "node.db-wal").stat().st_size > 0
    empty_write_ahead_log(engine)
    assert (tmp_path / "node.db-wal").stat().st_size == 0
    engine.dispose()


@given(st.datetimes(timezones=st.just(UTC)))
def test_instants_survive_the_way_into_a_column_and_back(instant: datetime) -> None:
    assert moment(micros(instant)) == instant
    elsewhere = instant.astimezone(timezone(timedelta(hours=5, minutes=45))) if instant.year < 9999 else instant
    assert micros(elsewhere) == micros(instant)
