"""`/v1/trail`: who signed in, who was refused, what was disclosed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from evidence.encoding import hex_decode
from evidence.errors import ConsistencyError
from node.api.desk import Cursor, Desk, Limit
from node.api.routing import GuardedRoute, Table
from node.auth.model import Outcome, TrailAction, TrailEntry, TrailHead, TrailQuery
from node.auth.permissions import Permission
from node.auth.trail import EMPTY_TRAIL, check_trail

_HEX = "^[0-9a-f]{64}$"


class TrailView(BaseModel):
    """One entry; `digest` covers it and `previous`."""

    number: int
    at: datetime
    actor: str
    action: TrailAction
    outcome: Outcome
    target: str
    request_id: str
    detail: dict[str, str]
    previous: str = Field(pattern=_HEX)
    digest: str = Field(pattern=_HEX)


class TrailPage(BaseModel):
    """Some entries, oldest first."""

    items: list[TrailView]
    next: str | None


class TrailCheck(BaseModel):
    """Whether the trail is whole, and its head, to be kept somewhere else for the next check."""

    whole: bool
    number: int
    digest: str = Field(pattern=_HEX)
    reason: str | None


@dataclass(frozen=True, slots=True)
class TrailRoutes:
    """Reading and checking the access trail; nothing here writes it."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read = Permission.TRAIL_READ
        table.add("GET", "/v1/trail", self.list, permission=read, summary="The access trail")
        table.add("GET", "/v1/trail/check", self.check, permission=read, summary="Is the trail whole?")
        return table.routes

    def list(
        self,
        limit: Limit = 100,
        cursor: Cursor = None,
        actor: Annotated[str, Query(max_length=64, description="Only of this user, token or member.")] = "",
        action: Annotated[TrailAction | None, Query(description="Only this action.")] = None,
    ) -> TrailPage:
        """Entries, oldest first."""
        filters = {"action": None if action is None else action.value, "actor": actor}
        after = self.desk.cursors.read_number(cursor, "trail", filters, start=0)
        found = self.desk.door.stores.trail.page(TrailQuery(after=after, limit=limit + 1, actor=actor, action=action))
        more = None
        if len(found) > limit:
            more = self.desk.cursors.write("trail", filters, found[limit - 1].number)
        return TrailPage(items=[_view(entry) for entry in found[:limit]], next=more)

    def check(
        self,
        number: Annotated[int, Query(ge=0, le=2**53 - 1, description="A head known from before: its number,")] = 0,
        digest: Annotated[str, Query(pattern=_HEX, description="and its digest.")] = "0" * 64,
    ) -> TrailCheck:
        """Walk the whole trail and compare with a head known from before."""
        known = TrailHead(number, hex_decode(digest, size=32)) if number else EMPTY_TRAIL
        trail = self.desk.door.stores.trail
        try:
            head = check_trail(trail.walk(), known)
        except ConsistencyError as error:
            head = trail.head()
            return TrailCheck(whole=False, number=head.number, digest=head.digest.hex(), reason=error.message)
        return TrailCheck(whole=True, number=head.number, digest=head.digest.hex(), reason=None)


def _view(entry: TrailEntry) -> TrailView:
    event = entry.event
    return TrailView(
        number=entry.number,
        at=event.at,
        actor=event.actor,
        action=event.action,
        outcome=event.outcome,
        target=event.target,
        request_id=event.request,
        detail=dict(event.detail),
        previous=entry.previous.hex(),
        digest=entry.digest.hex(),
    )
