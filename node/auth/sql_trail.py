"""The access trail, spent nonces and kept answers in a SQL database."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session as Unit
from sqlmodel import col

from evidence.canonical import encode
from evidence.errors import StorageError
from node.auth.answers import reused, running
from node.auth.border import look, unit
from node.auth.model import (
    Answer,
    AnswerKey,
    Outcome,
    TrailAction,
    TrailEntry,
    TrailEvent,
    TrailHead,
    TrailQuery,
)
from node.auth.port import AuthStores
from node.auth.sql_people import SqlSessions, SqlTokens, SqlUsers
from node.auth.tables import AnswerRow, NonceRow, TrailRow
from node.auth.trail import EMPTY_TRAIL, chain, micros, moment

_TRIES: Final = 16
_WALK_ROWS: Final = 500


def sql_stores(engine: Engine) -> AuthStores:
    """The stores over a database that has the tables of `node.auth.tables`."""
    return AuthStores(
        users=SqlUsers(engine),
        sessions=SqlSessions(engine),
        tokens=SqlTokens(engine),
        trail=SqlTrail(engine),
        nonces=SqlNonces(engine),
        answers=SqlAnswers(engine),
    )


class SqlTrail:
    """Implements `AccessTrail`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()

    def append(self, event: TrailEvent) -> TrailEntry:
        # The number is the primary key: a second writer (another process) collides and reads the new head.
        for _ in range(_TRIES):
            try:
                with self._lock, unit(self._engine) as work:
                    entry = chain(_newest(work), event)
                    work.add(_row(entry))
            except IntegrityError:
                continue
            return entry
        raise StorageError(f"the access trail was taken by other writers {_TRIES} times in a row")

    def head(self) -> TrailHead:
        with look(self._engine) as work:
            return _newest(work)

    def page(self, query: TrailQuery) -> Sequence[TrailEntry]:
        chosen = select(TrailRow).where(col(TrailRow.number) > query.after)
        if query.actor:
            chosen = chosen.where(col(TrailRow.actor) == query.actor)
        if query.action is not None:
            chosen = chosen.where(col(TrailRow.action) == query.action.value)
        with look(self._engine) as work:
            rows = work.execute(chosen.order_by(col(TrailRow.number)).limit(query.limit)).scalars()
            return [_entry(row) for row in rows]

    def walk(self) -> Iterator[TrailEntry]:
        after = 0
        while entries := self.page(TrailQuery(after=after, limit=_WALK_ROWS)):
            yield from entries
            after = entries[-1].number


class SqlNonces:
    """Implements `NonceStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def spend(self, owner: str, nonce: str, *, expires: datetime, now: datetime) -> bool:
        try:
            with unit(self._engine) as work:
                work.execute(delete(NonceRow).where(col(NonceRow.expires) < micros(now)))
                work.add(NonceRow(owner=owner, nonce=nonce, expires=micros(expires)))
        except IntegrityError:
            return False
        return True


class SqlAnswers:
    """Implements `AnswerStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(
        self, key: AnswerKey, request: bytes, *, now: datetime, stale: datetime, expires: datetime
    ) -> Answer | None:
        try:
            with unit(self._engine) as work:
                work.execute(delete(AnswerRow).where(col(AnswerRow.expires) < micros(now)))
                row = work.get(AnswerRow, key.digest)
                if row is None:
                    work.add(AnswerRow(key=key.digest, request=request, started=micros(now), expires=micros(expires)))
                    return None
                return _taken(work, row, request, now, stale)
        except IntegrityError as error:
            raise running() from error

    def finish(self, key: AnswerKey, answer: Answer) -> None:
        with unit(self._engine) as work:
            work.execute(
                update(AnswerRow)
                .where(col(AnswerRow.key) == key.digest)
                .values(
                    status=answer.status,
                    media_type=answer.media_type,
                    location=answer.location,
                    body=answer.body,
                )
            )

    def abandon(self, key: AnswerKey) -> None:
        with unit(self._engine) as work:
            work.execute(delete(AnswerRow).where(col(AnswerRow.key) == key.digest))


def _taken(work: Unit, row: AnswerRow, request: bytes, now: datetime, stale: datetime) -> Answer | None:
    if row.request != request:
        raise reused()
    if row.status is not None:
        return Answer(row.status, row.media_type, row.location, row.body or b"")
    # Compare and swap: of several callers that see a crashed call, one takes it over.
    mine = (col(AnswerRow.key) == row.key) & (col(AnswerRow.started) == row.started) & col(AnswerRow.status).is_(None)
    taken = None
    if moment(row.started) < stale:
        taken = work.execute(
            update(AnswerRow).where(mine).values(started=micros(now)).returning(col(AnswerRow.key))
        ).scalar_one_or_none()
    if taken is None:
        raise running()
    return None


def _newest(work: Unit) -> TrailHead:
    newest = select(col(TrailRow.number), col(TrailRow.digest)).order_by(col(TrailRow.number).desc()).limit(1)
    row = work.execute(newest).one_or_none()
    return EMPTY_TRAIL if row is None else TrailHead(row.number, row.digest)


def _row(entry: TrailEntry) -> TrailRow:
    event = entry.event
    return TrailRow(
        number=entry.number,
        at=micros(event.at),
        actor=event.actor,
        action=event.action.value,
        outcome=event.outcome.value,
        target=event.target,
        request=event.request,
        detail=encode(event.detail).decode(),
        previous=entry.previous,
        digest=entry.digest,
    )


def _entry(row: TrailRow) -> TrailEntry:
    event = TrailEvent(
        at=moment(row.at),
        actor=row.actor,
        action=TrailAction(row.action),
        outcome=Outcome(row.outcome),
        target=row.target,
        request=row.request,
        detail=json.loads(row.detail),
    )
    return TrailEntry(row.number, event, row.previous, row.digest)
