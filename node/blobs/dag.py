"""Reading DAG-PB file nodes that another party sent: bounded, strict, links only."""

from __future__ import annotations

from typing import Final

from evidence.errors import MalformedError
from node.blobs.cid import LINKS_PER_NODE, Link, encode_node

MAX_BLOCK_BYTES: Final = 1_048_576
_HASH, _NAME, _TSIZE = 0x0A, 0x12, 0x18


def decode_node(block: bytes) -> list[Link]:
    """The links of a UnixFS file node.

    Strict: the node must be exactly what `encode_node` writes for its links, so that no byte of it is free.

    Raises:
        MalformedError: anything else.
    """
    if len(block) > MAX_BLOCK_BYTES:
        raise MalformedError(f"an IPFS block of {len(block)} bytes, more than {MAX_BLOCK_BYTES}")
    found: list[tuple[bytes, int]] = []
    position = 0
    while position < len(block) and block[position] == _NAME:
        body, position = _bytes(block, position + 1)
        found.append(_link(body))
    sizes = _sizes(block, position)
    if not 0 < len(found) <= LINKS_PER_NODE or len(sizes) != len(found):
        raise MalformedError("an IPFS node that is not a file node as Credence stores it")
    links = [Link(cid, size, total) for (cid, total), size in zip(found, sizes, strict=True)]
    if encode_node(links) != block:
        raise MalformedError("an IPFS node that does not re-encode to itself")
    return links


def _link(body: bytes) -> tuple[bytes, int]:
    if not body or body[0] != _HASH:
        raise MalformedError("an IPFS link without hash")
    cid, position = _bytes(body, 1)
    if body[position : position + 3] != b"\x12\x00\x18":
        raise MalformedError("an IPFS link that is named or has no size")
    total, position = _varint(body, position + 3)
    if position != len(body):
        raise MalformedError("an IPFS link with something behind it")
    return cid, total


def _sizes(block: bytes, position: int) -> list[int]:
    if position >= len(block) or block[position] != _HASH:
        raise MalformedError("an IPFS node without data")
    data, end = _bytes(block, position + 1)
    if end != len(block) or data[:3] != b"\x08\x02\x18":
        raise MalformedError("an IPFS node that is no UnixFS file")
    _, at = _varint(data, 3)
    sizes: list[int] = []
    while at < len(data):
        if data[at] != 0x20 or len(sizes) == LINKS_PER_NODE:
            raise MalformedError("an IPFS node with unknown data")
        size, at = _varint(data, at + 1)
        sizes.append(size)
    return sizes


def _bytes(data: bytes, position: int) -> tuple[bytes, int]:
    length, start = _varint(data, position)
    if start + length > len(data):
        raise MalformedError("an IPFS node that ends too early")
    return data[start : start + length], start + length


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        if position + count >= len(data):
            break
        byte = data[position + count]
        value |= (byte & 0x7F) << 7 * count
        if not byte & 0x80:
            return value, position + count + 1
    raise MalformedError("an IPFS node with a broken number")
