"""A growing tree: the hashes on its right edge are all that is needed to append, so memory stays flat.

The edge is a value. Growing gives a new edge and the tiles to store; whoever stores them decides when it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from evidence.errors import MalformedError
from evidence.log import DIGEST_BYTES, MAX_SIZE, Digest, LogHead
from evidence.merkle import EMPTY_ROOT, fold
from evidence.tiles import HEIGHT, WIDTH, Tile, TileReader, subtree_root, tile_width

_FULL = WIDTH * DIGEST_BYTES


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree of `size` leaves.

    Attributes:
        levels: the hashes of the unfinished tile of each level, lowest first; at most 255 hashes a level.
    """

    size: int = 0
    levels: tuple[bytes, ...] = field(default=())

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE:
            raise MalformedError(f"a tree size lies between 0 and {MAX_SIZE}, this one is {self.size}")
        widths = []
        rest = self.size
        while rest:
            widths.append(rest % WIDTH)
            rest >>= HEIGHT
        if [len(level) for level in self.levels] != [width * DIGEST_BYTES for width in widths]:
            raise MalformedError(f"this is not the right edge of a tree of {self.size} leaves")

    @property
    def head(self) -> LogHead:
        """Size and root of the tree."""
        roots = [root for hashes in self.levels for root in _perfect_roots(hashes)]
        return LogHead(self.size, fold(roots) if roots else EMPTY_ROOT)

    @property
    def partial_tiles(self) -> tuple[Tile, ...]:
        """The unfinished tiles, which a published checkpoint of this size needs."""
        return tuple(
            Tile(level, self.size >> (HEIGHT * (level + 1)), hashes)
            for level, hashes in enumerate(self.levels)
            if hashes
        )


@dataclass(frozen=True, slots=True)
class Growth:
    """What appending did: the new edge, and the tiles that it finished, in order of their last leaf."""

    edge: Edge
    full_tiles: tuple[Tile, ...]

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """Every tile to store before a checkpoint of the new size is published."""
        return (*self.full_tiles, *self.edge.partial_tiles)


def grow(edge: Edge, leaves: Iterable[Digest]) -> Growth:
    """Append leaf hashes. Memory is in proportion to the leaves of this call, never to those before.

    Raises:
        MalformedError: a leaf hash that is not 32 bytes long.
    """
    size = edge.size
    levels = [bytearray(level) for level in edge.levels]
    tiles: list[Tile] = []
    pending = iter(leaves)
    while batch := list(islice(pending, WIDTH - size % WIDTH)):
        hashes = b"".join(batch)
        if len(hashes) != len(batch) * DIGEST_BYTES or any(len(leaf) != DIGEST_BYTES for leaf in batch):
            raise MalformedError(f"a leaf hash after leaf {size} is not {DIGEST_BYTES} bytes long")
        size += len(batch)
        _carry(levels, hashes, size, tiles)
    return Growth(Edge(size, tuple(bytes(level) for level in levels)), tuple(tiles))


def edge_of(reader: TileReader, size: int) -> Edge:
    """The right edge of the tree of `size` leaves, read back from its tiles."""
    levels: list[bytes] = []
    while size >> (HEIGHT * len(levels)):
        level = len(levels)
        index = size >> (HEIGHT * (level + 1))
        width = tile_width(level, index, size)
        levels.append(reader.read(level, index, width) if width else b"")
    return Edge(size, tuple(levels))


def _carry(levels: list[bytearray], hashes: bytes, size: int, tiles: list[Tile]) -> None:
    """Put `hashes` (never across a tile's end) on the lowest level; a tile that fills gives its root to the next."""
    level = 0
    while hashes:
        if level == len(levels):
            levels.append(bytearray())
        levels[level] += hashes
        if len(levels[level]) < _FULL:
            return
        full = bytes(levels[level])
        levels[level].clear()
        tiles.append(Tile(level, (size >> (HEIGHT * (level + 1))) - 1, full))
        hashes = subtree_root(full)
        level += 1


def _perfect_roots(hashes: bytes) -> Iterator[Digest]:
    """The roots of the perfect subtrees that make up an unfinished tile, from right (smallest) to left."""
    end = len(hashes) // DIGEST_BYTES
    while end:
        width = end & -end
        end -= width
        yield subtree_root(hashes[end * DIGEST_BYTES : (end + width) * DIGEST_BYTES])
