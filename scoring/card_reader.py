"""Reading a score card back from its document: what does not add up is refused, as when it was built."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from evidence.draft import JsonValue
from evidence.identity import Subject
from scoring.card import FORMAT, MOST_REASONS, CardLine, Eligibility, RatingState, ScoreCard
from scoring.document import Node
from scoring.indicators import INDICATORS, IndicatorId
from scoring.policy import PolicyHash
from scoring.scale import FULL, MICRO

_LINE: Final = (
    "bad",
    "contribution",
    "exposure",
    "high",
    "indicator",
    "lingering",
    "low",
    "months",
    "points",
    "present",
    "reference_points",
    "theta",
    "utility",
    "weight",
)
_CARD: Final = (
    "as_of",
    "band",
    "band_name",
    "blockers",
    "commodity",
    "eligibility",
    "engine",
    "format",
    "high",
    "inputs",
    "lines",
    "low",
    "points",
    "policy",
    "policy_name",
    "reasons",
    "reference",
    "state",
    "subject",
)
_MOST: Final = 2**53 - 1


def read_card(document: JsonValue) -> ScoreCard:
    """The card that a `credence-card/1` document says.

    Raises:
        SchemaError: against the format; `place` is the JSON pointer.
        ProofError: its numbers do not add up.
    """
    top = Node(document).members(_CARD)
    if top["format"].text(40) != FORMAT:
        raise top["format"].refuse(f"{FORMAT} is expected")
    return ScoreCard(
        subject=Subject.parse(top["subject"].text(50)),
        commodity=top["commodity"].text(60),
        as_of=top["as_of"].day(),
        policy=PolicyHash(bytes.fromhex(top["policy"].digest())),
        policy_name=top["policy_name"].text(60),
        engine=top["engine"].text(60),
        inputs=bytes.fromhex(top["inputs"].digest()),
        state=RatingState(top["state"].choice([state.value for state in RatingState])),
        blockers=tuple(node.text(80) for node in top["blockers"].items(0, 64)),
        points=top["points"].integer(0, FULL),
        low=top["low"].integer(0, FULL),
        high=top["high"].integer(0, FULL),
        reference=top["reference"].integer(0, FULL),
        lines=tuple(_line(node) for node in top["lines"].items(1, len(INDICATORS))),
        band=top["band"].integer(0, 255),
        band_name=top["band_name"].text(60),
        eligibility=Eligibility(top["eligibility"].choice([one.value for one in Eligibility])),
        reasons=tuple(_indicator(node) for node in top["reasons"].items(0, MOST_REASONS)),
    )


def _line(node: Node) -> CardLine:
    members = node.members(_LINE)
    numerator, denominator = members["theta"].items(2, 2)
    below = denominator.big()
    if below < 1:
        raise denominator.refuse("a denominator above 0 is expected")
    line = CardLine(
        indicator=_indicator(members["indicator"]),
        present=members["present"].flag(),
        exposure=members["exposure"].integer(0, _MOST),
        bad=members["bad"].integer(0, _MOST),
        lingering=members["lingering"].integer(0, _MOST),
        months=members["months"].integer(0, 1200),
        theta=Fraction(numerator.big(), below),
        utility=members["utility"].integer(0, MICRO),
        weight=members["weight"].integer(0, FULL),
        points=members["points"].integer(0, FULL),
        reference_points=members["reference_points"].integer(0, FULL),
        low=members["low"].integer(0, FULL),
        high=members["high"].integer(0, FULL),
    )
    if members["contribution"].integer(-FULL, FULL) != line.contribution:
        raise members["contribution"].refuse("the contribution is not the points above the reference")
    return line


def _indicator(node: Node) -> IndicatorId:
    return IndicatorId(node.choice(INDICATORS))
