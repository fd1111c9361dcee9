"""JSON from others with its numbers kept as text, and typed steps into it that name their place.

Binary floats never exist: `28300.0` stays the text "28300.0".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

from evidence.errors import LimitError, MalformedError

MAX_ITEMS: Final = 2_000_000
"""Most objects, lists and texts in one document."""
_DECODER_DEPTH: Final = 64


class NumberText(str):
    """A JSON number, as written."""

    __slots__ = ()


class Node:
    """A value in a JSON document and where it stands (a JSON pointer), so that every complaint names its place."""

    __slots__ = ("place", "value")

    def __init__(self, value: object, place: str = "") -> None:
        self.value = value
        self.place = place

    def get(self, name: str) -> Node:
        """A member of an object; a missing one is null.

        Raises:
            MalformedError: not an object.
        """
        if not isinstance(self.value, dict):
            self.refuse("an object")
        return Node(self.value.get(name), f"{self.place}/{name}")

    def items(self) -> Iterator[Node]:
        """The elements of a list; null counts as an empty list.

        Raises:
            MalformedError: neither.
        """
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self.refuse("a list")
        for index, item in enumerate(self.value):
            yield Node(item, f"{self.place}/{index}")

    def text(self) -> str | None:
        """A text or number as text; None for null and for white space.

        Raises:
            MalformedError: anything else.
        """
        if self.value is None:
            return None
        if not isinstance(self.value, str):
            self.refuse("a text")
        return self.value.strip() or None

    def number(self) -> str | None:
        """A number as written; None for null.

        Raises:
            MalformedError: not a number.
        """
        if self.value is None:
            return None
        if not isinstance(self.value, NumberText):
            self.refuse("a number")
        return str(self.value)

    def is_object(self) -> bool:
        """Whether it is an object."""
        return isinstance(self.value, dict)

    def has(self, name: str) -> bool:
        """Whether it is an object with that member."""
        return isinstance(self.value, dict) and name in self.value

    def refuse(self, expected: str) -> NoReturn:
        """Complain that something else stands here."""
        found = "null" if self.value is None else type(self.value).__name__
        raise MalformedError(f"{self.place or '/'}: {expected} is needed here, not {found}")


def documents(data: bytes) -> list[Node]:
    """Read one JSON value, a list of them, or one a line (newline-delimited), as one node each.

    Raises:
        MalformedError: not UTF-8, not JSON, names given twice, NaN or Infinity.
        LimitError: nested too deep or too many values.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8 at byte {error.start}") from error
    try:
        whole = _load(text)
    except MalformedError:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
        if len(lines) < 2 or not all(line.strip().startswith("{") for _, line in lines):
            raise
        return [Node(_load(line), f"line {number} ") for number, line in lines]
    if isinstance(whole, list):
        return list(Node(whole).items())
    return [Node(whole)]


def _load(text: str) -> object:
    try:
        value = json.loads(
            text,
            parse_float=NumberText,
            parse_int=NumberText,
            parse_constant=_no_constant,
            object_pairs_hook=_unique,
        )
    except json.JSONDecodeError as error:
        raise MalformedError(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise LimitError("nested too deep") from error
    _check(value)
    return value


def _check(root: object) -> None:
    """Bound depth and number of values, without recursion."""
    stack, count = [(root, 0)], 0
    while stack:
        value, depth = stack.pop()
        count += 1
        if depth > _DECODER_DEPTH or count > MAX_ITEMS:
            raise LimitError(f"nested deeper than {_DECODER_DEPTH} or more than {MAX_ITEMS} values")
        if isinstance(value, dict):
            stack.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            stack.extend((item, depth + 1) for item in value)


def _unique(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Two readers may pick different ones of the two: what is signed must mean one thing.
        raise MalformedError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise MalformedError(f"{name} is not a number")
