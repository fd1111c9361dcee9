"""Owners: who belongs together speaks with one voice, in scores, bundles and their replay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence.errors import SchemaError
from evidence.identity import lei_from_prefix
from scoring.bundle import decode
from scoring.document import Node
from scoring.owners import NOBODY_OWNED, Owners, read_owners
from scoring.recompute import recompute
from tests.unit.scoring.test_recompute import bundle

ONE, OTHER, PARENT = (lei_from_prefix(f"OWNER{number:013d}") for number in range(3))


def test_an_organisation_without_a_named_owner_owns_itself() -> None:
    assert NOBODY_OWNED.of(ONE) == ONE and not NOBODY_OWNED.same(ONE, OTHER)
    group = Owners({ONE: PARENT, OTHER: PARENT})
    assert group.same(ONE, OTHER) and group.same(ONE, PARENT)


def test_an_owner_that_has_an_owner_is_refused_at_its_place() -> None:
    with pytest.raises(SchemaError):
        Owners({ONE: OTHER, OTHER: PARENT})
    for value, place in (
        ({ONE: OTHER, OTHER: PARENT}, f"/owners/{ONE}"),
        ({ONE: "no LEI"}, f"/owners/{ONE}"),
        ({}, "/owners"),
    ):
        with pytest.raises(SchemaError) as refused:
            read_owners(Node(value, "/owners"))
        assert refused.value.place == place


def test_only_what_matters_travels_and_reads_back() -> None:
    group = Owners({ONE: PARENT, OTHER: PARENT})
    assert group.only(frozenset({ONE})) == Owners({ONE: PARENT})
    assert read_owners(Node(group.to_json())) == group


def test_a_bundle_carries_owners_and_its_replay_uses_them() -> None:
    plain = bundle()
    assert b"owners" not in plain.encode()
    owned = replace(plain, owners=Owners({ONE: PARENT}))
    assert decode(owned.encode()) == owned and recompute(owned).equal
