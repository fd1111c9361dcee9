"""Values of the door: users, sessions, tokens, trail entries, and who a call comes from."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from evidence.errors import SchemaError
from node.auth.permissions import Permission, Role

UserId = NewType("UserId", str)
TokenId = NewType("TokenId", str)
SecretHash = NewType("SecretHash", bytes)
"""SHA-256 of a 256-bit random secret: enough against guessing, so no slow hash is needed."""


def hash_secret(secret: str) -> SecretHash:
    """The only form in which a session's or token's secret is stored."""
    return SecretHash(hashlib.sha256(secret.encode()).digest())


def fold_name(name: str) -> str:
    """A user name as it is compared: NFKC, without case. Two names that look alike up to case are one account."""
    return unicodedata.normalize("NFKC", name).casefold()


def check_name(name: str) -> str:
    """The name itself when it may become a user name: 1 to 64 letters, digits, `.`, `_`, `-` or `@`.

    Raises:
        SchemaError: any other character, or too long; control characters would let a name forge log lines.
    """
    allowed = all(char.isalnum() or char in "._-@" for char in name)
    if not (1 <= len(name) <= 64 and allowed and unicodedata.normalize("NFKC", name) == name):
        raise SchemaError("a user name has 1 to 64 letters, digits, '.', '_', '-' or '@'", place="/name")
    return name


@dataclass(frozen=True, slots=True)
class User:
    """A person who may sign in. `password` is an Argon2id encoding; `failures` counts wrong passwords in a row."""

    id: UserId
    name: str
    roles: frozenset[Role]
    password: str = field(repr=False)
    password_set: datetime
    must_change: bool
    created: datetime
    disabled: bool = False
    failures: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in: ends `expires` at the latest, or when idle too long after `seen`."""

    secret: SecretHash = field(repr=False)
    user: UserId
    created: datetime
    seen: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A secret for programs: never more than its owner may do, never longer than `expires`."""

    id: TokenId
    secret: SecretHash = field(repr=False)
    owner: UserId
    label: str
    scopes: frozenset[Permission]
    created: datetime
    expires: datetime
    revoked: datetime | None = None
    used: datetime | None = None


class Via(StrEnum):
    """How a call proved who it comes from."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 a word, not a secret
    PEER = "peer"
    LOOPBACK = "loopback"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a call comes from and what it may do.

    Attributes:
        id: stable and unique: a user id, a token id, the LEI of a member's node; empty for the public.
        name: for people to read; never compared.
        user: the person behind a session or token, else None.
        session: the open session, when the call came with one.
        must_change: the password has to be changed before anything else is allowed.
    """

    via: Via
    id: str
    name: str
    permissions: frozenset[Permission]
    user: UserId | None = None
    roles: frozenset[Role] = frozenset()
    session: Session | None = None
    must_change: bool = False


class TrailAction(StrEnum):
    """What the access trail records."""

    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    LOCKED = "account-locked"
    REFUSED = "call-refused"
    DISCLOSED = "fields-disclosed"
    PASSWORD = "password-changed"  # noqa: S105 a word, not a secret
    USER_ADDED = "user-added"
    USER_CHANGED = "user-changed"
    TOKEN_ISSUED = "token-issued"  # noqa: S105 a word, not a secret
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 a word, not a secret
    SIGNED = "record-signed"
    MODEL_ADDED = "model-added"
    MODEL_RELEASED = "model-released"
    MODEL_STOPPED = "model-stopped"
    MODEL_ASSESSED = "model-assessed"
    PROCESS_IMPORTED = "process-imported"
    TRAINING_STARTED = "training-started"
    TRAINING_STOPPED = "training-stopped"
    TRAINING_RESUMED = "training-resumed"
    TRAINING_LEFT = "training-left"
    PLANT_PAUSED = "plant-paused"
    PLANT_RESUMED = "plant-resumed"
    PLANT_LEFT = "plant-left"


class Outcome(StrEnum):
    """Whether it was done or refused."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """One thing to record. `detail` holds short texts only: no secrets, no disclosed values."""

    at: datetime
    actor: str
    action: TrailAction
    outcome: Outcome
    target: str = ""
    request: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrailHead:
    """Number and hash of the newest trail entry."""

    number: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """An event at its place: `digest` covers the event, the number and `previous`, the digest before it."""

    number: int
    event: TrailEvent
    previous: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """Which entries to read: empty filters fit all."""

    after: int = 0
    limit: int = 100
    actor: str = ""
    action: TrailAction | None = None


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """An Idempotency-Key is one caller's, for one method and path."""

    owner: str
    operation: str
    key: str

    @property
    def digest(self) -> bytes:
        """SHA-256 over the three parts, each with its length, so that no two keys share one."""
        sized = b"".join(
            len(part).to_bytes(4, "big") + part
            for part in (self.owner.encode(), self.operation.encode(), self.key.encode())
        )
        return hashlib.sha256(sized).digest()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer worth repeating: HTTP status, media type, Location (or empty) and body."""

    status: int
    media_type: str
    location: str
    body: bytes
