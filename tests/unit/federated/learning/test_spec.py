"""The feature spec: one meaning, one hash, strict reading."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import LimitError, MalformedError, SchemaError
from federated.learning.spec import MAX_BYTES, Column, Feature, decimal_text, decode, read
from federated.specs import NAMES, shipped
from tests.unit.federated.learning.builders import spec


def test_a_spec_reads_back_equal_and_under_the_same_name() -> None:
    again = decode(spec(optional=True).encode())
    assert again == spec(optional=True) and again.digest == spec(optional=True).digest
    assert again.width == 5 and again.optional == ("force",)


def test_any_change_of_meaning_changes_the_name() -> None:
    one = spec()
    others = [
        replace(one, version=2),
        replace(one, columns=(replace(one.columns[0], unit="K"), *one.columns[1:])),
        replace(one, columns=(replace(one.columns[0], high=Fraction(201)), *one.columns[1:])),
        replace(one, features=(replace(one.features[0], centre=Fraction("100.1")), *one.features[1:])),
        replace(one, features=tuple(reversed(one.features))),
    ]
    assert len({one.digest, *(other.digest for other in others)}) == 6


@pytest.mark.parametrize("name", NAMES)
def test_shipped_specs_are_read(name: str) -> None:
    assert shipped(name).name == name


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("format", "x"),
        ("version", 0),
        ("version", "1"),
        ("label", "heat"),
        ("outside", "1"),
        ("outside", "1e-2"),
        ("features", []),
        ("columns", [{"name": "heat", "unit": "furlong", "low": "0", "high": "1", "optional": False}]),
        ("columns", [{"name": "heat", "unit": "Cel", "low": "1", "high": "1", "optional": False}]),
        ("surprise", 1),
    ],
)
def test_what_is_no_spec_is_refused(place: str, value: Any) -> None:
    document = {**json.loads(spec().encode()), place: value}
    with pytest.raises(SchemaError):
        decode(json.dumps(document).encode())


def test_features_must_fit_the_columns() -> None:
    with pytest.raises(SchemaError, match="no column"):
        replace(spec(), features=(Feature("x", "column", ("nothing",), Fraction(0), Fraction(1)),))
    with pytest.raises(SchemaError):
        Feature("x", "product", ("heat",), Fraction(0), Fraction(1))
    with pytest.raises(SchemaError):
        Feature("x", "column", ("heat",), Fraction(0), Fraction(0))
    with pytest.raises(SchemaError, match="twice"):
        replace(spec(), columns=(*spec().columns, Column("heat", "Cel", Fraction(0), Fraction(1))))


@given(place=st.integers(0, 5000), byte=st.integers(0, 255))
def test_a_damaged_spec_is_refused_or_read_but_never_crashes(place: int, byte: int) -> None:
    data = bytearray(spec().encode())
    data[place % len(data)] = byte
    with contextlib.suppress(SchemaError, MalformedError):
        decode(bytes(data))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_decimals_are_written_exactly(value: Any) -> None:
    assert Fraction(decimal_text(Fraction(value))) == Fraction(value)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "spec.json"
    file.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(LimitError):
        read(file)
