"""In memory: what others sent, scores, jobs, events and settings; the contracts are in the ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock

from evidence.draft import JsonValue
from evidence.errors import ConflictError, NotFoundError
from evidence.identity import Lei, Subject
from evidence.log import LogHead
from node.records.port import MAX_PAGE, StatementFilter, StatementId
from node.records.port_exchange import ReceivedStatement, ScoreRecord
from node.records.port_house import Job, JobId, JobState, NodeEvent


def _bounded(limit: int) -> int:
    return max(0, min(limit, MAX_PAGE))


class MemoryExchangeStore:
    """`ExchangeStore` in a dictionary, which keeps the order of arrival."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._received: dict[StatementId, ReceivedStatement] = {}

    def receive(self, statements: Sequence[ReceivedStatement]) -> int:
        new = 0
        with self._lock:
            for statement in statements:
                kept = self._received.get(statement.statement_id)
                if kept is None:
                    new += 1
                    self._received[statement.statement_id] = statement
                    continue
                if statement.sd_jwt.count("~") > kept.sd_jwt.count("~"):
                    kept = replace(kept, sd_jwt=statement.sd_jwt)
                if statement.head.size > kept.head.size:
                    kept = replace(kept, head=statement.head, inclusion=statement.inclusion)
                self._received[statement.statement_id] = kept
        return new

    def received(
        self, chosen: StatementFilter, *, issuer: Lei | None = None, after: int = 0, limit: int = 100
    ) -> tuple[tuple[int, ReceivedStatement], ...]:
        with self._lock:
            numbered = list(enumerate(self._received.values(), start=1))[max(after, 0) :]
        matching = (
            (number, one)
            for number, one in numbered
            if issuer in (None, one.issuer) and chosen.matches(one.subject, one.kind, one.occurred_at)
        )
        return tuple(matching)[: _bounded(limit)]

    def heads_of(self, issuer: Lei) -> int:
        with self._lock:
            return len({one.head.size for one in self._received.values() if one.issuer == issuer})

    def newest_received_head(self, issuer: Lei) -> LogHead | None:
        with self._lock:
            heads = [one.head for one in self._received.values() if one.issuer == issuer]
        return max(heads, key=lambda head: head.size, default=None)


class MemoryScoreStore:
    """`ScoreStore` in a list."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._scores: list[ScoreRecord] = []

    def add_score(self, score: ScoreRecord) -> int:
        with self._lock:
            self._scores.append(score)
            return len(self._scores)

    def attest_score(
        self, number: int, attestation: bytes, credential: str | None, bundle: bytes | None = None
    ) -> None:
        with self._lock:
            if not 0 < number <= len(self._scores):
                raise NotFoundError(f"there is no score number {number}")
            score = self._scores[number - 1]
            if score.attestation not in (None, attestation):
                raise ConflictError(f"score {number} is attested already, by another attestation")
            credential = credential or score.credential
            self._scores[number - 1] = replace(
                score, attestation=attestation, credential=credential, bundle=bundle or score.bundle
            )

    def latest_score(self, subject: Subject) -> tuple[int, ScoreRecord] | None:
        with self._lock:
            found = [numbered for numbered in enumerate(self._scores, start=1) if numbered[1].subject == subject]
        return found[-1] if found else None

    def subjects(self) -> tuple[Subject, ...]:
        with self._lock:
            return tuple(sorted({score.subject for score in self._scores}, key=str))

    def newest_scores(self, subject: Subject, *, limit: int = 2) -> tuple[tuple[int, ScoreRecord], ...]:
        with self._lock:
            found = [numbered for numbered in enumerate(self._scores, start=1) if numbered[1].subject == subject]
        return tuple(reversed(found))[: _bounded(limit)]

    def scores(
        self, subject: Subject | None, *, after: int = 0, limit: int = 100
    ) -> tuple[tuple[int, ScoreRecord], ...]:
        with self._lock:
            numbered = list(enumerate(self._scores, start=1))[max(after, 0) :]
        return tuple(one for one in numbered if subject in (None, one[1].subject))[: _bounded(limit)]


class MemoryJobStore:
    """`JobStore` in a dictionary."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._jobs: dict[JobId, Job] = {}

    def put_job(self, job: Job) -> None:
        with self._lock:
            self._jobs[job.job_id] = job

    def job(self, job_id: JobId) -> Job | None:
        with self._lock:
            return self._jobs.get(job_id)

    def unfinished_jobs(self) -> tuple[Job, ...]:
        with self._lock:
            unfinished = [job for job in self._jobs.values() if job.state in (JobState.WAITING, JobState.RUNNING)]
        return tuple(sorted(unfinished, key=lambda job: (job.created_at, job.job_id))[:MAX_PAGE])


class MemoryEventStore:
    """`EventStore` in a list."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._events: list[NodeEvent] = []

    def add_event(self, type_: str, data: Mapping[str, JsonValue], at: datetime) -> NodeEvent:
        with self._lock:
            event = NodeEvent(len(self._events) + 1, at, type_, dict(data))
            self._events.append(event)
            return event

    def events(self, *, after: int = 0, limit: int = 100) -> tuple[NodeEvent, ...]:
        with self._lock:
            return tuple(self._events[max(after, 0) : max(after, 0) + _bounded(limit)])

    def newest_event(self) -> int:
        with self._lock:
            return len(self._events)


class MemorySettingStore:
    """`SettingStore` in a dictionary."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._settings: dict[str, str] = {}

    def setting(self, name: str) -> str | None:
        with self._lock:
            return self._settings.get(name)

    def put_setting(self, name: str, value: str) -> None:
        with self._lock:
            self._settings[name] = value
