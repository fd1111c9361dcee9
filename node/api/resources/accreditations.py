"""`/v1/accreditations`: which bodies may co-sign what, until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from evidence.clock import parse_instant
from evidence.identity import Lei
from node.api.desk import LEI_PATTERN, Desk, LeiText
from node.api.resources.chain_views import InstantText, Moment, Organisation, ScopeText
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission


class AccreditationView(BaseModel):
    """A body's newest term for a scope; `accredited` says whether it may co-sign in it now."""

    body: Organisation | None
    scope: str = Field(description="Its name, or its digest when it is none of the product's.")
    since: Moment
    until: Moment
    barred_since: Moment
    accredited: bool


class AccreditationList(BaseModel):
    """Terms, in the order in which they were first granted."""

    items: list[AccreditationView]


class GrantForm(BaseModel):
    """Accredit a body for scopes until a moment at most five years ahead."""

    model_config = STRICT
    body: LeiText
    scopes: list[ScopeText] = Field(min_length=1, max_length=32)
    until: InstantText


class WithdrawForm(BaseModel):
    """End an accreditation now."""

    model_config = STRICT
    body: LeiText
    scope: ScopeText


class BarForm(BaseModel):
    """From this moment on nothing of the body counts, for good."""

    model_config = STRICT
    body: LeiText
    since: InstantText


@dataclass(frozen=True, slots=True)
class AccreditationRoutes:
    """Changes need the accreditor's role on chain for this node's attest key; the contract refuses all others."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        write, all_ = Permission.ACCREDITATIONS_WRITE, "/v1/accreditations"
        table.add(
            "GET",
            all_,
            self.terms,
            permission=Permission.GOVERNANCE_READ,
            summary="Who may co-sign what",
            problems=(404,),
        )
        table.add("POST", all_, self.grant, permission=write, summary="Accredit a body", problems=(404, 409))
        table.add(
            "POST",
            f"{all_}/withdrawals",
            self.withdraw,
            permission=write,
            summary="End an accreditation now",
            problems=(404, 409),
        )
        table.add("POST", f"{all_}/bars", self.bar, permission=write, summary="Bar a body", problems=(404, 409))
        return table.routes

    def terms(
        self, body: Annotated[str | None, Query(pattern=LEI_PATTERN, description="Of this body only.")] = None
    ) -> AccreditationList:
        """As the chain has it now."""
        found = self.desk.node.governance.accreditations(None if body is None else Lei(body))
        return AccreditationList(items=[AccreditationView.model_validate(one) for one in found])

    def grant(self, form: GrantForm) -> AccreditationList:
        """Granted again, a term is as long as told last."""
        with self.desk.turns.turn():
            self.desk.node.governance.accredit.grant(Lei(form.body), form.scopes, parse_instant(form.until))
        return self.terms(form.body)

    def withdraw(self, form: WithdrawForm) -> AccreditationList:
        """What was co-signed under it stays."""
        with self.desk.turns.turn():
            self.desk.node.governance.accredit.withdraw(Lei(form.body), form.scope)
        return self.terms(form.body)

    def bar(self, form: BarForm) -> AccreditationList:
        """Its co-signs from the cut-off on go with it; a second cut-off can only lie earlier."""
        with self.desk.turns.turn():
            self.desk.node.governance.accredit.bar(Lei(form.body), parse_instant(form.since))
        return self.terms(form.body)
