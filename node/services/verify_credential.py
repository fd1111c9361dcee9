"""Verify a supplier's credential as a bank does: trusting neither the supplier, nor the purchaser, nor us."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from evidence import canonical
from evidence import credential as credentials
from evidence.clock import Clock
from evidence.credential import Credential
from evidence.credential_status import StatusReference
from evidence.encoding import hex0x_encode
from evidence.errors import MalformedError, ProofError, SignatureError
from evidence.identity import Lei, OrgId, Subject, org_id
from evidence.keys import KeyId, KeyPurpose, StatementPublicKey
from node.chain.port import Attestation, CreditLedger, Member, MemberDirectory
from node.services.attest_score import VCT
from node.services.count_attesters import CountAttesters
from scoring.bundle import ScoreBundle
from scoring.owners import NOBODY_OWNED, Owners
from scoring.policy import Policy
from scoring.policy_reader import PUBLISHED, published
from scoring.recompute import Outcome, recompute


@dataclass(frozen=True, slots=True)
class CredentialReport:
    """What holds of a credential: every entry was checked, nothing is taken from the credential on trust.

    Attributes:
        issuer: the member that issued and attested it.
        subject: whom it is about.
        claims: what it discloses.
        attestation: as the chain holds it.
        recomputed: the outcome of recomputing the score when a bundle was given, else None.
    """

    issuer: Member
    subject: Subject
    claims: dict[str, Any]
    attestation: Attestation
    recomputed: Outcome | None

    def to_json(self) -> dict[str, Any]:
        """The report as a document."""
        return {
            "verified": True,
            "issuer": {"lei": self.issuer.lei, "name": self.issuer.name},
            "subject": str(self.subject),
            "claims": self.claims,
            "attestation": hex0x_encode(self.attestation.uid),
            "attester": self.attestation.attester,
            "recomputed": self.recomputed.value if self.recomputed else None,
        }


@dataclass(frozen=True, slots=True)
class VerifyCredential:
    """Check a credential against the chain: signature, issuer, attestation, values, and, with a bundle, the score."""

    directory: MemberDirectory
    ledger: CreditLedger
    chain_id: int
    eas: bytes
    clock: Clock
    owners: Owners = NOBODY_OWNED

    def __call__(self, text: str, *, bundle: ScoreBundle | None = None) -> CredentialReport:
        """Verify `text`.

        Raises:
            MalformedError: not a quality-credit credential.
            ProofError: anything about it does not hold; the message says what.
        """
        credential = credentials.parse(text)
        # (1) Which member issued it, and is the signing key that member's, for statements?
        issuer = self._issuer(credential)
        attestations: list[Attestation] = []

        def in_force(status: StatusReference) -> bool:
            attestations.append(self._attestation(status, issuer))
            return True

        # (2) Signature, type, times, and the attestation that the status points at.
        credentials.verify(
            credential,
            issuer_key=self._key(credential, issuer),
            issuer=issuer.lei,
            vct=VCT,
            now=self.clock(),
            is_in_force=in_force,
        )
        if not attestations:
            raise ProofError("The credential names no attestation", advice="Ask for one that can be revoked.")
        # (3) What the credential says is what the chain says.
        subject = self._compare(credential, attestations[0])
        # (4) And, with the evidence at hand, what follows from it.
        outcome = self._recompute(bundle, attestations[0]) if bundle is not None else None
        # (5) And whether it counts at all: the policy says how many independent owners must agree.
        policy = bundle.policy if bundle is not None else self._policy(attestations[0].claim.policy)
        if policy is not None:
            self._count(subject, policy)
        return CredentialReport(issuer, subject, dict(credential.claims), attestations[0], outcome)

    @staticmethod
    def _policy(wanted: bytes) -> Policy | None:
        """The shipped policy of that hash; of another one only a bundle tells how many attesters it asks for."""
        return next((policy for policy in map(published, PUBLISHED) if policy.hash == wanted), None)

    def _count(self, subject: Subject, policy: Policy) -> None:
        count = CountAttesters(self.directory, self.ledger, self.clock, self.owners)
        found = count.independence(subject, policy.hash, policy.attesters)
        if not found.counts:
            raise ProofError(
                f"The policy {policy.name} asks for {found.needed} independent attesters; "
                f"{len(found.owners)} agree on the newest score",
                advice="Ask for a score that enough members of different owners attested.",
            )

    def _issuer(self, credential: Credential) -> Member:
        member = self.directory.member(org_id(Lei(credential.issuer)))
        if member is None or not member.active or "scorer" not in member.roles:
            raise SignatureError(f"{credential.issuer} is not an active member that may score")
        return member

    def _key(self, credential: Credential, issuer: Member) -> StatementPublicKey:
        key_id = KeyId(credential.jwt.key_id) if credential.jwt.key_id else None
        record = self.directory.key(key_id) if key_id else None
        public = self.directory.public_key(key_id) if key_id else None
        if record is None or public is None or record.org != issuer.org or record.purpose != KeyPurpose.STATEMENT:
            raise SignatureError(f"The credential is not signed by a registered key of {issuer.name}")
        if record.compromised_at:
            raise SignatureError(f"The key that signed the credential was declared compromised by {issuer.name}")
        return StatementPublicKey.from_sec1(public)

    def _attestation(self, status: StatusReference, issuer: Member) -> Attestation:
        if status.chain_id != self.chain_id or status.contract != self.eas:
            raise ProofError("The credential points at another network's attestations")
        found = self.ledger.attestation(status.uid)
        if found is None:
            raise ProofError(f"There is no attestation {hex0x_encode(status.uid)} on chain")
        # That it exists says little: who attested it, is it revoked, has it expired?
        if found.attester_org != issuer.org:
            raise ProofError(f"The attestation was not made by the account contract of {issuer.name}")
        if found.revoked_at:
            raise ProofError("The attestation was revoked", advice="Ask the supplier for its present credential.")
        if found.claim.expires <= int(self.clock().timestamp()):
            raise ProofError("The attestation has expired", advice="Ask the supplier for a fresh credential.")
        return found

    @staticmethod
    def _compare(credential: Credential, attestation: Attestation) -> Subject:
        said, claim = credential.claims, attestation.claim
        subject_text = said.get("sub")
        if not isinstance(subject_text, str):
            raise MalformedError("The credential names no subject")
        subject = Subject.parse(subject_text)
        if org_id(subject.lei) != claim.subject:
            raise ProofError(f"The attestation is not about {subject}")
        on_chain: dict[str, object] = {
            "policy": claim.policy.hex(),
            "card": claim.card.hex(),
            "points": claim.points,
            "low": claim.low,
            "high": claim.high,
            "state": "rated" if claim.state == 0 else "not-rated",
        }
        for name, value in on_chain.items():
            if name in said and said[name] != value:
                raise ProofError(f"The credential says {name} {said[name]}, the chain says {value}")
        return subject

    @staticmethod
    def _recompute(bundle: ScoreBundle, attestation: Attestation) -> Outcome:
        result = recompute(bundle)
        if result.outcome is Outcome.DIFFERS:
            first = result.differences[0]
            raise ProofError(f"The score does not follow from its evidence: {first.place} is {first.found!r:.200}")
        heads: set[tuple[OrgId, int, bytes]] = {(org_id(head.org), head.size, head.root) for head in result.heads}
        if heads != set(attestation.claim.heads):
            raise ProofError("The bundle's evidence heads are not the attested ones")
        if hashlib.sha256(canonical.encode(bundle.card)).digest() != attestation.claim.card:
            raise ProofError("The bundle's card is not the attested one")
        return result.outcome
