"""API tokens: never more than their owner may do, and gone when revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evidence.errors import AuthenticationError, ForbiddenError, LimitError, NotFoundError, SchemaError
from node.auth.model import Principal, TokenId, Via
from node.auth.permissions import Permission, Role
from node.auth.tokens import MAX_TOKENS
from tests.support.door import House, house

SCOPES = frozenset({Permission.STATEMENTS_WRITE, Permission.LOG_READ})


@pytest.fixture
def home() -> House:
    return house()


def issue(
    home: House, owner: Principal, scopes: frozenset[Permission] = SCOPES, days: float = 30
) -> tuple[str, TokenId]:
    secret, token = home.door.tokens.issue(owner, label="mes", scopes=scopes, lasts=timedelta(days), request="r")
    return secret, token.id


def test_a_token_says_who_it_is_and_may_do_its_scopes_only(home: House) -> None:
    secret, token = issue(home, home.person("anna", Role.OPERATOR))
    principal = home.door.tokens.resolve(secret)
    assert secret.startswith("crd_") and len(secret) == 47
    assert (principal.via, principal.id, principal.permissions) == (Via.TOKEN, token, SCOPES)


def test_a_token_loses_what_its_owner_loses(home: House) -> None:
    owner, admin = home.person("anna", Role.OPERATOR), home.person("root", Role.ADMIN)
    secret, _ = issue(home, owner)
    assert owner.user is not None
    home.door.accounts.change(admin, owner.user, roles=frozenset({Role.AUDITOR}), request="r")
    assert home.door.tokens.resolve(secret).permissions == {Permission.LOG_READ}
    home.door.accounts.change(admin, owner.user, disabled=True, request="r")
    with pytest.raises(AuthenticationError):
        home.door.tokens.resolve(secret)


def test_nobody_gives_a_token_more_than_they_have(home: House) -> None:
    with pytest.raises(ForbiddenError, match="users:write"):
        issue(home, home.person("anna", Role.OPERATOR), frozenset({Permission.USERS_WRITE, Permission.LOG_READ}))


def test_a_token_cannot_issue_tokens(home: House) -> None:
    secret, _ = issue(home, home.person("anna", Role.OPERATOR))
    with pytest.raises(ForbiddenError):
        issue(home, home.door.tokens.resolve(secret))


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_lasts_a_year_at_most(home: House, days: float) -> None:
    with pytest.raises(SchemaError):
        issue(home, home.person("anna", Role.OPERATOR), days=days)


def test_a_token_expires(home: House) -> None:
    secret, _ = issue(home, home.person("anna", Role.OPERATOR), days=1)
    home.clock.move(days=1)
    with pytest.raises(AuthenticationError):
        home.door.tokens.resolve(secret)


def test_a_revoked_token_is_refused_and_revoking_twice_is_fine(home: House) -> None:
    owner = home.person("anna", Role.OPERATOR)
    secret, token = issue(home, owner)
    home.door.tokens.revoke(owner, token, request="r")
    home.door.tokens.revoke(owner, token, request="r")
    with pytest.raises(AuthenticationError):
        home.door.tokens.resolve(secret)


def test_others_tokens_are_revoked_by_administrators_only(home: House) -> None:
    secret, token = issue(home, home.person("anna", Role.OPERATOR))
    with pytest.raises(NotFoundError):
        home.door.tokens.revoke(home.person("ben", Role.OPERATOR), token, request="r")
    home.door.tokens.resolve(secret)
    home.door.tokens.revoke(home.person("root", Role.ADMIN), token, request="r")
    with pytest.raises(AuthenticationError):
        home.door.tokens.resolve(secret)


def test_there_are_not_endlessly_many_tokens(home: House) -> None:
    owner = home.person("anna", Role.OPERATOR)
    for _ in range(MAX_TOKENS):
        issue(home, owner)
    with pytest.raises(LimitError):
        issue(home, owner)


@pytest.mark.parametrize("secret", ["", "crd_", "crd_" + "A" * 43, "crd_" + "A" * 10_000, "\x00", "crd_" + "é" * 43])
def test_what_is_no_token_of_ours_is_refused(home: House, secret: str) -> None:
    with pytest.raises(AuthenticationError):
        home.door.tokens.resolve(secret)


def test_using_a_token_is_written_down_at_most_once_a_minute(home: House) -> None:
    secret, token = issue(home, home.person("anna", Role.OPERATOR))
    home.door.tokens.resolve(secret)
    first = home.clock.now
    home.clock.move(seconds=30)
    home.door.tokens.resolve(secret)
    known = home.stores.tokens.by_id(token)
    assert known is not None and known.used == first
