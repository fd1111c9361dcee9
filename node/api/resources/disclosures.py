"""`/v1/disclosures`: who was given what of this organisation's, out of the access trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, Field

from node.api.desk import Cursor, Desk, Limit
from node.api.routing import GuardedRoute, Table
from node.auth.model import TrailAction, TrailQuery
from node.auth.permissions import Permission


class DisclosureView(BaseModel):
    """Something that left the organisation's hands, or that one of its people looked at beyond the base tier."""

    number: int = Field(description="Of the entry in the access trail.")
    at: datetime
    by: str = Field(description="Who got it: a member's LEI, or one of this node's users or tokens.")
    member: str | None = Field(description="The member's name; null for this node's own people.")
    target: str = Field(description="About which subject, statement or attachment.")
    detail: dict[str, str]


class DisclosurePage(BaseModel):
    """Some disclosures, oldest first."""

    items: list[DisclosureView]
    next: str | None


@dataclass(frozen=True, slots=True)
class DisclosureRoutes:
    """What was disclosed; for whoever may disclose."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        table.add(
            "GET",
            "/v1/disclosures",
            self.list,
            permission=Permission.STATEMENTS_DISCLOSE,
            summary="Who saw what",
        )
        return table.routes

    def list(self, limit: Limit = 100, cursor: Cursor = None) -> DisclosurePage:
        """The same entries as in the access trail, without its sign-ins and refusals."""
        after = self.desk.cursors.read_number(cursor, "disclosures", None, start=0)
        found = self.desk.door.stores.trail.page(TrailQuery(after=after, limit=limit + 1, action=TrailAction.DISCLOSED))
        more = self.desk.cursors.write("disclosures", None, found[limit - 1].number) if len(found) > limit else None
        names = {member.lei: member.name for member in self.desk.node.directory.members()}
        items = [
            DisclosureView(
                number=entry.number,
                at=entry.event.at,
                by=entry.event.actor,
                member=names.get(entry.event.actor),
                target=entry.event.target,
                detail=dict(entry.event.detail),
            )
            for entry in found[:limit]
        ]
        return DisclosurePage(items=items, next=more)
