"""`/v1/node`: whose node this is, and up to which block of the chain it has seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, Field

from evidence.errors import LedgerUnreachableError
from evidence.identity import org_id
from node.api.desk import Desk
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission


class NodeView(BaseModel):
    """The organisation of this node, and how far it sees."""

    lei: str = Field(examples=["5493001KJTIIGC8Y1R12"])
    name: str
    roles: list[str] = Field(description="What the organisation is to the consortium; empty while it is not enrolled.")
    block: int | None = Field(description="Number of the chain's newest block; null while the chain does not answer.")
    statements: int = Field(description="Statements in this node's own log.")
    event: int = Field(description="Number of the newest event of `/v1/events`.")
    now: datetime = Field(description="The node's clock.")


@dataclass(frozen=True, slots=True)
class AboutRoutes:
    """The node about itself."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        table.add(
            "GET", "/v1/node", self.about, permission=Permission.SELF, summary="Whose node, and as of which block"
        )
        return table.routes

    def about(self) -> NodeView:
        """A chain that does not answer is told by `block: null`, not by an error: what the node keeps is still good."""
        node = self.desk.node
        try:
            block: int | None = node.block()
            member = node.directory.member(org_id(node.lei))
        except LedgerUnreachableError:
            block, member = None, None
        return NodeView(
            lei=node.lei,
            name=node.name,
            roles=[] if member is None else sorted(member.roles),
            block=block,
            statements=node.store.count(),
            event=node.events.newest_event(),
            now=self.desk.clock(),
        )
