"""`/v1/suppliers`: scores, their reasons, what they can be recomputed from, and the credential for banks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Request, Response
from pydantic import BaseModel, Field

from evidence.canonical import loads
from evidence.encoding import hex0x_encode
from evidence.errors import NotFoundError
from evidence.identity import Lei, Subject
from node.api.caching import REVALIDATE, tagged
from node.api.desk import LEI_PATTERN, Cursor, Desk, Limit, Site, subject_of
from node.api.routing import GuardedRoute, Table, raw
from node.auth.permissions import Permission
from node.records.port_exchange import ScoreRecord

BUNDLE_TYPE = "application/vnd.credence.score+json"
CREDENTIAL_TYPE = "application/dc+sd-jwt"
MAX_BUNDLE_BYTES = 256 * 1024 * 1024
LeiPath = Annotated[str, Path(pattern=LEI_PATTERN, examples=["5493001KJTIIGC8Y1R12"])]


class ScoreView(BaseModel):
    """A score as computed; `card` is a `credence-card/1` document, points in micro-points (100 points = 10^8)."""

    number: int
    subject: str
    computed: datetime
    policy: str = Field(pattern="^[0-9a-f]{64}$")
    attestation: str | None = Field(pattern="^0x[0-9a-f]{64}$", description="UID on chain, once attested.")
    credential: bool = Field(description="Whether there is a credential to fetch.")
    card: dict[str, Any]


class ScorePage(BaseModel):
    """Some scores of one subject, oldest first."""

    items: list[ScoreView]
    next: str | None


class SupplierView(BaseModel):
    """A member that supplies, with its newest score at this node."""

    lei: str
    name: str
    active: bool
    score: ScoreView | None


class SupplierPage(BaseModel):
    """Some suppliers, in the order in which they joined."""

    items: list[SupplierView]
    next: str | None


@dataclass(frozen=True, slots=True)
class SupplierRoutes:
    """Suppliers and their scores."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, one = Permission.SCORES_READ, "/v1/suppliers/{lei}"
        none: dict[str, Any] = {"problems": (404,)}
        file: dict[str, Any] = {"problems": (404,), "response_class": Response}
        had: dict[int | str, Any] = {304: {"description": "The caller has it already."}}
        bundle = raw("The score bundle (`credence-score/1`).", BUNDLE_TYPE, {"type": "object"})
        credential = raw("SD-JWT VC.", CREDENTIAL_TYPE, {"type": "string"})
        table.add("GET", "/v1/suppliers", self.list, permission=read, summary="List suppliers and newest scores")
        table.add("GET", f"{one}/score", self.score, permission=read, summary="Newest score", **none)
        table.add(
            "POST",
            f"{one}/score",
            self.compute,
            permission=Permission.SCORES_COMPUTE,
            summary="Compute the score now",
            problems=(409,),
        )
        table.add("GET", f"{one}/scores", self.history, permission=read, summary="All scores, for the trend")
        table.add(
            "GET",
            f"{one}/score/bundle",
            self.bundle,
            permission=read,
            summary="What the score can be recomputed from",
            responses={200: bundle, **had},
            **file,
        )
        table.add(
            "GET",
            f"{one}/score/credential",
            self.credential,
            permission=read,
            summary="Credential for banks",
            responses={200: credential, **had},
            **file,
        )
        table.add(
            "POST",
            f"{one}/score/attestation",
            self.attest,
            permission=Permission.SCORES_ATTEST,
            summary="Compute and attest the score on chain",
            problems=(409,),
        )
        return table.routes

    def list(self, limit: Limit = 100, cursor: Cursor = None) -> SupplierPage:
        """Members with the role of a supplier."""
        start = self.desk.cursors.read_number(cursor, "suppliers", None, start=0)
        members = [member for member in self.desk.node.directory.members() if "supplier" in member.roles]
        items = [
            SupplierView(lei=member.lei, name=member.name, active=member.active, score=self._newest(member.lei))
            for member in members[start : start + limit]
        ]
        more = len(members) > start + limit
        return SupplierPage(
            items=items, next=self.desk.cursors.write("suppliers", None, start + limit) if more else None
        )

    def score(self, lei: LeiPath, site: Site = None) -> ScoreView:
        """The newest score with its reasons."""
        return self._view(*self._latest(subject_of(lei, site)))

    def compute(self, lei: LeiPath, site: Site = None) -> ScoreView:
        """Computed from what this node holds; equal evidence on the same day gives the same score again."""
        subject = subject_of(lei, site)
        with self.desk.turns.turn():
            self.desk.node.score(subject)
        return self._view(*self._latest(subject))

    def history(self, lei: LeiPath, site: Site = None, limit: Limit = 100, cursor: Cursor = None) -> ScorePage:
        """Oldest first."""
        subject = subject_of(lei, site)
        filters = {"subject": str(subject)}
        after = self.desk.cursors.read_number(cursor, "scores", filters, start=0)
        found = self.desk.node.scores.scores(subject, after=after, limit=limit + 1)
        more = self.desk.cursors.write("scores", filters, found[limit - 1][0]) if len(found) > limit else None
        return ScorePage(items=[self._view(number, record) for number, record in found[:limit]], next=more)

    def bundle(self, request: Request, lei: LeiPath, site: Site = None) -> Response:
        """Whoever has it recomputes the score to the last bit, with the standard library."""
        _, record = self._latest(subject_of(lei, site))
        return tagged(request, record.bundle, BUNDLE_TYPE, cache=f"private, {REVALIDATE}")

    def credential(self, request: Request, lei: LeiPath, site: Site = None) -> Response:
        """Banks verify it with software of their own, and ask the chain whether it was revoked."""
        _, record = self._latest(subject_of(lei, site))
        if record.credential is None:
            raise NotFoundError("the newest score is not attested", advice="Attest it first.")
        return tagged(request, record.credential.encode(), CREDENTIAL_TYPE, cache=f"private, {REVALIDATE}")

    def attest(self, lei: LeiPath, site: Site = None) -> ScoreView:
        """What is attested is always what the evidence says now."""
        subject = subject_of(lei, site)
        with self.desk.turns.turn():
            self.desk.node.attest(self.desk.node.score(subject))
        return self._view(*self._latest(subject))

    def _latest(self, subject: Subject) -> tuple[int, ScoreRecord]:
        latest = self.desk.node.scores.latest_score(subject)
        if latest is None:
            raise NotFoundError(f"no score of {subject} was computed here", advice="POST to compute one.")
        return latest

    def _newest(self, lei: str) -> ScoreView | None:
        latest = self.desk.node.scores.latest_score(Subject(Lei(lei)))
        return None if latest is None else self._view(*latest)

    def _view(self, number: int, record: ScoreRecord) -> ScoreView:
        card = self.desk.cards.get(number, lambda: _card(record.bundle))
        return ScoreView(
            number=number,
            subject=str(record.subject),
            computed=record.computed_at,
            policy=record.policy.hex(),
            attestation=None if record.attestation is None else hex0x_encode(record.attestation),
            credential=record.credential is not None,
            card=card,
        )


def _card(bundle: bytes) -> Any:
    document: Any = loads(bundle, limit=MAX_BUNDLE_BYTES)
    return document["card"]
