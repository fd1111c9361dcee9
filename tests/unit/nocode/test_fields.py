"""Fields take what their type says, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import SchemaError
from nocode.document import Node
from nocode.fields import Field, FieldType, read_field
from tests.unit.nocode.people import SUPPLIER, words

DIGEST = "ab" * 32


def make(kind: str, **options: object) -> Field:
    return read_field("value", Node({"type": kind, "title": words("Value"), **options}))  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        (make("text", longest=3), ["abc", "密码", "a\nb"], ["", "abcd", "a\x00", "\ud800", 1, None, True]),
        (make("integer", least=-1, most=5), [-1, 0, 5], [-2, 6, "1", True, None]),
        (make("decimal", unit="mm"), ["1.50", "-0.1", "0"], ["1.", ".5", "1e3", "+1", "1,5", 1, "９"]),
        (make("boolean"), [True, False], [0, 1, "true", None]),
        (make("choice", options=["low", "high"]), ["low"], ["Low", "", "middle", 1]),
        (make("date"), ["2026-11-23"], ["2026-02-30", "20261123", "2026-11-23T00:00:00Z", "2026-11-23\n"]),
        (make("instant"), ["2026-11-23T08:00:00+08:00"], ["2026-11-23T08:00:00", "2026-11-23", ""]),
        (make("lei"), [SUPPLIER], [SUPPLIER[:-1], SUPPLIER + "/PLANT", SUPPLIER.lower()]),
        (make("subject"), [SUPPLIER, SUPPLIER + "/PLANT-1"], [SUPPLIER + "/", "x", SUPPLIER + "/a"]),
        (make("digest"), [DIGEST], [DIGEST.upper(), DIGEST[:-1], "0x" + DIGEST]),
        (make("digests"), [[DIGEST], [DIGEST, "cd" * 32]], [[], [DIGEST, DIGEST], DIGEST, ["x"], [DIGEST, 1]]),
    ],
    ids=lambda value: value.type.value if isinstance(value, Field) else "",
)
def test_a_field_takes_values_of_its_type_only(field: Field, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        field.check(value, "/v")
    for value in bad:
        with pytest.raises(SchemaError) as refused:
            field.check(value, "/v")
        assert refused.value.place.startswith("/v")


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"type": "number"}, "/type"),
        ({"type": "text", "longest": 0}, "/longest"),
        ({"type": "text", "least": 1}, "/least"),
        ({"type": "integer", "least": 5, "most": 4}, "/most"),
        ({"type": "choice"}, "/"),
        ({"type": "choice", "options": []}, "/options"),
        ({"type": "choice", "options": ["a", "a"]}, "/options/1"),
        ({"type": "decimal", "unit": "furlong"}, "/unit"),
        ({"type": "date", "colour": "red"}, "/colour"),
    ],
)
def test_a_field_definition_that_does_not_hold_is_refused_at_its_place(options: dict[str, Any], place: str) -> None:
    with pytest.raises(SchemaError) as refused:
        read_field("value", Node({"title": words("Value"), **options}))
    assert refused.value.place == place


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(FieldType), JSON)
def test_no_json_value_crashes_a_field(kind: FieldType, value: Any) -> None:
    field = Field("value", kind, Node(words("Value")).words(), options=("a",))  # type: ignore[arg-type]
    try:
        field.check(value, "/v")
    except SchemaError as error:
        assert error.place.startswith("/v")
