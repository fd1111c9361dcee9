"""Signing in: secrets, lockout, sessions that end."""

from __future__ import annotations

import pytest

from evidence.errors import AuthenticationError, RateLimitError, SchemaError, StorageError
from node.auth.model import Outcome, TrailAction, TrailQuery, Via, hash_secret
from node.auth.permissions import Permission, Role
from node.auth.sign_in import SignInRules, csrf_of
from node.auth.trail import check_trail
from tests.support.door import GOOD, House, house, quick_hasher


@pytest.fixture
def home() -> House:
    home = house()
    home.person("anna", Role.OPERATOR)
    return home


def fail(home: House, times: int, name: str = "anna") -> None:
    for _ in range(times):
        with pytest.raises(AuthenticationError):
            home.door.sign_in(name, "wrong wrong wrong", request="r")


def test_signing_in_gives_a_session_that_knows_its_person(home: House) -> None:
    signed_in = home.door.sign_in("ANNA", GOOD, request="r")
    principal = home.door.sign_in.resume(signed_in.secret)
    assert (principal.via, principal.name, principal.roles) == (Via.SESSION, "anna", frozenset({Role.OPERATOR}))
    assert Permission.IMPORTS_WRITE in principal.permissions
    assert Permission.USERS_WRITE not in principal.permissions


def test_only_the_hash_of_a_session_secret_is_kept(home: House) -> None:
    signed_in = home.door.sign_in("anna", GOOD, request="r")
    assert len(signed_in.secret) == 43
    assert signed_in.principal.session is not None
    assert signed_in.principal.session.secret == hash_secret(signed_in.secret)
    assert signed_in.secret not in repr(signed_in.principal)


def test_every_refusal_says_the_same(home: House) -> None:
    said = set[str]()
    home.door.accounts.add("test", "closed", frozenset(), request="r")
    closed = home.stores.users.by_name("closed")
    assert closed is not None
    home.stores.users.set_disabled(closed.id, True)
    for name, password in (("nobody", GOOD), ("anna", "wrong"), ("closed", GOOD)):
        with pytest.raises(AuthenticationError) as caught:
            home.door.sign_in(name, password, request="r")
        said.add(f"{caught.value} {caught.value.advice}")
    fail(home, 6)
    with pytest.raises(AuthenticationError) as caught:
        home.door.sign_in("anna", GOOD, request="r")
    assert {f"{caught.value} {caught.value.advice}"} == said


def test_an_account_locks_after_failures_and_alerts_and_opens_by_itself(home: House) -> None:
    fail(home, 4)
    assert home.alerts == []
    fail(home, 1)
    assert [alert.action for alert in home.alerts] == [TrailAction.LOCKED]
    with pytest.raises(AuthenticationError):
        home.door.sign_in("anna", GOOD, request="r")
    home.clock.move(seconds=61)
    assert home.door.sign_in("anna", GOOD, request="r").principal.name == "anna"


def test_success_forgets_the_failures(home: House) -> None:
    fail(home, 4)
    home.door.sign_in("anna", GOOD, request="r")
    fail(home, 4)
    assert home.alerts == []


def test_the_lock_doubles_up_to_a_bound() -> None:
    rules = SignInRules()
    seconds = [
        lock.total_seconds() if (lock := rules.lock_after(count)) else 0 for count in (4, 5, 6, 7, 10, 11, 10**6)
    ]
    assert seconds == [0, 60, 120, 240, 1920, 3600, 3600]


def test_attempts_while_locked_are_not_counted(home: House) -> None:
    fail(home, 50)
    anna = home.stores.users.by_name("anna")
    assert anna is not None
    assert anna.failures == 5


def test_an_idle_session_ends_and_a_used_one_lives_until_its_absolute_end(home: House) -> None:
    idle, used = (home.door.sign_in("anna", GOOD, request="r").secret for _ in range(2))
    for _ in range(24):
        home.clock.move(minutes=29)
        home.door.sign_in.resume(used)
    with pytest.raises(AuthenticationError):
        home.door.sign_in.resume(idle)
    home.clock.move(minutes=25)
    with pytest.raises(AuthenticationError):
        home.door.sign_in.resume(used)


def test_closing_an_account_ends_its_sessions_at_once(home: House) -> None:
    signed_in = home.door.sign_in("anna", GOOD, request="r")
    admin = home.person("root", Role.ADMIN)
    assert signed_in.principal.user is not None
    home.door.accounts.change(admin, signed_in.principal.user, disabled=True, request="r")
    with pytest.raises(AuthenticationError):
        home.door.sign_in.resume(signed_in.secret)


def test_signing_out_ends_the_session_and_may_happen_twice(home: House) -> None:
    signed_in = home.door.sign_in("anna", GOOD, request="r")
    home.door.sign_in.end(signed_in.principal, request="r")
    home.door.sign_in.end(signed_in.principal, request="r")
    with pytest.raises(AuthenticationError):
        home.door.sign_in.resume(signed_in.secret)


def test_changing_the_password_ends_all_other_sessions(home: House) -> None:
    other = home.door.sign_in("anna", GOOD, request="r").secret
    mine = home.door.sign_in("anna", GOOD, request="r").principal
    changed = home.door.sign_in.change_password(mine, GOOD, "eleven grey herons at noon", request="r")
    assert home.door.sign_in.resume(changed.secret).must_change is False
    with pytest.raises(AuthenticationError):
        home.door.sign_in.resume(other)
    with pytest.raises(AuthenticationError):
        home.door.sign_in("anna", GOOD, request="r")


def test_the_old_password_is_needed_and_guessing_it_counts(home: House) -> None:
    mine = home.door.sign_in("anna", GOOD, request="r").principal
    for _ in range(5):
        with pytest.raises(AuthenticationError):
            home.door.sign_in.change_password(mine, "wrong", "eleven grey herons at noon", request="r")
    assert len(home.alerts) == 1


def test_the_old_password_is_not_taken_again(home: House) -> None:
    mine = home.door.sign_in("anna", GOOD, request="r").principal
    with pytest.raises(SchemaError, match="old one"):
        home.door.sign_in.change_password(mine, GOOD, GOOD, request="r")


def test_a_temporary_password_lets_in_only_to_change_it_and_only_for_a_while(home: House) -> None:
    _, temporary = home.door.accounts.add("test", "ben", frozenset({Role.OPERATOR}), request="r")
    assert home.door.sign_in("ben", temporary, request="r").principal.must_change
    home.clock.move(hours=73)
    with pytest.raises(AuthenticationError):
        home.door.sign_in("ben", temporary, request="r")


def test_a_password_of_last_year_has_to_be_changed(home: House) -> None:
    home.clock.move(days=366)
    assert home.door.sign_in("anna", GOOD, request="r").principal.must_change


def test_every_sign_in_and_refusal_is_in_an_unbroken_trail(home: House) -> None:
    before = home.stores.trail.head().number
    fail(home, 1)
    fail(home, 1, "nobody")
    home.door.sign_in("anna", GOOD, request="r9")
    entries = home.stores.trail.page(TrailQuery(after=before))
    assert [(entry.event.outcome, entry.event.target) for entry in entries] == [
        (Outcome.REFUSED, "anna"),
        (Outcome.REFUSED, "nobody"),
        (Outcome.DONE, "anna"),
    ]
    assert entries[-1].event.request == "r9"
    assert not any("wrong wrong" in repr(entry) or GOOD in repr(entry) for entry in entries)
    check_trail(home.stores.trail.walk())


def test_the_csrf_token_is_one_sessions_only(home: House) -> None:
    one, two = (home.door.sign_in("anna", GOOD, request="r").principal.session for _ in range(2))
    assert one is not None and two is not None
    assert home.door.csrf(one) == home.door.csrf(one) != home.door.csrf(two)
    assert csrf_of(b"other", one) != home.door.csrf(one)


def test_an_unreadable_password_encoding_is_a_fault_and_not_a_wrong_password() -> None:
    with pytest.raises(StorageError):
        quick_hasher().matches("rubbish", GOOD)


def test_too_many_hashes_at_once_are_turned_away() -> None:
    hasher = quick_hasher()
    hasher._slots, hasher._wait_s = type(hasher._slots)(1), 0.01
    with hasher._slot(), pytest.raises(RateLimitError):
        hasher.encode(GOOD)


def test_a_weaker_encoding_is_made_anew_at_sign_in(home: House) -> None:
    import argon2

    anna = home.stores.users.by_name("anna")
    assert anna is not None
    weak = argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(GOOD)
    home.stores.users.set_password(anna.id, weak, when=anna.password_set, must_change=False)
    home.door.sign_in("anna", GOOD, request="r")
    renewed = home.stores.users.by_name("anna")
    assert renewed is not None
    assert renewed.password.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert renewed.password_set == anna.password_set
