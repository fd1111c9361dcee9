"""Ports to the repair lane: who is accredited, what was repaired and who co-signed, and who objects to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from evidence.errors import InputError
from evidence.identity import OrgId

MOST_SCOPES: Final = 32
LONGEST_TERM_S: Final = 5 * 365 * 86_400
LONGEST_REPAIR_S: Final = 180 * 86_400
MOST_CO_SIGNS: Final = 8
MOST_OPEN: Final = 16


@dataclass(frozen=True, slots=True)
class Accreditation:
    """From when (included) until when (not included) a body may co-sign in a scope; seconds since 1970."""

    body: OrgId
    scope: bytes
    since: int
    until: int

    def runs(self, at: int) -> bool:
        """Whether it runs at `at`; whether the body is barred is another question."""
        return self.since <= at < self.until


class Accreditations(Protocol):
    """Which bodies may co-sign what, until when. Reads are current; changes need the accreditor's key.

    Changes MAY happen twice. They MUST raise ForbiddenError when the key used may not do this, ConflictError with the
    contract's reason when it refuses. All MUST raise LedgerUnreachableError for any network fault.
    """

    def grant(self, body: OrgId, scopes: Sequence[bytes], until: int) -> None:
        """Accredit an active accredited body for 1 to 32 scopes until `until`, at most five years ahead."""

    def withdraw(self, body: OrgId, scope: bytes) -> None:
        """End an accreditation now; what was co-signed under it stays. ConflictError when none runs."""

    def bar(self, body: OrgId, since: int) -> None:
        """From `since` on nothing of this body counts, for good; a second cut-off can only lie earlier."""

    def accreditation(self, body: OrgId, scope: bytes) -> Accreditation | None:
        """The newest term of a body for a scope."""

    def accreditations(self, body: OrgId | None = None) -> Sequence[Accreditation]:
        """The newest term of every body (or of one) for every scope that it ever had, in order of first granting."""

    def barred_since(self, body: OrgId) -> int | None:
        """From when on nothing of a body counts; None when it is not barred."""

    def is_accredited(self, body: OrgId, scope: bytes, at: int | None = None) -> bool:
        """Whether a body may co-sign in a scope at a moment, now unless told."""


@dataclass(frozen=True, slots=True)
class RepairClaim:
    """A supplier's claim to have repaired something; times in seconds, `withdrawn_at` 0 while it stands.

    Attributes:
        id: the hash of subject, document and scope.
        document: SHA-256 of the claim as it was made off chain.
        scope: what a body must be accredited for to co-sign it.
        until: the repair runs up to here, not included.
    """

    id: bytes
    subject: OrgId
    document: bytes
    scope: bytes
    opened_at: int
    until: int
    withdrawn_at: int


@dataclass(frozen=True, slots=True)
class CoSign:
    """A body's co-sign of a claim; `evidence` is SHA-256 of what it saw, `revoked_at` 0 while it stands."""

    body: OrgId
    evidence: bytes
    signed_at: int
    revoked_at: int


@dataclass(frozen=True, slots=True)
class SignedCoSign:
    """What a body signed (EIP-712), for anyone to bring on chain before `deadline` (seconds).

    Raises:
        InputError: ids of another length than 32 bytes, or a signature that is not 65 bytes long.
    """

    claim: bytes
    body: OrgId
    evidence: bytes
    deadline: int
    signature: bytes

    def __post_init__(self) -> None:
        if any(len(one) != 32 for one in (self.claim, self.body, self.evidence)) or len(self.signature) != 65:
            raise InputError("a co-sign names claim, body and evidence with 32 bytes each, and is signed with 65")
        if not 0 <= self.deadline < 1 << 64:
            raise InputError("a co-sign's deadline is no time in seconds")


class Repairs(Protocol):
    """Repair claims and who co-signed them. Errors as `PolicyBook`, and FaultError while all is paused."""

    def claim_id(self, subject: OrgId, document: bytes, scope: bytes) -> bytes:
        """The name that a claim has or would have; asks nobody."""

    def open(self, document: bytes, scope: bytes, until: int) -> RepairClaim:
        """Open a claim as this node's organisation, an active supplier, at most 180 days ahead.

        MUST raise RateLimitError when today's or all open claims are used up.
        """

    def withdraw(self, claim: bytes) -> None:
        """Take our claim back."""

    def sign(self, claim: bytes, evidence: bytes, deadline: int) -> SignedCoSign:
        """Sign a co-sign as this node's organisation; sends nothing. The digest is computed here, not asked for."""

    def co_sign(self, signed: SignedCoSign) -> CoSign:
        """Bring a body's signature; anyone may.

        MUST raise ConflictError when the body is not accredited for the scope now, is the claim's own subject, signed
        before, or when claim or signature is out of time; SignatureError when the body's account does not own it;
        RateLimitError when the body co-signed as many claims today as it may.
        """

    def revoke(self, claim: bytes) -> None:
        """Take our co-sign back, for good; NotFoundError when none of ours stands."""

    def claim(self, claim: bytes) -> RepairClaim | None:
        """One claim."""

    def claims(self, subject: OrgId) -> Sequence[RepairClaim]:
        """All claims of a supplier, oldest first."""

    def co_signs(self, claim: bytes) -> Sequence[CoSign]:
        """All co-signs of a claim, revoked ones too."""

    def is_cosigned(self, claim: bytes, at: int | None = None) -> bool:
        """Whether at a moment a co-sign stood that no revocation, bar or withdrawal had taken away."""

    def in_repair(self, subject: OrgId, at: int | None = None) -> bool:
        """Whether at a moment a co-signed claim of the subject was running."""


@dataclass(frozen=True, slots=True)
class Objection:
    """A member's objection to an attestation; `reason` is SHA-256 of its reasons, `withdrawn_at` 0 while it stands."""

    uid: bytes
    by: OrgId
    reason: bytes
    filed_at: int
    withdrawn_at: int


class Objections(Protocol):
    """Who doubts which attestation, in public. Errors as `PolicyBook`."""

    def file(self, uid: bytes, reason: bytes) -> Objection:
        """Object as this node's organisation; idempotent for the same reason while it stands.

        MUST raise NotFoundError when there is no such attestation, ConflictError when another objection of ours stands.
        """

    def withdraw(self, uid: bytes) -> None:
        """Take our objection back; it stays readable. NotFoundError when none of ours stands."""

    def objections(self, uid: bytes) -> Sequence[Objection]:
        """All objections to an attestation, withdrawn ones too, oldest first."""
