"""Our own statements in SQL tables; the contract is `port.EvidenceStore`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select, update

from evidence.draft import Kind, Tier
from evidence.errors import ConflictError, NotFoundError, StorageError
from evidence.identity import Lei, Subject
from evidence.keys import KeyId
from evidence.log import Digest
from node.records.engine import empty_write_ahead_log, micros, moment, reading, writing
from node.records.port import (
    MAX_PAGE,
    DraftId,
    NewStatement,
    StatementFilter,
    StatementId,
    StatementRecord,
    StoredStatement,
    Tombstone,
    id_range,
)
from node.records.tables import table

_HASHES_AT_ONCE: Final = 8_192
_IDS_AT_ONCE: Final = 500
"""Databases bound how many parameters one query takes; SQLite's oldest bound is 999."""


class SqlEvidenceStore:
    """`EvidenceStore` over an engine made by `open_engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements, self._entries = table("statements"), table("entries")
        self._disclosures, self._tombstones = table("disclosures"), table("tombstones")

    def append(self, statements: Sequence[NewStatement]) -> int:
        with writing(self._engine) as connection:
            first = self._count(connection)
            if not statements:
                return first
            self._check_sequences(connection, statements)
            rows = [_to_row(first + place, new.record) for place, new in enumerate(statements)]
            connection.execute(insert(self._statements), rows)
            leaves = [{"position": first + place, "leaf": new.signed} for place, new in enumerate(statements)]
            connection.execute(insert(self._entries), leaves)
            packed = [
                {"position": first + place, "packed": "~".join(new.disclosures)} for place, new in enumerate(statements)
            ]
            connection.execute(insert(self._disclosures), packed)
            return first

    def _check_sequences(self, connection: Connection, statements: Sequence[NewStatement]) -> None:
        last: dict[tuple[Subject, Kind], int] = {}
        for new in statements:
            stream = (new.record.subject, new.record.kind)
            if stream not in last:
                last[stream] = self._last_sequence(connection, *stream)
            if new.record.sequence != last[stream] + 1:
                raise ConflictError(
                    f"{stream[1]} {new.record.sequence} about {stream[0]} does not follow number {last[stream]}"
                )
            last[stream] += 1

    def known(self, drafts: Collection[DraftId]) -> Mapping[DraftId, StatementId]:
        asked, found = list(drafts), dict[DraftId, StatementId]()
        columns = self._statements.c
        with reading(self._engine) as connection:
            for start in range(0, len(asked), _IDS_AT_ONCE):
                some = columns.draft_id.in_(asked[start : start + _IDS_AT_ONCE])
                for row in connection.execute(select(columns.draft_id, columns.statement_id).where(some)):
                    found[DraftId(row.draft_id)] = StatementId(row.statement_id.hex())
        return found

    def last_sequence(self, subject: Subject, kind: Kind) -> int:
        with reading(self._engine) as connection:
            return self._last_sequence(connection, subject, kind)

    def _last_sequence(self, connection: Connection, subject: Subject, kind: Kind) -> int:
        columns = self._statements.c
        query = select(func.max(columns.sequence)).where(
            columns.lei == str(subject.lei), columns.site == (subject.site or ""), columns.kind == kind.value
        )
        return connection.execute(query).scalar_one() or 0

    def count(self) -> int:
        with reading(self._engine) as connection:
            return self._count(connection)

    def _count(self, connection: Connection) -> int:
        last = connection.execute(select(func.max(self._statements.c.position))).scalar_one()
        return 0 if last is None else int(last) + 1

    def statement(self, statement_id: StatementId) -> StoredStatement | None:
        with reading(self._engine) as connection:
            query = self._whole().where(self._statements.c.statement_id == _id_bytes(statement_id))
            row = connection.execute(query).one_or_none()
            return None if row is None else _to_stored(row)

    def find(self, beginning: str, *, limit: int = 2) -> tuple[StatementId, ...]:
        low, high = id_range(beginning)
        column = self._statements.c.statement_id
        query = select(column).where(column >= low, column <= high).order_by(column).limit(limit)
        with reading(self._engine) as connection:
            return tuple(StatementId(found.hex()) for found in connection.execute(query).scalars())

    def statements(self, chosen: StatementFilter, *, after: int = -1, limit: int = 100) -> tuple[StoredStatement, ...]:
        with reading(self._engine) as connection:
            query = self._page(self._whole(), chosen, after, limit)
            return tuple(_to_stored(row) for row in connection.execute(query))

    def records(
        self, chosen: StatementFilter, *, after: int = -1, limit: int = 100
    ) -> tuple[tuple[int, StatementRecord], ...]:
        with reading(self._engine) as connection:
            query = self._page(select(self._statements), chosen, after, limit)
            return tuple((row.position, _to_record(row)) for row in connection.execute(query))

    def _whole(self) -> Select[Any]:
        joined = self._statements.join(self._entries).join(
            self._disclosures, self._disclosures.c.position == self._statements.c.position
        )
        return select(self._statements, self._entries.c.leaf, self._disclosures.c.packed).select_from(joined)

    def _page(self, query: Select[Any], chosen: StatementFilter, after: int, limit: int) -> Select[Any]:
        columns = self._statements.c
        query = query.where(columns.position > after)
        if chosen.subject is not None:
            query = query.where(columns.lei == str(chosen.subject.lei))
            if chosen.subject.site is not None:
                query = query.where(columns.site == chosen.subject.site)
        if chosen.kind is not None:
            query = query.where(columns.kind == chosen.kind.value)
        if chosen.since is not None:
            query = query.where(columns.occurred_us >= micros(chosen.since))
        if chosen.until is not None:
            query = query.where(columns.occurred_us < micros(chosen.until))
        return query.order_by(columns.position).limit(max(0, min(limit, MAX_PAGE)))

    def leaf_hashes(self, start: int, stop: int) -> Iterator[Sequence[Digest]]:
        columns = self._statements.c
        for begin in range(start, stop, _HASHES_AT_ONCE):
            end = min(begin + _HASHES_AT_ONCE, stop)
            inside = columns.position.between(begin, end - 1)
            with reading(self._engine) as connection:
                rows = connection.execute(select(columns.statement_id).where(inside).order_by(columns.position))
                batch = [Digest(row.statement_id) for row in rows]
            _check_complete(batch, begin, end)
            yield batch

    def leaves(self, start: int, stop: int) -> tuple[bytes, ...]:
        stop = min(stop, start + MAX_PAGE)
        columns = self._entries.c
        inside = columns.position.between(start, stop - 1)
        with reading(self._engine) as connection:
            rows = connection.execute(select(columns.leaf).where(inside).order_by(columns.position))
            found = tuple(row.leaf.encode("ascii") for row in rows)
        _check_complete(found, start, stop)
        return found

    def key_ids(self, start: int, stop: int) -> frozenset[KeyId]:
        columns = self._statements.c
        inside = columns.position.between(start, stop - 1)
        with reading(self._engine) as connection:
            rows = connection.execute(select(columns.key_id).where(inside).distinct())
            return frozenset(KeyId(row.key_id) for row in rows)

    def erase(self, statement_id: StatementId, remaining: Sequence[str], tombstone: Tombstone) -> None:
        columns, stones = self._statements.c, self._tombstones.c
        with writing(self._engine) as connection:
            found = select(columns.position).where(columns.statement_id == _id_bytes(statement_id))
            position = connection.execute(found).scalar_one_or_none()
            if position is None:
                raise NotFoundError(f"there is no statement {statement_id}")
            change = update(self._disclosures).where(self._disclosures.c.position == position)
            connection.execute(change.values(packed="~".join(remaining)))
            same = (stones.position == position, stones.field == tombstone.field)
            if connection.execute(select(stones.number).where(*same)).first() is None:
                number = (connection.execute(select(func.max(stones.number))).scalar_one() or 0) + 1
                stone = {"number": number, "position": position, "at_us": micros(tombstone.at)}
                stone |= {"field": tombstone.field, "reason": tombstone.reason}
                connection.execute(insert(self._tombstones), [stone])
        empty_write_ahead_log(self._engine)

    def tombstones(self, statement_id: StatementId) -> tuple[Tombstone, ...]:
        stones, columns = self._tombstones.c, self._statements.c
        query = (
            select(stones.field, stones.at_us, stones.reason)
            .join_from(self._tombstones, self._statements)
            .where(columns.statement_id == _id_bytes(statement_id))
            .order_by(stones.number)
        )
        with reading(self._engine) as connection:
            return tuple(Tombstone(row.field, moment(row.at_us), row.reason) for row in connection.execute(query))


def _id_bytes(statement_id: StatementId) -> bytes:
    try:
        return bytes.fromhex(statement_id)
    except ValueError as error:
        raise NotFoundError(f"{statement_id[:80]!r} is not a statement's id") from error


def _check_complete(rows: Sequence[bytes], start: int, stop: int) -> None:
    if len(rows) != stop - start:
        raise StorageError(
            f"positions {start} to {stop - 1} of the log hold {len(rows)} statements: the database is damaged",
            advice="Restore the database from a backup; do not delete rows by hand.",
        )


def _to_row(position: int, record: StatementRecord) -> dict[str, object]:
    return {
        "position": position,
        "statement_id": bytes.fromhex(record.statement_id),
        "draft_id": record.draft_id,
        "lei": str(record.subject.lei),
        "site": record.subject.site or "",
        "kind": record.kind.value,
        "sequence": record.sequence,
        "occurred": record.occurred,
        "occurred_us": micros(record.occurred_at),
        "issued_us": micros(record.issued),
        "schema_name": record.schema,
        "tier": record.tier.value,
        "key_id": record.key_id,
    }


def _to_record(row: Row[Any]) -> StatementRecord:
    return StatementRecord(
        statement_id=StatementId(row.statement_id.hex()),
        draft_id=DraftId(row.draft_id),
        subject=Subject(Lei(row.lei), row.site or None),
        kind=Kind(row.kind),
        sequence=row.sequence,
        occurred=row.occurred,
        occurred_at=moment(row.occurred_us),
        issued=moment(row.issued_us),
        schema=row.schema_name,
        tier=Tier(row.tier),
        key_id=KeyId(row.key_id),
    )


def _to_stored(row: Row[Any]) -> StoredStatement:
    disclosures = tuple(row.packed.split("~")) if row.packed else ()
    return StoredStatement(row.position, _to_record(row), row.leaf, disclosures)
