"""What a column is, and what may cause what."""

from __future__ import annotations

import pytest

from evidence.errors import SchemaError
from rca.columns import Column, Kind, column_from


def test_nothing_causes_a_thing_of_a_lower_tier() -> None:
    early, late = Column("early", tier=0), Column("late", tier=3)
    assert early.may_cause(late)
    assert not late.may_cause(early)


def test_what_only_watches_causes_no_process_variable_but_may_cause_what_watches() -> None:
    camera = Column("solder bridges", Kind.COUNT, "{count}", tier=1, observation=True)
    furnace, final = Column("furnace", tier=2), Column("final test", tier=2, observation=True)
    assert not camera.may_cause(furnace)
    assert camera.may_cause(final)


@pytest.mark.parametrize("name", ["", " blank", "line\nbreak", "x" * 201])
def test_names_that_people_cannot_tell_apart_are_refused(name: str) -> None:
    with pytest.raises(SchemaError):
        Column(name)


def test_a_unit_that_is_none_is_refused() -> None:
    with pytest.raises(SchemaError, match="not a unit"):
        Column("a", unit="furlongish")


def test_a_categorical_column_names_its_categories() -> None:
    with pytest.raises(SchemaError, match="at least two"):
        Column("shift", Kind.CATEGORICAL)


def test_a_column_read_back_from_its_document_is_the_same() -> None:
    one = Column("shift", Kind.CATEGORICAL, tier=2, observation=True, categories=("day", "night"), source="MES")
    assert column_from(one.document(), "/columns/0") == one


@pytest.mark.parametrize(
    "change",
    [{"kind": "odd"}, {"tier": True}, {"tier": 99}, {"observation": 1}, {"extra": 1}, {"categories": [1]}, {"unit": 3}],
)
def test_a_document_against_the_rules_is_refused_with_its_place(change: dict[str, object]) -> None:
    with pytest.raises(SchemaError):
        column_from({"name": "a", **change}, "/columns/7")
