"""Slots from promise to score: what a purchaser promises, draws and opens counts; what it leaves unopened fails."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from evidence.draft import Draft, Kind
from evidence.errors import ConflictError, InputError, NotFoundError
from evidence.identity import Lei, Subject
from evidence.statement import parse
from node.records.port import MAX_PAGE, StatementFilter
from node.services.inspection_slots import AHEAD, InspectionSlots
from node.services.submit import SubmitDrafts
from scoring.facts import Fact, fact_of
from scoring.observe import observe
from scoring.policy_reader import published
from scoring.scale import MICRO
from tests.support.market import Market
from tests.unit.scoring.tricks import INSPECTORS

POLICY = published("balanced-2026")


@dataclass
class Buyer:
    """A purchaser that promises inspections of a supplier."""

    market: Market = field(default_factory=Market)
    now: datetime = datetime(2026, 10, 1, 9, tzinfo=UTC)
    block: int = 500

    @property
    def subject(self) -> Subject:
        return self.market.supplier.subject

    @property
    def slots(self) -> InspectionSlots:
        trader = self.market.scorer
        submit = SubmitDrafts(
            trader.records.evidence,
            trader.records.events,
            issuer=trader.org.lei,
            key=trader.org.statement,
            clock=lambda: self.now,
            entropy=os.urandom,
        )
        return InspectionSlots(
            trader.org.lei,
            trader.records.evidence,
            submit,
            trader.records.settings,
            b"\x07" * 32,
            lambda: self.block,
            lambda number: bytes([number % 251]) * 32 if number <= self.block else None,
            lambda: self.now,
        )

    def facts(self) -> list[Fact]:
        stored = self.market.scorer.records.evidence.statements(StatementFilter(), limit=MAX_PAGE)
        return [fact for one in stored if (fact := fact_of(parse(one.sd_jwt))) is not None]


def seen(facts: list[Fact], day: date) -> list[int]:
    return sorted(one.bad for one in observe(facts, POLICY, day) if one.indicator == "surprise-inspection")


def test_a_promised_inspection_counts_when_it_was_drawn_done_and_opened() -> None:
    buyer = Buyer()
    promised = buyer.slots.promise(buyer.subject, "S-1", date(2026, 10, 7), INSPECTORS)
    assert promised["beacon_block"] == 500 + AHEAD and "day" not in promised and "nonce" not in promised
    with pytest.raises(ConflictError, match="does not exist yet"):
        buyer.slots.drawn(buyer.subject, "S-1")
    buyer.block += AHEAD
    found = buyer.slots.drawn(buyer.subject, "S-1")
    assert found["day"] == "2026-10-07" and Lei(found["inspector"]) in INSPECTORS
    with pytest.raises(ConflictError, match="2026-10-07"):
        buyer.slots.open(buyer.subject, "S-1", "R-9")
    buyer.now += timedelta(days=7)
    buyer.slots.open(buyer.subject, "S-1", "R-9")
    report = Draft(
        Kind.AUDIT,
        "2026-10-07T10:00:00Z",
        {"number": "R-9", "type": "surprise-inspection", "result": "pass", "announced": False},
    )
    facts = buyer.facts()
    from tests.unit.scoring.builders import fact

    audit = fact(report.kind, report.occurred, dict(report.fields), issuer=Lei(found["inspector"]))
    audit = type(audit)(audit.statement, audit.issuer, buyer.subject, audit.kind, 1, audit.occurred, audit.fields)
    assert seen([*facts, audit], date(2026, 11, 23)) == [0]
    assert seen(facts, date(2026, 11, 23)) == [MICRO], "without the inspector's own report nothing was opened"


def test_an_unopened_promise_fails_after_its_term() -> None:
    buyer = Buyer()
    buyer.slots.promise(buyer.subject, "S-1", date(2026, 10, 7), INSPECTORS)
    assert seen(buyer.facts(), date(2026, 10, 21)) == []
    assert seen(buyer.facts(), date(2026, 10, 22)) == [MICRO]


def test_what_makes_no_slot_is_refused() -> None:
    buyer = Buyer()
    with pytest.raises(InputError, match="is over"):
        buyer.slots.promise(buyer.subject, "S-1", date(2026, 9, 30), INSPECTORS)
    with pytest.raises(InputError, match="pool"):
        buyer.slots.promise(buyer.subject, "S-1", date(2026, 10, 7), [buyer.subject.lei])
    with pytest.raises(InputError, match="oneself"):
        buyer.slots.promise(Subject(buyer.market.scorer.org.lei), "S-1", date(2026, 10, 7), INSPECTORS)
    with pytest.raises(NotFoundError):
        buyer.slots.drawn(buyer.subject, "S-1")
    buyer.slots.promise(buyer.subject, "S-1", date(2026, 10, 7), INSPECTORS)
    with pytest.raises(ConflictError, match="already"):
        buyer.slots.promise(buyer.subject, "S-1", date(2026, 10, 8), INSPECTORS)
