"""Attest months of capability on chain, computed from anchored series with the score's integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from evidence.clock import Clock
from evidence.encoding import hex0x_encode
from evidence.errors import InputError, NotFoundError
from evidence.identity import Lei, Subject, org_id
from node.chain.port_gate import WINDOW, CapabilityBook, CapabilityClaim, CapabilityMonth
from node.services.gather_evidence import Evidence, GatherEvidence
from node.services.scopes import characteristic_id
from scoring.capability import Sample
from scoring.facts import known_once
from scoring.indicators import CAPABILITY
from scoring.observers.capability_months import samples
from scoring.options import CapabilityOptions, Sigma
from scoring.policy import Policy
from scoring.scale import month_of, month_text

CONFIDENCE: Final = 900_000
"""Two-sided, parts per million: each of its bounds is a one-sided bound at 95 %, the upper one the gate's."""
MOST_MONTHS: Final = 60


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A month of a characteristic: what the evidence says, and what is attested; None while that has not happened."""

    characteristic: str
    month: int
    issuer: Lei
    sample: Sample
    attested: CapabilityMonth | None

    @property
    def upper_micro(self) -> int:
        """95 % upper bound of the Cpk, millionths, rounded outward."""
        return self.sample.bounds_micro(CONFIDENCE)[1]

    def to_json(self) -> dict[str, Any]:
        """As a document; Cpk as decimal text."""
        return {
            "characteristic": self.characteristic,
            "month": month_text(self.month),
            "issuer": str(self.issuer),
            "n": self.sample.n,
            "cpk": micro_text(self.sample.cpk_micro),
            "upper": micro_text(self.upper_micro),
            "attestation": None if self.attested is None else hex0x_encode(self.attested.uid),
        }


@dataclass(frozen=True, slots=True)
class AttestCapability:
    """Says on chain what each month's anchored measurements show; the gate reads nothing else."""

    gather: GatherEvidence
    book: CapabilityBook
    policy: Callable[[], Policy]
    clock: Clock

    def months(self, subject: Subject, *, count: int = WINDOW + 1) -> list[MonthReport]:
        """What the evidence says of the newest `count` months, the running one included; nothing is attested.

        A month with fewer values than the policy counts is missing. Where several issuers measured, the lowest Cpk
        counts: nobody improves a month by measuring it again.
        """
        return self._months(self.gather(subject), count)[0]

    def __call__(self, subject: Subject, *, count: int = WINDOW + 1, characteristic: str = "") -> list[MonthReport]:
        """Attest the newest `count` months that are not attested so already; oldest first.

        Args:
            characteristic: only this one (`PART/characteristic`).
        Raises:
            NotFoundError: no anchored series of it.
            ConflictError: the contract refuses, with its reason; ForbiddenError: this node may not attest.
        """
        evidence = self.gather(subject)
        found, heads = self._months(evidence, count)
        chosen = [one for one in found if not characteristic or one.characteristic == characteristic]
        if not chosen:
            raise NotFoundError(
                f"no anchored series of {characteristic or subject} with enough values in {count} months",
                advice="Fetch the supplier's evidence first; the policy says how many values a month needs.",
            )
        org = org_id(subject.lei)
        reports = []
        for one in chosen:
            claim = CapabilityClaim(
                subject=org,
                characteristic=characteristic_id(one.characteristic),
                month=one.month,
                n=one.sample.n,
                cpk_micro=one.sample.cpk_micro,
                upper_micro=one.upper_micro,
                head=heads[one.issuer],
            )
            attested = self.book.attest(claim)
            reports.append(MonthReport(one.characteristic, one.month, one.issuer, one.sample, attested))
        return reports

    def _months(self, evidence: Evidence, count: int) -> tuple[list[MonthReport], Mapping[Lei, Any]]:
        if not 1 <= count <= MOST_MONTHS:
            raise InputError(f"between 1 and {MOST_MONTHS} months can be attested at once")
        now, policy = self.clock(), self.policy()
        options = next((one.options for one in policy.indicators if one.id == CAPABILITY), None)
        sigma, least = Sigma.OVERALL, 2
        if isinstance(options, CapabilityOptions):
            sigma, least = options.sigma, max(2, options.minimum_n)
        newest = month_of(now)
        worst: dict[tuple[str, int], MonthReport] = {}
        for ((part, name, _), issuer, month), (sample, _) in samples(
            known_once(evidence.facts, now.date()), sigma, least
        ).items():
            if not sample.is_limited or not newest - count < month <= newest:
                continue
            report = MonthReport(f"{part}/{name}", month, issuer, sample, None)
            known = worst.setdefault((report.characteristic, month), report)
            if sample.cpk_micro < known.sample.cpk_micro:
                worst[report.characteristic, month] = report
        heads = {head.org: (org_id(head.org), head.size, head.root) for head in sorted(evidence.heads, key=_size)}
        return [worst[key] for key in sorted(worst)], heads


def _size(head: Any) -> int:
    return int(head.size)


def micro_text(value: int) -> str:
    """Millionths as decimal text with four digits, rounded down."""
    whole, rest = divmod(abs(value) // 100, 10_000)
    return f"{'-' if value < 0 else ''}{whole}.{rest:04d}"
