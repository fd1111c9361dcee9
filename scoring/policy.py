"""A score policy: a published, versioned document that says everything the engine does with evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

from evidence import canonical
from evidence.draft import JsonValue
from scoring.decay import DecayTable
from scoring.effort import Ladder, ladder_json
from scoring.indicators import INDICATORS, IndicatorId, IndicatorKind
from scoring.knots import Curve
from scoring.options import Options, curve_json
from scoring.scale import MICRO

PolicyHash = NewType("PolicyHash", bytes)
"""SHA-256 over the canonical bytes of a policy, 32 bytes: its name on chain."""

FORMAT = "credence-policy/1"
"""What the member `format` of a policy says."""

ANY_COMMODITY = "*"
"""The commodity whose priors stand in for those that the policy does not name."""


class Missing(StrEnum):
    """What an indicator without the minimum evidence does: the subject is not rated, or the indicator gets nothing.

    Either way the other weights stay what they are: renormalising them would reward leaving evidence out.
    """

    NOT_RATED = "not-rated"
    PESSIMISTIC = "pessimistic"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in the two languages of the house."""

    en: str
    zh: str

    def to_json(self) -> JsonValue:
        """`{"en": ..., "zh": ...}`."""
        return {"en": self.en, "zh": self.zh}


@dataclass(frozen=True, slots=True)
class Prior:
    """Exposure that every subject starts with, in thousandths of one observation: what is usual in its commodity."""

    bad: int
    good: int


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of scores, from `floor` (micro-points) up to the next band."""

    name: str
    floor: int


@dataclass(frozen=True, slots=True)
class PolicyIndicator:
    """One weighed indicator.

    Attributes:
        id: which one.
        weight: micro-points at full utility.
        curve: utility (micro) over theta (parts per billion), falling.
        reference: utility (micro) of the reference card, against which contributions are told.
        minimum_exposure: whole observations within the window; fewer leave the indicator without evidence.
        minimum_months: months with any observation within the window, likewise.
        minimum_activity: months of the window with evidence for any indicator, likewise: it tells a subject without
            complaints from one that nobody knows yet.
        ageing_exposure: whole good observations that make a month count for the ageing of bad evidence.
        options: what only this indicator understands.
        title: its name for people.
        reason: why it costs points, for people.
    """

    id: IndicatorId
    weight: int
    curve: Curve
    reference: int
    minimum_exposure: int
    minimum_months: int
    minimum_activity: int
    ageing_exposure: int
    options: Options
    title: Words
    reason: Words

    @property
    def kind(self) -> IndicatorKind:
        """What the engine knows of this indicator."""
        return INDICATORS[self.id]

    def points(self, utility: int) -> int:
        """Micro-points of a utility, rounded down once."""
        return self.weight * utility // MICRO


@dataclass(frozen=True, slots=True)
class Policy:
    """A valid policy; `scoring.policy_reader` makes it from a document and refuses every other one.

    Attributes:
        name, version: its name for people; two versions of a name are two policies.
        valid_from, valid_until: days on which it may be used, both included.
        confidence: stated level of the interval, parts per million.
        validity_days: days for which an attestation by this policy holds.
        attesters: independent attesters that make a score count.
        eligibility_floor: micro-points that the lower bound must reach.
        bands: best first, the last one from 0.
        indicators: in the order of the document.
        priors: commodity to indicator to prior; `ANY_COMMODITY` is always there and complete.
        effort: ladders of indicators that have one.
        hash: SHA-256 over the canonical bytes; found once, as every card names it.
    """

    name: str
    version: int
    title: Words
    valid_from: date
    valid_until: date
    decay: DecayTable
    confidence: int
    missing: Missing
    validity_days: int
    attesters: int
    eligibility_floor: int
    bands: tuple[Band, ...]
    indicators: tuple[PolicyIndicator, ...]
    priors: Mapping[str, Mapping[IndicatorId, Prior]]
    effort: Mapping[IndicatorId, Ladder]
    hash: PolicyHash = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hash", PolicyHash(hashlib.sha256(self.encode()).digest()))

    def indicator(self, name: str) -> PolicyIndicator:
        """The indicator of that name, which must be in this policy."""
        return next(indicator for indicator in self.indicators if indicator.id == name)

    def prior(self, commodity: str, indicator: IndicatorId) -> Prior:
        """The prior of a commodity, or the general one when the policy does not name the commodity."""
        named = self.priors.get(commodity, {})
        return named[indicator] if indicator in named else self.priors[ANY_COMMODITY][indicator]

    def band_of(self, points: int) -> int:
        """Index of the band that a score lies in."""
        return next(index for index, band in enumerate(self.bands) if points >= band.floor)

    def to_json(self) -> JsonValue:
        """The document that reads back to this policy."""
        return {
            "attesters": self.attesters,
            "bands": [{"floor": band.floor, "name": band.name} for band in self.bands],
            "confidence_ppm": self.confidence,
            "decay": {"half_life": self.decay.half_life, "table": list(self.decay.weights)},
            "effort": {name: ladder_json(ladder) for name, ladder in self.effort.items()},
            "eligibility": {"floor": self.eligibility_floor},
            "format": FORMAT,
            "indicators": [_indicator_json(indicator) for indicator in self.indicators],
            "missing": self.missing.value,
            "name": self.name,
            "priors": {
                commodity: {name: {"bad": prior.bad, "good": prior.good} for name, prior in priors.items()}
                for commodity, priors in self.priors.items()
            },
            "title": self.title.to_json(),
            "valid": {"from": self.valid_from.isoformat(), "until": self.valid_until.isoformat()},
            "validity_days": self.validity_days,
            "version": self.version,
        }

    def encode(self) -> bytes:
        """The canonical bytes: what is published, hashed and compared."""
        return canonical.encode(self.to_json())


def _indicator_json(indicator: PolicyIndicator) -> JsonValue:
    return {
        "ageing_exposure": indicator.ageing_exposure,
        "curve": curve_json(indicator.curve),
        "id": indicator.id,
        "minimum": {
            "activity": indicator.minimum_activity,
            "exposure": indicator.minimum_exposure,
            "months": indicator.minimum_months,
        },
        "options": indicator.options.to_json(),
        "reason": indicator.reason.to_json(),
        "reference": indicator.reference,
        "title": indicator.title.to_json(),
        "weight": indicator.weight,
    }
