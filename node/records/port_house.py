"""Ports to the node's own housekeeping: jobs, events and settings; see `port` for what is common to all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from evidence.draft import JsonValue

JobId = NewType("JobId", str)
"""A job's name, chosen at random by whoever creates it."""


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """Work that outlives its request, such as an import: `done` of `total` parts; `report` says how it ended."""

    job_id: JobId
    what: str
    state: JobState
    done: int
    total: int
    report: Mapping[str, JsonValue]
    created_at: datetime
    changed_at: datetime


class JobStore(Protocol):
    """Jobs. What if we lose it? Imports are idempotent: they are asked for again."""

    def put_job(self, job: Job) -> None:
        """Keep `job` in place of an earlier state of it."""

    def job(self, job_id: JobId) -> Job | None:
        """The job, or None."""

    def unfinished_jobs(self) -> tuple[Job, ...]:
        """Those waiting or running, oldest first: after a restart, what to take up again; at most `MAX_PAGE`."""


@dataclass(frozen=True, slots=True)
class NodeEvent:
    """Something that happened in the node, for whoever watches: number from 1, type such as `head.closed`."""

    number: int
    at: datetime
    type: str
    data: Mapping[str, JsonValue]


class EventStore(Protocol):
    """Append-only events. What if we lose it? Watchers miss the past; no evidence is touched."""

    def add_event(self, type_: str, data: Mapping[str, JsonValue], at: datetime) -> NodeEvent:
        """Keep an event behind all others and give it its number."""

    def events(self, *, after: int = 0, limit: int = 100) -> tuple[NodeEvent, ...]:
        """Events after the number `after`, in order."""

    def newest_event(self) -> int:
        """The number of the newest event; 0 when there is none."""


class SettingStore(Protocol):
    """Small facts that the node itself must remember, by name."""

    def setting(self, name: str) -> str | None:
        """The value, or None."""

    def put_setting(self, name: str, value: str) -> None:
        """Keep the value in place of an earlier one."""
