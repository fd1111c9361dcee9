"""Canonical JSON: one spelling, within bounds, and the same as other implementations write."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from evidence.canonical import MAX_DEPTH, MAX_INT, decode_canonical, encode, loads
from evidence.draft import Kind
from evidence.errors import CredenceError, LimitError, MalformedError
from tests.support.fuzz import assert_refuses_cleanly
from tests.support.statements import LEI, vectors

VECTORS = vectors("canonical")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("vector", VECTORS["equal"], ids=lambda vector: vector["json"][:30])
def test_values_are_written_as_the_vectors_say(vector: dict[str, str]) -> None:
    assert encode(json.loads(vector["json"])).decode() == vector["canonical"]
    assert decode_canonical(vector["canonical"].encode()) == json.loads(vector["json"])


@pytest.mark.parametrize("text", VECTORS["refused"], ids=lambda text: text[:20])
def test_other_spellings_and_doubtful_numbers_are_refused(text: str) -> None:
    with pytest.raises(CredenceError):
        decode_canonical(text.encode())


@given(VALUES)
def test_the_bytes_are_those_of_the_rfc8785_package(value: Any) -> None:
    assert encode(value) == rfc8785.dumps(value)


@given(VALUES)
def test_what_was_written_reads_back(value: Any) -> None:
    assert decode_canonical(encode(value)) == value


@given(VALUES)
def test_any_layout_can_be_read_where_one_spelling_is_not_asked_for(value: Any) -> None:
    assert loads(json.dumps(value, indent=3).encode()) == value
    assert loads(json.dumps(value, ensure_ascii=False).encode()) == value


def test_names_beyond_the_basic_plane_are_sorted_by_utf_16() -> None:
    # U+1F600 sorts before U+FB33 in UTF-16, after it by code points.
    assert encode({"\ufb33": 1, "\U0001f600": 2}).decode() == '{"\U0001f600":2,"\ufb33":1}'
    assert encode({"a": [{"\ufb33": 1, "\U0001f600": 2}]}).decode() == '{"a":[{"\U0001f600":2,"\ufb33":1}]}'


@pytest.mark.parametrize("value", [1.0, float("nan"), b"x", bytearray(b"x"), {1: 2}, {None: 1}, {"a": {2}}, object()])
def test_what_has_no_exact_json_is_refused(value: Any) -> None:
    for nested in (value, [value], {"a": value}):
        with pytest.raises(MalformedError):
            encode(nested)


@pytest.mark.parametrize("value", ["\ud800", ["\udfff"], {"\ud800": 1}, {"a": {"é\udc00": 1}}])
def test_half_a_surrogate_pair_is_refused(value: Any) -> None:
    with pytest.raises(MalformedError):
        encode(value)
    with pytest.raises(MalformedError):
        loads(json.dumps(value).encode())


@pytest.mark.parametrize("number", [MAX_INT + 1, -MAX_INT - 1, 10**4000])
def test_integers_that_other_readers_would_round_are_refused(number: int) -> None:
    with pytest.raises(LimitError):
        encode([number])
    with pytest.raises(LimitError):
        loads(b"[" + b"9" * 5000 + b"]")


def test_nesting_is_bounded_both_ways() -> None:
    deep: Any = 1
    for _ in range(MAX_DEPTH):
        deep = [deep]
    assert decode_canonical(encode(deep)) == deep
    with pytest.raises(LimitError):
        encode([deep])
    for text in (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), b"[" * 200_000, b'{"a":' * 100_000):
        with pytest.raises(CredenceError):
            loads(text)


def test_longer_text_than_allowed_is_not_read() -> None:
    assert loads(b"12345", limit=5) == 12345
    with pytest.raises(LimitError):
        loads(b"12345", limit=4)


@pytest.mark.parametrize("data", [b"\xff", b'"\xc3"', b'"\xed\xa0\x80"', b'"\xc0\x80"', b"\xef\xbb\xbf1"])
def test_bytes_that_are_not_utf_8_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        loads(data)


def test_a_name_given_twice_is_named_in_the_refusal() -> None:
    with pytest.raises(MalformedError, match="'b'"):
        loads(b'{"a":1,"b":2,"b":3}')


def test_enumerations_identifiers_and_read_only_views_are_written_as_their_values() -> None:
    view = MappingProxyType({"b": (1, 2), "a": Kind.KPI})
    assert encode(view) == b'{"a":"kpi","b":[1,2]}'
    assert encode([LEI, {"é": view}]) == f'["{LEI}",{{"é":{{"a":"kpi","b":[1,2]}}}}]'.encode()


def test_damaged_json_is_refused_cleanly() -> None:
    seeds = [vector["canonical"].encode() for vector in VECTORS["equal"]]
    assert assert_refuses_cleanly(decode_canonical, seeds) > 100
    assert_refuses_cleanly(loads, seeds)
