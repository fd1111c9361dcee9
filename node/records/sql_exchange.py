"""What came from other members, and scores, in SQL tables; the contracts are in `port_exchange`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from evidence.draft import Kind
from evidence.errors import ConflictError, NotFoundError
from evidence.identity import Lei, Subject
from evidence.log import Digest, InclusionProof, LogHead
from node.records.engine import micros, moment, reading, writing
from node.records.port import MAX_PAGE, StatementFilter, StatementId
from node.records.port_exchange import ReceivedStatement, ScoreRecord
from node.records.tables import table


class SqlExchangeStore:
    """`ExchangeStore` over an engine made by `open_engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._received = table("received")

    def receive(self, statements: Sequence[ReceivedStatement]) -> int:
        columns, new = self._received.c, 0
        with writing(self._engine) as connection:
            number = connection.execute(select(func.max(columns.number))).scalar_one() or 0
            for statement in statements:
                same = columns.statement_id == bytes.fromhex(statement.statement_id)
                kept = connection.execute(select(columns.sd_jwt, columns.head_size).where(same)).one_or_none()
                if kept is None:
                    new += 1
                    connection.execute(insert(self._received), [_received_row(number + new, statement)])
                    continue
                change: dict[str, object] = {}
                if statement.sd_jwt.count("~") > kept.sd_jwt.count("~"):
                    change["sd_jwt"] = statement.sd_jwt
                if statement.head.size > kept.head_size:
                    change |= _place(statement)
                if change:
                    connection.execute(update(self._received).where(same).values(change))
        return new

    def received(
        self, chosen: StatementFilter, *, issuer: Lei | None = None, after: int = 0, limit: int = 100
    ) -> tuple[tuple[int, ReceivedStatement], ...]:
        columns = self._received.c
        query = select(self._received).where(columns.number > after)
        if issuer is not None:
            query = query.where(columns.issuer == str(issuer))
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
        query = query.order_by(columns.number).limit(max(0, min(limit, MAX_PAGE)))
        with reading(self._engine) as connection:
            return tuple((row.number, _to_received(row)) for row in connection.execute(query))

    def heads_of(self, issuer: Lei) -> int:
        columns = self._received.c
        query = select(func.count(func.distinct(columns.head_size))).where(columns.issuer == str(issuer))
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def newest_received_head(self, issuer: Lei) -> LogHead | None:
        columns = self._received.c
        query = (
            select(columns.head_size, columns.head_root)
            .where(columns.issuer == str(issuer))
            .order_by(columns.head_size.desc())
            .limit(1)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            return None if row is None else LogHead(row.head_size, Digest(row.head_root))


class SqlScoreStore:
    """`ScoreStore` over an engine made by `open_engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scores = table("scores")

    def add_score(self, score: ScoreRecord) -> int:
        with writing(self._engine) as connection:
            number = (connection.execute(select(func.max(self._scores.c.number))).scalar_one() or 0) + 1
            connection.execute(insert(self._scores), [_score_row(number, score)])
            return int(number)

    def attest_score(
        self, number: int, attestation: bytes, credential: str | None, bundle: bytes | None = None
    ) -> None:
        with writing(self._engine) as connection:
            row = self._row(connection, number)
            if row.attestation not in (None, attestation):
                raise ConflictError(f"score {number} is attested already, by another attestation")
            change = update(self._scores).where(self._scores.c.number == number)
            values = {"attestation": attestation, "credential": credential or row.credential}
            connection.execute(change.values(**values, bundle=bundle or row.bundle))

    def _row(self, connection: Connection, number: int) -> Row[Any]:
        row = connection.execute(select(self._scores).where(self._scores.c.number == number)).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no score number {number}")
        return row

    def latest_score(self, subject: Subject) -> tuple[int, ScoreRecord] | None:
        return next(iter(self.newest_scores(subject, limit=1)), None)

    def subjects(self) -> tuple[Subject, ...]:
        columns = self._scores.c
        with reading(self._engine) as connection:
            rows = connection.execute(select(columns.lei, columns.site).distinct())
            return tuple(sorted((Subject(Lei(row.lei), row.site or None) for row in rows), key=str))

    def newest_scores(self, subject: Subject, *, limit: int = 2) -> tuple[tuple[int, ScoreRecord], ...]:
        columns = self._scores.c
        exactly = (columns.lei == str(subject.lei), columns.site == (subject.site or ""))
        query = select(self._scores).where(*exactly).order_by(columns.number.desc())
        with reading(self._engine) as connection:
            rows = connection.execute(query.limit(max(0, min(limit, MAX_PAGE))))
            return tuple((row.number, _to_score(row)) for row in rows)

    def scores(
        self, subject: Subject | None, *, after: int = 0, limit: int = 100
    ) -> tuple[tuple[int, ScoreRecord], ...]:
        columns = self._scores.c
        query = select(self._scores).where(columns.number > after)
        if subject is not None:
            query = query.where(columns.lei == str(subject.lei), columns.site == (subject.site or ""))
        query = query.order_by(columns.number).limit(max(0, min(limit, MAX_PAGE)))
        with reading(self._engine) as connection:
            return tuple((row.number, _to_score(row)) for row in connection.execute(query))


def _received_row(number: int, statement: ReceivedStatement) -> dict[str, object]:
    return {
        "number": number,
        "statement_id": bytes.fromhex(statement.statement_id),
        "issuer": str(statement.issuer),
        "lei": str(statement.subject.lei),
        "site": statement.subject.site or "",
        "kind": statement.kind.value,
        "sequence": statement.sequence,
        "occurred_us": micros(statement.occurred_at),
        "sd_jwt": statement.sd_jwt,
        **_place(statement),
        "received_us": micros(statement.received_at),
    }


def _place(statement: ReceivedStatement) -> dict[str, object]:
    return {
        "head_size": statement.head.size,
        "head_root": statement.head.root,
        "log_index": statement.inclusion.index,
        "path": b"".join(statement.inclusion.path),
    }


def _to_received(row: Row[Any]) -> ReceivedStatement:
    return ReceivedStatement(
        statement_id=StatementId(row.statement_id.hex()),
        issuer=Lei(row.issuer),
        subject=Subject(Lei(row.lei), row.site or None),
        kind=Kind(row.kind),
        sequence=row.sequence,
        occurred_at=moment(row.occurred_us),
        sd_jwt=row.sd_jwt,
        head=LogHead(row.head_size, Digest(row.head_root)),
        inclusion=InclusionProof(
            row.log_index,
            row.head_size,
            tuple(Digest(row.path[start : start + 32]) for start in range(0, len(row.path), 32)),
        ),
        received_at=moment(row.received_us),
    )


def _score_row(number: int, score: ScoreRecord) -> dict[str, object]:
    return {
        "number": number,
        "lei": str(score.subject.lei),
        "site": score.subject.site or "",
        "computed_us": micros(score.computed_at),
        "policy": score.policy,
        "bundle": score.bundle,
        "attestation": score.attestation,
        "credential": score.credential,
    }


def _to_score(row: Row[Any]) -> ScoreRecord:
    return ScoreRecord(
        subject=Subject(Lei(row.lei), row.site or None),
        computed_at=moment(row.computed_us),
        policy=row.policy,
        bundle=row.bundle,
        attestation=row.attestation,
        credential=row.credential,
    )
