from fractions import Fraction

import pytest

from evidence.errors import NotFoundError, SchemaError
from scoring.card import ScoreCard
from scoring.engine import score
from scoring.indicators import IndicatorId
from scoring.policy import Policy
from scoring.policy_reader import published
from scoring.recourse import Recourse
from scoring.scale import PPB
from scoring.whatif import what_if
from tests.unit.scoring.builders import AS_OF, SUPPLIER
from tests.unit.scoring.test_engine import mixed

FIRST = published("first-2026")
CARD = score(mixed(), FIRST, AS_OF, subject=SUPPLIER)
DEFECTS = IndicatorId("defect-rate")


def thetas_of(path: Recourse, card: ScoreCard, policy: Policy) -> int:
    """The imagined score once all moves of a path are made."""
    return what_if(card, policy, {move.indicator: Fraction(move.rung.theta, PPB) for move in path.moves}).after


def test_changing_nothing_changes_nothing() -> None:
    same = what_if(CARD, FIRST, {line.indicator: line.theta for line in CARD.lines})
    assert same.before == same.after == CARD.points
    assert what_if(CARD, FIRST, {}).after == CARD.points
    assert same.band == CARD.band


def test_one_indicator_moves_only_its_own_points() -> None:
    perfect = what_if(CARD, FIRST, {DEFECTS: Fraction(0)})
    moved = {line.indicator: line.after - line.before for line in perfect.lines}
    assert moved[DEFECTS] == 35_000_000 - CARD.lines[1].points
    assert sum(moved.values()) == perfect.after - perfect.before == moved[DEFECTS]


def test_what_no_policy_weighs_or_no_share_can_be_is_refused() -> None:
    with pytest.raises(NotFoundError):
        what_if(CARD, FIRST, {IndicatorId("charm"): Fraction(0)})
    with pytest.raises(SchemaError):
        what_if(CARD, FIRST, {DEFECTS: Fraction(3, 2)})
