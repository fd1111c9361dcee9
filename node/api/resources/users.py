"""`/v1/users`: the people who may sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Response
from pydantic import BaseModel, Field

from node.api.desk import Caller, Cursor, Desk, Limit, RequestId
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table
from node.auth.model import User, UserId
from node.auth.permissions import Permission, Role

UserPath = Annotated[str, Path(pattern="^usr_[0-9a-f]{24}$", examples=["usr_5d41402abc4b2a76b9719d91"])]
Roles = Annotated[list[Annotated[Role, Field(strict=False)]], Field(max_length=len(Role))]


class NewUser(BaseModel):
    """Name and roles of a new user."""

    model_config = STRICT
    name: str = Field(min_length=1, max_length=64, examples=["anna"])
    roles: Roles = Field(examples=[["operator"]])


class UserChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = STRICT
    roles: Roles | None = None
    disabled: bool | None = None
    unlock: Literal[True] | None = Field(default=None, description="Open a locked account before its time.")


class UserView(BaseModel):
    """A user as administrators see it."""

    id: str = Field(examples=["usr_5d41402abc4b2a76b9719d91"])
    name: str = Field(examples=["anna"])
    roles: list[Role]
    disabled: bool
    must_change_password: bool
    locked_until: datetime | None
    created: datetime


class TemporaryView(BaseModel):
    """A user and a temporary password; it is shown this once and lets in for 72 hours, to change it."""

    user: UserView
    temporary_password: str


class UserPage(BaseModel):
    """Some users, by name."""

    items: list[UserView]
    next: str | None


@dataclass(frozen=True, slots=True)
class UserRoutes:
    """Looking after accounts."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, write = Permission.USERS_READ, Permission.USERS_WRITE
        one = "/v1/users/{user}"
        table.add("GET", "/v1/users", self.list, permission=read, summary="List users")
        table.add("POST", "/v1/users", self.add, permission=write, summary="Add a user", status=201, problems=(409,))
        table.add("GET", one, self.get, permission=read, summary="One user", problems=(404,))
        table.add("PATCH", one, self.change, permission=write, summary="Roles, closing, unlocking", problems=(404,))
        table.add(
            "POST", f"{one}/reset", self.reset, permission=write, summary="New temporary password", problems=(404,)
        )
        return table.routes

    def list(self, limit: Limit = 100, cursor: Cursor = None) -> UserPage:
        """Users in the order of their names."""
        after = self.desk.cursors.read_text(cursor, "users", None)
        found = self.desk.door.accounts.page(after=after, limit=limit + 1)
        more = self.desk.cursors.write("users", None, found[limit - 1].name) if len(found) > limit else None
        return UserPage(items=[view(user) for user in found[:limit]], next=more)

    def add(self, form: NewUser, response: Response, caller: Caller, request_id: RequestId) -> TemporaryView:
        """Add a user with a temporary password."""
        user, temporary = self.desk.door.accounts.add(caller.id, form.name, frozenset(form.roles), request=request_id)
        response.headers["Location"] = f"/v1/users/{user.id}"
        return TemporaryView(user=view(user), temporary_password=temporary)

    def get(self, user: UserPath) -> UserView:
        """The user."""
        return view(self.desk.door.accounts.user(UserId(user)))

    def change(self, user: UserPath, form: UserChange, caller: Caller, request_id: RequestId) -> UserView:
        """Change somebody else's account; their sessions end."""
        accounts = self.desk.door.accounts
        if form.unlock:
            accounts.unlock(caller, UserId(user), request=request_id)
        if form.roles is not None or form.disabled is not None:
            roles = None if form.roles is None else frozenset(form.roles)
            accounts.change(caller, UserId(user), roles=roles, disabled=form.disabled, request=request_id)
        return view(accounts.user(UserId(user)))

    def reset(self, user: UserPath, caller: Caller, request_id: RequestId) -> TemporaryView:
        """Give a forgotten password a temporary successor; all sessions of the user end."""
        temporary = self.desk.door.accounts.reset(caller.id, UserId(user), request=request_id)
        return TemporaryView(user=view(self.desk.door.accounts.user(UserId(user))), temporary_password=temporary)


def view(user: User) -> UserView:
    """A user without its password."""
    return UserView(
        id=user.id,
        name=user.name,
        roles=sorted(user.roles),
        disabled=user.disabled,
        must_change_password=user.must_change,
        locked_until=user.locked_until,
        created=user.created,
    )
