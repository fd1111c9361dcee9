"""Policies reviewed and stopped: drift and bias are found, nobody is rated while a stop stands, a person lifts it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from evidence.errors import InputError, NotFoundError
from evidence.identity import Subject, lei_from_prefix
from node.records.port_exchange import ScoreRecord
from node.services.policy_stops import PolicyStops
from node.services.review_policy import MACHINE, ReviewPolicy
from node.services.score_supplier import ScoreSupplier
from scoring.bundle import ScoreBundle, decode
from scoring.card import ScoreCard
from scoring.engine import score
from scoring.policy_reader import published
from scoring.recompute import recompute
from scoring.scale import MICRO
from tests.support.market import NOW, Market
from tests.unit.scoring.builders import AS_OF, MONTH, enough, observed, year_of_drafts

FIRST = published("first-2026")


def card(number: int, bad: int) -> ScoreCard:
    """A rated supplier whose capability lacks `bad` (micro) each month."""
    subject = Subject(lei_from_prefix(f"REVIEWED{number:010d}"))
    months = [observed("capability", ("c", back), exposure=MICRO, bad=bad, month=MONTH - back) for back in range(12)]
    others = [item for item in enough() if item.indicator != "capability"]
    return score([*others, *months], FIRST, AS_OF, subject=subject)


class Steward:
    """A scorer with kept scores, and its checks."""

    def __init__(self, groups: dict[str, dict[str, str]] | None = None) -> None:
        self.market = Market()
        records = self.market.scorer.records
        self.scores = records.scores
        self.stops = PolicyStops(records.settings, records.events, self.market.scorer.now)
        gather = self.market.scorer.score.gather
        self.score = ScoreSupplier(gather, records.scores, FIRST, lambda: NOW, {}, stops=self.stops.reasons)
        self.review = ReviewPolicy(self.score, records.scores, self.stops, groups or {})

    def keep(self, cards: list[ScoreCard], days: int = 0) -> None:
        for one in cards:
            bundle = ScoreBundle.of(one, FIRST, (), (), ()).encode()
            self.scores.add_score(ScoreRecord(one.subject, NOW + timedelta(days=days), FIRST.hash, bundle))


def test_few_scores_tell_nothing() -> None:
    steward = Steward()
    steward.keep([card(number, 0) for number in range(5)])
    found = steward.review()
    assert [one["check"] for one in found["findings"]] == ["too-few"] and not found["stop"]


def test_drift_stops_the_policy_and_a_person_lets_it_go_again() -> None:
    steward = Steward()
    steward.keep([card(number, 50_000) for number in range(40)])
    assert steward.review(act=True)["stopped"] is None
    steward.keep([card(number, 600_000) for number in range(40)], days=30)
    found = steward.review()
    assert found["stop"] and found["stopped"] is None and "drift:capability" in found["reasons"]
    stopped = steward.review(act=True)["stopped"]
    assert stopped is not None and stopped["by"] == MACHINE
    steward.market.bring(year_of_drafts())
    report = steward.score(steward.market.supplier.subject)
    assert not report.rated and "stopped:drift:capability" in report.card.blockers
    assert recompute(decode(report.bundle.encode())).equal
    with pytest.raises(InputError):
        steward.stops.lift(FIRST, "  ", by="Ann")
    steward.stops.lift(FIRST, "the furnace campaign explains it", by="Ann")
    assert steward.score(steward.market.supplier.subject).rated
    with pytest.raises(NotFoundError):
        steward.stops.lift(FIRST, "again", by="Ann")
    events = steward.market.scorer.records.events.events(limit=500)
    told = [(event.type, event.data["by"]) for event in events if event.type.startswith("policy.")]
    assert told == [("policy.stopped", MACHINE), ("policy.stop-lifted", "Ann")]


def test_a_group_that_is_rarely_eligible_stops_the_policy() -> None:
    good, poor = [card(number, 0) for number in range(35)], [card(100 + number, 900_000) for number in range(35)]
    groups = {str(one.subject.lei): {"region": "north"} for one in good}
    groups |= {str(one.subject.lei): {"region": "south"} for one in poor}
    steward = Steward(groups)
    steward.keep([*good, *poor])
    found = steward.review()
    assert "bias:south" in found["reasons"]


def test_a_score_of_which_little_is_known_is_outside_the_limits() -> None:
    steward = Steward()
    steward.market.bring(year_of_drafts())
    wide = replace(FIRST, confidence=990_000)
    report = replace(steward.score, source=wide).preview(steward.market.supplier.subject)
    narrow = steward.score.preview(steward.market.supplier.subject)
    assert narrow.rated
    if not report.rated:
        assert report.card.blockers == ("stopped:limits:interval",) and recompute(report.bundle).equal
