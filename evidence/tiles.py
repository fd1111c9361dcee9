"""Tiles: a tree cut into files of 256 hashes that never change, from which anyone can build any proof.

A tile of level `l` holds, for 256 neighbours, the roots over `256**l` leaves each. Entry bundles hold the leaves.

Source:
    C2SP tlog-tiles (height 8).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from evidence import merkle
from evidence.errors import LimitError, MalformedError
from evidence.log import DIGEST_BYTES, MAX_SIZE, ConsistencyProof, Digest, InclusionProof

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 0xFFFF
"""An entry's length is written in 16 bits."""

_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class TileId:
    """Which tile: its level (None for an entry bundle), its index in the level and its width (256 when full)."""

    level: int | None
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level <= MAX_LEVEL:
            raise MalformedError(f"a tile's level lies between 0 and {MAX_LEVEL}, this one is {self.level}")
        if not 0 <= self.index <= MAX_SIZE >> HEIGHT:
            raise MalformedError(f"no tree has a tile with index {self.index}")
        if not 1 <= self.width <= WIDTH:
            raise MalformedError(f"a tile is 1 to {WIDTH} hashes wide, this one {self.width}")

    @property
    def path(self) -> str:
        """Where the tile is served, below the log's prefix: `tile/<L>/x001/x234/067.p/<W>`."""
        digits = f"{self.index:d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        number = "/".join([*("x" + part for part in parts[:-1]), parts[-1]])
        level = "entries" if self.level is None else f"{self.level}"
        return f"tile/{level}/{number}" + ("" if self.width == WIDTH else f".p/{self.width}")

    @classmethod
    def parse(cls, path: str) -> TileId:
        """Read what `path` writes.

        Raises:
            MalformedError: anything else, other spellings of the same tile (leading zeros, `.p/256`) included.
        """
        match = _PATH.fullmatch(path)
        if match is None:
            raise MalformedError(f"not the path of a tile: {path[:80]!r}")
        level, number, width = match.groups()
        tile = cls(
            None if level == "entries" else int(level),
            int(number.replace("x", "").replace("/", "")),
            WIDTH if width is None else int(width),
        )
        if tile.path != path:
            raise MalformedError(f"not the canonical path of a tile: {path!r} for {tile.path!r}")
        return tile


@dataclass(frozen=True, slots=True)
class Tile:
    """The hashes of one tile, concatenated; `width` of them."""

    level: int
    index: int
    hashes: bytes

    def __post_init__(self) -> None:
        if len(self.hashes) % DIGEST_BYTES:
            raise MalformedError(f"a tile of {len(self.hashes)} bytes does not consist of hashes")
        TileId(self.level, self.index, self.width)

    @property
    def width(self) -> int:
        """How many hashes the tile holds."""
        return len(self.hashes) // DIGEST_BYTES

    @property
    def id(self) -> TileId:
        """Which tile this is."""
        return TileId(self.level, self.index, self.width)


class TileReader(Protocol):
    """Where tiles are kept."""

    def read(self, level: int, index: int, width: int) -> bytes:
        """The first `width` hashes of the tile, exactly `32 * width` bytes.

        MUST serve a narrower tile from a wider one: a partial tile may be gone once the tile has grown.
        MUST raise NotFoundError when it holds fewer hashes than asked for.
        """


def tile_width(level: int, index: int, size: int) -> int:
    """How many hashes the tile has in a tree of `size` leaves; 0 when it is not there yet."""
    return max(0, min(WIDTH, (size >> (HEIGHT * level)) - index * WIDTH))


@dataclass(slots=True)
class TileNodes:
    """A `merkle.NodeSource` over the tiles of a tree of `size` leaves; reads each tile once, so use one per proof.

    Raises:
        MalformedError: the reader gave other than the hashes asked for.
    """

    reader: TileReader
    size: int
    _tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def node(self, level: int, index: int) -> Digest:
        """See `merkle.NodeSource`; nodes between two tile levels are hashed together from the lower one."""
        tile_level, above = divmod(level, HEIGHT)
        first = index << above
        tile = self._tile(tile_level, first >> HEIGHT)
        start = (first % WIDTH) * DIGEST_BYTES
        return subtree_root(tile[start : start + (DIGEST_BYTES << above)])

    def _tile(self, level: int, index: int) -> bytes:
        tile = self._tiles.get((level, index))
        if tile is None:
            width = tile_width(level, index, self.size)
            tile = self.reader.read(level, index, width)
            if len(tile) != width * DIGEST_BYTES:
                raise MalformedError(
                    f"the tile {TileId(level, index, width).path} has {len(tile)} bytes, not {width * DIGEST_BYTES}",
                    advice="The stored tiles are damaged: rebuild them from the log's entries.",
                )
            self._tiles[level, index] = tile
        return tile


def subtree_root(hashes: bytes) -> Digest:
    """The root over a power of two of hashes, concatenated."""
    while len(hashes) > DIGEST_BYTES:
        hashes = b"".join([sha256(b"\x01" + hashes[i : i + 64]).digest() for i in range(0, len(hashes), 64)])
    return Digest(hashes)


def tree_root(reader: TileReader, size: int) -> Digest:
    """The root over the first `size` leaves, from O(log size) tiles."""
    return merkle.tree_root(TileNodes(reader, size), size)


def prove_inclusion(reader: TileReader, index: int, size: int) -> InclusionProof:
    """Prove leaf `index` in the tree of `size` leaves, from O(log size) tiles; errors as `merkle.prove_inclusion`."""
    return merkle.prove_inclusion(TileNodes(reader, size), index, size)


def prove_consistency(reader: TileReader, old_size: int, new_size: int) -> ConsistencyProof:
    """Prove that the tree grew from `old_size` to `new_size`; errors as `merkle.prove_consistency`."""
    return merkle.prove_consistency(TileNodes(reader, new_size), old_size, new_size)


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry behind its length in 16 bits, big-endian.

    Raises:
        LimitError: more than 256 entries, or one of more than 65,535 bytes.
    """
    if len(entries) > WIDTH:
        raise LimitError(f"an entry bundle holds at most {WIDTH} entries, not {len(entries)}")
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise LimitError(f"a log entry has at most {MAX_ENTRY_BYTES} bytes, this one {len(entry)}")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_entries(bundle: bytes) -> tuple[bytes, ...]:
    """The entries of a bundle.

    Raises:
        MalformedError: a length that runs over the end.
        LimitError: more than 256 entries.
    """
    entries: list[bytes] = []
    place = 0
    while place < len(bundle):
        start = place + 2
        end = start + int.from_bytes(bundle[place:start], "big")
        if start > len(bundle) or end > len(bundle):
            raise MalformedError(f"the entry bundle ends inside the entry that begins at byte {place}")
        entries.append(bundle[start:end])
        if len(entries) > WIDTH:
            raise LimitError(f"an entry bundle holds at most {WIDTH} entries")
        place = end
    return tuple(entries)
