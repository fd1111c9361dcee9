"""Ports to the chain: heads become public, members and keys are looked up, scores are attested."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from evidence.errors import InputError
from evidence.identity import Lei, OrgId
from evidence.keys import KeyId, KeyPurpose
from evidence.layout import KeyRecord as KeyRecord
from evidence.log import ConsistencyProof, LogHead
from evidence.receipt import AnchorReceipt


class AnchorLedger(Protocol):
    """Where log heads become public. Append-only; many readers, one writer per organisation."""

    def head(self, org: OrgId) -> LogHead | None:
        """The newest anchored head of `org`; None when it never anchored.

        MUST raise LedgerUnreachableError, with its cause, for any network fault.
        """

    def is_anchored(self, org: OrgId, head: LogHead) -> bool:
        """Whether exactly this head (size and root) was ever anchored by `org`."""

    def anchor(self, org: OrgId, head: LogHead, proof: ConsistencyProof, keys: Sequence[KeyId]) -> AnchorReceipt:
        """Publish `head`; return once it is as many blocks deep as configured (1 = in the newest block).

        `keys` are the statement and log keys whose registration the receipt must prove as well.
        MUST be idempotent: a head anchored before costs nothing and gives a receipt again (the first one, or one from
        a later block that proves the same head).
        MUST survive a dropped transaction and a reorg: returns only when the head is in the canonical chain.
        MUST raise InconsistentHeadError when `head` does not extend the anchored one.
        MUST raise ConflictError, before anything is sent, when one of `keys` is not registered to `org`.
        MUST raise ForbiddenError when this node's chain key may not anchor for `org`; FaultError while all is paused.
        MUST raise LedgerUnreachableError, with its cause, for any network fault.
        MAY be called from several threads.
        """


@dataclass(frozen=True, slots=True)
class Member:
    """One organisation of the consortium as the registry knows it.

    `account` is its account contract (ERC-1271), the only address that attests for it; None until it has one.
    `roles` are names from `node.chain.roles`: supplier, purchaser, scorer, bank, auditor, accredited-body.
    """

    org: OrgId
    lei: str
    name: str
    active: bool
    account: str | None
    roles: frozenset[str]
    endpoint: str


class MemberDirectory(Protocol):
    """Who belongs to the consortium and which keys speak for whom. Reads are current; writes need the admin's key."""

    def member(self, org: OrgId) -> Member | None:
        """The member, or None; MUST raise LedgerUnreachableError for any network fault (so do all others here)."""

    def members(self) -> Sequence[Member]:
        """All members, in order of enrolment."""

    def key(self, key: KeyId) -> KeyRecord | None:
        """The key's record, or None when it was never registered."""

    def keys_of(self, org: OrgId, purpose: KeyPurpose) -> Sequence[KeyRecord]:
        """All keys ever registered to `org` for `purpose`, in order of registration, with what became of them since.

        Retired and compromised keys are among them: whoever picks one looks at its times.
        """

    def public_key(self, key: KeyId) -> bytes | None:
        """The public key's bytes as published at registration (SEC1 uncompressed P-256, raw Ed25519, raw X25519)."""


@dataclass(frozen=True, slots=True)
class CreditClaim:
    """What an attestation says of a subject. Points are micro-points: 100 points = 100_000_000; `expires` is in s.

    `heads` are the evidence heads that the score was computed from; each MUST be anchored.
    `supersedes` is the UID of the attestation it replaces (32 zero bytes when none).
    `band` indexes the policy's bands; `state` is 0 rated, 1 not rated.

    Raises:
        InputError: ids and digests of another length than 32 bytes, or numbers that do not fit their fields.
    """

    subject: OrgId
    policy: bytes
    points: int
    low: int
    high: int
    band: int
    state: int
    inputs: bytes
    card: bytes
    heads: tuple[tuple[OrgId, int, bytes], ...]
    expires: int
    supersedes: bytes

    def __post_init__(self) -> None:
        digests = [self.subject, self.policy, self.inputs, self.card, self.supersedes]
        digests += [part for org, _, root in self.heads for part in (org, root)]
        if any(len(digest) != 32 for digest in digests):
            raise InputError("the ids and digests of a claim have 32 bytes each")
        # As wide as the contract stores them; what they may say within that, its resolver decides.
        numbers = [(number, 32) for number in (self.points, self.low, self.high)]
        numbers += [(self.band, 8), (self.state, 8), (self.expires, 64), *((size, 64) for _, size, _ in self.heads)]
        if any(not 0 <= number < 1 << width for number, width in numbers):
            raise InputError("a number of the claim is negative, or wider than the chain stores it")


@dataclass(frozen=True, slots=True)
class Attestation:
    """An attestation as the chain holds it; `revoked_at` 0 = never, `attester` the account contract's address.

    `governed`: it was taken only because the members had adopted its policy.
    """

    uid: bytes
    attester: str
    attester_org: OrgId | None
    claim: CreditClaim
    attested_at: int
    revoked_at: int
    governed: bool = False


class CreditLedger(Protocol):
    """Where scores are attested through EAS by the scoring organisation's account contract."""

    @property
    def governed(self) -> bool:
        """Whether new attestations are taken only under a policy that the members adopted and that counts now."""

    def attest(self, claim: CreditClaim) -> Attestation:
        """Attest `claim`; MUST be idempotent for an equal claim by the same attester.

        MUST raise ConflictError, with the contract's reason, when the resolver refuses (subject attests itself, score
        out of bounds, expiry missing or too far, a head not anchored, attester without the scorer role, policy not
        adopted where the ledger is governed).
        MUST raise ForbiddenError when this node's key may not act for its organisation's account contract.
        MUST raise LedgerUnreachableError, with its cause, for any network fault; FaultError while all is paused.
        """

    def attestation(self, uid: bytes) -> Attestation | None:
        """The attestation by its UID, or None; revoked and expired ones included."""

    def attestations(self, subject: OrgId) -> Sequence[Attestation]:
        """All attestations of `subject` by any attester, oldest first."""

    def revoke(self, uid: bytes) -> None:
        """Revoke one of our own attestations; MAY happen twice.

        MUST raise NotFoundError when there is none with this UID, ForbiddenError when another account attested it.
        """


class MemberAdmin(Protocol):
    """Changes to the consortium: by its enroller, or by a member about itself through its account contract.

    Each MAY happen twice: what holds already costs nothing. MUST raise ForbiddenError when the key used may not do
    this, NotFoundError for an unknown member or key, ConflictError with the contract's reason when it refuses,
    LedgerUnreachableError for any network fault.
    """

    def enrol(self, lei: Lei, name: str, endpoint: str, roles: Collection[str]) -> OrgId:
        """Enrol an organisation; it is active at once. ConflictError when it is enrolled with another name."""

    def open_account(self, org: OrgId) -> str:
        """Give the member an account contract unless it has one; its address."""

    def register_key(self, org: OrgId, purpose: KeyPurpose, public_key: bytes, valid_from: int) -> KeyId:
        """Register a key (SEC1 P-256, raw Ed25519 or X25519, 20 bytes of a chain address) from `valid_from` s on.

        A key that is registered to `org` for `purpose` already keeps its `valid_from`.
        """

    def retire_key(self, key: KeyId) -> None:
        """Retire a key now, for good: what it signed before stays good."""

    def declare_compromised(self, key: KeyId, since: int) -> None:
        """Cut a key off from `since` (s) on; a second declaration can only move the cut-off earlier."""

    def set_active(self, org: OrgId, active: bool) -> None:
        """Suspend a member or let it back."""

    def set_roles(self, org: OrgId, roles: Collection[str]) -> None:
        """Replace a member's roles."""

    def set_endpoint(self, org: OrgId, endpoint: str) -> None:
        """Say where a member's node is reached."""

    def set_paused(self, paused: bool) -> None:
        """Stop new anchors and attestations, or let them go on; reads and revocations always go on."""


class HeaderOracle(Protocol):
    """Whether a chain knows a block: what makes the header of an anchor receipt count when someone asks a chain."""

    def header_known(self, block_hash: bytes) -> bool:
        """Whether the block with this hash (32 bytes) lies in the canonical chain now.

        MUST raise LedgerUnreachableError, with its cause, for any network fault.
        """
