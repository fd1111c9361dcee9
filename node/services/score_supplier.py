"""Score a subject from the evidence that this node holds, and keep the bundle that lets anyone recompute it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from evidence.clock import Clock
from evidence.encoding import hex0x_encode
from evidence.identity import Subject
from node.records.port_exchange import ScoreRecord, ScoreStore
from node.services.gather_evidence import GatherEvidence
from scoring.bundle import STOPPED, ScoreBundle, decode
from scoring.card import RatingState, ScoreCard
from scoring.display import shown
from scoring.engine import score
from scoring.governance import applicability
from scoring.indicators import INDICATORS
from scoring.observe import observe
from scoring.observers.slots import named
from scoring.owners import NOBODY_OWNED, Owners
from scoring.policy import ANY_COMMODITY, Policy
from scoring.scale import POINT


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """A score as computed now.

    Attributes:
        number: of the kept record; 0 while it is not kept.
        card: the score card.
        bundle: everything to recompute it.
        attestation: UID of its attestation on chain, once there is one.
        credential: the SD-JWT VC for banks, once attested.
    """

    number: int
    card: ScoreCard
    bundle: ScoreBundle
    attestation: bytes | None = None
    credential: str | None = None

    @property
    def rated(self) -> bool:
        """Whether the evidence suffices for a score."""
        return self.card.state is RatingState.RATED

    def to_json(self) -> dict[str, Any]:
        """What people and programs are shown; points with one decimal, summing exactly."""
        card, display = self.card, shown(self.card)
        return {
            "subject": str(card.subject),
            "state": card.state.value,
            "as_of": card.as_of.isoformat(),
            "points": display.text(display.points),
            "low": display.text(display.low),
            "high": display.text(display.high),
            "reference": display.text(display.reference),
            "band": card.band_name if self.rated else None,
            "eligibility": card.eligibility.value,
            "missing": list(card.blockers),
            "reasons": list(card.reasons),
            "lines": [
                {
                    "indicator": line.indicator,
                    "present": line.present,
                    "observed": observed(line.bad, line.exposure, line.indicator),
                    "points": f"{line.points / POINT:.1f}",
                    "weight": f"{line.weight / POINT:.1f}",
                    "contribution": display.text(part),
                }
                for line, part in zip(card.lines, display.contributions, strict=True)
            ],
            "policy": card.policy.hex(),
            "policy_name": card.policy_name,
            "engine": card.engine,
            "statements": len(self.bundle.statements),
            "card": card.digest.hex(),
            "attestation": hex0x_encode(self.attestation) if self.attestation else None,
        }


def observed(bad: int, exposure: int, indicator: str) -> str:
    """What was observed, in words: bad of exposed, in whole units of the indicator."""
    unit = INDICATORS[indicator].unit
    return f"{bad / unit:g} of {exposure / unit:g}" if exposure else "nothing"


@dataclass(frozen=True, slots=True)
class ScoreSupplier:
    """Compute a subject's score by the policy in force.

    Attributes:
        source: the policy, or what tells it.
        commodities: LEI to commodity.
        owners: which organisations speak with one voice.
        stops: why nobody is to be rated by a policy now.
    """

    gather: GatherEvidence
    scores: ScoreStore
    source: Policy | Callable[[], Policy]
    clock: Clock
    commodities: Mapping[str, str]
    owners: Owners = NOBODY_OWNED
    stops: Callable[[Policy], tuple[str, ...]] = lambda policy: ()
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def policy(self) -> Policy:
        """The policy in force, asked for anew where the members vote."""
        return self.source if isinstance(self.source, Policy) else self.source()

    def __call__(self, subject: Subject) -> ScoreReport:
        """Score `subject` as of today.

        A subject without enough evidence is "not rated", with the missing indicators; that is a result, not an error.
        Computing again from equal evidence on the same day gives the kept record back, attestation included.

        Raises:
            SignatureError: a statement's key does not hold any more.
        """
        with self.turn:  # or the worker and a caller would keep the same score twice
            report = self.preview(subject)
            if report.number:
                return report
            record = ScoreRecord(subject, self.clock(), report.card.policy, report.bundle.encode())
            return replace(report, number=self.scores.add_score(record))

    def preview(self, subject: Subject) -> ScoreReport:
        """The score of `subject` as of today; a new one is not kept, so that explaining and imagining leave no trace.

        Raises:
            SignatureError: a statement's key does not hold any more.
        """
        # (1) Evidence, each statement under an anchored head.
        evidence = self.gather(subject)
        now, policy = self.clock(), self.policy
        commodity = self.commodity_of(subject)
        # (2) A pure function of integers from here to the card; the card proves itself when built.
        owners = self.owners.only(named(evidence.facts, subject))
        tuples = observe(evidence.facts, policy, now.date(), owners)
        compute = partial(score, tuples, policy, now.date(), subject=subject, commodity=commodity, heads=evidence.heads)
        stops = self.stops(policy)
        card = compute(stops=stops)
        limits = applicability(card, policy)
        if limits.stop:
            stops = (*stops, *(f"{STOPPED}{reason}" for reason in limits.reasons))
            card = compute(stops=stops)
        bundle = ScoreBundle.of(card, policy, evidence.statements, evidence.heads, evidence.keys, owners, stops)
        # (3) Equal to the newest kept one, it is that one.
        latest = self.scores.latest_score(subject)
        if latest is not None:
            number, kept = latest
            if kept.policy == card.policy and _same(kept, card):
                return ScoreReport(number, card, bundle, kept.attestation, kept.credential)
        return ScoreReport(0, card, bundle)

    def commodity_of(self, subject: Subject) -> str:
        """Whose priors count for `subject`: the commodity that this node knows it by, else the general one."""
        return self.commodities.get(str(subject.lei), ANY_COMMODITY)


def _same(kept: ScoreRecord, card: ScoreCard) -> bool:
    return decode(kept.bundle).card == card.to_json()
