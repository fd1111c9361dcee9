"""Serve our log to everyone, as C2SP tlog-tiles: checkpoint, tiles, entry bundles. Only what is anchored."""

from __future__ import annotations

from evidence.errors import NotFoundError
from evidence.tiles import WIDTH, TileId, encode_entries, tile_width
from node.records.port import EvidenceStore, LogStore


class LogReader:
    """The public face of our log.

    Everything is cut at the newest anchored head: what is served is proved by a checkpoint that can no longer change.
    """

    def __init__(self, store: EvidenceStore, log: LogStore) -> None:
        self._store, self._log = store, log

    def checkpoint(self) -> str:
        """The signed checkpoint of the newest anchored head; raises NotFoundError before the first one."""
        newest = self._log.newest_head(closed=True)
        if newest is None:
            raise NotFoundError("this log has no checkpoint yet", advice="Ask again once something is anchored.")
        return newest.checkpoint

    def size(self) -> int:
        """Leaves under the newest anchored head; 0 before the first one."""
        newest = self._log.newest_head(closed=True)
        return 0 if newest is None else newest.head.size

    def tile(self, level: int, index: int, width: int = WIDTH) -> bytes:
        """The first `width` hashes of a tile, 32 bytes each; never changes once served.

        Raises:
            MalformedError: no tree has such a tile.
            NotFoundError: the anchored tree does not have it yet, or not so wide.
        """
        wanted = TileId(level, index, width)
        if width > tile_width(level, index, self.size()):
            raise NotFoundError(f"the log does not have {wanted.path} yet")
        return self._log.read(level, index, width)

    def entries(self, index: int, width: int = WIDTH) -> bytes:
        """An entry bundle: the leaves below the level-0 tile with the same index and width; errors as `tile`."""
        wanted = TileId(None, index, width)
        if width > tile_width(0, index, self.size()):
            raise NotFoundError(f"the log does not have {wanted.path} yet")
        start = index * WIDTH
        return encode_entries(self._store.leaves(start, start + width))
