"""JSON from others as values of ours: exactly the members expected, each of its type, or a refusal with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from evidence.draft import JsonValue
from evidence.encoding import hex0x_decode
from evidence.errors import LimitError, MalformedError

MAX_ITEMS: Final = 1_024
"""Longest array read where the caller names no limit."""


def members(value: JsonValue, place: str, names: Sequence[str]) -> Mapping[str, JsonValue]:
    """The members of an object that has exactly these names.

    Raises:
        MalformedError: no object, a member is missing, or there is one more.
    """
    if not isinstance(value, Mapping) or set(value) != set(names):
        raise MalformedError(f"{place}: not an object with exactly the members {', '.join(sorted(names))}")
    return value


def items(value: JsonValue, place: str, *, limit: int = MAX_ITEMS) -> Sequence[JsonValue]:
    """The items of an array.

    Raises:
        MalformedError: no array.
        LimitError: more than `limit` items.
    """
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise MalformedError(f"{place}: not an array")
    if len(value) > limit:
        raise LimitError(f"{place}: {len(value)} items; at most {limit} are read")
    return value


def text(value: JsonValue, place: str) -> str:
    """A text; raises MalformedError for anything else."""
    if not isinstance(value, str):
        raise MalformedError(f"{place}: not a text")
    return value


def integer(value: JsonValue, place: str) -> int:
    """An integer from 0 on; raises MalformedError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise MalformedError(f"{place}: not an integer from 0 on")
    return value


def octets(value: JsonValue, place: str, *, limit: int, size: int | None = None) -> bytes:
    """Bytes written as `0x` and lower-case hexadecimal: exactly `size` of them if given, else at most `limit`.

    Raises:
        MalformedError: anything else.
        LimitError: too many.
    """
    written = text(value, place)
    if len(written) > 2 * limit + 2:
        raise LimitError(f"{place}: more than {limit} bytes")
    try:
        return hex0x_decode(written, size=size)
    except MalformedError as error:
        raise MalformedError(f"{place}: {error}") from error
