"""Exchange pages: one spelling, signed head, bounded, and refused when anything is off."""

from __future__ import annotations

import pytest

from evidence import exchange
from evidence.errors import InclusionError, MalformedError, SignatureError
from evidence.exchange import MAX_ITEMS, ExchangeItem, check_item, decode_page
from evidence.identity import lei_from_prefix
from evidence.keys import LogKey
from tests.support.evidence_node import inspection
from tests.support.fuzz import assert_refuses_cleanly
from tests.support.market import Market

LIMIT = 1_000_000


@pytest.fixture(scope="module")
def page() -> bytes:
    market = Market()
    market.supplier.submit([inspection(number) for number in range(6)], market.supplier.subject)
    return market.supplier.share(market.scorer.member, subject=market.supplier.subject, after=-1).encode()


def test_a_page_is_read_back_and_its_items_lie_under_its_head(page: bytes) -> None:
    found = decode_page(page, limit=LIMIT)
    assert found.encode() == page and len(found.items) == 6 and found.next is None
    head = found.head()
    for item in found.items:
        leaf = item.statement.split("~")[0].encode()
        assert check_item(item, head, leaf).size == head.size == 6
        with pytest.raises(InclusionError):
            check_item(item, head, leaf + b"x")


def test_a_head_signed_by_another_key_is_refused(page: bytes) -> None:
    found = decode_page(page, limit=LIMIT)
    stranger = LogKey.generate(lambda size: b"\x05" * size).public
    forged = exchange.ExchangePage(found.issuer, stranger, found.checkpoint, found.items, None)
    with pytest.raises(SignatureError):
        forged.head()
    other = exchange.ExchangePage(
        lei_from_prefix("5299000000000000AA"), found.log_key, found.checkpoint, found.items, None
    )
    with pytest.raises(SignatureError):
        other.head()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format":"credence-exchange/2"}',
        b'{"checkpoint":"","format":"credence-exchange/1","issuer":"","items":[],"log_key":"","next":null}',
    ],
)
def test_what_is_no_page_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        decode_page(data, limit=LIMIT)


def test_white_space_unknown_members_and_too_many_items_are_refused(page: bytes) -> None:
    found = decode_page(page, limit=LIMIT)
    crowd = exchange.ExchangePage(
        found.issuer, found.log_key, found.checkpoint, [ExchangeItem(0, "", ())] * (MAX_ITEMS + 1), None
    )
    for data in (page + b" ", page.replace(b'"items"', b'"extra":1,"items"', 1), crowd.encode()):
        with pytest.raises(MalformedError):
            decode_page(data, limit=LIMIT)


def test_fuzzed_pages_are_refused_cleanly(page: bytes) -> None:
    assert_refuses_cleanly(lambda data: decode_page(data, limit=LIMIT), [page])
