"""Ports of the signature service: the signatures a node keeps, and the proof that a signer is present.

Every method MUST raise StorageError, with its cause, when the disk or database fails, and MAY be called from several
threads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType, Protocol

from evidence.identity import Lei
from nocode.meaning import Meaning as Meaning

SignatureId = NewType("SignatureId", str)
"""`sig_` and 32 lower-case hex digits, random: unique without asking anybody, and refused when it is there already."""


class Method(StrEnum):
    """What the signer proved himself with, as it is shown beside the name (21 CFR 11.200(a)(1))."""

    NAME_AND_PASSWORD = "user name and password"  # noqa: S105 words, not a secret
    PASSWORD_IN_RUN = "password, in a run of signings"  # noqa: S105 words, not a secret


@dataclass(frozen=True, slots=True)
class Signer:
    """A signed-in person who wants to sign; only `node.signing.presence.signer_of` makes one.

    Attributes:
        user: their id, never anybody else's.
        name: their name now, which the signature keeps.
        session: the hash of the session's secret.
    """

    user: str
    name: str
    session: bytes = field(repr=False)

    @property
    def run(self) -> bytes:
        """Names the session's run of signings without telling anything about its secret, 32 bytes."""
        return hashlib.sha256(b"credence/signing-run/v1:" + self.session).digest()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the signer typed: the password always, the user name at the first signing and after a break."""

    password: str = field(repr=False)
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """What somebody signed: this record, with this meaning, at this time; `sealed` says so under the node's key.

    Attributes:
        record: SHA-256 of what was signed, or whatever else 32-byte digest names it for good.
        about: what the record is, for people and for finding it: `case/<id>`, `statement/<id>`.
        organisation: which vouches that the person is theirs and was present.
        signer, name: the person's id, and name as it was then.
        at: when, UTC, to the microsecond.
        zone, offset_minutes: the IANA time zone it is shown in, and what that was ahead of UTC then.
        sealed: compact JWS over all of the above by the organisation's statement key.
    """

    id: SignatureId
    record: bytes
    about: str
    meaning: Meaning
    organisation: Lei
    signer: str
    name: str
    at: datetime
    zone: str
    offset_minutes: int
    method: Method
    sealed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignatureHead:
    """Number and digest of the newest signature."""

    number: int
    digest: bytes


EMPTY: Final = SignatureHead(0, bytes(32))
"""The head when nobody has signed anything."""
MAX_OF_RECORD: Final = 1_000
"""Most signatures over one record that are given at once."""


@dataclass(frozen=True, slots=True)
class SignatureEntry:
    """A signature at its place: `digest` covers the number, the sealed signature, the run, and `previous`."""

    number: int
    signature: Signature
    run: bytes
    previous: bytes
    digest: bytes


class SignatureStore(Protocol):
    """Signatures of this organisation's people. Append-only; each entry's digest covers the one before.

    What if we lose it? Whoever holds a sealed signature still proves it; a head kept elsewhere shows what is missing.
    """

    def append(self, signature: Signature, run: bytes) -> SignatureEntry:
        """Add one behind the last. MUST survive a crash after return; numbers have no gaps.

        MUST raise ConflictError when there is a signature of this id, whoever's it is.
        """

    def by_id(self, signature: SignatureId) -> SignatureEntry | None:
        """The signature, or None."""

    def of_record(self, record: bytes) -> Sequence[SignatureEntry]:
        """Signatures over a record, oldest first; at most `MAX_OF_RECORD`."""

    def last_of_run(self, run: bytes) -> datetime | None:
        """When the newest signature of a run was made; None when there is none."""

    def page(self, *, after: int = 0, limit: int = 100, signer: str = "", about: str = "") -> Sequence[SignatureEntry]:
        """Up to `limit` entries behind number `after`, oldest first; empty filters fit all."""

    def head(self) -> SignatureHead:
        """Number and digest of the newest entry; `EMPTY` for none."""

    def walk(self) -> Iterator[SignatureEntry]:
        """All entries, oldest first, in flat memory."""


class Presence(Protocol):
    """Proves that a signer is present now, by the rules of signing in, and tells the access trail."""

    def confirm(self, signer: Signer, credentials: Credentials, *, request: str) -> None:
        """Return only when the session is open and its person typed their own password (and name, when given).

        MUST raise AuthenticationError for an ended session, a closed account, a wrong password or somebody else's name.
        MUST count a wrong one like a failed sign-in: the account locks, whoever watches is told.
        MUST raise ForbiddenError while a password chosen by somebody else has not been changed.
        """

    def signed(self, signature: Signature, *, request: str) -> None:
        """Record in the access trail that it was made."""
