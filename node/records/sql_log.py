"""Heads and tiles of our log in SQL tables; the contract is `port.LogStore`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Row, Select, delete, insert, select, update

from evidence.canonical import encode, loads
from evidence.errors import ConflictError, NotFoundError
from evidence.keys import KeyId
from evidence.log import ConsistencyProof, Digest, LogHead
from evidence.receipt import AnchorReceipt
from evidence.tiles import Tile
from node.records.engine import micros, moment, reading, writing
from node.records.port import MAX_PAGE, SealedHead
from node.records.tables import table


class SqlLogStore:
    """`LogStore` over an engine made by `open_engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._heads, self._tiles = table("heads"), table("tiles")

    def read(self, level: int, index: int, width: int) -> bytes:
        columns = self._tiles.c
        query = select(columns.hashes).where(columns.level == level, columns.place == index)
        with reading(self._engine) as connection:
            hashes: bytes | None = connection.execute(query).scalar_one_or_none()
        if hashes is None or len(hashes) < 32 * width:
            raise NotFoundError(f"tile {index} of level {level} does not hold {width} hashes yet")
        return hashes[: 32 * width]

    def open_head(self) -> SealedHead | None:
        return self._one(select(self._heads).where(self._heads.c.receipt.is_(None)).limit(1))

    def seal(self, sealed: SealedHead, tiles: Sequence[Tile]) -> None:
        columns = self._tiles.c
        with writing(self._engine) as connection:
            newest = connection.execute(select(self._heads).order_by(self._heads.c.size.desc()).limit(1)).one_or_none()
            if newest is not None and newest.receipt is None:
                raise ConflictError(f"the head of size {newest.size} is still open")
            begins = 0 if newest is None else newest.size
            if sealed.consistency.old_size != begins or sealed.head.size <= begins:
                raise ConflictError(f"a head of size {sealed.head.size} does not begin where size {begins} ends")
            for tile in tiles:
                same = (columns.level == tile.level, columns.place == tile.index)
                connection.execute(delete(self._tiles).where(*same))
                row = {"level": tile.level, "place": tile.index, "hashes": tile.hashes}
                connection.execute(insert(self._tiles), [row])
            connection.execute(insert(self._heads), [_to_row(sealed)])

    def close_head(self, size: int, receipt: AnchorReceipt) -> None:
        self._put_receipt(size, receipt, renew=False)

    def renew_receipt(self, size: int, receipt: AnchorReceipt) -> None:
        self._put_receipt(size, receipt, renew=True)

    def _put_receipt(self, size: int, receipt: AnchorReceipt, *, renew: bool) -> None:
        with writing(self._engine) as connection:
            row = connection.execute(select(self._heads).where(self._heads.c.size == size)).one_or_none()
            if row is None or (renew and row.receipt is None):
                raise NotFoundError(f"there is no {'closed ' if renew else ''}head of size {size}")
            if (receipt.head.size, receipt.head.root) != (row.size, row.root):
                raise ConflictError(f"the receipt speaks of another head than the one of size {size}")
            if renew or row.receipt is None:
                put = update(self._heads).where(self._heads.c.size == size)
                connection.execute(put.values(receipt=_dump(receipt)))

    def newest_head(self, *, closed: bool) -> SealedHead | None:
        query = select(self._heads).order_by(self._heads.c.size.desc()).limit(1)
        return self._one(query.where(self._heads.c.receipt.is_not(None)) if closed else query)

    def head_covering(self, position: int) -> SealedHead | None:
        columns = self._heads.c
        holds = (columns.size > position, columns.receipt.is_not(None))
        return self._one(select(self._heads).where(*holds).order_by(columns.size).limit(1))

    def heads(self, *, after: int = 0, limit: int = 100) -> tuple[SealedHead, ...]:
        size = self._heads.c.size
        query = select(self._heads).where(size > after).order_by(size).limit(max(0, min(limit, MAX_PAGE)))
        with reading(self._engine) as connection:
            return tuple(_to_head(row) for row in connection.execute(query))

    def _one(self, query: Select[Any]) -> SealedHead | None:
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            return None if row is None else _to_head(row)


def _to_row(sealed: SealedHead) -> dict[str, object]:
    return {
        "size": sealed.head.size,
        "root": sealed.head.root,
        "old_size": sealed.consistency.old_size,
        "path": b"".join(sealed.consistency.path),
        "checkpoint": sealed.checkpoint,
        "key_ids": b"".join(sealed.keys),
        "sealed_us": micros(sealed.sealed_at),
        "receipt": None if sealed.receipt is None else _dump(sealed.receipt),
    }


def _to_head(row: Row[Any]) -> SealedHead:
    path = tuple(Digest(node) for node in _split(row.path))
    return SealedHead(
        head=LogHead(row.size, Digest(row.root)),
        consistency=ConsistencyProof(row.old_size, row.size, path),
        checkpoint=row.checkpoint,
        keys=tuple(KeyId(key) for key in _split(row.key_ids)),
        sealed_at=moment(row.sealed_us),
        receipt=None if row.receipt is None else AnchorReceipt.from_json(loads(row.receipt.encode("utf-8"))),
    )


def _dump(receipt: AnchorReceipt) -> str:
    return encode(receipt.to_json()).decode("utf-8")


def _split(joined: bytes) -> list[bytes]:
    return [joined[start : start + 32] for start in range(0, len(joined), 32)]
