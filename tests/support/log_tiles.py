"""Tiles in memory, which count how often they are read."""

from __future__ import annotations

from collections.abc import Iterable

from evidence.errors import NotFoundError
from evidence.tiles import Tile


class CountingTiles:
    """A `TileReader` over a dictionary."""

    def __init__(self, tiles: Iterable[Tile] = ()) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}
        self.reads = 0
        self.store(tiles)

    def store(self, tiles: Iterable[Tile]) -> None:
        """Keep tiles; a wider one takes the place of a narrower one."""
        for tile in tiles:
            self._tiles[tile.level, tile.index] = tile.hashes

    def read(self, level: int, index: int, width: int) -> bytes:
        self.reads += 1
        held = self._tiles.get((level, index), b"")
        if len(held) < 32 * width:
            raise NotFoundError(f"tile {level}/{index} is not {width} hashes wide")
        return held[: 32 * width]
