"""`/v1/tokens`: secrets for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Path, Response
from pydantic import BaseModel, Field

from node.api.desk import Caller, Desk, RequestId
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table
from node.auth.model import ApiToken, TokenId
from node.auth.permissions import Permission

TokenPath = Annotated[str, Path(pattern="^tok_[0-9a-f]{24}$", examples=["tok_5d41402abc4b2a76b9719d91"])]
Scopes = Annotated[list[Annotated[Permission, Field(strict=False)]], Field(min_length=1, max_length=len(Permission))]


class NewToken(BaseModel):
    """What a token is for, what it may do, how long it lasts."""

    model_config = STRICT
    label: str = Field(min_length=1, max_length=64, pattern="^[A-Za-z0-9 ._-]+$", examples=["MES line 4"])
    scopes: Scopes = Field(examples=[["statements:write"]])
    days: int = Field(ge=1, le=366, examples=[90])


class TokenView(BaseModel):
    """A token without its secret."""

    id: str = Field(examples=["tok_5d41402abc4b2a76b9719d91"])
    label: str
    scopes: list[Permission]
    created: datetime
    expires: datetime
    revoked: datetime | None
    used: datetime | None


class IssuedView(BaseModel):
    """A new token; `secret` is shown this once."""

    token: TokenView
    secret: str = Field(examples=["crd_Nk0VEqxlJ5sBLcHRU1ZrG4-ANExampleOnly0123456"])


class TokenList(BaseModel):
    """All tokens of the caller."""

    items: list[TokenView]


@dataclass(frozen=True, slots=True)
class TokenRoutes:
    """One's own tokens."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        own = Permission.SELF
        table.add("GET", "/v1/tokens", self.list, permission=own, summary="List one's own tokens")
        table.add("POST", "/v1/tokens", self.issue, permission=own, summary="Issue a token", status=201)
        table.add(
            "DELETE",
            "/v1/tokens/{token}",
            self.revoke,
            permission=own,
            summary="Revoke a token",
            status=204,
            problems=(404,),
        )
        return table.routes

    def list(self, caller: Caller) -> TokenList:
        """Revoked and expired ones included, oldest first."""
        owned = [] if caller.user is None else self.desk.door.stores.tokens.of_owner(caller.user)
        return TokenList(items=[view(token) for token in owned])

    def issue(self, form: NewToken, response: Response, caller: Caller, request_id: RequestId) -> IssuedView:
        """Only a signed-in person may, and never for more than it may do itself."""
        secret, token = self.desk.door.tokens.issue(
            caller,
            label=form.label,
            scopes=frozenset(form.scopes),
            lasts=timedelta(days=form.days),
            request=request_id,
        )
        response.headers["Location"] = f"/v1/tokens/{token.id}"
        return IssuedView(token=view(token), secret=secret)

    def revoke(self, token: TokenPath, caller: Caller, request_id: RequestId) -> None:
        """Revoke one's own token, or anybody's with `users:write`."""
        self.desk.door.tokens.revoke(caller, TokenId(token), request=request_id)


def view(token: ApiToken) -> TokenView:
    """A token without its secret."""
    return TokenView(
        id=token.id,
        label=token.label,
        scopes=sorted(token.scopes),
        created=token.created,
        expires=token.expires,
        revoked=token.revoked,
        used=token.used,
    )
