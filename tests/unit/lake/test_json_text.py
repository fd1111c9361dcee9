"""JSON with numbers as text: bounded, unambiguous, places named."""

from __future__ import annotations

import pytest

from evidence.errors import LimitError, MalformedError
from lake.json_text import documents


def test_numbers_stay_as_written() -> None:
    (node,) = documents(b'{"a": 28300.0, "b": 1e400, "c": 9007199254740993}')
    assert [node.get(name).number() for name in "abc"] == ["28300.0", "1e400", "9007199254740993"]


def test_a_wrong_type_is_told_with_its_place() -> None:
    (node,) = documents(b'{"a": [{"b": "1"}]}')
    (item,) = node.get("a").items()
    with pytest.raises(MalformedError, match="/a/0/b: a number is needed here, not str"):
        item.get("b").number()
    with pytest.raises(MalformedError, match="/a: an object is needed"):
        node.get("a").get("x")


@pytest.mark.parametrize("data", [b"{'a':1}", b'{"a":1,"a":2}', b"[Infinity]", b"\xff", b'{"a":1}\nx', b""])
def test_what_two_readers_might_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        documents(data)


def test_depth_is_bounded() -> None:
    for depth in (100, 1_000_000):
        with pytest.raises(LimitError):
            documents(b"[" * depth + b"]" * depth)
