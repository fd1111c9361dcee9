"""Disclosures: salted, digested as text, and erasable."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.disclosure import (
    MAX_ENCODED,
    check_signed,
    make_disclosure,
    parse_digests,
    parse_disclosure,
    select,
    shred,
)
from evidence.encoding import b64url_encode
from evidence.errors import DisclosureError, LimitError, MalformedError, NotFoundError
from tests.support.fuzz import assert_refuses_cleanly

SALT = bytes(range(16))
NAMES = st.from_regex("[a-z][a-z_]{0,10}", fullmatch=True)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=9) | st.integers(-9, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


def raw(value: object, *, layout: Any = None) -> str:
    return b64url_encode(json.dumps(value, ensure_ascii=False, separators=layout).encode())


def test_a_disclosure_is_digested_as_in_rfc_9901() -> None:
    example = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    disclosure = parse_disclosure(example, canonical=False)
    assert (disclosure.name, disclosure.value) == ("family_name", "Möbius")
    assert disclosure.digest == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


@given(NAMES, VALUES)
def test_a_disclosure_reads_back_as_it_was_made(name: str, value: Any) -> None:
    made = make_disclosure(SALT, name, value)
    read = parse_disclosure(made.encoded)
    assert (read.name, read.value, read.salt, read.digest) == (name, value, made.salt, made.digest)


@given(NAMES, VALUES, st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_equal_fields_under_other_salts_have_other_digests(name: str, value: Any, one: bytes, other: bytes) -> None:
    digests = {make_disclosure(one, name, value).digest, make_disclosure(other, name, value).digest}
    assert len(digests) == (1 if one == other else 2)


@pytest.mark.parametrize(
    "encoded",
    [
        raw(["A" * 22, "a", 1]),
        raw(["A" * 22, "a"], layout=(",", ":")),
        raw(["A" * 22, "a", 1, 2], layout=(",", ":")),
        raw(["A" * 21 + "B", "a", 1], layout=(",", ":")),
        raw(["A" * 23, "a", 1], layout=(",", ":")),
        raw(["A" * 8, "a", 1], layout=(",", ":")),
        raw(["A" * 22, "", 1], layout=(",", ":")),
        raw(["A" * 22, 1, 1], layout=(",", ":")),
        raw([1, "a", 1], layout=(",", ":")),
        raw(["A" * 22, "a", 1.5], layout=(",", ":")),
        raw({"A" * 22: "a"}, layout=(",", ":")),
        raw(["A" * 22, "a", 1], layout=(",", ":")) + "=",
        "",
        "!",
    ],
)
def test_other_shapes_and_spellings_are_refused(encoded: str) -> None:
    with pytest.raises(MalformedError):
        parse_disclosure(encoded)


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_names_reserved_by_the_standard_are_refused_at_any_depth(name: str) -> None:
    values: list[tuple[str, Any]] = [(name, 1), ("a", {name: []}), ("a", [{"b": [{name: "x"}]}]), ("a", [[{name: 1}]])]
    for field, value in values:
        with pytest.raises(MalformedError):
            make_disclosure(SALT, field, value)
        with pytest.raises(MalformedError):
            parse_disclosure(raw(["A" * 22, field, value], layout=(",", ":")))


def test_a_salt_of_another_size_is_refused() -> None:
    for salt in (b"", SALT[:15], SALT + b"\0"):
        with pytest.raises(MalformedError):
            make_disclosure(salt, "a", 1)


def test_shredding_leaves_everything_but_the_field() -> None:
    held = [make_disclosure(SALT, name, name) for name in ("a", "b", "c")]
    kept = shred(held, "b")
    assert [disclosure.name for disclosure in kept] == ["a", "c"]
    with pytest.raises(NotFoundError):
        shred(kept, "b")


def test_selecting_a_field_that_is_not_held_is_refused() -> None:
    held = [make_disclosure(SALT, name, name) for name in ("a", "b", "c")]
    assert [disclosure.name for disclosure in select(held, {"c", "a"})] == ["a", "c"]
    with pytest.raises(NotFoundError, match="d"):
        select(held, {"a", "d"})


def test_disclosures_that_were_not_signed_or_come_twice_are_refused() -> None:
    one, other = make_disclosure(SALT, "a", 1), make_disclosure(SALT, "b", 2)
    twin = make_disclosure(SALT, "a", 3)
    check_signed([one, other], {one.digest, other.digest, twin.digest})
    for shown, signed in (
        ([one], {other.digest}),
        ([one, one], {one.digest}),
        ([one, twin], {one.digest, twin.digest}),
    ):
        with pytest.raises(DisclosureError):
            check_signed(shown, signed)


def test_digests_must_be_distinct_ascending_and_few() -> None:
    digests: list[str] = sorted(make_disclosure(SALT, "a", number).digest for number in range(4))
    assert list(parse_digests(list(digests), most=4)) == digests
    bad: list[Any] = [
        [], digests[::-1], [*digests, digests[-1]], [digests[0][:-1]], [1], "x", None, {}, [digests[0] + "A"],
        [digests[0][:42] + "="], ["A" * 42 + "B"],
    ]  # fmt: skip
    for value in bad:
        with pytest.raises(MalformedError):
            parse_digests(value, most=4)
    with pytest.raises(MalformedError):
        parse_digests(list(digests), most=3)


def test_damaged_disclosures_are_refused_cleanly() -> None:
    seeds = [make_disclosure(SALT, "values", ["1", "2"]).encoded.encode(), raw(["A" * 22, "a", {"b": 1}]).encode()]

    assert assert_refuses_cleanly(lambda data: parse_disclosure(data.decode("latin-1")), seeds) > 100
    assert_refuses_cleanly(lambda data: parse_disclosure(data.decode("latin-1"), canonical=False), seeds)


def test_a_disclosure_longer_than_allowed_is_refused() -> None:
    with pytest.raises(LimitError):
        parse_disclosure("A" * (MAX_ENCODED + 1))
