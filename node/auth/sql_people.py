"""Users, sessions and tokens in a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Result, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import Executable
from sqlmodel import Session as Unit
from sqlmodel import col

from evidence.errors import ConflictError, NotFoundError
from node.auth.border import look, unit
from node.auth.model import ApiToken, SecretHash, Session, TokenId, User, UserId, fold_name
from node.auth.permissions import Permission, Role
from node.auth.tables import SessionRow, TokenRow, UserRow
from node.auth.trail import micros, moment


class SqlUsers:
    """Implements `UserStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, user: User) -> None:
        try:
            with unit(self._engine) as work:
                work.add(_user_row(user))
        except IntegrityError as error:
            raise ConflictError(f"there is a user named {user.name!r} already") from error

    def by_id(self, user: UserId) -> User | None:
        with look(self._engine) as work:
            row = work.get(UserRow, user)
            return None if row is None else _user(row)

    def by_name(self, name: str) -> User | None:
        with look(self._engine) as work:
            row = work.execute(select(UserRow).where(col(UserRow.folded) == fold_name(name))).scalar_one_or_none()
            return None if row is None else _user(row)

    def page(self, *, after: str, limit: int) -> Sequence[User]:
        chosen = select(UserRow).where(col(UserRow.folded) > after).order_by(col(UserRow.folded)).limit(limit)
        with look(self._engine) as work:
            return [_user(row) for row in work.execute(chosen).scalars()]

    def set_password(self, user: UserId, encoded: str, *, when: datetime, must_change: bool) -> None:
        self._change(
            user,
            password=encoded,
            password_set=micros(when),
            must_change=must_change,
            failures=0,
            locked_until=None,
        )

    def set_roles(self, user: UserId, roles: frozenset[Role]) -> None:
        self._change(user, roles=_words(roles))

    def set_disabled(self, user: UserId, disabled: bool) -> None:
        self._change(user, disabled=disabled)

    def count_failure(self, user: UserId) -> int:
        # The database adds, so that two failures at once count as two.
        counted = (
            update(UserRow)
            .where(col(UserRow.id) == user)
            .values(failures=col(UserRow.failures) + 1)
            .returning(col(UserRow.failures))
        )
        with unit(self._engine) as work:
            failures = work.execute(counted).scalar_one_or_none()
        if failures is None:
            raise NotFoundError(f"no user {user}")
        return int(failures)

    def set_lock(self, user: UserId, until: datetime | None) -> None:
        if until is None:
            self._change(user, locked_until=None, failures=0)
        else:
            self._change(user, locked_until=micros(until))

    def _change(self, user: UserId, **values: object) -> None:
        with unit(self._engine) as work:
            changed = _run(work, update(UserRow).where(col(UserRow.id) == user).values(**values))
        if changed == 0:
            raise NotFoundError(f"no user {user}")


class SqlSessions:
    """Implements `SessionStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, session: Session) -> None:
        with unit(self._engine) as work:
            work.add(
                SessionRow(
                    secret=session.secret,
                    user_id=session.user,
                    created=micros(session.created),
                    seen=micros(session.seen),
                    expires=micros(session.expires),
                )
            )

    def get(self, secret: SecretHash) -> Session | None:
        with look(self._engine) as work:
            row = work.get(SessionRow, secret)
            if row is None:
                return None
            return Session(secret, UserId(row.user_id), moment(row.created), moment(row.seen), moment(row.expires))

    def touch(self, secret: SecretHash, seen: datetime) -> None:
        later = (col(SessionRow.secret) == secret) & (col(SessionRow.seen) < micros(seen))
        with unit(self._engine) as work:
            work.execute(update(SessionRow).where(later).values(seen=micros(seen)))

    def remove(self, secret: SecretHash) -> None:
        with unit(self._engine) as work:
            work.execute(delete(SessionRow).where(col(SessionRow.secret) == secret))

    def remove_of(self, user: UserId) -> int:
        with unit(self._engine) as work:
            return _run(work, delete(SessionRow).where(col(SessionRow.user_id) == user))

    def purge(self, before: datetime) -> int:
        with unit(self._engine) as work:
            return _run(work, delete(SessionRow).where(col(SessionRow.expires) < micros(before)))


class SqlTokens:
    """Implements `TokenStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, token: ApiToken) -> None:
        with unit(self._engine) as work:
            work.add(
                TokenRow(
                    id=token.id,
                    secret=token.secret,
                    owner=token.owner,
                    label=token.label,
                    scopes=_words(token.scopes),
                    created=micros(token.created),
                    expires=micros(token.expires),
                    revoked=None if token.revoked is None else micros(token.revoked),
                    used=None if token.used is None else micros(token.used),
                )
            )

    def by_secret(self, secret: SecretHash) -> ApiToken | None:
        with look(self._engine) as work:
            row = work.execute(select(TokenRow).where(col(TokenRow.secret) == secret)).scalar_one_or_none()
            return None if row is None else _token(row)

    def by_id(self, token: TokenId) -> ApiToken | None:
        with look(self._engine) as work:
            row = work.get(TokenRow, token)
            return None if row is None else _token(row)

    def of_owner(self, owner: UserId) -> Sequence[ApiToken]:
        chosen = select(TokenRow).where(col(TokenRow.owner) == owner).order_by(col(TokenRow.created), col(TokenRow.id))
        with look(self._engine) as work:
            return [_token(row) for row in work.execute(chosen).scalars()]

    def revoke(self, token: TokenId, when: datetime) -> None:
        open_ = (col(TokenRow.id) == token) & col(TokenRow.revoked).is_(None)
        with unit(self._engine) as work:
            work.execute(update(TokenRow).where(open_).values(revoked=micros(when)))

    def touch(self, token: TokenId, used: datetime) -> None:
        later = (col(TokenRow.id) == token) & (col(TokenRow.used).is_(None) | (col(TokenRow.used) < micros(used)))
        with unit(self._engine) as work:
            work.execute(update(TokenRow).where(later).values(used=micros(used)))


def _run(work: Unit, statement: Executable) -> int:
    """Execute a change and say how many rows it met."""
    result: Result[Any] = work.execute(statement)
    return int(getattr(result, "rowcount", 0))


def _words(words: frozenset[Role] | frozenset[Permission]) -> str:
    return " ".join(sorted(word.value for word in words))


def _user_row(user: User) -> UserRow:
    return UserRow(
        id=user.id,
        name=user.name,
        folded=fold_name(user.name),
        roles=_words(user.roles),
        password=user.password,
        password_set=micros(user.password_set),
        must_change=user.must_change,
        created=micros(user.created),
        disabled=user.disabled,
        failures=user.failures,
        locked_until=None if user.locked_until is None else micros(user.locked_until),
    )


def _user(row: UserRow) -> User:
    return User(
        id=UserId(row.id),
        name=row.name,
        roles=frozenset(Role(word) for word in row.roles.split()),
        password=row.password,
        password_set=moment(row.password_set),
        must_change=row.must_change,
        created=moment(row.created),
        disabled=row.disabled,
        failures=row.failures,
        locked_until=None if row.locked_until is None else moment(row.locked_until),
    )


def _token(row: TokenRow) -> ApiToken:
    return ApiToken(
        id=TokenId(row.id),
        secret=SecretHash(row.secret),
        owner=UserId(row.owner),
        label=row.label,
        scopes=frozenset(Permission(word) for word in row.scopes.split()),
        created=moment(row.created),
        expires=moment(row.expires),
        revoked=None if row.revoked is None else moment(row.revoked),
        used=None if row.used is None else moment(row.used),
    )
