"""`/v1/anchors`: heads of our log and where they became public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, Field

from evidence.canonical import encode
from evidence.encoding import hex0x_encode
from evidence.errors import NotFoundError
from evidence.header import parse_header
from node.api.caching import REVALIDATE, tagged
from node.api.desk import Cursor, Desk, Limit
from node.api.routing import GuardedRoute, Table, raw
from node.auth.permissions import Permission
from node.records.port import SealedHead
from node.services.seal import MAX_SEALED


class AnchorBlock(BaseModel):
    """The block that the receipt proves."""

    hash: str = Field(pattern="^0x[0-9a-f]{64}$")
    number: int
    time: int = Field(description="Seconds since 1970, UTC.")


class AnchorView(BaseModel):
    """A head; `block` is null while it waits for the chain."""

    size: int
    root: str = Field(pattern="^[0-9a-f]{64}$")
    checkpoint: str
    sealed: datetime
    block: AnchorBlock | None


class AnchorPage(BaseModel):
    """Some heads, smallest first."""

    items: list[AnchorView]
    next: str | None


@dataclass(frozen=True, slots=True)
class AnchorRoutes:
    """Heads, receipts, and sealing on request."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read = Permission.LOG_READ
        table.add("GET", "/v1/anchors", self.list, permission=read, summary="List heads of our log")
        receipt = raw("The anchor receipt, as in proof bundles.", "application/json", {"type": "object"})
        table.add(
            "GET",
            "/v1/anchors/{size}/receipt",
            self.receipt,
            permission=read,
            summary="Anchor receipt of a head",
            problems=(404,),
            responses={200: receipt, 304: {"description": "The caller has it already."}},
            response_class=Response,
        )
        table.add(
            "POST",
            "/v1/anchors",
            self.seal,
            permission=Permission.LOG_SEAL,
            summary="Seal and anchor what waits, now",
            status=201,
            problems=(409,),
            responses={
                201: {"model": AnchorView, "description": "Anchored."},
                204: {"description": "Nothing waits."},
            },
        )
        return table.routes

    def list(self, limit: Limit = 100, cursor: Cursor = None) -> AnchorPage:
        """Heads, smallest first; one that waits for the chain included."""
        after = self.desk.cursors.read_number(cursor, "anchors", None, start=0)
        found = self.desk.node.log.heads(after=after, limit=limit + 1)
        more = self.desk.cursors.write("anchors", None, found[limit - 1].head.size) if len(found) > limit else None
        return AnchorPage(items=[_view(head) for head in found[:limit]], next=more)

    def receipt(self, request: Request, size: Annotated[int, Path(ge=1, le=2**53 - 1)]) -> Response:
        """State proofs of root and keys, and the header they are proved against."""
        found = self.desk.node.log.heads(after=size - 1, limit=1)
        if not found or found[0].head.size != size or found[0].receipt is None:
            raise NotFoundError(f"no head of size {size} is anchored", advice="List the heads.")
        body = encode(found[0].receipt.to_json())
        return tagged(request, body, "application/json", cache=f"private, {REVALIDATE}")

    def seal(
        self, limit: Annotated[int, Query(ge=1, le=MAX_SEALED, description="Most statements of the head.")] = 10_000
    ) -> Response:
        """The worker does it by itself every few seconds; this is for those who cannot wait."""
        with self.desk.turns.turn():
            receipt = self.desk.node.seal(limit=limit)
        if receipt is None:
            return Response(status_code=204)
        (sealed,) = self.desk.node.log.heads(after=receipt.head.size - 1, limit=1)
        return Response(_view(sealed).model_dump_json(), 201, media_type="application/json")


def _view(sealed: SealedHead) -> AnchorView:
    block: Any = None
    if sealed.receipt is not None:
        header = parse_header(sealed.receipt.header)
        block = AnchorBlock(hash=hex0x_encode(header.hash), number=header.number, time=header.timestamp)
    return AnchorView(
        size=sealed.head.size,
        root=sealed.head.root.hex(),
        checkpoint=sealed.checkpoint,
        sealed=sealed.sealed_at,
        block=block,
    )
