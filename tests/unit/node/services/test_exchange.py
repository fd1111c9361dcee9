"""Sharing and fetching evidence: only what one is due, and nothing on trust."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from evidence import canonical
from evidence.errors import CredenceError, ForbiddenError, NotFoundError, ProofError, SignatureError
from evidence.identity import Subject
from evidence.statement import parse
from node.records.port import StatementFilter
from tests.support.evidence_node import delivery, inspection
from tests.support.market import NOW, Market

ALL = StatementFilter()


@pytest.fixture
def market() -> Market:
    found = Market()
    found.supplier.submit([inspection(number) for number in range(5)], found.supplier.subject)
    return found


def kept(market: Market) -> list[Any]:
    return [one for _, one in market.scorer.records.exchange.received(ALL)]


def test_fetched_statements_hold_base_tier_only_and_carry_their_inclusion(market: Market) -> None:
    report = market.fetch()(market.supplier.member, subject=market.supplier.subject)
    assert (report.read, report.added) == (5, 5)
    assert report.head is not None and report.head.size == 5
    for place, one in enumerate(kept(market)):
        statement = parse(one.sd_jwt)
        assert {"operator", "station"}.isdisjoint(statement.disclosed)
        assert statement.is_base_complete
        assert (one.inclusion.index, one.inclusion.size) == (place, 5)


def test_every_page_is_in_the_trail_before_it_leaves(market: Market) -> None:
    market.fetch(market.wire(limit=2))(market.supplier.member, subject=market.supplier.subject)
    assert [count for _, count in market.supplier.shared] == [2, 2, 1]


def test_fetching_again_asks_only_for_what_is_new(market: Market) -> None:
    wire = market.wire()
    fetch = market.fetch(wire)
    fetch(market.supplier.member, subject=market.supplier.subject)
    market.supplier.submit([inspection(7)], market.supplier.subject)
    report = fetch(market.supplier.member, subject=market.supplier.subject)
    assert (report.read, report.added, wire.asked) == (1, 1, 2)


def test_evidence_under_many_heads_is_fetched_anew_under_one(market: Market) -> None:
    fetch = market.fetch()
    for number in range(18):
        market.supplier.submit([delivery(number)], market.supplier.subject)
        fetch(market.supplier.member, subject=market.supplier.subject)
    fetch(market.supplier.member, subject=market.supplier.subject)
    assert market.scorer.records.exchange.heads_of(market.supplier.org.lei) < 18
    assert len(kept(market)) == 23


def test_who_has_no_role_or_is_suspended_gets_nothing(market: Market) -> None:
    supplier, buyer = market.supplier, market.scorer.member
    for stranger in (replace(buyer, roles=frozenset({"supplier"})), replace(buyer, active=False)):
        with pytest.raises(ForbiddenError):
            supplier.share(stranger, subject=supplier.subject, after=-1)
    assert supplier.shared == []


def test_whoever_a_statement_is_about_may_read_it_and_no_other_supplier(market: Market) -> None:
    scorer, supplier = market.scorer, market.supplier
    named = replace(scorer.member, lei=str(supplier.subject.lei), roles=frozenset({"supplier"}))
    assert supplier.share(named, subject=supplier.subject, after=-1).items
    with pytest.raises(ForbiddenError):
        supplier.share(replace(named, lei=scorer.member.lei), subject=supplier.subject, after=-1)


def test_before_the_first_anchor_there_is_nothing_to_share() -> None:
    market = Market()
    with pytest.raises(NotFoundError):
        market.supplier.share(market.scorer.member, subject=market.supplier.subject, after=-1)


def test_no_changed_byte_of_a_page_is_kept(market: Market) -> None:
    size = len(market.supplier.share(market.scorer.member, subject=market.supplier.subject, after=-1).encode())
    for place in range(0, size, 41):
        for flip in (0x01, 0x20):

            def damage(page: bytes, place: int = place, flip: int = flip) -> bytes:
                changed = bytearray(page)
                changed[place] ^= flip
                return bytes(changed)

            with pytest.raises(CredenceError):
                market.fetch(market.wire(damage=damage))(market.supplier.member, subject=market.supplier.subject)
    assert kept(market) == []


def rewrite(**changes: Any) -> Any:
    def damage(page: bytes) -> bytes:
        document = json.loads(page)
        document.update({name: change(document) for name, change in changes.items()})
        return canonical.encode(document)

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        rewrite(items=lambda page: list(reversed(page["items"]))),
        rewrite(items=lambda page: page["items"] + page["items"][-1:]),
        rewrite(next=lambda page: 99),
        rewrite(issuer=lambda page: "TESTBUYER000000000"),
        rewrite(items=lambda page: [{**page["items"][0], "path": page["items"][1]["path"]}]),
    ],
    ids=["reversed", "repeated", "skips", "another issuer", "another path"],
)
def test_a_page_that_was_put_together_differently_is_refused(market: Market, damage: Any) -> None:
    with pytest.raises(CredenceError):
        market.fetch(market.wire(damage=damage))(market.supplier.member, subject=market.supplier.subject)
    assert kept(market) == []


def test_statements_about_somebody_else_are_refused(market: Market) -> None:
    other = Subject(market.scorer.org.lei)
    market.supplier.submit([delivery(1)], other)
    wire = market.wire()
    wire.evidence_page = lambda member, subject, after: (  # type: ignore[method-assign]
        market.supplier.share(market.scorer.member, subject=other, after=after).encode()
    )
    with pytest.raises(ProofError, match="unasked"):
        market.fetch(wire)(market.supplier.member, subject=market.supplier.subject)


def test_a_head_that_nobody_anchored_is_hearsay(market: Market) -> None:
    market.fetch()(market.supplier.member, subject=market.supplier.subject)
    forked = Market()
    forked.supplier.submit([inspection(90)], forked.supplier.subject)
    wire = market.wire()
    wire.answering = forked.supplier
    market.scorer.records.settings.put_setting(f"fetched:{market.supplier.org.lei}:{market.supplier.subject}", "-1")
    with pytest.raises(ProofError, match="not anchored"):
        market.fetch(wire)(market.supplier.member, subject=market.supplier.subject)


def test_a_compromised_key_speaks_for_nobody(market: Market) -> None:
    since = int((NOW - timedelta(days=1)).timestamp())
    market.admin.declare_compromised(market.supplier.org.statement.public.key_id, since)
    with pytest.raises(SignatureError, match="compromised"):
        market.fetch()(market.supplier.member, subject=market.supplier.subject)
