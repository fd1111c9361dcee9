"""Members with a new head are asked, once for each head; one that does not answer waits longer and keeps nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from node.services.fetch_new import FetchNew
from tests.support.market import NOW, Market
from tests.unit.scoring.builders import year_of_drafts


class Hours:
    """A clock to turn."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def fetcher(market: Market, clock: Callable[[], datetime], **how: object) -> tuple[FetchNew, object]:
    wire = market.wire(**how)
    scorer = market.scorer
    service = FetchNew(
        scorer.org.lei,
        market.fetch(wire),
        scorer.directory,
        scorer.ledger,
        scorer.records.settings,
        scorer.records.events,
        clock,
    )
    return service, wire


def test_a_new_head_is_fetched_once() -> None:
    market = Market()
    service, wire = fetcher(market, Hours())
    assert service() == 0 and wire.asked == 0  # type: ignore[attr-defined]
    market.supplier.submit(year_of_drafts(), market.supplier.subject)
    assert service() == len(year_of_drafts())
    asked = wire.asked  # type: ignore[attr-defined]
    assert service() == 0 and wire.asked == asked  # type: ignore[attr-defined]
    market.supplier.submit(year_of_drafts()[:1], market.supplier.subject)  # known already: no new head
    assert service() == 0


def test_without_a_new_block_nobody_is_asked_about() -> None:
    market = Market()
    service, wire = fetcher(market, Hours())
    blocks = [1]
    service = replace(service, newest=lambda: blocks[-1])
    assert service() == 0
    market.supplier.submit(year_of_drafts(), market.supplier.subject)
    assert service() == 0 and wire.asked == 0  # type: ignore[attr-defined]
    blocks.append(2)
    assert service() == len(year_of_drafts())


def test_a_lie_is_told_and_asked_again_later() -> None:
    market, clock = Market(), Hours()
    market.supplier.submit(year_of_drafts(), market.supplier.subject)
    service, wire = fetcher(market, clock, damage=lambda page: page[:-9])
    assert service() == 0
    (event,) = [one for one in market.scorer.records.events.events() if one.type == "fetch.failed"]
    assert event.data["lei"] == market.supplier.org.lei and event.data["failures"] == 1
    asked = wire.asked  # type: ignore[attr-defined]
    assert service() == 0 and wire.asked == asked, "not before its time"  # type: ignore[attr-defined]
    clock.now += timedelta(seconds=3)
    assert service() == 0 and wire.asked > asked  # type: ignore[attr-defined]
    wire.damage = lambda page: page  # type: ignore[attr-defined]
    clock.now += timedelta(minutes=11)
    assert service() == len(year_of_drafts())
