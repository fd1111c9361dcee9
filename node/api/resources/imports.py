"""`/v1/imports`: upload inspection files, watch them become statements."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import File, Form, Path, Request, Response, UploadFile
from pydantic import BaseModel, Field

from evidence.errors import LimitError, NotFoundError
from evidence.identity import Subject
from node.api.desk import SUBJECT_PATTERN, Caller, Desk, IdempotencyKey
from node.api.import_desk import WHAT, Incoming, clean_name
from node.api.routing import GuardedRoute, Table, streamed
from node.api.streams import Event
from node.auth.permissions import Permission
from node.records.port_house import Job, JobId, JobState

Id = Annotated[str, Path(pattern="^imp_[0-9a-f]{24}$", examples=["imp_5d41402abc4b2a76b9719d91"])]


class ImportView(BaseModel):
    """An import: how far it is, and in `report` what became of each file once it has ended."""

    id: str = Field(examples=["imp_5d41402abc4b2a76b9719d91"])
    state: JobState
    done: int = Field(description="Files read.")
    total: int
    report: dict[str, Any]
    created: datetime
    changed: datetime


@dataclass(frozen=True, slots=True)
class ImportRoutes:
    """Uploads and their jobs."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, one = Permission.IMPORTS_READ, "/v1/imports/{job}"
        table.add(
            "POST",
            "/v1/imports",
            self.upload,
            permission=Permission.IMPORTS_WRITE,
            summary="Upload inspection files",
            status=202,
            problems=(409,),
            responses={202: {"model": ImportView, "description": "Kept; the import runs."}},
            body_bytes=self.desk.settings.upload_bytes,
        )
        table.add("GET", one, self.get, permission=read, summary="How far is an import?", problems=(404,))
        events = streamed("Events named `progress`, each an import.")
        table.add(
            "GET",
            f"{one}/progress",
            self.progress,
            permission=read,
            summary="Watch an import",
            problems=(404,),
            responses={200: events},
            response_class=Response,
        )
        return table.routes

    def upload(
        self,
        request: Request,
        caller: Caller,
        files: Annotated[list[UploadFile], File(description="QIF, AQDEF, IPC-CFX, CSV or Excel files.")],
        supplier: Annotated[str, Form(pattern=SUBJECT_PATTERN, description="Whom the files are about.")],
        mapping: Annotated[UploadFile | None, File(description="Mapping file for CSV and Excel.")] = None,
        key: IdempotencyKey = None,
    ) -> Response:
        """A file that is refused changes nothing and does not hold up the others; the report says which and why."""
        if len(files) > self.desk.settings.upload_files:
            raise LimitError(f"at most {self.desk.settings.upload_files} files in one upload")
        subject = Subject.parse(supplier)
        incoming = [Incoming(clean_name(file.filename), file.file) for file in files]

        def work() -> Response:
            table = None if mapping is None else mapping.file
            job = self.desk.imports.take(incoming, supplier=subject, mapping=table)
            headers = {"Location": f"/v1/imports/{job.job_id}"}
            return Response(_view(job).model_dump_json(), 202, headers, media_type="application/json")

        content = b"" if key is None else _fingerprint([*files, *([mapping] if mapping else [])], supplier)
        return self.desk.once(request, caller, key, content, work)

    def get(self, job: Id) -> ImportView:
        """The import, and its report once it has ended."""
        return _view(self._job(job))

    async def progress(self, job: Id) -> Response:
        """An event for each change, until the import has ended."""
        seen: list[Job] = []

        def poll() -> tuple[Sequence[Event], bool]:
            current = self._job(job)
            fresh = current not in seen
            seen[:] = [current]
            number = f"{current.done}-{current.state.value}"
            events = [Event(number, "progress", _view(current).model_dump(mode="json"))] if fresh else []
            return events, current.state in (JobState.DONE, JobState.FAILED)

        self._job(job)
        return self.desk.streams.serve(poll)

    def _job(self, job: str) -> Job:
        found = self.desk.node.jobs.job(JobId(job))
        if found is None or found.what != WHAT:
            raise NotFoundError(f"there is no import {job}", advice="Use the Location that the upload gave.")
        return found


def _view(job: Job) -> ImportView:
    return ImportView(
        id=job.job_id,
        state=job.state,
        done=job.done,
        total=job.total,
        report=dict(job.report),
        created=job.created_at,
        changed=job.changed_at,
    )


def _fingerprint(files: Sequence[UploadFile], supplier: str) -> bytes:
    """What an upload says, whatever boundary its parts were sent with; the files are left at their beginning."""
    digest = hashlib.sha256(supplier.encode())
    for file in files:
        digest.update(hashlib.sha256((file.filename or "").encode("utf-8", "replace")).digest())
        inner = hashlib.sha256()
        while chunk := file.file.read(1 << 20):
            inner.update(chunk)
        file.file.seek(0)
        digest.update(inner.digest())
    return digest.digest()
