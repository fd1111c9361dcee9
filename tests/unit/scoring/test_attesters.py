"""Independent attesters: with k = 2 nothing attested once counts, nor twice by one owner."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evidence.identity import lei_from_prefix
from scoring.attesters import Stated, independence
from scoring.owners import NOBODY_OWNED, Owners

SUPPLIER, ONE, OTHER, SISTER, PARENT = (lei_from_prefix(f"ATTEST{number:012d}") for number in range(5))
OWNERS = Owners({ONE: PARENT, SISTER: PARENT})


def said(attester: str, says: bytes = b"90", at: int = 1, *, stands: bool = True) -> Stated:
    return Stated(attester, says, at, stands)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stated", "voices"),
    [
        ([], 0),
        ([said(ONE)], 1),
        ([said(ONE), said(ONE, at=2)], 1),
        ([said(ONE), said(SISTER)], 1),
        ([said(ONE), said(PARENT)], 1),
        ([said(ONE), said(OTHER)], 2),
        ([said(ONE), said(OTHER, b"91", at=2)], 1),
        ([said(ONE, b"91"), said(ONE, at=2), said(OTHER)], 2),
        ([said(ONE), said(OTHER, stands=False)], 1),
        ([said(ONE), said(OTHER), said(OTHER, at=2, stands=False)], 1),
        ([said(ONE), said(ONE, stands=False), said(OTHER)], 1),
        ([said(ONE, stands=False), said(ONE), said(OTHER)], 1),
        ([said(SUPPLIER), said(ONE)], 1),
        ([said(SUPPLIER)], 0),
    ],
)
def test_owners_count_and_only_those_that_agree_with_the_newest(stated: list[Stated], voices: int) -> None:
    found = independence(stated, SUPPLIER, 2, OWNERS)
    assert (len(found.owners), found.counts) == (voices, voices >= 2)


def test_a_sister_of_the_supplier_has_no_voice() -> None:
    group = Owners({SUPPLIER: PARENT, SISTER: PARENT})
    assert not independence([said(SISTER), said(ONE)], SUPPLIER, 2, group).counts
    assert independence([said(SISTER), said(ONE)], SUPPLIER, 2, NOBODY_OWNED).counts


@example([(1, 1, 0, False), (1, 1, 0, True)])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 5), st.booleans()), max_size=12))
def test_order_changes_nothing_and_no_owner_counts_twice(drawn: list[tuple[int, int, int, bool]]) -> None:
    names = (SUPPLIER, ONE, OTHER, SISTER, PARENT)
    stated = [said(names[who], bytes([what]), at, stands=stands) for who, what, at, stands in drawn]
    found = independence(stated, SUPPLIER, 2, OWNERS)
    shuffled = stated * 2
    random.Random(1).shuffle(shuffled)
    assert independence(shuffled, SUPPLIER, 2, OWNERS) == found
    assert len(set(found.owners)) == len(found.owners) <= len({OWNERS.of(one.attester) for one in stated})
    assert SUPPLIER not in found.owners
