"""Cases in a SQL database; the contract is `port.CaseStore`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, func, insert, select, update

from evidence.errors import ConflictError
from nocode.case import CaseId
from nocode.commands import Command
from node.cases.command_file import read_command, write_command
from node.cases.port import CaseFilter, CaseRecord, Order
from node.cases.tables import CASES, COMMANDS, SEALS
from node.records.engine import micros, moment, reading, writing

_C: Final = CASES.c
_O: Final = COMMANDS.c


class SqlCases:
    """`CaseStore` over an engine whose database has the tables of `node.cases.tables`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(
        self,
        record: CaseRecord,
        commands: Sequence[Command],
        *,
        expected: bytes | None,
        seals: Mapping[str, str] | None = None,
    ) -> None:
        with writing(self._engine) as connection:
            _swap(connection, record, expected)
            keys = [command.key for command in commands]
            there = set(connection.execute(select(_O.key).where(_O.key.in_(keys))).scalars())
            fresh = {command.key: command for command in commands if command.key not in there}
            rows = [
                {"key": key, "case_id": record.case, "command": write_command(command)}
                for key, command in fresh.items()
            ]
            if rows:
                connection.execute(insert(COMMANDS), rows)
            for name, sealed in (seals or {}).items():
                connection.execute(insert(SEALS), [{"signature": name, "case_id": record.case, "sealed": sealed}])

    def case(self, case: CaseId) -> CaseRecord | None:
        return next((record for _, record in self._cases(select(CASES).where(_C.id == case))), None)

    def cases(self, chosen: CaseFilter, *, after: int = 0, limit: int = 100) -> Sequence[tuple[int, CaseRecord]]:
        query = select(CASES).where(_C.number > after, *_where(chosen)).order_by(_C.number)
        return self._cases(query.limit(max(0, limit)))

    def count(self, chosen: CaseFilter) -> int:
        with reading(self._engine) as connection:
            query = select(func.count()).select_from(CASES).where(*_where(chosen))
            return int(connection.execute(query).scalar_one())

    def due(self, at: datetime, *, limit: int = 100) -> Sequence[CaseRecord]:
        query = select(CASES).where(_C.due_us <= micros(at)).order_by(_C.due_us, _C.number).limit(max(0, limit))
        return [record for _, record in self._cases(query)]

    def waiting(self, *, case: CaseId | None = None, limit: int = 100) -> Sequence[Order]:
        query = select(COMMANDS).where(_O.done_us.is_(None)).order_by(_O.number).limit(max(0, limit))
        return self._orders(query if case is None else query.where(_O.case_id == case))

    def orders(self, case: CaseId) -> Sequence[Order]:
        return self._orders(select(COMMANDS).where(_O.case_id == case).order_by(_O.number))

    def seals(self, case: CaseId) -> Mapping[str, str]:
        with reading(self._engine) as connection:
            rows = connection.execute(select(SEALS).where(SEALS.c.case_id == case).order_by(SEALS.c.number))
            return {row.signature: row.sealed for row in rows}

    def carried_out(self, key: str, outcome: str, at: datetime) -> None:
        with writing(self._engine) as connection:
            done = update(COMMANDS).where(_O.key == key, _O.done_us.is_(None))
            connection.execute(done.values(outcome=outcome, done_us=micros(at)))

    def _cases(self, query: Select[Any]) -> list[tuple[int, CaseRecord]]:
        with reading(self._engine) as connection:
            return [(row.number, _to_record(row)) for row in connection.execute(query)]

    def _orders(self, query: Select[Any]) -> list[Order]:
        with reading(self._engine) as connection:
            rows = list(connection.execute(query))
        return [Order(CaseId(row.case_id), read_command(row.command), row.outcome) for row in rows]


def _swap(connection: Connection, record: CaseRecord, expected: bytes | None) -> None:
    values = _to_row(record)
    if expected is None:
        connection.execute(insert(CASES), [values])
        return
    # One statement compares and swaps, so that of two writers one finds nothing to change.
    swapped = connection.execute(update(CASES).where(_C.id == record.case, _C.head == expected).values(**values))
    if swapped.rowcount != 1:
        raise ConflictError(f"case {record.case} was changed by somebody else", advice="Read it again.")


def _where(chosen: CaseFilter) -> list[ColumnElement[bool]]:
    found = [_C[name] == value for name in ("flow", "state", "subject", "about", "opener")
             if (value := getattr(chosen, name))]  # fmt: skip
    if chosen.ended is not None:
        found.append(_C.ended == chosen.ended)
    if chosen.opened_since is not None:
        found.append(_C.opened_us >= micros(chosen.opened_since))
    if chosen.changed_since is not None:
        found.append(_C.changed_us >= micros(chosen.changed_since))
    return found


def _to_row(record: CaseRecord) -> dict[str, object]:
    return {
        "id": record.case,
        "flow": record.flow,
        "state": record.state,
        "ended": record.ended,
        "subject": record.subject,
        "about": record.about,
        "opener": record.opener,
        "opened_us": micros(record.opened),
        "changed_us": micros(record.changed),
        "due_us": None if record.due is None else micros(record.due),
        "head": record.head,
        "data": record.data,
    }


def _to_record(row: Row[Any]) -> CaseRecord:
    return CaseRecord(
        case=CaseId(row.id),
        flow=row.flow,
        state=row.state,
        ended=row.ended,
        subject=row.subject,
        about=row.about,
        opener=row.opener,
        opened=moment(row.opened_us),
        changed=moment(row.changed_us),
        due=None if row.due_us is None else moment(row.due_us),
        head=row.head,
        data=row.data,
    )
