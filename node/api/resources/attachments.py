"""`/v1/attachments`: files beside statements, encrypted to their readers, named by content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import File, Form, Path, Request, Response, UploadFile
from pydantic import BaseModel, Field

from evidence.identity import Lei
from node.api.desk import LEI_PATTERN, Caller, Desk
from node.api.problems import request_id as id_of
from node.api.routing import GuardedRoute, Table, raw
from node.auth.model import Outcome, TrailAction
from node.auth.permissions import Permission
from node.blobs.sealed import MAX_ATTACHMENT_BYTES, MAX_RECIPIENTS

CID_PATTERN = "^b(afkrei|afybei)[a-h][a-z2-7]{50}[aeimquy4]$"
"""CID v1 with SHA-256 of raw blocks or DAG-PB nodes, in its one spelling; the same as in the schemas."""
BYTES = "application/octet-stream"
_ENVELOPE_BYTES = 64 * 1024
"""What multipart boundaries and headers may add."""

CidPath = Annotated[
    str,
    Path(
        pattern=CID_PATTERN,
        examples=["bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am"],
        description="The CID that the upload gave, or that a statement names.",
    ),
]
Reader = Annotated[str, Field(pattern=LEI_PATTERN)]


class AttachmentView(BaseModel):
    """What was kept; put `cid` into the field `attachments` of a statement."""

    cid: str = Field(pattern=CID_PATTERN)
    bytes: int = Field(description="Of the file, before it was encrypted.")
    readers: list[str] = Field(description="Members that can read it, besides this organisation.")


@dataclass(frozen=True, slots=True)
class AttachmentRoutes:
    """Keeping files and reading them back."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        table.add(
            "POST",
            "/v1/attachments",
            self.attach,
            permission=Permission.ATTACHMENTS_WRITE,
            summary="Keep a file, encrypted to its readers",
            status=201,
            problems=(404, 409),
            responses={201: {"model": AttachmentView, "description": "Kept."}},
            body_bytes=MAX_ATTACHMENT_BYTES + _ENVELOPE_BYTES,
        )
        binary = {"type": "string", "format": "binary"}
        table.add(
            "GET",
            "/v1/attachments/{cid}",
            self.read,
            permission=Permission.ATTACHMENTS_READ,
            summary="Read an attachment",
            problems=(404,),
            responses={200: raw("The file's bytes.", BYTES, binary)},
            response_class=Response,
        )
        return table.routes

    def attach(
        self,
        file: Annotated[UploadFile, File(description="A photo, a report, any file.")],
        reader: Annotated[
            list[Reader],
            Form(max_length=MAX_RECIPIENTS - 1, description="LEIs of members that may read it besides ourselves."),
        ] = [],  # noqa: B006
    ) -> Response:
        """Name and type of the file are not kept: say in the statement what it is."""
        readers = [Lei(lei) for lei in reader]
        with self.desk.turns.turn():
            kept = self.desk.node.attach(file.file, readers=readers)
        view = AttachmentView(cid=kept.cid, bytes=kept.size, readers=[str(lei) for lei in kept.readers])
        headers = {"Location": f"/v1/attachments/{kept.cid}"}
        return Response(view.model_dump_json(), 201, headers, media_type="application/json")

    def read(self, request: Request, cid: CidPath, caller: Caller) -> Response:
        """Fetched, checked against its CID and decrypted; each time is written into the access trail."""
        with self.desk.turns.turn():
            data = self.desk.node.read_attachment(cid)
        # Written down before it leaves: a disclosure that leaves no trace is worse than one that failed.
        self.desk.door.record(
            TrailAction.DISCLOSED,
            Outcome.DONE,
            actor=caller,
            target=cid,
            request=id_of(request),
            detail={"attachment": cid, "bytes": str(len(data))},
        )
        # Whatever it is, a browser must save it and never show it: it would run as a page of ours.
        headers = {
            "Content-Disposition": f'attachment; filename="{cid}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return Response(data, 200, headers, media_type=BYTES)
