"""Signatures in a SQL database; the contract is `port.SignatureStore`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select

from evidence.errors import ConflictError, InputError, StorageError
from node.records.engine import micros, moment, reading, writing
from node.signing.chain import chain
from node.signing.port import EMPTY, MAX_OF_RECORD, Signature, SignatureEntry, SignatureHead, SignatureId
from node.signing.sealed import unseal
from node.signing.tables import SIGNATURES

_TRIES: Final = 16
_WALK_ROWS: Final = 500
_C: Final = SIGNATURES.c


class SqlSignatures:
    """`SignatureStore` over an engine whose database has the table of `node.signing.tables`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()

    def append(self, signature: Signature, run: bytes) -> SignatureEntry:
        # The number is the primary key: a second writer (another process) collides and reads the new head.
        for _ in range(_TRIES):
            with self._lock, reading(self._engine) as connection:
                if connection.execute(select(_C.number).where(_C.id == signature.id)).first() is not None:
                    raise ConflictError(f"there is a signature {signature.id} already")
            try:
                with self._lock, writing(self._engine) as connection:
                    entry = chain(_newest(connection), signature, run)
                    connection.execute(insert(SIGNATURES), [_to_row(entry)])
            except ConflictError:
                continue
            return entry
        raise StorageError(f"the signatures were taken by other writers {_TRIES} times in a row")

    def by_id(self, signature: SignatureId) -> SignatureEntry | None:
        return next(iter(self._read(select(SIGNATURES).where(_C.id == signature))), None)

    def of_record(self, record: bytes) -> Sequence[SignatureEntry]:
        return self._read(select(SIGNATURES).where(_C.record == record).order_by(_C.number).limit(MAX_OF_RECORD))

    def last_of_run(self, run: bytes) -> datetime | None:
        with reading(self._engine) as connection:
            at = connection.execute(select(func.max(_C.at_us)).where(_C.run == run)).scalar_one()
        return None if at is None else moment(at)

    def page(self, *, after: int = 0, limit: int = 100, signer: str = "", about: str = "") -> Sequence[SignatureEntry]:
        query = select(SIGNATURES).where(_C.number > after).order_by(_C.number).limit(max(0, limit))
        if signer:
            query = query.where(_C.signer == signer)
        if about:
            query = query.where(_C.about == about)
        return self._read(query)

    def head(self) -> SignatureHead:
        with reading(self._engine) as connection:
            return _newest(connection)

    def walk(self) -> Iterator[SignatureEntry]:
        after = 0
        while entries := self.page(after=after, limit=_WALK_ROWS):
            yield from entries
            after = entries[-1].number

    def _read(self, query: Select[Any]) -> list[SignatureEntry]:
        with reading(self._engine) as connection:
            return [_to_entry(row) for row in connection.execute(query)]


def _newest(connection: Connection) -> SignatureHead:
    row = connection.execute(select(_C.number, _C.digest).order_by(_C.number.desc()).limit(1)).one_or_none()
    return EMPTY if row is None else SignatureHead(row.number, row.digest)


def _to_row(entry: SignatureEntry) -> dict[str, object]:
    signature = entry.signature
    return {
        "number": entry.number,
        "id": signature.id,
        "record": signature.record,
        "about": signature.about,
        "signer": signature.signer,
        "at_us": micros(signature.at),
        "run": entry.run,
        "sealed": signature.sealed,
        "previous": entry.previous,
        "digest": entry.digest,
    }


def _to_entry(row: Row[Any]) -> SignatureEntry:
    """The entry of a row, whose columns for finding must say what is sealed: else a signature could be hidden."""
    try:
        entry = SignatureEntry(row.number, unseal(row.sealed), row.run, row.previous, row.digest)
    except InputError as error:
        raise StorageError(f"signature number {row.number} cannot be read: {error.message}") from error
    if _to_row(entry) != dict(row._mapping):
        raise StorageError(
            f"signature number {row.number} was changed in the database", advice="Restore it from a backup."
        )
    return entry
