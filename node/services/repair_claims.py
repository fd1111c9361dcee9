"""Repair claims on chain: open one, co-sign one, take either back, and see how each stands."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from evidence import canonical
from evidence.clock import Clock
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import InputError, NotFoundError
from evidence.identity import Lei, OrgId, org_id
from node.chain.port import MemberDirectory
from node.chain.port_repairs import Accreditations, CoSign, RepairClaim, Repairs, SignedCoSign
from node.services.org_names import name_of
from node.services.read_policies import instant
from node.services.scopes import scope_id, scope_name

LASTS: Final = timedelta(days=179)
"""How long a repair runs unless told. The contract allows 180 days from its newest block, which may be of yesterday."""
SIGNATURE_LASTS: Final = timedelta(days=7)
DOCUMENT_FIELDS: Final = ("about", "accreditation", "body", "claim", "exposure", "method", "nonconforming")
"""What a claim covers: base-tier fields of the repair statement, so that whoever has that can check the claim."""


def repair_document(fields: Mapping[str, JsonValue]) -> bytes:
    """The digest that a claim on chain carries: SHA-256 over the canonical JSON of what it covers.

    Args:
        fields: of the repair statement: `claim` is the case's id, `accreditation` the scope; a field that is missing
            is left out.
    """
    covered = {name: fields[name] for name in DOCUMENT_FIELDS if fields.get(name) is not None}
    return hashlib.sha256(b"credence/repair/v1\n" + canonical.encode(covered)).digest()


@dataclass(frozen=True, slots=True)
class OpenRepair:
    """Opens a claim as this node's organisation, a supplier."""

    book: Repairs
    clock: Clock

    def __call__(self, document: bytes, scope: str, *, lasts: timedelta = LASTS) -> RepairClaim:
        """Open a claim over `document` (32 bytes) in `scope`; opened before, it is given back. Errors as the port."""
        return self.book.open(document, scope_id(scope), int((self.clock() + lasts).timestamp()))

    def withdraw(self, claim: bytes) -> RepairClaim:
        """Take our claim back."""
        self.book.withdraw(claim)
        return need(self.book, claim)


@dataclass(frozen=True, slots=True)
class CoSignRepair:
    """Co-signs a claim as this node's organisation, an accredited body."""

    book: Repairs
    clock: Clock

    def sign(self, claim: bytes, evidence: bytes, *, lasts: timedelta = SIGNATURE_LASTS) -> SignedCoSign:
        """Sign only (EIP-712): whoever gets it brings it, before it expires."""
        need(self.book, claim)
        return self.book.sign(claim, evidence, int((self.clock() + lasts).timestamp()))

    def __call__(self, claim: bytes, evidence: bytes) -> CoSign:
        """Sign and bring it: from then on the repair counts. `evidence` is SHA-256 of what was examined.

        Raises:
            NotFoundError: no such claim.
            ConflictError: not accredited for its scope now, or signed before; RateLimitError: too many today.
        """
        return self.bring(self.sign(claim, evidence))

    def bring(self, signed: SignedCoSign) -> CoSign:
        """Bring a co-sign that any body signed; errors as the port."""
        return self.book.co_sign(signed)

    def revoke(self, claim: bytes) -> None:
        """Take our co-sign back, for good."""
        self.book.revoke(claim)


@dataclass(frozen=True, slots=True)
class ReadRepairs:
    """Claims with their co-signs, as people are shown them."""

    book: Repairs
    directory: MemberDirectory

    def __call__(self, subject: Lei) -> dict[str, Any]:
        """All claims of a supplier, and whether it is in repair now."""
        org = org_id(subject)
        return {
            "subject": name_of(self.directory, org),
            "in_repair": self.book.in_repair(org),
            "claims": [self.claim(one) for one in self.book.claims(org)],
        }

    def one(self, claim: bytes) -> dict[str, Any]:
        """One claim; NotFoundError when nobody opened it."""
        return self.claim(need(self.book, claim))

    def claim(self, claim: RepairClaim) -> dict[str, Any]:
        """A claim as a document."""
        return {
            "id": hex0x_encode(claim.id),
            "subject": name_of(self.directory, claim.subject),
            "document": claim.document.hex(),
            "scope": scope_name(claim.scope),
            "opened_at": instant(claim.opened_at),
            "until": instant(claim.until),
            "withdrawn_at": instant(claim.withdrawn_at),
            "counts": self.book.is_cosigned(claim.id),
            "co_signs": [
                {
                    "body": name_of(self.directory, one.body),
                    "evidence": one.evidence.hex(),
                    "signed_at": instant(one.signed_at),
                    "revoked_at": instant(one.revoked_at),
                }
                for one in self.book.co_signs(claim.id)
            ],
        }


@dataclass(frozen=True, slots=True)
class RepairStanding:
    """Whether a repair statement counts now: for scores, which count no repair that nobody accredited co-signed."""

    book: Repairs
    accreditations: Accreditations

    def __call__(self, subject: OrgId, fields: Mapping[str, JsonValue]) -> bool:
        """Whether the claim that a repair statement describes is co-signed by the body that it names."""
        scope, body = fields.get("accreditation"), fields.get("body")
        if not isinstance(scope, str) or not isinstance(body, str):
            return False
        try:
            claim = self.book.claim_id(subject, repair_document(fields), scope_id(scope))
        except InputError:
            return False  # an accreditation number of older flows, which names no scope
        who = org_id(Lei(body))
        # This body's own co-sign: another one that stands beside it says nothing for the body that the statement names.
        standing = any(one.body == who and not one.revoked_at for one in self.book.co_signs(claim))
        return standing and self.book.is_cosigned(claim) and self.accreditations.barred_since(who) is None


def need(book: Repairs, claim: bytes) -> RepairClaim:
    """A claim; NotFoundError when nobody opened it."""
    found = book.claim(claim)
    if found is None:
        raise NotFoundError(f"nobody opened the repair claim 0x{claim.hex()}", advice="Check the claim's id.")
    return found
