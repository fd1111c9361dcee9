"""Content identifiers as `ipfs add --cid-version=1 --raw-leaves` gives them.

Content is cut into chunks of 262,144 bytes; every chunk is a raw block. More than one chunk becomes a balanced tree of
UnixFS file nodes in DAG-PB, 174 links a node.

Source: multiformats CID v1; IPLD DAG-PB specification; UnixFS v1, balanced layout.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from evidence.errors import MalformedError
from node.blobs.port import Cid

CHUNK_BYTES: Final = 262_144
LINKS_PER_NODE: Final = 174
RAW: Final = 0x55
DAG_PB: Final = 0x70
_SHA2_256: Final = b"\x12\x20"
_UNIXFS_FILE: Final = 2


@dataclass(frozen=True, slots=True)
class Link:
    """A child in the tree: its binary CID, the bytes of file below it, and the bytes of all blocks below it."""

    cid: bytes
    file_bytes: int
    total_bytes: int


def cid_of_block(codec: int, block: bytes) -> bytes:
    """The binary CID v1 of one block: version, codec, SHA-256 multihash; 36 bytes."""
    return bytes((1, codec)) + _SHA2_256 + hashlib.sha256(block).digest()


def to_text(cid: bytes) -> Cid:
    """The text of a binary CID: multibase base32, lower case, no padding."""
    return Cid("b" + base64.b32encode(cid).decode("ascii").lower().rstrip("="))


def from_text(text: str) -> bytes:
    """The binary CID out of its text.

    Raises:
        MalformedError: not a CID v1 of codec raw or DAG-PB with SHA-256 in its one base32 spelling.
    """
    body = text[1:].upper()
    try:
        cid = base64.b32decode(body + "=" * (-len(body) % 8)) if len(text) == 59 and text[0] == "b" else b""
    except ValueError as error:
        raise MalformedError(f"{text[:80]!r} is not a CID") from error
    if len(cid) != 36 or cid[0] != 1 or cid[1] not in (RAW, DAG_PB) or cid[2:4] != _SHA2_256 or to_text(cid) != text:
        raise MalformedError(f"{text[:80]!r} is not a CID v1 (base32, SHA-256, raw or dag-pb)")
    return cid


def matches(cid: bytes, block: bytes) -> bool:
    """Whether `block` is what `cid` names."""
    return cid_of_block(cid[1], block) == cid


def chunks(content: BinaryIO) -> Iterator[bytes]:
    """The content in full chunks; empty content is one empty chunk."""
    chunk = _read_full(content)
    yield chunk
    while len(chunk) == CHUNK_BYTES and (chunk := _read_full(content)):
        yield chunk


def _read_full(content: BinaryIO) -> bytes:
    parts, wanted = [], CHUNK_BYTES
    while wanted and (part := content.read(wanted)):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


class CidBuilder:
    """Computes a CID while content streams by; memory does not grow with the content."""

    def __init__(self) -> None:
        self._levels: list[list[Link]] = [[]]
        self._pending = bytearray()
        self._empty = True

    def write(self, data: bytes) -> None:
        """Take in the next bytes, in pieces of any size."""
        self._pending += data
        while len(self._pending) >= CHUNK_BYTES:
            self._leaf(bytes(self._pending[:CHUNK_BYTES]))
            del self._pending[:CHUNK_BYTES]

    def cid(self) -> Cid:
        """The CID of everything written; call it once, at the end."""
        if self._pending or self._empty:
            self._leaf(bytes(self._pending))
        return to_text(_root(self._levels).cid)

    def _leaf(self, chunk: bytes) -> None:
        self._empty = False
        _push(self._levels, 0, Link(cid_of_block(RAW, chunk), len(chunk), len(chunk)))


def cid_of_chunks(parts: Iterable[bytes]) -> Cid:
    """The CID of content given in pieces of any size."""
    builder = CidBuilder()
    for part in parts:
        builder.write(part)
    return builder.cid()


def _push(levels: list[list[Link]], height: int, link: Link) -> None:
    if height == len(levels):
        levels.append([])
    if len(levels[height]) == LINKS_PER_NODE:
        _push(levels, height + 1, _node(levels[height]))
        levels[height] = []
    levels[height].append(link)


def _root(levels: list[list[Link]]) -> Link:
    height = 0
    while height + 1 < len(levels) or len(levels[height]) > 1:
        _push(levels, height + 1, _node(levels[height]))
        height += 1
    return levels[height][0]


def _node(links: list[Link]) -> Link:
    block = encode_node(links)
    file_bytes = sum(link.file_bytes for link in links)
    total = len(block) + sum(link.total_bytes for link in links)
    return Link(cid_of_block(DAG_PB, block), file_bytes, total)


def encode_node(links: list[Link]) -> bytes:
    """A UnixFS file node as DAG-PB: links first, then data, as the canonical form orders them."""
    block = b"".join(
        _field(2, _field(1, link.cid) + _field(2, b"") + b"\x18" + _varint(link.total_bytes)) for link in links
    )
    sizes = b"".join(b"\x20" + _varint(link.file_bytes) for link in links)
    total = sum(link.file_bytes for link in links)
    return block + _field(1, bytes((0x08, _UNIXFS_FILE)) + b"\x18" + _varint(total) + sizes)


def _field(number: int, value: bytes) -> bytes:
    return bytes((number << 3 | 2,)) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
