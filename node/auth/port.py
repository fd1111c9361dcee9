"""Ports of the door: people, sessions, tokens, the access trail, spent nonces and remembered answers.

Every time is an aware `datetime` in UTC, kept to the microsecond. Every method MUST raise StorageError, with its cause,
when the disk or database fails, and MAY be called from several threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
)
from node.auth.permissions import Role


class UserStore(Protocol):
    """Who may sign in. Never deleted, so that an id is never used twice. What if we lose it? Nobody signs in."""

    def add(self, user: User) -> None:
        """Keep a new user. MUST raise ConflictError when the id or the name (compared without case) is taken."""

    def by_id(self, user: UserId) -> User | None:
        """The user, or None."""

    def by_name(self, name: str) -> User | None:
        """The user of this name, compared without case, or None."""

    def page(self, *, after: str, limit: int) -> Sequence[User]:
        """Up to `limit` users whose folded name sorts behind `after`, in that order."""

    def set_password(self, user: UserId, encoded: str, *, when: datetime, must_change: bool) -> None:
        """Replace the password's Argon2 encoding and forget failures and lock. MUST raise NotFoundError."""

    def set_roles(self, user: UserId, roles: frozenset[Role]) -> None:
        """Replace the roles. MUST raise NotFoundError."""

    def set_disabled(self, user: UserId, disabled: bool) -> None:
        """Open or close the account. MUST raise NotFoundError."""

    def count_failure(self, user: UserId) -> int:
        """Add one failure and give the new count. MUST be atomic: two failures at once count as two."""

    def set_lock(self, user: UserId, until: datetime | None) -> None:
        """Lock the account until a moment; None unlocks it and forgets the failures."""


class SessionStore(Protocol):
    """Open sign-ins, by the hash of their secret. What if we lose it? Everybody signs in again."""

    def add(self, session: Session) -> None:
        """Keep a new session."""

    def get(self, secret: SecretHash) -> Session | None:
        """The session, expired ones included, or None."""

    def touch(self, secret: SecretHash, seen: datetime) -> None:
        """Move the time of last use forward; nothing happens for an unknown session."""

    def remove(self, secret: SecretHash) -> None:
        """End a session; MAY happen twice."""

    def remove_of(self, user: UserId) -> int:
        """End all sessions of a user and say how many there were."""

    def purge(self, before: datetime) -> int:
        """Forget sessions whose absolute end lies before a moment; says how many."""


class TokenStore(Protocol):
    """API tokens, by the hash of their secret; revoked and expired ones stay listed."""

    def add(self, token: ApiToken) -> None:
        """Keep a new token."""

    def by_secret(self, secret: SecretHash) -> ApiToken | None:
        """The token, revoked and expired ones included, or None."""

    def by_id(self, token: TokenId) -> ApiToken | None:
        """The token, or None."""

    def of_owner(self, owner: UserId) -> Sequence[ApiToken]:
        """All tokens of a user, oldest first."""

    def revoke(self, token: TokenId, when: datetime) -> None:
        """Mark as revoked; the first time of revocation stays."""

    def touch(self, token: TokenId, used: datetime) -> None:
        """Move the time of last use forward."""


class AccessTrail(Protocol):
    """Who signed in, who was refused, what was disclosed. Append-only; each entry's hash covers the one before.

    What if we lose it? The hash of a head kept elsewhere shows that entries are missing.
    """

    def append(self, event: TrailEvent) -> TrailEntry:
        """Add one entry behind the last. MUST survive a crash after return; numbers have no gaps."""

    def head(self) -> TrailHead:
        """Number and hash of the last entry; number 0 and 32 zero bytes for an empty trail."""

    def page(self, query: TrailQuery) -> Sequence[TrailEntry]:
        """Up to `query.limit` entries behind number `query.after` that fit the filters, oldest first."""

    def walk(self) -> Iterator[TrailEntry]:
        """All entries, oldest first, in flat memory."""


class NonceStore(Protocol):
    """Nonces of signed calls that were accepted once and must not be accepted again."""

    def spend(self, owner: str, nonce: str, *, expires: datetime, now: datetime) -> bool:
        """True the first time, False when this owner spent this nonce before. MUST be atomic.

        MAY forget nonces whose `expires` lies before `now`.
        """


class AnswerStore(Protocol):
    """Answers given under an Idempotency-Key, so that a repeated call is answered and not done again."""

    def begin(
        self, key: AnswerKey, request: bytes, *, now: datetime, stale: datetime, expires: datetime
    ) -> Answer | None:
        """Take the key for one call (None: go ahead), or give the answer kept under it.

        A key that an unfinished call took before `stale` (a crash) is taken over; an expired one counts as unknown.
        MUST be atomic. MUST raise ConflictError when the key was taken for a different request hash, or when the call
        that took it is still running.
        """

    def finish(self, key: AnswerKey, answer: Answer) -> None:
        """Keep the answer."""

    def abandon(self, key: AnswerKey) -> None:
        """Let go of a key whose call failed and changed nothing; MAY happen twice."""


@dataclass(frozen=True, slots=True)
class AuthStores:
    """The six stores of one node, over one database."""

    users: UserStore
    sessions: SessionStore
    tokens: TokenStore
    trail: AccessTrail
    nonces: NonceStore
    answers: AnswerStore
