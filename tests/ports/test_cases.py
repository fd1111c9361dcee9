"""One suite for stores of cases, run over each adapter."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text

from evidence.draft import Draft, Kind
from evidence.errors import ConflictError, StorageError
from evidence.identity import Subject, lei_from_prefix
from nocode.case import CaseId
from nocode.commands import Close, Command, Notify, RecomputeScore, SignRequest, SubmitStatement
from nocode.document import Words
from nocode.meaning import Meaning
from node.cases.memory import MemoryCases
from node.cases.port import CaseFilter, CaseRecord, CaseStore, Order
from node.cases.sql import SqlCases
from node.cases.tables import METADATA
from node.records.engine import open_engine, reading, writing
from node.records.migrate import migrate

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
MAKER = Subject(lei_from_prefix("5493000KILNWORKS00"), "LINE-1")
DRAFT = Draft(Kind.REPAIR, "2026-11-23T08:00:00Z", {"claim": "c", "exposure": 3, "evidence": ["a", "b"]}, "case 1")
COMMANDS: tuple[Command, ...] = (
    Notify("1:1:0", ("supplier", "purchaser"), Words("Repaired.", "已修复")),
    SignRequest("1:1:a", "co-sign", "accredited-body", Meaning.CO_SIGNATURE, 2, b"r" * 32),
    SubmitStatement("1:1:1", MAKER, DRAFT),
    RecomputeScore("1:1:2", MAKER),
    Close("1:1:close", "settled"),
)


def record(number: int, *, head: bytes = b"h" * 32, **more: object) -> CaseRecord:
    at = NOW + timedelta(hours=number)
    made = CaseRecord(
        case=CaseId(f"case-{number}"),
        flow="repair-claim.1",
        state="draft",
        ended=False,
        subject=str(MAKER),
        about="a" * 64,
        opener=MAKER.lei,
        opened=at,
        changed=at,
        due=None,
        head=head,
        data=b"{}",
    )
    return replace(made, **more)  # type: ignore[arg-type]


class Suite:
    @pytest.fixture
    def store(self) -> CaseStore:
        raise NotImplementedError

    def test_a_case_comes_back_as_it_was_kept(self, store: CaseStore) -> None:
        kept = record(1, due=NOW)
        store.put(kept, (), expected=None)
        assert store.case(kept.case) == kept
        assert store.case(CaseId("other")) is None

    def test_a_case_is_replaced_only_by_whoever_knows_its_head(self, store: CaseStore) -> None:
        store.put(record(1), COMMANDS[:1], expected=None)
        for wrong in (b"x" * 32, None):
            with pytest.raises(ConflictError):
                store.put(record(1, head=b"n" * 32), COMMANDS[1:], expected=wrong)
        with pytest.raises(ConflictError):
            store.put(record(2), (), expected=b"h" * 32)
        assert store.case(CaseId("case-1")) == record(1)
        assert len(store.waiting()) == 1, "the commands of a refused change are not kept"
        store.put(record(1, head=b"n" * 32, state="review"), (), expected=b"h" * 32)
        found = store.case(CaseId("case-1"))
        assert found is not None and (found.head, found.state) == (b"n" * 32, "review")

    def test_of_writers_at_once_one_wins(self, store: CaseStore) -> None:
        store.put(record(1), (), expected=None)

        def write(number: int) -> bool:
            try:
                store.put(record(1, head=bytes([number]) * 32), (), expected=b"h" * 32)
            except ConflictError:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(write, range(8))) == 1

    def test_cases_are_found_by_what_they_say_and_paged(self, store: CaseStore) -> None:
        for number in range(1, 6):
            store.put(record(number), (), expected=None)
        store.put(record(6, flow="eight-d.1", state="d0", subject="", about="", ended=True), (), expected=None)
        assert [one.case for _, one in store.cases(CaseFilter(flow="eight-d.1"))] == ["case-6"]
        assert [one.case for _, one in store.cases(CaseFilter(state="d0", ended=True))] == ["case-6"]
        assert store.count(CaseFilter(subject=str(MAKER), about="a" * 64, opener=MAKER.lei)) == 5
        assert store.count(CaseFilter(opened_since=NOW + timedelta(hours=3), ended=False)) == 3
        assert store.count(CaseFilter(changed_since=NOW + timedelta(hours=7))) == 0
        first = store.cases(CaseFilter(flow="repair-claim.1"), limit=3)
        rest = store.cases(CaseFilter(flow="repair-claim.1"), after=first[-1][0], limit=9)
        assert [one.case for _, one in [*first, *rest]] == [f"case-{number}" for number in range(1, 6)]

    def test_cases_are_due_in_the_order_of_their_deadlines(self, store: CaseStore) -> None:
        for number, hours in ((1, 3), (2, 1), (3, 9)):
            store.put(record(number, due=NOW + timedelta(hours=hours)), (), expected=None)
        store.put(record(4), (), expected=None)
        assert [one.case for one in store.due(NOW + timedelta(hours=3))] == ["case-2", "case-1"]
        assert store.due(NOW) == []

    def test_commands_wait_until_they_are_carried_out_once(self, store: CaseStore) -> None:
        store.put(record(1), COMMANDS, expected=None)
        store.put(record(2), (Close("2:1:close", "lapsed"),), expected=None)
        assert [order.command for order in store.waiting(case=CaseId("case-1"))] == list(COMMANDS)
        assert len(store.waiting()) == 6 and len(store.waiting(limit=2)) == 2
        store.carried_out("1:1:0", "told", NOW)
        store.carried_out("1:1:0", "told again", NOW)
        store.put(record(1, head=b"n" * 32), COMMANDS, expected=b"h" * 32)
        assert store.orders(CaseId("case-1"))[0] == Order(CaseId("case-1"), COMMANDS[0], "told")
        assert [order.command for order in store.waiting(case=CaseId("case-1"))] == list(COMMANDS[1:])

    def test_sealed_signatures_are_kept_with_the_entry_that_names_them(self, store: CaseStore) -> None:
        store.put(record(1), (), expected=None)
        with pytest.raises(ConflictError):
            store.put(record(1, head=b"n" * 32), (), expected=b"x" * 32, seals={"sig_0": "void"})
        store.put(record(1, head=b"n" * 32), (), expected=b"h" * 32, seals={"sig_2": "a.b.c"})
        store.put(record(1, head=b"m" * 32), (), expected=b"n" * 32, seals={"sig_1": "d.e.f"})
        assert list(store.seals(CaseId("case-1")).items()) == [("sig_2", "a.b.c"), ("sig_1", "d.e.f")]
        assert store.seals(CaseId("case-2")) == {}


class TestMemoryCases(Suite):
    @pytest.fixture
    def store(self) -> CaseStore:
        return MemoryCases()


class TestSqlCases(Suite):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        engine = open_engine(tmp_path / "node.db")
        migrate(engine)
        yield engine
        engine.dispose()

    @pytest.fixture
    def store(self, engine: Engine) -> CaseStore:
        return SqlCases(engine)

    def test_the_migration_builds_the_tables_of_the_code(self, engine: Engine) -> None:
        names = set(METADATA.tables)
        with reading(engine) as connection:
            chosen = {"include_name": lambda name, kind, _parents: kind != "table" or name in names}
            context = MigrationContext.configure(connection, opts={"compare_type": True, **chosen})
            assert compare_metadata(context, METADATA) == []

    def test_a_command_that_was_damaged_is_told_and_not_guessed(self, engine: Engine, store: CaseStore) -> None:
        store.put(record(1), COMMANDS[:1], expected=None)
        for damaged in ("{", '{"do":"pay"}', '{"do":"close","key":"k"}'):
            with writing(engine) as connection:
                connection.execute(text("UPDATE case_commands SET command = :damaged"), {"damaged": damaged})
            with pytest.raises(StorageError, match="cannot be read"):
                store.waiting()
