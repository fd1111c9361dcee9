"""One suite for the stores of the door, run over each adapter."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DatabaseError

from evidence.errors import ConflictError, ConsistencyError, NotFoundError, StorageError
from node.auth.memory import memory_stores
from node.auth.model import (
    Answer,
    AnswerKey,
    ApiToken,
    Outcome,
    SecretHash,
    Session,
    TokenId,
    TrailAction,
    TrailEvent,
    TrailHead,
    TrailQuery,
    User,
    UserId,
)
from node.auth.permissions import Permission, Role
from node.auth.port import AuthStores
from node.auth.sql_trail import sql_stores
from node.auth.tables import AuthRow
from node.auth.trail import check_trail
from node.records.engine import open_engine
from node.records.migrate import migrate

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
ANNA = User(UserId("usr_anna"), "Anna", frozenset({Role.OPERATOR, Role.AUDITOR}), "$argon2", NOW, True, NOW)
KEY = AnswerKey("usr_anna", "POST /v1/statements", "k-1")


def event(target: str, action: TrailAction = TrailAction.SIGN_IN, actor: str = "usr_anna") -> TrailEvent:
    return TrailEvent(NOW, actor, action, Outcome.DONE, target, "req", {"why": "tëst"})


class Suite:
    @pytest.fixture
    def stores(self) -> AuthStores:
        raise NotImplementedError

    def test_a_user_comes_back_as_kept_by_id_and_by_name_without_case(self, stores: AuthStores) -> None:
        stores.users.add(ANNA)
        assert stores.users.by_id(ANNA.id) == stores.users.by_name("ANNA") == ANNA

    def test_an_unknown_user_is_none(self, stores: AuthStores) -> None:
        assert stores.users.by_id(UserId("usr_x")) is None
        assert stores.users.by_name("x") is None

    @pytest.mark.parametrize("name", ["anna", "ANNA", "Anna"])
    def test_two_names_that_differ_only_in_case_are_refused(self, stores: AuthStores, name: str) -> None:
        stores.users.add(ANNA)
        with pytest.raises(ConflictError):
            stores.users.add(replace(ANNA, id=UserId("usr_2"), name=name))

    def test_users_are_paged_by_folded_name(self, stores: AuthStores) -> None:
        for name in ("delta", "Bravo", "charlie", "Alpha"):
            stores.users.add(replace(ANNA, id=UserId(f"usr_{name}"), name=name))
        first = stores.users.page(after="", limit=3)
        assert [user.name for user in first] == ["Alpha", "Bravo", "charlie"]
        assert [user.name for user in stores.users.page(after="charlie", limit=3)] == ["delta"]

    def test_a_new_password_forgets_failures_and_lock(self, stores: AuthStores) -> None:
        stores.users.add(ANNA)
        stores.users.count_failure(ANNA.id)
        stores.users.set_lock(ANNA.id, NOW + timedelta(hours=1))
        stores.users.set_password(ANNA.id, "$new", when=NOW + timedelta(1), must_change=False)
        assert stores.users.by_id(ANNA.id) == replace(
            ANNA, password="$new", password_set=NOW + timedelta(1), must_change=False
        )

    def test_unlocking_forgets_the_failures_and_locking_does_not(self, stores: AuthStores) -> None:
        stores.users.add(ANNA)
        stores.users.count_failure(ANNA.id)
        stores.users.set_lock(ANNA.id, NOW)
        assert stores.users.by_id(ANNA.id) == replace(ANNA, failures=1, locked_until=NOW)
        stores.users.set_lock(ANNA.id, None)
        assert stores.users.by_id(ANNA.id) == ANNA

    def test_failures_counted_at_once_all_count(self, stores: AuthStores) -> None:
        stores.users.add(ANNA)
        together(8, lambda _: stores.users.count_failure(ANNA.id))
        assert stores.users.count_failure(ANNA.id) == 9

    def test_roles_and_closing_are_kept(self, stores: AuthStores) -> None:
        stores.users.add(ANNA)
        stores.users.set_roles(ANNA.id, frozenset())
        stores.users.set_disabled(ANNA.id, True)
        assert stores.users.by_id(ANNA.id) == replace(ANNA, roles=frozenset(), disabled=True)

    def test_changing_an_unknown_user_says_so(self, stores: AuthStores) -> None:
        nobody = UserId("usr_nobody")
        for change in (
            lambda: stores.users.set_password(nobody, "x", when=NOW, must_change=True),
            lambda: stores.users.set_roles(nobody, frozenset()),
            lambda: stores.users.set_disabled(nobody, True),
            lambda: stores.users.count_failure(nobody),
            lambda: stores.users.set_lock(nobody, None),
        ):
            with pytest.raises(NotFoundError):
                change()

    def test_sessions_are_kept_touched_forward_only_and_ended(self, stores: AuthStores) -> None:
        stores.users.add(ANNA)
        session = Session(SecretHash(b"s" * 32), ANNA.id, NOW, NOW, NOW + timedelta(hours=1))
        stores.sessions.add(session)
        stores.sessions.touch(session.secret, NOW + timedelta(minutes=2))
        stores.sessions.touch(session.secret, NOW + timedelta(minutes=1))
        assert stores.sessions.get(session.secret) == replace(session, seen=NOW + timedelta(minutes=2))
        stores.sessions.remove(session.secret)
        stores.sessions.remove(session.secret)
        assert stores.sessions.get(session.secret) is None

    def test_sessions_go_by_user_and_by_age(self, stores: AuthStores) -> None:
        stores.users.add(ANNA)
        for number, hours in enumerate((1, 2, 3)):
            end = NOW + timedelta(hours=hours)
            stores.sessions.add(Session(SecretHash(bytes([number]) * 32), ANNA.id, NOW, NOW, end))
        assert stores.sessions.purge(NOW + timedelta(hours=2)) == 1
        assert stores.sessions.remove_of(ANNA.id) == 2

    def test_tokens_are_found_by_secret_and_keep_their_first_revocation(self, stores: AuthStores) -> None:
        stores.users.add(ANNA)
        scopes = frozenset({Permission.LOG_READ, Permission.PROOFS_READ})
        token = ApiToken(TokenId("tok_1"), SecretHash(b"t" * 32), ANNA.id, "mes", scopes, NOW, NOW + timedelta(1))
        stores.tokens.add(token)
        assert stores.tokens.by_secret(token.secret) == stores.tokens.by_id(token.id) == token
        stores.tokens.touch(token.id, NOW)
        stores.tokens.revoke(token.id, NOW + timedelta(2))
        stores.tokens.revoke(token.id, NOW + timedelta(3))
        assert list(stores.tokens.of_owner(ANNA.id)) == [replace(token, used=NOW, revoked=NOW + timedelta(2))]
        assert stores.tokens.by_secret(SecretHash(b"u" * 32)) is None

    def test_the_trail_numbers_and_chains_its_entries(self, stores: AuthStores) -> None:
        assert stores.trail.head() == TrailHead(0, bytes(32))
        kept = [stores.trail.append(event(str(number))) for number in range(5)]
        assert [entry.number for entry in kept] == [1, 2, 3, 4, 5]
        assert list(stores.trail.walk()) == kept
        assert check_trail(stores.trail.walk()) == stores.trail.head() == TrailHead(5, kept[-1].digest)

    def test_the_trail_is_filtered_and_paged(self, stores: AuthStores) -> None:
        stores.trail.append(event("a"))
        stores.trail.append(event("b", TrailAction.REFUSED))
        stores.trail.append(event("c", TrailAction.REFUSED, actor="other"))
        pages = stores.trail.page
        assert [entry.event.target for entry in pages(TrailQuery(action=TrailAction.REFUSED))] == ["b", "c"]
        assert [entry.event.target for entry in pages(TrailQuery(actor="usr_anna", after=1))] == ["b"]
        assert [entry.event.target for entry in pages(TrailQuery(limit=1))] == ["a"]

    def test_writers_at_once_leave_an_unbroken_trail(self, stores: AuthStores) -> None:
        together(8, lambda number: [stores.trail.append(event(f"{number}/{turn}")) for turn in range(5)])
        assert check_trail(stores.trail.walk()).number == 40

    def test_a_nonce_is_spent_once_for_each_owner(self, stores: AuthStores) -> None:
        end = NOW + timedelta(minutes=2)
        assert stores.nonces.spend("a", "n", expires=end, now=NOW)
        assert not stores.nonces.spend("a", "n", expires=end, now=NOW + timedelta(minutes=1))
        assert stores.nonces.spend("b", "n", expires=end, now=NOW)

    def test_of_many_at_once_one_spends_the_nonce(self, stores: AuthStores) -> None:
        won: list[bool] = []
        together(8, lambda _: won.append(stores.nonces.spend("a", "n", expires=NOW, now=NOW)))
        assert sorted(won) == [False] * 7 + [True]

    def begin(self, stores: AuthStores, request: bytes = b"r" * 32, *, at: datetime = NOW) -> Answer | None:
        stale, expires = at - timedelta(minutes=5), at + timedelta(days=1)
        return stores.answers.begin(KEY, request, now=at, stale=stale, expires=expires)

    def test_a_finished_call_is_answered_again_until_it_expires(self, stores: AuthStores) -> None:
        answer = Answer(201, "application/json", "/v1/x", b"{}")
        assert self.begin(stores) is None
        stores.answers.finish(KEY, answer)
        assert self.begin(stores, at=NOW + timedelta(hours=23)) == answer
        assert self.begin(stores, at=NOW + timedelta(hours=25)) is None

    def test_a_key_for_another_request_is_refused(self, stores: AuthStores) -> None:
        self.begin(stores)
        with pytest.raises(ConflictError, match="different request"):
            self.begin(stores, b"s" * 32)

    def test_a_running_call_is_not_done_twice_but_a_crashed_one_is_taken_over(self, stores: AuthStores) -> None:
        self.begin(stores)
        with pytest.raises(ConflictError, match="still running"):
            self.begin(stores, at=NOW + timedelta(minutes=4))
        assert self.begin(stores, at=NOW + timedelta(minutes=6)) is None
        with pytest.raises(ConflictError, match="still running"):
            self.begin(stores, at=NOW + timedelta(minutes=7))

    def test_a_key_let_go_is_free_again(self, stores: AuthStores) -> None:
        self.begin(stores)
        stores.answers.abandon(KEY)
        stores.answers.abandon(KEY)
        assert self.begin(stores, b"s" * 32) is None

    def test_of_many_at_once_one_takes_the_key(self, stores: AuthStores) -> None:
        won: list[bool] = []

        def take(_: int) -> None:
            try:
                won.append(self.begin(stores) is None)
            except ConflictError:
                won.append(False)

        together(8, take)
        assert sorted(won) == [False] * 7 + [True]


class TestMemory(Suite):
    @pytest.fixture
    def stores(self) -> AuthStores:
        return memory_stores()


class TestSql(Suite):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        engine = open_engine(tmp_path / "node.db")
        migrate(engine)
        yield engine
        engine.dispose()

    @pytest.fixture
    def stores(self, engine: Engine) -> AuthStores:
        return sql_stores(engine)

    def test_the_migration_makes_the_tables_that_the_code_expects(self, engine: Engine) -> None:
        with engine.connect() as connection:
            seen = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or "auth_" in name}
            context = MigrationContext.configure(connection, opts=seen)
            assert compare_metadata(context, AuthRow.metadata) == []

    @pytest.mark.parametrize("sql", ["UPDATE auth_trail SET actor = 'x'", "DELETE FROM auth_trail"])
    def test_the_database_itself_refuses_to_change_the_trail(self, engine: Engine, sql: str) -> None:
        sql_stores(engine).trail.append(event("a"))
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(sql)

    def test_a_change_past_the_database_breaks_the_chain(self, engine: Engine) -> None:
        stores = sql_stores(engine)
        for number in range(3):
            stores.trail.append(event(str(number)))
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER auth_trail_no_update")
            connection.exec_driver_sql("UPDATE auth_trail SET actor = 'x' WHERE number = 2")
        with pytest.raises(ConsistencyError, match="entry 2"):
            check_trail(stores.trail.walk())

    def test_two_processes_share_one_trail(self, engine: Engine) -> None:
        doors = [sql_stores(engine), sql_stores(engine)]
        together(2, lambda number: [doors[number].trail.append(event("x")) for _ in range(20)])
        assert check_trail(doors[0].trail.walk()).number == 40

    def test_a_database_without_tables_is_a_storage_error(self) -> None:
        with pytest.raises(StorageError):
            sql_stores(create_engine("sqlite://")).users.by_name("anna")

    def test_no_secret_is_found_in_the_database_file(self, engine: Engine, tmp_path: Path) -> None:
        from tests.support.door import GOOD, house

        home = house(sql_stores(engine))
        person = home.person("anna", Role.OPERATOR)
        secret, _ = home.door.tokens.issue(
            person, label="x", scopes=frozenset({Permission.LOG_READ}), lasts=timedelta(1), request="r"
        )
        cookie = home.door.sign_in("anna", GOOD, request="r").secret
        content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"anna" in content
        assert not any(text.encode() in content for text in (GOOD, secret, secret[4:], cookie))


def together(count: int, work: Callable[[int], object]) -> None:
    """Run `work` in `count` threads that start at one moment; what fails in one fails the test."""
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        barrier.wait(timeout=30)
        work(number)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(run, range(count)))
