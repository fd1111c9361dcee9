"""The migrations build exactly the tables that the code names."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from evidence.errors import StorageError
from node.records.engine import open_engine, reading, writing
from node.records.migrate import migrate
from node.records.tables import RecordsTable


def test_an_empty_database_migrates_to_the_tables_of_the_code(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "node.db")
    migrate(engine)
    names = set(RecordsTable.metadata.tables)
    with reading(engine) as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _parents: kind != "table" or name in names,
            },
        )
        differences = compare_metadata(context, RecordsTable.metadata)
    assert differences == []
    engine.dispose()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "node.db")
    first = migrate(engine)
    tables = sorted(inspect(engine).get_table_names())
    assert migrate(engine) == first
    assert sorted(inspect(engine).get_table_names()) == tables
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "node.db")
    migrate(engine)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="cannot be brought to version"):
        migrate(engine)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == "9999"
    engine.dispose()


def test_a_step_that_fails_leaves_no_half_of_it(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "node.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE settings (in_the_way TEXT)")
    with pytest.raises(StorageError):
        migrate(engine)
    assert inspect(engine).get_table_names() == ["settings"]
    engine.dispose()
