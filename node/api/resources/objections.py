"""`/v1/attestations/{uid}/objections`: who doubts which score, in public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from node.api.desk import Desk
from node.api.resources.chain_views import DIGEST, Id, Moment, Organisation, raw_id
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from node.services.object_score import MOST_REASON


class ObjectionView(BaseModel):
    """One member's objection; `text` is null where its reasons are not known here."""

    by: Organisation | None
    reason: str = Field(description="SHA-256 of the reasons, as on chain.")
    text: str | None
    filed_at: Moment
    withdrawn_at: Moment


class ObjectionList(BaseModel):
    """All objections to a score, withdrawn ones too, oldest first."""

    attestation: str = Field(pattern=DIGEST)
    attester: Organisation | None
    subject: Organisation | None
    standing: int
    objections: list[ObjectionView]


class ObjectionForm(BaseModel):
    """Why; the text stays at this node, its digest goes on chain."""

    model_config = STRICT
    reason: str = Field(min_length=1, max_length=MOST_REASON)


@dataclass(frozen=True, slots=True)
class ObjectionRoutes:
    """An objection changes no score: it says who doubts it and why."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        write, all_ = Permission.OBJECTIONS_WRITE, "/v1/attestations/{uid}/objections"
        both: dict[str, Any] = {"problems": (404, 409)}
        table.add(
            "GET",
            all_,
            self.of,
            permission=Permission.GOVERNANCE_READ,
            summary="Objections to an attested score",
            problems=(404,),
        )
        table.add("POST", all_, self.file, permission=write, summary="Object as this organisation", **both)
        table.add("DELETE", all_, self.withdraw, permission=write, summary="Take our objection back", **both)
        return table.routes

    def of(self, uid: Id) -> ObjectionList:
        """As the chain has it now."""
        return ObjectionList.model_validate(self.desk.node.governance.objections(raw_id(uid)))

    def file(self, uid: Id, form: ObjectionForm) -> ObjectionList:
        """Once at a time; the same reason again changes nothing."""
        with self.desk.turns.turn():
            self.desk.node.governance.object(raw_id(uid), form.reason)
        return self.of(uid)

    def withdraw(self, uid: Id) -> ObjectionList:
        """It stays readable."""
        with self.desk.turns.turn():
            self.desk.node.governance.object.withdraw(raw_id(uid))
        return self.of(uid)
