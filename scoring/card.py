"""The score card: points with their reasons, which proves itself when it is built."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from evidence import canonical
from evidence.draft import JsonValue
from evidence.errors import ProofError
from evidence.identity import Subject
from scoring.indicators import IndicatorId
from scoring.policy import PolicyHash
from scoring.scale import FULL, MICRO

FORMAT = "credence-card/1"
"""What the member `format` of a card says."""

MOST_REASONS = 4
"""Reason codes on a card: few enough to act on."""


class RatingState(StrEnum):
    """Whether the subject has a score; the index on chain is 0 rated, 1 not rated."""

    RATED = "rated"
    NOT_RATED = "not-rated"


class Eligibility(StrEnum):
    """What the lower bound of the score opens; a state, never points."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not-eligible"


@dataclass(frozen=True, slots=True)
class CardLine:
    """One indicator on the card; points in micro-points, see `scoring.scale`.

    Attributes:
        indicator: which one.
        present: whether the minimum evidence was there; without it the utility is 0.
        exposure, bad: what was observed within the window, in units of the indicator, before ageing.
        lingering: bad units from before the window that too little good evidence followed to fade.
        months: months of the window with any observation.
        theta: exact aged share that went wrong, prior included; 1 when there is neither evidence nor prior.
        utility: of theta, in micro-units.
        weight: points at full utility.
        points: weight times utility, rounded down.
        reference_points: the same for the policy's reference.
        low, high: points at the bounds of theta, at the policy's level of confidence, rounded outward.
    """

    indicator: IndicatorId
    present: bool
    exposure: int
    bad: int
    lingering: int
    months: int
    theta: Fraction
    utility: int
    weight: int
    points: int
    reference_points: int
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.points != self.weight * self.utility // MICRO:
            raise ProofError(f"{self.indicator}: {self.points} points do not follow from the utility {self.utility}")
        if not 0 <= self.low <= self.points <= self.high <= self.weight or not 0 <= self.theta <= 1:
            raise ProofError(f"{self.indicator}: bounds that do not enclose the points")

    @property
    def contribution(self) -> int:
        """Points above or below the reference.

        It is the Shapley value: the score is a sum of one function of each indicator, so every order of replacing the
        reference by the subject's values gives an indicator the same difference.
        """
        return self.points - self.reference_points

    def to_json(self) -> JsonValue:
        """The line as a document; fractions of any size as decimal strings."""
        return {
            "bad": self.bad,
            "contribution": self.contribution,
            "exposure": self.exposure,
            "high": self.high,
            "indicator": self.indicator,
            "lingering": self.lingering,
            "low": self.low,
            "months": self.months,
            "points": self.points,
            "present": self.present,
            "reference_points": self.reference_points,
            "theta": [str(self.theta.numerator), str(self.theta.denominator)],
            "utility": self.utility,
            "weight": self.weight,
        }


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """The score of a subject on a day by a policy; building one that does not add up raises ProofError.

    Attributes:
        subject: whose score.
        commodity: whose priors were used.
        as_of: evidence to the end of this day (UTC) counts.
        policy, policy_name: by which policy.
        engine: version of the arithmetic.
        inputs: digest over the evidence and heads, 32 bytes.
        state: whether there is a score at all.
        blockers: why there is none: indicators without evidence, or another code; empty when rated.
        points, low, high: the score and its interval, micro-points; all 0 when not rated.
        reference: points of the policy's reference card.
        lines: one for each indicator, in the policy's order.
        band: index of the policy's band; the last one when not rated.
        band_name: its name.
        eligibility: by the lower bound against the policy's floor.
        reasons: indicators that cost most against the reference, dearest first.
    """

    subject: Subject
    commodity: str
    as_of: date
    policy: PolicyHash
    policy_name: str
    engine: str
    inputs: bytes
    state: RatingState
    blockers: tuple[str, ...]
    points: int
    low: int
    high: int
    reference: int
    lines: tuple[CardLine, ...]
    band: int
    band_name: str
    eligibility: Eligibility
    reasons: tuple[IndicatorId, ...]

    def __post_init__(self) -> None:
        if self.reference != sum(line.reference_points for line in self.lines):
            raise ProofError("the reference is not the sum of its lines")
        if sum(line.weight for line in self.lines) != FULL:
            raise ProofError("the weights do not sum to 100 points")
        if self.state is RatingState.NOT_RATED:
            if self.points or self.low or self.high or not self.blockers:
                raise ProofError("a subject that is not rated has no points, and a reason why")
            return
        if self.blockers:
            raise ProofError("a score in spite of a blocker")
        if self.reference + sum(line.contribution for line in self.lines) != self.points:
            raise ProofError("the reference and the contributions do not sum to the score")
        if not 0 <= self.low <= self.points <= self.high <= FULL:
            raise ProofError("an interval that does not enclose the score")

    def to_json(self) -> JsonValue:
        """The card as a document."""
        return {
            "as_of": self.as_of.isoformat(),
            "band": self.band,
            "band_name": self.band_name,
            "blockers": list(self.blockers),
            "commodity": self.commodity,
            "eligibility": self.eligibility.value,
            "engine": self.engine,
            "format": FORMAT,
            "high": self.high,
            "inputs": self.inputs.hex(),
            "lines": [line.to_json() for line in self.lines],
            "low": self.low,
            "points": self.points,
            "policy": self.policy.hex(),
            "policy_name": self.policy_name,
            "reasons": list(self.reasons),
            "reference": self.reference,
            "state": self.state.value,
            "subject": str(self.subject),
        }

    def encode(self) -> bytes:
        """Canonical bytes: two members agree on a score when these are equal."""
        return canonical.encode(self.to_json())

    @property
    def digest(self) -> bytes:
        """SHA-256 over the canonical bytes; what an attestation carries as `card`."""
        return hashlib.sha256(self.encode()).digest()
