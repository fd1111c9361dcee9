"""The stores of the door in memory: for tests and trials; all is gone when the process ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from evidence.errors import ConflictError, NotFoundError
from node.auth.answers import reused, running
from node.auth.model import (
    Answer,
    AnswerKey,
    ApiToken,
    SecretHash,
    Session,
    TokenId,
    TrailEntry,
    TrailEvent,
    TrailHead,
    TrailQuery,
    User,
    UserId,
    fold_name,
)
from node.auth.permissions import Role
from node.auth.port import AuthStores
from node.auth.trail import EMPTY_TRAIL, chain, fits


def memory_stores() -> AuthStores:
    """Fresh, empty stores."""
    return AuthStores(
        users=MemoryUsers(),
        sessions=MemorySessions(),
        tokens=MemoryTokens(),
        trail=MemoryTrail(),
        nonces=MemoryNonces(),
        answers=MemoryAnswers(),
    )


class MemoryUsers:
    """Implements `UserStore`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: dict[UserId, User] = {}

    def add(self, user: User) -> None:
        with self._lock:
            if user.id in self._users or any(fold_name(known.name) == fold_name(user.name) for known in self._all()):
                raise ConflictError(f"there is a user named {user.name!r} already")
            self._users[user.id] = user

    def _all(self) -> list[User]:
        return list(self._users.values())

    def by_id(self, user: UserId) -> User | None:
        with self._lock:
            return self._users.get(user)

    def by_name(self, name: str) -> User | None:
        with self._lock:
            return next((user for user in self._all() if fold_name(user.name) == fold_name(name)), None)

    def page(self, *, after: str, limit: int) -> Sequence[User]:
        with self._lock:
            behind = [user for user in self._all() if fold_name(user.name) > after]
        return sorted(behind, key=lambda user: fold_name(user.name))[:limit]

    def set_password(self, user: UserId, encoded: str, *, when: datetime, must_change: bool) -> None:
        with self._lock:
            self._users[user] = replace(
                self._get(user),
                password=encoded,
                password_set=when,
                must_change=must_change,
                failures=0,
                locked_until=None,
            )

    def set_roles(self, user: UserId, roles: frozenset[Role]) -> None:
        with self._lock:
            self._users[user] = replace(self._get(user), roles=roles)

    def set_disabled(self, user: UserId, disabled: bool) -> None:
        with self._lock:
            self._users[user] = replace(self._get(user), disabled=disabled)

    def count_failure(self, user: UserId) -> int:
        with self._lock:
            known = self._get(user)
            self._users[user] = replace(known, failures=known.failures + 1)
            return known.failures + 1

    def set_lock(self, user: UserId, until: datetime | None) -> None:
        with self._lock:
            known = self._get(user)
            failures = 0 if until is None else known.failures
            self._users[user] = replace(known, locked_until=until, failures=failures)

    def _get(self, user: UserId) -> User:
        if user not in self._users:
            raise NotFoundError(f"no user {user}")
        return self._users[user]


class MemorySessions:
    """Implements `SessionStore`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[SecretHash, Session] = {}

    def add(self, session: Session) -> None:
        with self._lock:
            self._sessions[session.secret] = session

    def get(self, secret: SecretHash) -> Session | None:
        with self._lock:
            return self._sessions.get(secret)

    def touch(self, secret: SecretHash, seen: datetime) -> None:
        with self._lock:
            if (session := self._sessions.get(secret)) is not None and seen > session.seen:
                self._sessions[secret] = replace(session, seen=seen)

    def remove(self, secret: SecretHash) -> None:
        with self._lock:
            self._sessions.pop(secret, None)

    def remove_of(self, user: UserId) -> int:
        return self._remove(lambda session: session.user == user)

    def purge(self, before: datetime) -> int:
        return self._remove(lambda session: session.expires < before)

    def _remove(self, chosen: Callable[[Session], bool]) -> int:
        with self._lock:
            gone = [secret for secret, session in self._sessions.items() if chosen(session)]
            for secret in gone:
                del self._sessions[secret]
            return len(gone)


class MemoryTokens:
    """Implements `TokenStore`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[TokenId, ApiToken] = {}

    def add(self, token: ApiToken) -> None:
        with self._lock:
            self._tokens[token.id] = token

    def by_secret(self, secret: SecretHash) -> ApiToken | None:
        with self._lock:
            return next((token for token in self._tokens.values() if token.secret == secret), None)

    def by_id(self, token: TokenId) -> ApiToken | None:
        with self._lock:
            return self._tokens.get(token)

    def of_owner(self, owner: UserId) -> Sequence[ApiToken]:
        with self._lock:
            owned = [token for token in self._tokens.values() if token.owner == owner]
        return sorted(owned, key=lambda token: (token.created, token.id))

    def revoke(self, token: TokenId, when: datetime) -> None:
        with self._lock:
            if (known := self._tokens.get(token)) is not None and known.revoked is None:
                self._tokens[token] = replace(known, revoked=when)

    def touch(self, token: TokenId, used: datetime) -> None:
        with self._lock:
            if (known := self._tokens.get(token)) is not None and (known.used is None or used > known.used):
                self._tokens[token] = replace(known, used=used)


class MemoryTrail:
    """Implements `AccessTrail`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[TrailEntry] = []

    def append(self, event: TrailEvent) -> TrailEntry:
        with self._lock:
            entry = chain(self._head(), event)
            self._entries.append(entry)
            return entry

    def head(self) -> TrailHead:
        with self._lock:
            return self._head()

    def _head(self) -> TrailHead:
        return TrailHead(self._entries[-1].number, self._entries[-1].digest) if self._entries else EMPTY_TRAIL

    def page(self, query: TrailQuery) -> Sequence[TrailEntry]:
        with self._lock:
            return [entry for entry in self._entries[query.after :] if fits(entry, query)][: query.limit]

    def walk(self) -> Iterator[TrailEntry]:
        with self._lock:
            entries = tuple(self._entries)
        yield from entries


class MemoryNonces:
    """Implements `NonceStore`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spent: dict[tuple[str, str], datetime] = {}

    def spend(self, owner: str, nonce: str, *, expires: datetime, now: datetime) -> bool:
        with self._lock:
            self._spent = {key: end for key, end in self._spent.items() if end >= now}
            fresh = (owner, nonce) not in self._spent
            self._spent.setdefault((owner, nonce), expires)
            return fresh


class MemoryAnswers:
    """Implements `AnswerStore`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[bytes, tuple[bytes, datetime, datetime, Answer | None]] = {}

    def begin(
        self, key: AnswerKey, request: bytes, *, now: datetime, stale: datetime, expires: datetime
    ) -> Answer | None:
        with self._lock:
            self._kept = {digest: kept for digest, kept in self._kept.items() if kept[2] >= now}
            if (kept := self._kept.get(key.digest)) is not None:
                known, started, _, answer = kept
                if known != request:
                    raise reused()
                if answer is not None:
                    return answer
                if started >= stale:
                    raise running()
            self._kept[key.digest] = (request, now, expires, None)
            return None

    def finish(self, key: AnswerKey, answer: Answer) -> None:
        with self._lock:
            if (kept := self._kept.get(key.digest)) is not None:
                self._kept[key.digest] = (*kept[:3], answer)

    def abandon(self, key: AnswerKey) -> None:
        with self._lock:
            self._kept.pop(key.digest, None)
