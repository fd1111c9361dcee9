"""JSON in one spelling: written as RFC 8785 says, and read only within bounds and without double meanings.

Binary floats are refused both ways (numbers with a fraction travel as decimal strings), so of RFC 8785 only the order
of names, the escapes and the absence of white space are left. For those Python's own encoder writes the same bytes as
long as all names are ASCII, ten times faster; the tests hold it against the `rfc8785` package, which writes the rest.

Source:
    RFC 8785 (JCS) section 3.2; RFC 8259; RFC 7493 (I-JSON) section 2.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import rfc8785

from evidence.draft import JsonValue
from evidence.errors import LimitError, MalformedError

MAX_BYTES: Final = 16 * 1024 * 1024
"""Longest JSON text read when the caller names no limit, bytes."""
MAX_DEPTH: Final = 32
"""Deepest nesting of arrays and objects written or read."""
MAX_INT: Final = 2**53 - 1
"""Largest integer that every JSON reader keeps exact (RFC 7493 section 2.2)."""


def encode(value: JsonValue) -> bytes:
    """The canonical UTF-8 bytes of a value.

    Raises:
        LimitError: nested deeper than MAX_DEPTH, or an integer beyond MAX_INT either way.
        MalformedError: floats, bytes or other foreign types, names that are not text, or lone surrogates.
    """
    ascii_names = True if type(value) is str else _check(value, MAX_DEPTH)
    try:
        data = _WRITER.encode(value).encode("utf-8")
        # Beyond ASCII the RFC sorts names by UTF-16 units, Python by code points.
        return data if ascii_names else rfc8785.dumps(json.loads(data))
    except ValueError as error:
        raise MalformedError("a text with half a surrogate pair cannot be written as UTF-8") from error


def loads(data: bytes, *, limit: int = MAX_BYTES) -> JsonValue:
    """Read JSON from others, in any layout.

    Raises:
        LimitError: longer than `limit` bytes, nested too deep, or an integer out of range.
        MalformedError: not UTF-8, not JSON, a name given twice, a float, NaN or Infinity, half a surrogate pair.
    """
    if len(data) > limit:
        raise LimitError(f"{len(data)} bytes of JSON; at most {limit} are read")
    try:
        text = data.decode("utf-8")
        value = cast("JsonValue", _READER.decode(text))
    except UnicodeDecodeError as error:
        raise MalformedError(f"byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise MalformedError(f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise LimitError(f"JSON nested deeper than {MAX_DEPTH}") from error
    if "\\u" in text:
        encode(value)  # only an escape can smuggle half a surrogate pair past the UTF-8 decoder
    else:
        _check(value, MAX_DEPTH)
    return value


def decode_canonical(data: bytes, *, limit: int = MAX_BYTES) -> JsonValue:
    """Read JSON that must be spelled as `encode` spells it; errors as `loads`, MalformedError for other spellings."""
    value = loads(data, limit=limit)
    if encode(value) != data:
        raise MalformedError("JSON that is not in canonical form (RFC 8785)")
    return value


def _check(value: object, depth: int) -> bool:
    """Refuse what JSON cannot carry exactly; tell whether all names are ASCII."""
    if isinstance(value, str | bool) or value is None:
        return True
    if isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise LimitError("an integer beyond 2^53 - 1; write it as a decimal string")
        return True
    if depth == 0:
        raise LimitError(f"JSON nested deeper than {MAX_DEPTH}")
    if isinstance(value, dict) or (not isinstance(value, list | tuple) and isinstance(value, Mapping)):
        ascii_names = True
        for name, item in value.items():
            if not isinstance(name, str):
                raise MalformedError("a JSON name that is not text")
            ascii_names &= name.isascii() & _check(item, depth - 1)
        return ascii_names
    if isinstance(value, list | tuple) or (isinstance(value, Sequence) and not isinstance(value, bytes | bytearray)):
        ascii_names = True
        for item in value:
            if type(item) is not str:
                ascii_names &= _check(item, depth - 1)
        return ascii_names
    raise MalformedError(f"{type(value).__name__} has no place in JSON here; write fractions as decimal strings")


def _plain(value: object) -> object:
    # Reached only for types that _check accepted: read-only views of mappings and sequences.
    return dict(value) if isinstance(value, Mapping) else list(cast("Sequence[object]", value))


_WRITER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False, default=_plain
)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise MalformedError(f"the name {twice[:40]!r} is given twice in one JSON object")
    return result


def _integer(text: str) -> int:
    if len(text) > 17:
        raise LimitError("an integer beyond 2^53 - 1; write it as a decimal string")
    return int(text)


def _no_float(text: str) -> float:
    raise MalformedError(f"the number {text[:40]} is not an integer; write it as a decimal string")


_READER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float
)
