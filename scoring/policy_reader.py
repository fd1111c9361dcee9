"""From a document to a valid policy, or a refusal that names the exact place."""

from __future__ import annotations

from importlib import resources
from typing import Final

from evidence import canonical
from evidence.errors import NotFoundError, SchemaError
from scoring.decay import DecayTable, table_fault
from scoring.document import Node
from scoring.effort import Ladder, read_ladder
from scoring.indicators import INDICATORS, IndicatorId
from scoring.options import read_curve
from scoring.policy import ANY_COMMODITY, FORMAT, Band, Missing, Policy, PolicyIndicator, Prior, Words
from scoring.scale import AGE_ONE, FULL, MICRO, PPB

MAX_BYTES: Final = 256 * 1024
"""Longest policy document, bytes."""
CONFIDENCES: Final = (900_000, 950_000, 990_000)
"""Levels of confidence that an interval can have, parts per million."""
PUBLISHED: Final = ("balanced-2026", "complaint-first-2026", "first-2026")
"""Policies that ship with the product, by the name of their file in `scoring/policies`."""

_MEMBERS: Final = (
    "attesters",
    "bands",
    "confidence_ppm",
    "decay",
    "effort",
    "eligibility",
    "format",
    "indicators",
    "missing",
    "name",
    "priors",
    "title",
    "valid",
    "validity_days",
    "version",
)
_INDICATOR_MEMBERS: Final = (
    "ageing_exposure",
    "curve",
    "id",
    "minimum",
    "options",
    "reason",
    "reference",
    "title",
    "weight",
)


def decode(data: bytes) -> Policy:
    """Read a policy from its canonical bytes.

    Raises:
        MalformedError, LimitError: not canonical JSON, or larger than `MAX_BYTES`.
        SchemaError: against a rule of policies; `place` is the JSON pointer.
    """
    return read(Node(canonical.decode_canonical(data, limit=MAX_BYTES)))


def published(name: str) -> Policy:
    """A policy that ships with the product.

    Raises:
        NotFoundError: no policy of that name ships.
    """
    if name not in PUBLISHED:
        raise NotFoundError(
            f"no policy {name[:40]!r} ships with this version", advice=f"There are: {', '.join(PUBLISHED)}."
        )
    return decode(resources.files("scoring").joinpath("policies", f"{name}.json").read_bytes())


def read(node: Node) -> Policy:
    """Read a policy from a document; SchemaError at the exact place for anything against the rules."""
    top = node.members(_MEMBERS)
    if top["format"].text(40) != FORMAT:
        raise top["format"].refuse(f"{FORMAT} is expected")
    valid = top["valid"].members(("from", "until"))
    if valid["until"].day() < valid["from"].day():
        raise valid["until"].refuse("the last day lies before the first")
    indicators = _indicators(top["indicators"])
    confidence = top["confidence_ppm"].integer(0, MICRO)
    if confidence not in CONFIDENCES:
        raise top["confidence_ppm"].refuse(f"one of {', '.join(map(str, CONFIDENCES))} is expected")
    return Policy(
        name=top["name"].text(60),
        version=top["version"].integer(1, 10**6),
        title=_words(top["title"]),
        valid_from=valid["from"].day(),
        valid_until=valid["until"].day(),
        decay=_decay(top["decay"]),
        confidence=confidence,
        missing=Missing(top["missing"].choice([word.value for word in Missing])),
        validity_days=top["validity_days"].integer(1, 400),
        attesters=top["attesters"].integer(1, 16),
        eligibility_floor=top["eligibility"].members(("floor",))["floor"].integer(0, FULL),
        bands=_bands(top["bands"]),
        indicators=indicators,
        priors=_priors(top["priors"], indicators),
        effort=_effort(top["effort"], indicators),
    )


def _words(node: Node) -> Words:
    members = node.members(("en", "zh"))
    return Words(en=members["en"].text(400), zh=members["zh"].text(400))


def _decay(node: Node) -> DecayTable:
    members = node.members(("half_life", "table"))
    half_life = members["half_life"].integer(1, 120)
    weights = tuple(entry.integer(0, AGE_ONE) for entry in members["table"].items(1, 120))
    fault = table_fault(half_life, weights)
    if fault is not None:
        raise SchemaError(fault[1], place=f"{members['table'].place}/{fault[0]}")
    return DecayTable(half_life, weights)


def _bands(node: Node) -> tuple[Band, ...]:
    bands: list[Band] = []
    for entry in node.items(1, 16):
        members = entry.members(("floor", "name"))
        band = Band(members["name"].text(20), members["floor"].integer(0, FULL))
        if bands and band.floor >= bands[-1].floor:
            raise members["floor"].refuse("bands go from the best to the worst")
        if any(band.name == other.name for other in bands):
            raise members["name"].refuse(f"the band {band.name!r} is there twice")
        bands.append(band)
    if bands[-1].floor != 0:
        raise SchemaError("the last band must begin at 0", place=f"{node.place}/{len(bands) - 1}/floor")
    return tuple(bands)


def _indicators(node: Node) -> tuple[PolicyIndicator, ...]:
    indicators: list[PolicyIndicator] = []
    for entry in node.items(1, len(INDICATORS)):
        indicator = _indicator(entry)
        if any(indicator.id == other.id for other in indicators):
            raise entry.refuse(f"the indicator {indicator.id!r} is there twice")
        indicators.append(indicator)
    total = sum(indicator.weight for indicator in indicators)
    if total != FULL:
        raise node.refuse(f"the weights sum to {total} micro-points, not {FULL}")
    return tuple(indicators)


def _indicator(node: Node) -> PolicyIndicator:
    members = node.members(_INDICATOR_MEMBERS)
    name = members["id"].text(60)
    if name not in INDICATORS:
        raise members["id"].refuse(f"the indicator {name!r} is unknown; known are {', '.join(INDICATORS)}")
    minimum = members["minimum"].members(("activity", "exposure", "months"))
    return PolicyIndicator(
        id=IndicatorId(name),
        weight=members["weight"].integer(1, FULL),
        curve=read_curve(members["curve"], xs=(0, PPB), ys=(0, MICRO), rising=False),
        reference=members["reference"].integer(0, MICRO),
        minimum_exposure=minimum["exposure"].integer(0, 10**9),
        minimum_months=minimum["months"].integer(0, 120),
        minimum_activity=minimum["activity"].integer(0, 120),
        ageing_exposure=members["ageing_exposure"].integer(1, 10**9),
        options=INDICATORS[name].read_options(members["options"]),
        title=_words(members["title"]),
        reason=_words(members["reason"]),
    )


def _priors(node: Node, indicators: tuple[PolicyIndicator, ...]) -> dict[str, dict[IndicatorId, Prior]]:
    known = {indicator.id: indicator for indicator in indicators}
    priors: dict[str, dict[IndicatorId, Prior]] = {}
    for commodity, entry in node.entries(maximum=200).items():
        required = list(known) if commodity == ANY_COMMODITY else []
        members = entry.members(required, [name for name in known if name not in required])
        priors[commodity] = {
            IndicatorId(name): _prior(known[IndicatorId(name)], item) for name, item in members.items()
        }
    if ANY_COMMODITY not in priors:
        raise node.refuse(f"the priors of {ANY_COMMODITY!r} are missing")
    return priors


def _effort(node: Node, indicators: tuple[PolicyIndicator, ...]) -> dict[IndicatorId, Ladder]:
    ladders = node.members((), [indicator.id for indicator in indicators])
    return {IndicatorId(name): read_ladder(entry) for name, entry in ladders.items()}


def _prior(indicator: PolicyIndicator, node: Node) -> Prior:
    members = node.members(("bad", "good"))
    # A counted indicator needs a proper Beta prior on both sides, or its interval would be undefined without evidence.
    least = 0 if indicator.kind.measured else 1
    return Prior(bad=members["bad"].integer(least, 10**9), good=members["good"].integer(least, 10**9))
