"""Recursive Length Prefix, the encoding of Ethereum's headers and state: decoding within bounds, one spelling only.

The `rlp` package recurses as deep as its input says, and a receipt's bytes come from whoever wrote it.

Source:
    Ethereum yellow paper, appendix B.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from evidence.errors import LimitError, MalformedError

Item: TypeAlias = "bytes | list[Item]"
"""A string of bytes, or a list of items."""

MAX_DEPTH: Final = 6
"""Headers nest 1 deep, trie nodes with other nodes embedded in them at most 4."""


def decode(data: bytes) -> Item:
    """The one item that `data` encodes.

    Raises:
        MalformedError: truncated, trailing bytes, or a length or byte not in its shortest form.
        LimitError: lists nested deeper than `MAX_DEPTH`.
    """
    item, end = _item(data, 0, len(data), MAX_DEPTH)
    if end != len(data):
        raise MalformedError(f"RLP with {len(data) - end} bytes after its end")
    return item


def decode_list(data: bytes) -> list[Item]:
    """As `decode`, for data that must be a list."""
    item = decode(data)
    if isinstance(item, bytes):
        raise MalformedError("RLP of a string where a list is needed")
    return item


def to_uint(item: Item, *, size: int) -> int:
    """An unsigned integer of at most `size` bytes, without leading zeros (zero is the empty string).

    Raises:
        MalformedError: anything else.
    """
    if not isinstance(item, bytes) or len(item) > size or item[:1] == b"\0":
        raise MalformedError(f"RLP item that is not an integer of at most {size} bytes")
    return int.from_bytes(item, "big")


def to_bytes(item: Item, *, size: int) -> bytes:
    """A string of exactly `size` bytes.

    Raises:
        MalformedError: anything else.
    """
    if not isinstance(item, bytes) or len(item) != size:
        raise MalformedError(f"RLP item that is not a string of {size} bytes")
    return item


def _item(data: bytes, start: int, limit: int, depth: int) -> tuple[Item, int]:
    """The item at `start` and where it ends; nothing is read at or beyond `limit`."""
    if start >= limit:
        raise MalformedError("RLP ends where an item should begin")
    first = data[start]
    if first < 0x80:
        return data[start : start + 1], start + 1
    is_list = first >= 0xC0
    begin, end = _payload(data, start, limit, first - (0xC0 if is_list else 0x80))
    if not is_list:
        if end - begin == 1 and data[begin] < 0x80:
            raise MalformedError("RLP writes a small byte with a length before it")
        return data[begin:end], end
    if depth == 0:
        raise LimitError(f"RLP nested deeper than {MAX_DEPTH}")
    items: list[Item] = []
    place = begin
    while place < end:
        item, place = _item(data, place, end, depth - 1)
        items.append(item)
    return items, end


def _payload(data: bytes, start: int, limit: int, code: int) -> tuple[int, int]:
    """Begin and end of the payload whose length `code` says, or says where to find."""
    begin, length = start + 1, code
    if code > 55:
        begin = start + 1 + code - 55
        written = data[start + 1 : begin]
        length = int.from_bytes(written, "big")
        if begin > limit or written[:1] == b"\0" or length < 56:
            raise MalformedError("RLP with a length that is cut off or not in its shortest form")
    if begin + length > limit:
        raise MalformedError("RLP with a length that runs over the end")
    return begin, begin + length
