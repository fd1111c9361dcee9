"""`/v1/suppliers`: scores, their reasons, what they can be recomputed from, and the credential for banks."""

from __future__ import annotations

import builtins
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, Field

from evidence.encoding import hex0x_encode
from evidence.errors import NotFoundError
from evidence.identity import Lei, Subject
from node.api.caching import REVALIDATE, tagged
from node.api.desk import LEI_PATTERN, Cursor, Desk, Limit, Site, subject_of
from node.api.routing import GuardedRoute, Table, raw
from node.auth.permissions import Permission
from node.chain.port import Member
from node.records.port_exchange import ScoreRecord
from node.services.score_trend import Direction, card_of, direction, trend_point
from scoring.card import Eligibility
from scoring.scale import POINT

BUNDLE_TYPE = "application/vnd.credence.score+json"
CREDENTIAL_TYPE = "application/dc+sd-jwt"
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


class ScoreTrendView(BaseModel):
    """Where the newest score lies against the one before by the same policy; `change` in points."""

    direction: Direction
    change: str | None = Field(examples=["+1.5"])


class SupplierView(BaseModel):
    """A member that supplies, with its newest score at this node and where that is going."""

    lei: str
    name: str
    active: bool
    score: ScoreView | None
    trend: ScoreTrendView | None


class SupplierPage(BaseModel):
    """Some suppliers, in the order in which they joined."""

    items: list[SupplierView]
    next: str | None


class Standing(StrEnum):
    """How far a supplier's score is."""

    RATED = "rated"
    NOT_RATED = "not-rated"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which suppliers to list; None means any."""

    name: str | None
    state: Standing | None
    eligibility: Eligibility | None
    band: str | None
    trend: Direction | None

    def names(self, member: Member) -> bool:
        """Whether its name or LEI holds the text looked for."""
        return self.name is None or self.name.casefold() in f"{member.name}\n{member.lei}".casefold()

    def fits(self, view: SupplierView) -> bool:
        """Whether its newest score is of the kind looked for."""
        card = view.score.card if view.score else {"state": Standing.UNSCORED}
        rated = card["state"] == Standing.RATED
        return (
            self.state in (None, card["state"])
            and self.eligibility in (None, card.get("eligibility"))
            and (self.band is None or (rated and card["band_name"] == self.band))
            and self.trend in (None, view.trend.direction if view.trend else None)
        )

    def to_json(self) -> dict[str, Any]:
        """As cursors are bound to it."""
        return asdict(self)


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

    def list(
        self,
        name: Annotated[str | None, Query(max_length=80, description="Part of the name, or of the LEI.")] = None,
        state: Annotated[Standing | None, Query(description="`unscored`: no score was computed here.")] = None,
        eligibility: Annotated[Eligibility | None, Query()] = None,
        band: Annotated[str | None, Query(max_length=60, description="Name of a band.")] = None,
        trend: Annotated[Direction | None, Query()] = None,
        limit: Limit = 100,
        cursor: Cursor = None,
    ) -> SupplierPage:
        """Members with the role of a supplier that fit all filters given."""
        wanted = Wanted(name, state, eligibility, band, trend)
        filters = wanted.to_json()
        start = self.desk.cursors.read_number(cursor, "suppliers", filters, start=0)
        members = [member for member in self.desk.node.directory.members() if "supplier" in member.roles]
        items: builtins.list[SupplierView] = []
        for place, member in enumerate(members[start:], start=start):
            if len(items) == limit:
                return SupplierPage(items=items, next=self.desk.cursors.write("suppliers", filters, place))
            if wanted.names(member):
                view = self._supplier(member)
                if wanted.fits(view):
                    items.append(view)
        return SupplierPage(items=items, next=None)

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
            self.desk.node.attest.newest(self.desk.node.score, subject)
        return self._view(*self._latest(subject))

    def _latest(self, subject: Subject) -> tuple[int, ScoreRecord]:
        latest = self.desk.node.scores.latest_score(subject)
        if latest is None:
            raise NotFoundError(f"no score of {subject} was computed here", advice="POST to compute one.")
        return latest

    def _supplier(self, member: Member) -> SupplierView:
        kept = self.desk.node.scores.newest_scores(Subject(Lei(member.lei)), limit=2)
        points = [
            trend_point(number, record, self.desk.cards.get(number, partial(card_of, record)))
            for number, record in reversed(kept)
        ]
        where, change = direction(points)
        moved = ScoreTrendView(direction=where, change=None if change is None else f"{change / POINT:+.1f}")
        return SupplierView(
            lei=member.lei,
            name=member.name,
            active=member.active,
            score=self._view(*kept[0]) if kept else None,
            trend=moved if kept else None,
        )

    def _view(self, number: int, record: ScoreRecord) -> ScoreView:
        card = self.desk.cards.get(number, partial(card_of, record))
        return ScoreView(
            number=number,
            subject=str(record.subject),
            computed=record.computed_at,
            policy=record.policy.hex(),
            attestation=None if record.attestation is None else hex0x_encode(record.attestation),
            credential=record.credential is not None,
            card=card,
        )
