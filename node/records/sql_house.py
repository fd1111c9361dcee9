"""Jobs, events and settings in SQL tables; the contracts are in `port_house`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, delete, func, insert, select

from evidence.draft import JsonValue
from node.records.engine import micros, moment, reading, writing
from node.records.port import MAX_PAGE
from node.records.port_house import Job, JobId, JobState, NodeEvent
from node.records.tables import table


class SqlJobStore:
    """`JobStore` over an engine made by `open_engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs = table("jobs")

    def put_job(self, job: Job) -> None:
        row = {
            "job_id": job.job_id,
            "what": job.what,
            "state": job.state.value,
            "done": job.done,
            "total": job.total,
            "report": _dump(job.report),
            "created_us": micros(job.created_at),
            "changed_us": micros(job.changed_at),
        }
        with writing(self._engine) as connection:
            connection.execute(delete(self._jobs).where(self._jobs.c.job_id == job.job_id))
            connection.execute(insert(self._jobs), [row])

    def job(self, job_id: JobId) -> Job | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(self._jobs).where(self._jobs.c.job_id == job_id)).one_or_none()
            return None if row is None else _to_job(row)

    def unfinished_jobs(self) -> tuple[Job, ...]:
        columns = self._jobs.c
        unfinished = columns.state.in_((JobState.WAITING.value, JobState.RUNNING.value))
        query = select(self._jobs).where(unfinished).order_by(columns.created_us, columns.job_id).limit(MAX_PAGE)
        with reading(self._engine) as connection:
            return tuple(_to_job(row) for row in connection.execute(query))


class SqlEventStore:
    """`EventStore` over an engine made by `open_engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._events = table("node_events")

    def add_event(self, type_: str, data: Mapping[str, JsonValue], at: datetime) -> NodeEvent:
        with writing(self._engine) as connection:
            number = (connection.execute(select(func.max(self._events.c.number))).scalar_one() or 0) + 1
            row = {"number": number, "at_us": micros(at), "type": type_, "data": _dump(data)}
            connection.execute(insert(self._events), [row])
        return NodeEvent(number, at, type_, data)

    def events(self, *, after: int = 0, limit: int = 100) -> tuple[NodeEvent, ...]:
        number = self._events.c.number
        query = select(self._events).where(number > after).order_by(number).limit(max(0, min(limit, MAX_PAGE)))
        with reading(self._engine) as connection:
            return tuple(
                NodeEvent(row.number, moment(row.at_us), row.type, json.loads(row.data))
                for row in connection.execute(query)
            )

    def newest_event(self) -> int:
        with reading(self._engine) as connection:
            return connection.execute(select(func.max(self._events.c.number))).scalar_one() or 0


class SqlSettingStore:
    """`SettingStore` over an engine made by `open_engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._settings = table("settings")

    def setting(self, name: str) -> str | None:
        query = select(self._settings.c.value).where(self._settings.c.name == name)
        with reading(self._engine) as connection:
            value: str | None = connection.execute(query).scalar_one_or_none()
            return value

    def put_setting(self, name: str, value: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(self._settings).where(self._settings.c.name == name))
            connection.execute(insert(self._settings), [{"name": name, "value": value}])


def _dump(data: Mapping[str, JsonValue]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _to_job(row: Row[Any]) -> Job:
    return Job(
        job_id=JobId(row.job_id),
        what=row.what,
        state=JobState(row.state),
        done=row.done,
        total=row.total,
        report=json.loads(row.report),
        created_at=moment(row.created_us),
        changed_at=moment(row.changed_us),
    )
