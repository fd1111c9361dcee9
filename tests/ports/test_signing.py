"""One suite for stores of signatures, run over each adapter."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from evidence.errors import ConflictError, ConsistencyError, StorageError
from evidence.identity import lei_from_prefix
from evidence.keys import StatementKey
from node.records.engine import open_engine, reading
from node.records.migrate import migrate
from node.signing.chain import check_signatures
from node.signing.memory import MemorySignatures
from node.signing.port import EMPTY, Meaning, Method, Signature, SignatureHead, SignatureId, SignatureStore
from node.signing.sealed import seal
from node.signing.sql import SqlSignatures
from node.signing.tables import METADATA

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
KEY = StatementKey.generate(os.urandom)
RUN, OTHER_RUN = b"r" * 32, b"o" * 32


def signature(number: int, *, record: bytes = b"a" * 32, signer: str = "usr_anna", about: str = "case/1") -> Signature:
    return seal(
        KEY,
        id_=SignatureId(f"sig_{number:032x}"),
        record=record,
        about=about,
        meaning=Meaning.APPROVAL,
        organisation=lei_from_prefix("5493000KILNWORKS00"),
        signer=signer,
        name="Anna Lí",
        at=NOW + timedelta(seconds=number),
        zone="Asia/Shanghai",
        method=Method.NAME_AND_PASSWORD,
    )


class Suite:
    @pytest.fixture
    def store(self) -> SignatureStore:
        raise NotImplementedError

    def test_an_empty_store_has_the_empty_head(self, store: SignatureStore) -> None:
        assert store.head() == EMPTY
        assert list(store.walk()) == []
        assert store.by_id(SignatureId("sig_" + "0" * 32)) is None
        assert store.last_of_run(RUN) is None

    def test_a_signature_comes_back_as_kept_and_chained(self, store: SignatureStore) -> None:
        first, second = (store.append(signature(number), RUN) for number in (1, 2))
        assert store.by_id(first.signature.id) == first
        assert (first.number, second.number, second.previous) == (1, 2, first.digest)
        assert store.head() == SignatureHead(2, second.digest)
        assert check_signatures(store.walk()) == store.head()

    def test_an_id_is_never_used_twice_whoever_signs(self, store: SignatureStore) -> None:
        store.append(signature(1), RUN)
        for again in (signature(1), signature(1, record=b"b" * 32, signer="usr_ben")):
            with pytest.raises(ConflictError, match="already"):
                store.append(again, OTHER_RUN)
        assert store.head().number == 1

    def test_signatures_are_found_by_record_signer_and_what_they_are_about(self, store: SignatureStore) -> None:
        store.append(signature(1), RUN)
        store.append(signature(2, record=b"b" * 32, about="case/2"), RUN)
        store.append(signature(3, signer="usr_ben"), OTHER_RUN)
        assert [entry.number for entry in store.of_record(b"a" * 32)] == [1, 3]
        assert store.of_record(b"c" * 32) == []
        assert [entry.number for entry in store.page(signer="usr_anna")] == [1, 2]
        assert [entry.number for entry in store.page(about="case/2")] == [2]
        assert [entry.number for entry in store.page(after=1, limit=1)] == [2]
        assert store.page(after=3) == []

    def test_the_last_signing_of_a_run_is_known_to_the_microsecond(self, store: SignatureStore) -> None:
        for number in (1, 2):
            store.append(signature(number), RUN)
        store.append(signature(9), OTHER_RUN)
        assert store.last_of_run(RUN) == NOW + timedelta(seconds=2)

    def test_signatures_made_at_once_make_one_chain(self, store: SignatureStore) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: store.append(signature(number), RUN), range(40)))
        assert check_signatures(store.walk()).number == 40


class TestMemorySignatures(Suite):
    @pytest.fixture
    def store(self) -> SignatureStore:
        return MemorySignatures()


class TestSqlSignatures(Suite):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        engine = open_engine(tmp_path / "node.db")
        migrate(engine)
        yield engine
        engine.dispose()

    @pytest.fixture
    def store(self, engine: Engine) -> SignatureStore:
        return SqlSignatures(engine)

    def test_the_migration_builds_the_table_of_the_code(self, engine: Engine) -> None:
        with reading(engine) as connection:
            options = {
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name in METADATA.tables,
            }
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, METADATA) == []

    def test_the_table_of_the_code_has_the_same_guards(self, tmp_path: Path, engine: Engine) -> None:
        made = open_engine(tmp_path / "made.db")
        METADATA.create_all(made)
        query = text(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'signatures' ORDER BY name"
        )
        with made.connect() as one, engine.connect() as other:
            built = one.execute(query).all()
            assert built == other.execute(query).all()
            assert len(built) == 2
        made.dispose()

    @pytest.mark.parametrize("change", ["UPDATE signatures SET signer = 'usr_ben'", "DELETE FROM signatures"])
    def test_the_database_refuses_to_change_signatures(self, engine: Engine, change: str) -> None:
        store = SqlSignatures(engine)
        store.append(signature(1), RUN)
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(text(change))

    @pytest.mark.parametrize("column", ["signer", "about", "record", "at_us", "id", "sealed"])
    def test_a_change_past_the_guards_is_found_when_the_signature_is_read(self, engine: Engine, column: str) -> None:
        store = SqlSignatures(engine)
        store.append(signature(1), RUN)
        value = {"record": "x'00'", "at_us": "1"}.get(column, "'usr_other'")
        with engine.begin() as connection:
            connection.execute(text("DROP TRIGGER signatures_no_update"))
            connection.execute(text(f"UPDATE signatures SET {column} = {value}"))
        with pytest.raises(StorageError, match="signature number 1"):
            list(store.walk())

    def test_a_removed_signature_is_found_by_the_chain(self, engine: Engine) -> None:
        store = SqlSignatures(engine)
        for number in range(3):
            store.append(signature(number), RUN)
        known = store.head()
        with engine.begin() as connection:
            connection.execute(text("DROP TRIGGER signatures_no_delete"))
            connection.execute(text("DELETE FROM signatures WHERE number = 3"))
        check_signatures(store.walk())
        with pytest.raises(ConsistencyError, match="entry 3"):
            check_signatures(store.walk(), known)

    def test_two_processes_of_one_database_keep_one_chain(self, engine: Engine, tmp_path: Path) -> None:
        other = open_engine(tmp_path / "node.db")
        stores = [SqlSignatures(engine), SqlSignatures(other)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: stores[number % 2].append(signature(number), RUN), range(20)))
        assert check_signatures(stores[0].walk()).number == 20
        other.dispose()

    def test_a_database_without_the_table_is_a_storage_error(self, tmp_path: Path) -> None:
        bare = open_engine(tmp_path / "bare.db")
        for call in (SqlSignatures(bare).head, lambda: SqlSignatures(bare).append(signature(1), RUN)):
            with pytest.raises(StorageError):
                call()
        bare.dispose()
