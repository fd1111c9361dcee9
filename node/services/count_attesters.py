"""Whether a supplier's attested score counts: enough independent attesters that agree, read from the chain."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evidence import canonical
from evidence.clock import Clock
from evidence.encoding import hex0x_encode
from evidence.identity import Lei, Subject, org_id
from node.chain.port import Attestation, CreditClaim, CreditLedger, MemberDirectory
from node.chain.roles import SCORER
from scoring.attesters import Independence, Stated, independence
from scoring.owners import NOBODY_OWNED, Owners
from scoring.policy import Policy


@dataclass(frozen=True, slots=True)
class CountAttesters:
    """Reads attestations and members, and counts owners; `owners` says who belongs together."""

    directory: MemberDirectory
    ledger: CreditLedger
    clock: Clock
    owners: Owners = NOBODY_OWNED

    def independence(self, subject: Subject, policy: bytes, needed: int) -> Independence:
        """Who agrees on the newest score of `subject` under `policy` (its hash)."""
        stated = [one[1] for one in self._stated(subject, policy)]
        return independence(stated, subject.lei, needed, self.owners)

    def __call__(self, subject: Subject, policy: Policy) -> dict[str, Any]:
        """The same for people and programs, with every attester's last word."""
        stated = self._stated(subject, policy.hash)
        found = independence([one for _, one in stated], subject.lei, policy.attesters, self.owners)
        return {
            "subject": str(subject),
            "policy": policy.name,
            "policy_hash": policy.hash.hex(),
            "needed": found.needed,
            "owners": [str(one) for one in found.owners],
            "counts": found.counts,
            "attestations": [
                {
                    "uid": hex0x_encode(attestation.uid),
                    "attester": str(one.attester),
                    "owner": str(self.owners.of(one.attester)),
                    "attested_at": one.at,
                    "points": attestation.claim.points,
                    "low": attestation.claim.low,
                    "stands": one.stands,
                }
                for attestation, one in stated
            ],
        }

    def _stated(self, subject: Subject, policy: bytes) -> list[tuple[Attestation, Stated]]:
        now, found = int(self.clock().timestamp()), []
        member_of: Callable[[bytes], Any] = self.directory.member  # type: ignore[assignment]
        for one in self.ledger.attestations(org_id(subject.lei)):
            member = member_of(one.attester_org) if one.attester_org else None
            if member is None or one.claim.policy != policy:
                continue
            stands = not one.revoked_at and one.claim.expires > now and member.active and SCORER in member.roles
            found.append((one, Stated(Lei(member.lei), says(one.claim), one.attested_at, stands)))
        return found


def says(claim: CreditClaim) -> bytes:
    """What attesters must agree on: all of a claim but evidence heads and times, as the contract compares it."""
    agreed = [claim.points, claim.low, claim.high, claim.band, claim.state]
    digests = [claim.subject, claim.policy, claim.inputs, claim.card]
    return hashlib.sha256(canonical.encode([*agreed, *(one.hex() for one in digests)])).digest()
