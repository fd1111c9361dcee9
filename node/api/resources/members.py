"""`/v1/members`, `/v1/exchange`, `/v1/audit`: the consortium, and what its members give each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel, Field

from evidence.errors import ForbiddenError, NotFoundError
from evidence.exchange import MEDIA_TYPE
from evidence.identity import Lei, Subject, org_id
from node.api.desk import SUBJECT_PATTERN, Caller, Cursor, Desk, Limit, SubjectText
from node.api.resources.session import STRICT
from node.api.resources.suppliers import LeiPath
from node.api.routing import GuardedRoute, Table, raw
from node.auth.model import Via
from node.auth.permissions import Permission
from node.chain.port import Member


class MemberView(BaseModel):
    """A member as the registry on chain knows it."""

    lei: str
    org: str = Field(pattern="^[0-9a-f]{64}$", description="Its name on chain.")
    name: str
    active: bool
    roles: list[str]
    account: str | None = Field(description="Address of its account contract.")
    endpoint: str


class MemberPage(BaseModel):
    """Some members, in the order in which they joined."""

    items: list[MemberView]
    next: str | None


class FetchForm(BaseModel):
    """About whom to fetch."""

    model_config = STRICT
    subject: SubjectText


class FetchView(BaseModel):
    """What came, how much of it was new, and the size of the anchored head that proves it."""

    read: int
    added: int
    head_size: int | None


@dataclass(frozen=True, slots=True)
class MemberRoutes:
    """The other members."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read = Permission.MEMBERS_READ
        table.add("GET", "/v1/members", self.list, permission=read, summary="List members")
        table.add("GET", "/v1/members/{lei}", self.get, permission=read, summary="One member", problems=(404,))
        table.add(
            "POST",
            "/v1/members/{lei}/fetch",
            self.fetch,
            permission=Permission.EXCHANGE_FETCH,
            summary="Fetch and verify a member's statements",
            problems=(404,),
        )
        table.add(
            "GET",
            "/v1/exchange/statements",
            self.share,
            permission=Permission.EXCHANGE_READ,
            summary="Statements for another member's node",
            problems=(404,),
            responses={200: raw("An exchange page (`credence-exchange/1`).", MEDIA_TYPE, {"type": "object"})},
            response_class=Response,
        )
        table.add(
            "GET",
            "/v1/audit/log/{lei}",
            self.audit,
            permission=Permission.AUDIT_RUN,
            summary="Re-prove a member's log",
            problems=(404,),
        )
        return table.routes

    def list(self, limit: Limit = 100, cursor: Cursor = None) -> MemberPage:
        """Members in the order in which they joined."""
        start = self.desk.cursors.read_number(cursor, "members", None, start=0)
        members = self.desk.node.directory.members()
        more = self.desk.cursors.write("members", None, start + limit) if len(members) > start + limit else None
        return MemberPage(items=[_view(member) for member in members[start : start + limit]], next=more)

    def get(self, lei: LeiPath) -> MemberView:
        """The member."""
        return _view(self._member(lei))

    def fetch(self, lei: LeiPath, form: FetchForm) -> FetchView:
        """Goes on from where the last fetch came to; nothing that does not hold is kept."""
        with self.desk.turns.turn():
            report = self.desk.node.fetch(self._member(lei), subject=Subject.parse(form.subject))
        size = None if report.head is None else report.head.size
        return FetchView(read=report.read, added=report.added, head_size=size)

    def share(
        self,
        caller: Caller,
        subject: Annotated[str, Query(pattern=SUBJECT_PATTERN, description="About whom: LEI or LEI/SITE.")],
        after: Annotated[int, Query(ge=-1, le=2**53 - 1, description="Log position to go on behind.")] = -1,
    ) -> Response:
        """Base tier only, for members whose role entitles them; each page is written into the access trail."""
        if caller.via is not Via.PEER:
            raise ForbiddenError("only other members' nodes may ask for this")
        page = self.desk.node.share(self._member(caller.id), subject=Subject.parse(subject), after=after)
        return Response(page.encode(), media_type=MEDIA_TYPE)

    def audit(self, lei: LeiPath) -> dict[str, Any]:
        """The whole log against the chain, and every missing sequence number by name. Takes as long as the log is."""
        with self.desk.turns.turn():
            return dict(self.desk.node.audit(Lei(lei)).to_json())

    def _member(self, lei: str) -> Member:
        member = self.desk.node.directory.member(org_id(Lei(lei)))
        if member is None:
            raise NotFoundError(f"{lei} is not a member", advice="List the members.")
        return member


def _view(member: Member) -> MemberView:
    return MemberView(
        lei=member.lei,
        org=member.org.hex(),
        name=member.name,
        active=member.active,
        roles=sorted(member.roles),
        account=member.account,
        endpoint=member.endpoint,
    )
