"""Attest a score on chain through the organisation's account contract, and issue the credential for banks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from evidence import credential as credentials
from evidence.clock import Clock
from evidence.credential_status import StatusReference
from evidence.encoding import hex0x_encode
from evidence.errors import ConflictError
from evidence.identity import Lei, Subject, org_id
from evidence.keys import Entropy, StatementKey
from node.chain.port import CreditClaim, CreditLedger
from node.records.port_exchange import ScoreRecord, ScoreStore
from node.services.score_supplier import ScoreReport
from scoring.bundle import Attester, decode
from scoring.card import ScoreCard

VCT: Final = "urn:credence:vct:quality-credit:1"
"""Type of the credential; a bank names it when it asks."""

VALIDITY: Final = timedelta(days=90)
_NONE: Final = bytes(32)
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class AttestScore:
    """Make a computed score public: attestation on chain, credential for the subject to carry."""

    issuer: Lei
    key: StatementKey
    ledger: CreditLedger
    scores: ScoreStore
    chain_id: int
    eas: bytes
    clock: Clock
    entropy: Entropy
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def __call__(self, report: ScoreReport) -> ScoreReport:
        """Attest `report`; a report that is attested already is given back as it is.

        Raises:
            ConflictError: a newer score is kept here; or the contract refuses, with its reason (a subject attesting
                itself, heads not anchored, ...).
            ForbiddenError: this node's key may not act for its organisation's account contract.
        """
        with self.turn:
            kept = self._newest(report.card.subject)
            if report.attestation is None and kept[0] > report.number:
                # On chain the last word counts: an older score must never be said after a newer one.
                raise ConflictError(
                    f"score {report.number} of {report.card.subject} was overtaken by score {kept[0]}",
                    advice="A newer score is kept: attest that one.",
                )
            return self._attested(report, kept)

    def newest(self, score: Callable[[Subject], ScoreReport], subject: Subject) -> ScoreReport:
        """Score `subject` by `score` and attest that; when evidence comes in between, what follows from it.

        Raises:
            ConflictError: evidence came in between again and again, or as `__call__`; ForbiddenError: as there.
        """
        for _ in range(_TRIES):
            report = score(subject)
            with self.turn:
                kept = self._newest(subject)
                if report.attestation is not None or kept[0] <= report.number:
                    return self._attested(report, kept)
        raise ConflictError(f"the evidence about {subject} changes faster than it is attested", advice="Try again.")

    def _newest(self, subject: Subject) -> tuple[int, ScoreRecord | None]:
        return next(iter(self.scores.newest_scores(subject, limit=1)), (0, None))

    def _attested(self, report: ScoreReport, newest: tuple[int, ScoreRecord | None]) -> ScoreReport:
        number, kept = newest
        if report.attestation is not None:
            return report
        if kept is not None and number == report.number and kept.attestation:
            # The worker, or another caller, was faster.
            return replace(report, bundle=decode(kept.bundle), attestation=kept.attestation, credential=kept.credential)
        card = report.card
        # (1) On chain. Idempotent: a crash after this line finds the same attestation again.
        attestation = self.ledger.attest(self._claim(report))
        attester = Attester(self.issuer, attestation.attester, hex0x_encode(attestation.uid))
        # (2) The credential points at the attestation, so that revoking on chain revokes it as well.
        credential = credentials.issue(
            claims(card),
            vct=VCT,
            issuer=str(self.issuer),
            issued=self.clock(),
            expires=self.clock() + VALIDITY,
            key=self.key,
            entropy=self.entropy,
            always_open=("sub", "policy", "card", "state"),
            status=StatusReference(self.chain_id, self.eas, attestation.uid),
        )
        # (3) Kept with the score, whose bundle now lists the attester.
        bundle = report.bundle.attested_by(attester)
        self.scores.attest_score(report.number, attestation.uid, credential, bundle.encode())
        return replace(report, bundle=bundle, attestation=attestation.uid, credential=credential)

    def _claim(self, report: ScoreReport) -> CreditClaim:
        card, subject = report.card, org_id(report.card.subject.lei)
        # Those from before the members voted belong to another schema: they are not superseded, they stand beside.
        ours, governed = org_id(self.issuer), self.ledger.governed
        known = self.ledger.attestations(subject)
        own = [one for one in known if one.attester_org == ours and one.governed == governed]
        latest = next((one for one in reversed(own) if not one.revoked_at), None)
        day = self.clock().replace(hour=0, minute=0, second=0, microsecond=0)
        expires, supersedes = int((day + VALIDITY).timestamp()), latest.uid if latest else _NONE
        if latest is not None and latest.claim.card == card.digest:
            # Attested before, but we died before we could write it down: the same claim again finds it.
            expires, supersedes = latest.claim.expires, latest.claim.supersedes
        return CreditClaim(
            subject=subject,
            policy=card.policy,
            points=card.points,
            low=card.low,
            high=card.high,
            band=card.band,
            state=0 if report.rated else 1,
            inputs=card.inputs,
            card=card.digest,
            heads=tuple((org_id(head.org), head.size, head.root) for head in report.bundle.heads),
            expires=expires,
            supersedes=supersedes,
        )


def claims(card: ScoreCard) -> dict[str, str | int | list[str] | None]:
    """What the credential says; points in micro-points, as on chain."""
    return {
        "sub": str(card.subject),
        "policy": card.policy.hex(),
        "policy_name": card.policy_name,
        "card": card.digest.hex(),
        "state": card.state.value,
        "points": card.points,
        "low": card.low,
        "high": card.high,
        "band": card.band_name,
        "eligibility": card.eligibility.value,
        "as_of": card.as_of.isoformat(),
        "missing": list(card.blockers),
    }
