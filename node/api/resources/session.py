"""`/v1/session`: sign in, see who one is, change the password, sign out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from node.api.desk import Caller, Desk, RequestId
from node.api.guard import client
from node.api.routing import GuardedRoute, Table
from node.auth.model import Principal, Via
from node.auth.permissions import Permission, Role
from node.auth.sign_in import SignedIn

STRICT = ConfigDict(extra="forbid", strict=True)


class SignInForm(BaseModel):
    """Name and password."""

    model_config = STRICT
    name: str = Field(min_length=1, max_length=64, examples=["anna"])
    password: str = Field(min_length=1, max_length=1024, examples=["three pale lanterns over Kiln 7"])


class PasswordForm(BaseModel):
    """The old password and the new one."""

    model_config = STRICT
    old: str = Field(min_length=1, max_length=1024)
    new: str = Field(min_length=1, max_length=1024)


class WhoView(BaseModel):
    """Who is calling, and what it may do."""

    id: str = Field(examples=["usr_5d41402abc4b2a76b9719d91"])
    name: str = Field(examples=["anna"])
    via: Via
    roles: list[Role]
    permissions: list[Permission]
    must_change_password: bool
    csrf: str | None = Field(description="Send it in X-CSRF-Token with each change; only sessions have one.")
    ends: datetime | None = Field(description="When the session ends however busy it is.")


@dataclass(frozen=True, slots=True)
class SessionRoutes:
    """The caller's own sign-in."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        table.add("POST", "/v1/session", self.sign_in, permission=None, summary="Sign in", status=201, problems=(401,))
        table.add("GET", "/v1/session", self.who, permission=Permission.SELF, summary="Who am I?")
        table.add("DELETE", "/v1/session", self.sign_out, permission=Permission.SELF, summary="Sign out", status=204)
        table.add(
            "POST",
            "/v1/session/password",
            self.change_password,
            permission=Permission.SELF,
            summary="Change one's own password; all other sessions end",
        )
        return table.routes

    async def sign_in(self, request: Request, response: Response, form: SignInForm, request_id: RequestId) -> WhoView:
        """Open a session. The cookie is set; `csrf` has to be sent with each change."""
        self.desk.sign_ins.take(client(request))
        signed_in = await run_in_threadpool(self.desk.door.sign_in, form.name, form.password, request=request_id)
        return self._opened(response, signed_in)

    def who(self, caller: Caller) -> WhoView:
        """The caller's name, roles and permissions."""
        return self._view(caller)

    def sign_out(self, response: Response, caller: Caller, request_id: RequestId) -> None:
        """End the session; with a token nothing happens (revoke the token instead)."""
        self.desk.door.sign_in.end(caller, request=request_id)
        response.delete_cookie(
            self.desk.settings.cookie, path="/", secure=self.desk.settings.secure, httponly=True, samesite="strict"
        )

    def change_password(self, response: Response, form: PasswordForm, caller: Caller, request_id: RequestId) -> WhoView:
        """Replace the password; a new session opens."""
        return self._opened(
            response, self.desk.door.sign_in.change_password(caller, form.old, form.new, request=request_id)
        )

    def _opened(self, response: Response, signed_in: SignedIn) -> WhoView:
        # Strict: other sites' links and forms never carry it. HttpOnly: scripts that got in cannot read it.
        response.set_cookie(
            self.desk.settings.cookie,
            signed_in.secret,
            path="/",
            secure=self.desk.settings.secure,
            httponly=True,
            samesite="strict",
        )
        return self._view(signed_in.principal)

    def _view(self, who: Principal) -> WhoView:
        return WhoView(
            id=who.id,
            name=who.name,
            via=who.via,
            roles=sorted(who.roles),
            permissions=sorted(who.permissions),
            must_change_password=who.must_change,
            csrf=None if who.session is None else self.desk.door.csrf(who.session),
            ends=None if who.session is None else who.session.expires,
        )
