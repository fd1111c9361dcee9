import contextlib
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import CredenceError, ImportRefusedError, LimitError, NotFoundError, SchemaError
from spc import table as module
from spc.chart import ChartKind
from spc.draw import Request, default_kind, draw
from spc.interval import Interval
from spc.plain import plain
from spc.sigma import SigmaMethod
from spc.table import read_table

COUNTS = np.array([3.0, 5.0, 2.0, 4.0])


def test_a_heading_names_the_columns() -> None:
    found = read_table(b"\xef\xbb\xbfpart, size \nA,1.5\n\nB,+2.50\n", "x.csv")
    assert found.names == ("part", "size") and found.lines == (2, 4)
    assert found.text("part") == ["A", "B"] and found.numbers().tolist() == [1.5, 2.5]
    assert found.first_numeric() == "size"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_told_from_the_first_line(separator: str) -> None:
    found = read_table(f"a{separator}b\n1{separator}2\n".encode(), "x.csv")
    assert found.numbers("b").tolist() == [2.0]


def test_a_file_without_a_heading_numbers_its_columns() -> None:
    assert read_table(b"1.5\n2.5\n", "x.csv").numbers("1").tolist() == [1.5, 2.5]
    assert read_table(b"A,1.5\nB,2.5\n", "x.csv").numbers().tolist() == [1.5, 2.5]


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"v\n1\nx\n", "line 3"),
        (b"v\n1\nNaN\n", "line 3"),
        (b"v,w\n1,2\n3,\n", "line 3"),
        (b"v,w\n1,2\n3\n", "line 3"),
        (b"v;w\n1,5;2\n", "decimal comma"),
        (b"v\nx\n", "no column of numbers"),
        (b"v,v\n1,2\n", "two columns"),
        (b"", "no row"),
        (b"v\n", "no row"),
        (b'v\n"1\n', "line 2"),
        (b"v\n\xff\n", "byte 2"),
    ],
)
def test_a_bad_file_is_refused_at_the_place(data: bytes, where: str) -> None:
    with pytest.raises(CredenceError, match=where):
        found = read_table(data, "x.csv")
        found.numbers()
        found.numbers(found.names[-1])


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    found = read_table(b"a,b\n1,2\n", "x.csv")
    with pytest.raises(NotFoundError) as caught:
        found.numbers("c")
    assert "a, b" in caught.value.advice


def test_files_beyond_the_bounds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LimitError, match="columns"):
        read_table(b"1," * 300 + b"1", "x.csv")
    with pytest.raises(LimitError, match="characters"):
        read_table(b"v\n" + b"x" * 1001, "x.csv")
    monkeypatch.setattr(module, "MAX_ROWS", 3)
    with pytest.raises(LimitError, match="rows"):
        read_table(b"1\n2\n3\n4\n", "x.csv")
    monkeypatch.setattr(module, "MAX_BYTES", 5)
    with pytest.raises(LimitError, match="bytes"):
        read_table(b"1\n2\n3\n", "x.csv")


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_whatever_the_bytes_only_our_errors_come_out(data: bytes) -> None:
    with contextlib.suppress(ImportRefusedError, NotFoundError, LimitError, SchemaError):
        read_table(data, "x.csv").numbers()


def test_what_json_cannot_write_becomes_plain() -> None:
    found = plain({"a": Interval(-math.inf, 1.0, 0.95, "x"), "b": (np.arange(2.0), SigmaMethod.POOLED, None, True)})
    assert found == {
        "a": {"lower": None, "upper": 1.0, "confidence": 0.95, "method": "x"},
        "b": [[0.0, 1.0], "pooled", None, True],
    }


@pytest.mark.parametrize("kind", ChartKind)
def test_every_kind_of_chart_is_drawn_from_what_it_wants(kind: ChartKind) -> None:
    grouped = kind in (ChartKind.XBAR_R, ChartKind.XBAR_S)
    sized = kind in (ChartKind.P, ChartKind.NP, ChartKind.U)
    sizes = np.full(4, 50.0) if sized else None
    assert draw(COUNTS, Request(kind, subgroup=2 if grouped else None), sizes).kind is kind


@pytest.mark.parametrize(
    ("request_", "sizes"),
    [
        (Request(ChartKind.XBAR_R), None),
        (Request(ChartKind.I_MR, subgroup=2), None),
        (Request(ChartKind.P), None),
        (Request(ChartKind.C), COUNTS),
        (Request(ChartKind.NP), np.array([50.0, 60.0, 50.0, 50.0])),
        (Request(ChartKind.I_MR, target=3.0), None),
        (Request(ChartKind.EWMA, phase1=3), None),
    ],
)
def test_an_input_that_a_chart_lacks_or_cannot_use_is_refused(request_: Request, sizes: np.ndarray | None) -> None:
    with pytest.raises(SchemaError):
        draw(COUNTS, request_, sizes)


def test_the_default_chart_suits_the_subgroup() -> None:
    assert [default_kind(size) for size in (None, 5, 20)] == [ChartKind.I_MR, ChartKind.XBAR_R, ChartKind.XBAR_S]
