"""Scores kept true: evidence, policy, repair and day are noticed, scored and attested, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from evidence.draft import Draft, Kind
from evidence.errors import ConflictError, LedgerUnreachableError
from evidence.identity import Subject
from node.services.keep_scores import KeepScores
from node.services.score_supplier import ScoreReport, ScoreSupplier
from scoring.policy import Policy
from scoring.policy_reader import published
from tests.support.market import NOW, Market
from tests.unit.scoring.builders import year_of_drafts


@dataclass
class Desk:
    """The scorer's side of a market, with what tests turn."""

    market: Market = field(default_factory=Market)
    now: datetime = NOW
    policy: Policy = field(default_factory=lambda: published("first-2026"))
    repairs: Mapping[str, str] = field(default_factory=dict)
    scores: bool = True
    fails: Exception | None = None
    adopted: bool = True

    @property
    def subject(self) -> Subject:
        return self.market.supplier.subject

    @property
    def keep(self) -> KeepScores:
        trader = self.market.scorer
        records = trader.records
        score = ScoreSupplier(trader.score.gather, records.scores, lambda: self.policy, lambda: self.now, {})
        return KeepScores(
            trader.org.lei,
            score,
            records.evidence,
            records.log,
            records.exchange,
            records.scores,
            records.settings,
            records.events,
            lambda: self.now,
            lambda: self.attest if self.scores else None,
            lambda: self.repairs,
            lambda policy: self.adopted,
        )

    def attest(self, report: ScoreReport) -> ScoreReport:
        if self.fails is not None:
            raise self.fails
        return replace(self.market.scorer.attest, clock=lambda: self.now)(report)

    def settle(self) -> None:
        while self.keep():
            pass

    def told(self) -> list[str]:
        return [event.type for event in self.market.scorer.records.events.events(limit=1_000)]

    @property
    def attestations(self) -> list[bytes]:
        return [one.uid for one in self.market.scorer.credits.attestations(self.market.supplier.org.org)]


def worse(lot: str = "L99", bad: int = 400) -> Draft:
    late = year_of_drafts()[1]
    return Draft(late.kind, "2026-11-20T08:00:00Z", {**late.fields, "lot": lot, "nonconforming": bad})


@pytest.fixture
def desk() -> Desk:
    found = Desk()
    found.market.bring(year_of_drafts())
    return found


def test_fetched_evidence_is_scored_and_attested_and_the_next_supersedes_it(desk: Desk) -> None:
    assert desk.keep.due()
    desk.settle()
    assert not desk.keep.due() and len(desk.attestations) == 1
    desk.market.bring([worse()])
    assert desk.keep.due()
    desk.settle()
    first, second = desk.market.scorer.credits.attestations(desk.market.supplier.org.org)
    assert second.claim.supersedes == first.uid and second.claim.points < first.claim.points
    desk.settle()
    assert len(desk.attestations) == 2 and desk.told().count("score.attested") == 2


def test_our_own_statements_count_once_they_are_anchored(desk: Desk) -> None:
    desk.settle()
    desk.market.scorer.submit([worse()], desk.subject)
    assert desk.keep.due()
    desk.settle()
    assert len(desk.attestations) == 2


def test_what_no_score_reads_makes_no_new_score(desk: Desk) -> None:
    desk.settle()
    fields = {"lot": "L", "part": "P", "quantity": "1", "unit": "{pcs}"}
    desk.market.bring([Draft(Kind.DELIVERY, "2026-11-20T08:00:00Z", fields)])
    desk.settle()
    assert desk.told().count("score.computed") == 1


def test_a_new_day_makes_a_new_score_only_when_it_changes_something(desk: Desk) -> None:
    desk.settle()
    desk.now += timedelta(days=1)
    desk.settle()
    assert desk.told().count("score.computed") == 1
    desk.now = datetime(2027, 3, 1, tzinfo=UTC)
    desk.settle()
    assert desk.told().count("score.computed") == 2


def test_another_policy_scores_everybody_anew(desk: Desk) -> None:
    desk.settle()
    desk.policy = replace(published("first-2026"), version=9)
    desk.settle()
    assert desk.market.scorer.credits.attestations(desk.market.supplier.org.org)[-1].claim.policy == desk.policy.hash


def test_nothing_is_attested_under_a_policy_that_is_not_adopted_and_everything_once_it_is(desk: Desk) -> None:
    desk.adopted = False
    desk.settle()
    assert desk.told()[-1] == "score.computed" and desk.attestations == []
    desk.adopted = True
    desk.settle()
    assert len(desk.attestations) == 1 and desk.told().count("score.attested") == 1


def test_a_repair_that_stands_or_falls_scores_its_supplier_anew(desk: Desk) -> None:
    lei = str(desk.subject.lei)
    desk.repairs = {lei: "open"}
    desk.settle()
    count = desk.told().count("score.computed")
    desk.settle()
    assert desk.told().count("score.computed") == count
    desk.repairs = {lei: "co-signed"}
    desk.settle()
    assert desk.told().count("score.computed") == count + 1


def test_who_is_no_scorer_computes_and_attests_nothing(desk: Desk) -> None:
    desk.scores = False
    desk.settle()
    assert desk.told()[-1] == "score.computed" and desk.attestations == []


def test_a_refusal_is_told_and_stops_nobody(desk: Desk) -> None:
    desk.fails = ConflictError("PolicyNotAdopted")
    desk.settle()
    assert desk.told()[-1] == "score.not-attested" and not desk.keep.due()


def test_a_chain_that_does_not_answer_leaves_the_work_waiting(desk: Desk) -> None:
    desk.fails = LedgerUnreachableError("down")
    with pytest.raises(LedgerUnreachableError):
        desk.keep()
    assert desk.keep.due()
    desk.fails = None
    desk.settle()
    assert len(desk.attestations) == 1


def test_a_newcomer_that_is_not_rated_is_not_attested_but_the_loss_of_a_score_is() -> None:
    desk = Desk()
    desk.market.bring(year_of_drafts()[:1])
    desk.settle()
    assert desk.attestations == [] and desk.told()[-1] == "score.computed"
    desk.market.bring(year_of_drafts()[1:])
    desk.settle()
    assert len(desk.attestations) == 1
    desk.policy = replace(published("first-2026"), version=9, valid_until=desk.now.date() - timedelta(days=1))
    desk.settle()
    assert desk.market.scorer.credits.attestations(desk.market.supplier.org.org)[-1].claim.state == 1


def test_a_compromised_key_is_told_and_gives_no_score(desk: Desk) -> None:
    desk.market.admin.declare_compromised(desk.market.supplier.org.statement.public.key_id, 1)
    desk.settle()
    assert desk.told()[-1] == "score.refused" and not desk.keep.due()
