"""Looking after accounts: add people, give roles, close, unlock and reset. Nobody is deleted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.clock import Clock
from evidence.encoding import b64url_encode
from evidence.errors import ConflictError, ForbiddenError, NotFoundError, StorageError
from evidence.keys import Entropy
from node.auth.model import (
    Outcome,
    Principal,
    TrailAction,
    TrailEvent,
    User,
    UserId,
    check_name,
    fold_name,
)
from node.auth.passwords import PasswordHasher
from node.auth.permissions import Role
from node.auth.port import AuthStores

_TEMPORARY_BYTES = 18


@dataclass(frozen=True, slots=True)
class Accounts:
    """What administrators do to accounts; each step leaves an entry in the trail."""

    stores: AuthStores
    hasher: PasswordHasher
    clock: Clock
    entropy: Entropy

    def add(self, actor: str, name: str, roles: frozenset[Role], *, request: str) -> tuple[User, str]:
        """A new user with a temporary password, which is shown this once and must be changed at first sign-in.

        Raises:
            SchemaError: the name has other characters than allowed.
            ConflictError: the name is taken.
        """
        temporary = b64url_encode(self.entropy(_TEMPORARY_BYTES))
        now = self.clock()
        user = User(
            id=UserId("usr_" + self.entropy(12).hex()),
            name=check_name(name),
            roles=roles,
            password=self.hasher.encode(temporary),
            password_set=now,
            must_change=True,
            created=now,
        )
        self.stores.users.add(user)
        self._record(TrailAction.USER_ADDED, actor, user.id, request, {"name": name, "roles": _text(roles)})
        return user, temporary

    def user(self, user: UserId) -> User:
        """The user; raises NotFoundError."""
        known = self.stores.users.by_id(user)
        if known is None:
            raise NotFoundError(f"no user {user}", advice="List the users.")
        return known

    def page(self, *, after: str, limit: int) -> Sequence[User]:
        """Up to `limit` users behind the name `after`."""
        return self.stores.users.page(after=fold_name(after), limit=limit)

    def change(
        self,
        actor: Principal,
        user: UserId,
        *,
        roles: frozenset[Role] | None = None,
        disabled: bool | None = None,
        request: str,
    ) -> User:
        """Give other roles, close or open an account; sessions end, so that it holds at once.

        Raises:
            NotFoundError: no such user.
            ForbiddenError: one's own account: no administrator raises, or locks out, itself.
        """
        known = self.user(user)
        if actor.user == user:
            raise ForbiddenError("nobody changes their own account", advice="Ask another administrator.")
        if roles is not None and roles != known.roles:
            self.stores.users.set_roles(user, roles)
            self._record(
                TrailAction.USER_CHANGED,
                actor.id,
                user,
                request,
                {"roles": _text(roles), "roles_before": _text(known.roles)},
            )
        if disabled is not None and disabled != known.disabled:
            self.stores.users.set_disabled(user, disabled)
            self._record(TrailAction.USER_CHANGED, actor.id, user, request, {"disabled": str(disabled).lower()})
        self.stores.sessions.remove_of(user)
        return self.user(user)

    def unlock(self, actor: Principal, user: UserId, *, request: str) -> User:
        """Open a locked account before its time."""
        self.user(user)
        self.stores.users.set_lock(user, None)
        self._record(TrailAction.USER_CHANGED, actor.id, user, request, {"unlocked": "true"})
        return self.user(user)

    def reset(self, actor: str, user: UserId, *, request: str) -> str:
        """A new temporary password, shown this once; all sessions of the user end."""
        self.user(user)
        temporary = b64url_encode(self.entropy(_TEMPORARY_BYTES))
        self.stores.users.set_password(user, self.hasher.encode(temporary), when=self.clock(), must_change=True)
        self.stores.sessions.remove_of(user)
        self._record(TrailAction.PASSWORD, actor, user, request, {"reset": "true"})
        return temporary

    def _record(self, action: TrailAction, actor: str, user: UserId, request: str, detail: dict[str, str]) -> None:
        self.stores.trail.append(TrailEvent(self.clock(), actor, action, Outcome.DONE, user, request, detail))


def create_first_admin(accounts: Accounts, secret_file: Path, *, name: str = "admin") -> User | None:
    """The first administrator, with a one-time password in `secret_file` (mode 0600); None when one signed in before.

    Run again before the first sign-in, it writes a fresh password: the way back when the file was lost or got too old.

    Raises:
        ConflictError: the name belongs to somebody who is no administrator.
        StorageError: the file cannot be written; the account is then made again next time.
    """
    known = accounts.stores.users.by_name(name)
    if known is None:
        if accounts.page(after="", limit=1):
            return None
        known, password = accounts.add("init", name, frozenset({Role.ADMIN}), request="")
    elif not known.must_change or known.disabled:
        return None
    elif Role.ADMIN not in known.roles:
        raise ConflictError(f"{name} exists and is no administrator", advice="Choose another name.")
    else:
        password = accounts.reset("init", known.id, request="")
    _write_secret(secret_file, password)
    return known


def _write_secret(path: Path, secret: str) -> None:
    try:
        path.unlink(missing_ok=True)
        # O_EXCL: nobody who may write the folder can lay a link or a readable file there first.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StorageError(f"cannot write the first administrator's password to {path}") from error


def _text(roles: frozenset[Role]) -> str:
    return " ".join(sorted(role.value for role in roles))
