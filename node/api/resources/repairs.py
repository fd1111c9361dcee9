"""`/v1/repairs`: repair claims on chain, who co-signed them, and whether they count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from evidence.identity import Lei
from node.api.desk import LEI_PATTERN, Desk
from node.api.resources.chain_views import DIGEST, DigestText, Id, Moment, Organisation, ScopeText, raw_id
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission


class CoSignView(BaseModel):
    """A body's co-sign; `evidence` is SHA-256 of what it examined."""

    body: Organisation | None
    evidence: str
    signed_at: Moment
    revoked_at: Moment


class RepairView(BaseModel):
    """A claim; `counts` says whether a co-sign stands that nothing has taken away."""

    id: str = Field(pattern=DIGEST)
    subject: Organisation | None
    document: str = Field(description="SHA-256 of what the claim covers.")
    scope: str
    opened_at: Moment
    until: Moment
    withdrawn_at: Moment
    counts: bool
    co_signs: list[CoSignView]


class RepairList(BaseModel):
    """All claims of a supplier, oldest first, and whether it is in repair now."""

    subject: Organisation | None
    in_repair: bool
    claims: list[RepairView]


class RepairForm(BaseModel):
    """A claim to open; claims of the repair flow open theirs by themselves when they are submitted."""

    model_config = STRICT
    document: DigestText
    scope: ScopeText
    days: int = Field(default=179, ge=1, le=179, description="How long the repair may run.")


class CoSignForm(BaseModel):
    """What this organisation examined, by its SHA-256."""

    model_config = STRICT
    evidence: DigestText


@dataclass(frozen=True, slots=True)
class RepairRoutes:
    """The repair lane on chain."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, write, sign = Permission.GOVERNANCE_READ, Permission.REPAIRS_WRITE, Permission.REPAIRS_SIGN
        all_, one = "/v1/repairs", "/v1/repairs/{claim}"
        both: dict[str, Any] = {"problems": (404, 409)}
        table.add("GET", all_, self.of, permission=read, summary="Repair claims of a supplier", problems=(404,))
        table.add("POST", all_, self.open, permission=write, summary="Open a claim", **both)
        table.add("GET", one, self.get, permission=read, summary="One claim", problems=(404,))
        table.add("POST", f"{one}/withdrawal", self.withdraw, permission=write, summary="Take our claim back", **both)
        table.add("POST", f"{one}/co-signs", self.co_sign, permission=sign, summary="Co-sign a claim", **both)
        table.add("POST", f"{one}/revocation", self.revoke, permission=sign, summary="Take our co-sign back", **both)
        return table.routes

    def of(self, subject: Annotated[str, Query(pattern=LEI_PATTERN, description="The supplier's LEI.")]) -> RepairList:
        """As the chain has it now."""
        return RepairList.model_validate(self.desk.node.governance.repairs(Lei(subject)))

    def open(self, form: RepairForm) -> RepairView:
        """As this organisation, a supplier; opened before, it is given back."""
        with self.desk.turns.turn():
            made = self.desk.node.governance.open_repair(
                bytes.fromhex(form.document), form.scope, lasts=timedelta(days=form.days)
            )
        return self._view(made.id)

    def get(self, claim: Id) -> RepairView:
        """As the chain has it now."""
        return self._view(raw_id(claim))

    def withdraw(self, claim: Id) -> RepairView:
        """Its co-signs no longer count."""
        with self.desk.turns.turn():
            self.desk.node.governance.open_repair.withdraw(raw_id(claim))
        return self._view(raw_id(claim))

    def co_sign(self, claim: Id, form: CoSignForm) -> RepairView:
        """As this organisation, whose accreditation the contract checks at this moment."""
        with self.desk.turns.turn():
            self.desk.node.governance.co_sign(raw_id(claim), bytes.fromhex(form.evidence))
        return self._view(raw_id(claim))

    def revoke(self, claim: Id) -> RepairView:
        """For good: a body signs a claim once."""
        with self.desk.turns.turn():
            self.desk.node.governance.co_sign.revoke(raw_id(claim))
        return self._view(raw_id(claim))

    def _view(self, claim: bytes) -> RepairView:
        return RepairView.model_validate(self.desk.node.governance.repairs.one(claim))
