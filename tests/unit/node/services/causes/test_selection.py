"""Filters choose lots, and a question splits a table into window and reference."""

from __future__ import annotations

import numpy as np
import pytest

from evidence.errors import NotFoundError, SchemaError
from node.services.causes.selection import Against, Filter, Question, question_from
from rca.columns import Column, Kind
from rca.table import Table, table_of

NIGHT = Filter("shift", ("night",))


def table() -> Table:
    shift = Column("shift", Kind.BINARY, categories=("day", "night"))
    return table_of([shift, Column("force", unit="kN"), Column("flag", Kind.BINARY)],
                    [np.arange(40) % 2, np.linspace(0, 39, 40), np.ones(40)])  # fmt: skip


def test_labels_and_ranges_choose_rows() -> None:
    assert NIGHT.mask(table()).sum() == 20
    assert list(np.flatnonzero(Filter("force", low="37.5").mask(table()))) == [38, 39]
    assert Filter("force", low="1", high="2").mask(table()).sum() == 2
    assert Filter("flag", ("1",)).mask(table()).all()


def test_a_window_is_held_against_before_or_against_the_others() -> None:
    before = Question((NIGHT,))
    reference, window = before.split(table(), 30, 25)
    assert list(np.flatnonzero(window)) == [31, 33, 35, 37, 39]
    assert list(np.flatnonzero(reference)) == list(range(25))
    reference, window = Question((NIGHT,), Against.OTHERS).split(table(), 30, 25)
    assert list(np.flatnonzero(reference)) == [30, 32, 34, 36, 38]
    assert not (reference & window).any()


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(SchemaError, match="'dusk' is none of day, night"):
        Filter("shift", ("dusk",)).mask(table())
    with pytest.raises(SchemaError, match="it holds numbers"):
        Filter("force", ("3",)).mask(table())
    with pytest.raises(NotFoundError):
        Filter("colour", ("red",)).mask(table())
    for wrong in ({}, {"labels": ("a",), "low": "1"}, {"low": "x"}):
        with pytest.raises(SchemaError):
            Filter("force", **wrong)  # type: ignore[arg-type]
    with pytest.raises(SchemaError, match="without filters"):
        Question((), Against.OTHERS)


def test_questions_are_read_back() -> None:
    asked = Question((NIGHT, Filter("force", high="3.5")), Against.OTHERS, 7)
    assert question_from(asked.to_json()) == asked
