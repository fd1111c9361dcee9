"""`/v1/log`: our log as C2SP tlog-tiles.

Checkpoint and hash tiles are public: they say nothing but that the log grows and holds together. Entry bundles hold the
signed parts of statements (whom they are about, of what kind, when), so reading them needs `log:read`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Request, Response

from evidence.errors import MalformedError, NotFoundError
from evidence.tiles import TileId
from node.api.caching import FOREVER, REVALIDATE, tagged
from node.api.desk import Desk
from node.api.routing import GuardedRoute, Table, raw
from node.auth.permissions import Permission

BYTES = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"
Number = Annotated[
    str,
    Path(
        pattern=r"^(x[0-9]{3}/){0,6}[0-9]{3}(\.p/[1-9][0-9]{0,2})?$",
        examples=["x001/234", "000.p/5"],
        description="Index in groups of three digits, all but the last with an x; `.p/W` for the first W of it.",
    ),
]


@dataclass(frozen=True, slots=True)
class LogRoutes:
    """The public face of our log."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        binary = {"type": "string", "format": "binary"}
        had: dict[int | str, Any] = {304: {"description": "The caller has it already."}}
        more: dict[str, Any] = {"problems": (404,), "response_class": Response}
        table.add(
            "GET",
            "/v1/log/checkpoint",
            self.checkpoint,
            permission=None,
            summary="Newest signed checkpoint",
            responses=had | {200: raw("C2SP checkpoint", "text/plain", {"type": "string"})},
            **more,
        )
        table.add(
            "GET",
            "/v1/log/tile/entries/{number:path}",
            self.entries,
            permission=Permission.LOG_READ,
            summary="Entry bundle",
            responses=had | {200: raw("Leaves, each with its length in two bytes", BYTES, binary)},
            **more,
        )
        table.add(
            "GET",
            "/v1/log/tile/{level}/{number:path}",
            self.tile,
            permission=None,
            summary="Hash tile",
            responses=had | {200: raw("Hashes of 32 bytes", BYTES, binary)},
            **more,
        )
        return table.routes

    def checkpoint(self, request: Request) -> Response:
        """The newest head that is anchored, signed by our log key."""
        text = self.desk.node.read_log.checkpoint()
        return tagged(request, text.encode(), TEXT, cache=f"public, {REVALIDATE}")

    def tile(
        self,
        request: Request,
        level: Annotated[str, Path(pattern="^(0|[1-9][0-9]?)$", examples=["0"])],
        number: Number,
    ) -> Response:
        """A tile never changes once it is served."""
        tile = _tile(f"tile/{level}/{number}")
        if tile.level is None:
            raise NotFoundError("no such tile")
        hashes = self.desk.node.read_log.tile(tile.level, tile.index, tile.width)
        return tagged(request, hashes, BYTES, cache=f"public, {FOREVER}")

    def entries(self, request: Request, number: Number) -> Response:
        """The leaves below a level-0 tile."""
        tile = _tile(f"tile/entries/{number}")
        leaves = self.desk.node.read_log.entries(tile.index, tile.width)
        return tagged(request, leaves, BYTES, cache=f"private, {FOREVER}")


def _tile(path: str) -> TileId:
    try:
        return TileId.parse(path)
    except MalformedError as error:
        # C2SP: what is no tile does not exist.
        raise NotFoundError(
            f"no such tile: {error.message}", advice="Build the path as C2SP tlog-tiles says."
        ) from error
