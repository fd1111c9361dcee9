"""Imports that outlive their request: uploads wait in a folder, one thread reads them, a job says how far it is.

The folder of a job holds the files under numbers (never under the names that were sent) and, written last, a manifest.
After a crash, jobs whose manifest is there are done again: importing a file twice changes nothing.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final

from structlog.typing import FilteringBoundLogger

from evidence.clock import Clock
from evidence.draft import JsonValue
from evidence.errors import CredenceError, RateLimitError, StorageError
from evidence.identity import Subject
from evidence.keys import Entropy
from node.records.port_house import Job, JobId, JobState, JobStore
from node.services.import_files import ImportFiles, SourceFile

WHAT: Final = "import"
MOST_WAITING: Final = 50
_MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it came in: the name that was sent, and its bytes."""

    name: str
    content: BinaryIO


@dataclass(slots=True)
class ImportDesk:
    """Takes uploads and runs their imports, one after the other."""

    import_files: ImportFiles
    jobs: JobStore
    folder: Path
    clock: Clock
    entropy: Entropy
    logger: FilteringBoundLogger
    _pool: ThreadPoolExecutor | None = field(init=False, default=None)
    _waiting: int = field(init=False, default=0)

    def take(self, files: Sequence[Incoming], *, supplier: Subject, mapping: BinaryIO | None) -> Job:
        """Keep the files and start the import.

        Raises:
            RateLimitError: too many imports wait already.
            StorageError: the disk is full; nothing is kept.
        """
        if self._waiting >= MOST_WAITING:
            raise RateLimitError("too many imports are waiting", retry_after=30)
        job_id = JobId("imp_" + self.entropy(12).hex())
        folder = self.folder / job_id
        try:
            folder.mkdir(parents=True, mode=0o700)
            for number, file in enumerate(files):
                _keep(folder / str(number), file.content)
            if mapping is not None:
                _keep(folder / "mapping", mapping)
            manifest = {"supplier": str(supplier), "names": [file.name for file in files]}
            (folder / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StorageError(f"the upload cannot be kept: {error.strerror or error}") from error
        now = self.clock()
        job = Job(job_id, WHAT, JobState.WAITING, 0, len(files), {}, now, now)
        self.jobs.put_job(job)
        self._start(job)
        return job

    def open(self) -> None:
        """Begin to work: do again what was cut short, and clear away what belongs to no job."""
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")
        unfinished = {job.job_id: job for job in self.jobs.unfinished_jobs() if job.what == WHAT}
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            if folder.name not in unfinished:
                shutil.rmtree(folder, ignore_errors=True)
        for job in unfinished.values():
            if (self.folder / job.job_id / _MANIFEST).is_file():
                self._start(job)
            else:
                self._end(job, JobState.FAILED, {"detail": "the upload was lost", "advice": "Upload the files again."})

    def close(self) -> None:
        """Let the running import end; those that wait are done after the next start."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _start(self, job: Job) -> None:
        if self._pool is None:
            return
        self._waiting += 1
        self._pool.submit(self._run, job).add_done_callback(self._done)

    def _done(self, future: Future[None]) -> None:
        self._waiting -= 1
        if not future.cancelled() and (error := future.exception()) is not None:
            self.logger.error("import crashed", exc_info=error)

    def _run(self, job: Job) -> None:
        folder, ended = self.folder / job.job_id, False
        try:
            report = self._import(folder, self._progress(job))
            self._end(job, JobState.DONE, report, done=job.total)
            ended = True
        except CredenceError as error:
            self._end(job, JobState.FAILED, {"error": error.name, "detail": error.message, "advice": error.advice})
            ended = True
        finally:
            if not ended:
                self._end(job, JobState.FAILED, {"detail": "the node made a mistake; it has been logged", "advice": ""})
            shutil.rmtree(folder, ignore_errors=True)

    def _import(self, folder: Path, progress: Callable[[int, int], None]) -> Mapping[str, JsonValue]:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        sources = [
            SourceFile(name, lambda path=folder / str(number): path.open("rb"))  # type: ignore[misc]
            for number, name in enumerate(manifest["names"])
        ]
        mapping = folder / "mapping"
        return self.import_files(
            sources,
            supplier=Subject.parse(manifest["supplier"]),
            mapping=mapping.read_bytes() if mapping.is_file() else None,
            progress=progress,
        ).to_json()

    def _progress(self, job: Job) -> Callable[[int, int], None]:
        def progress(done: int, total: int) -> None:
            now = self.clock()
            self.jobs.put_job(replace(job, state=JobState.RUNNING, done=done, total=total, changed_at=now))

        return progress

    def _end(self, job: Job, state: JobState, report: Mapping[str, JsonValue], *, done: int | None = None) -> None:
        kept = self.jobs.job(job.job_id) or job
        done = kept.done if done is None else done
        self.jobs.put_job(replace(kept, state=state, done=done, report=report, changed_at=self.clock()))


def _keep(path: Path, content: BinaryIO) -> None:
    with path.open("xb") as file:
        shutil.copyfileobj(content, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


def clean_name(name: str | None) -> str:
    """A file name fit for reports: the last part of a path, visible characters only, 200 at most."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable())[:200] or "unnamed"
