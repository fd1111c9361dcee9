"""Explanations that outlive their request: done one after the other by one thread, and taken up after a crash."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from structlog.typing import FilteringBoundLogger

from evidence.clock import Clock
from evidence.draft import JsonValue
from evidence.errors import CredenceError, RateLimitError
from evidence.keys import Entropy
from node.records.port_house import Job, JobId, JobState, JobStore
from node.services.causes.explain import ExplainCase
from node.services.causes.selection import Question, question_from

WHAT: Final = "explain"
MOST_WAITING: Final = 20
STEPS: Final = 100
"""A job's progress is counted in so many parts."""
_STAGES: Final[Mapping[str, tuple[int, int]]] = {"reading": (0, 2), "scoring": (2, 5), "walking": (5, 10)}
_TWINS: Final = (10, 95)
_EVERY: Final = timedelta(seconds=1)


@dataclass(slots=True)
class CauseDesk:
    """Takes questions and answers them."""

    explain: ExplainCase
    jobs: JobStore
    clock: Clock
    entropy: Entropy
    logger: FilteringBoundLogger
    _pool: ThreadPoolExecutor | None = field(init=False, default=None)
    _waiting: int = field(init=False, default=0)
    _stop: threading.Event = field(init=False, default_factory=threading.Event)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def take(self, case: str, question: Question, *, graph: str, by: str) -> Job:
        """Keep the question and begin to answer it; raises RateLimitError when too many wait."""
        with self._lock:
            if self._waiting >= MOST_WAITING:
                raise RateLimitError("too many explanations are waiting", retry_after=60)
        now = self.clock()
        asked: dict[str, JsonValue] = {"case": case, "question": question.to_json(), "graph": graph, "by": by}
        job = Job(JobId("exp_" + self.entropy(12).hex()), WHAT, JobState.WAITING, 0, STEPS, {"asked": asked}, now, now)
        self.jobs.put_job(job)
        self._start(job)
        return job

    def open(self) -> None:
        """Begin to work, first on what was cut short: equal questions give equal explanations."""
        self._stop.clear()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="explain")
        for job in self.jobs.unfinished_jobs():
            if job.what == WHAT:
                self._start(job)

    def close(self) -> None:
        """Stop taking up questions; those that wait, and the one under way, are answered after the next start."""
        if self._pool is not None:
            self._stop.set()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _start(self, job: Job) -> None:
        if self._pool is None:
            return
        with self._lock:
            self._waiting += 1
        self._pool.submit(self._run, job).add_done_callback(self._done)

    def _done(self, future: Future[None]) -> None:
        with self._lock:
            self._waiting -= 1
        if not future.cancelled() and (error := future.exception()) is not None:
            self.logger.error("explanation crashed", exc_info=error)

    def _run(self, job: Job) -> None:
        asked: Any = job.report["asked"]
        ended = False
        try:
            case = self.explain(
                asked["case"],
                question_from(asked["question"]),
                graph=asked["graph"],
                by=asked["by"],
                progress=_Progress(self, job),
            )
            self._put(job, JobState.DONE, STEPS, {"explanation": case.explanation})
            ended = True
        except _Stopped:
            ended = True
        except CredenceError as error:
            told: dict[str, JsonValue] = {"error": error.name, "detail": error.message, "advice": error.advice}
            self._put(job, JobState.FAILED, 0, told)
            ended = True
        finally:
            if not ended:
                self._put(job, JobState.FAILED, 0, {"detail": "the node made a mistake; it has been logged"})

    def _put(self, job: Job, state: JobState, done: int, told: Mapping[str, JsonValue]) -> None:
        report = {**job.report, **told}
        self.jobs.put_job(replace(job, state=state, done=done, report=report, changed_at=self.clock()))


class _Stopped(Exception):  # noqa: N818 (no error: the node is closing, and the job stays as it is)
    """The node is closing."""


class _Progress:
    """Writes down how far a job is, at most once a second."""

    def __init__(self, desk: CauseDesk, job: Job) -> None:
        self._desk, self._job = desk, job
        self._told = desk.clock() - _EVERY

    def __call__(self, what: str, share: float) -> None:
        if self._desk._stop.is_set():
            raise _Stopped
        now = self._desk.clock()
        if now - self._told < _EVERY:
            return
        self._told = now
        low, high = _STAGES.get(what, _TWINS)
        # Twins are fitted too, and tell their own stages: those count as nothing.
        done = low + int((high - low) * min(max(share, 0.0), 1.0))
        kept = self._desk.jobs.job(self._job.job_id)
        done = max(done, kept.done if kept is not None and kept.state is JobState.RUNNING else 0)
        self._desk._put(self._job, JobState.RUNNING, done, {"step": what})
