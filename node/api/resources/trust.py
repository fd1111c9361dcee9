"""When a score counts, and when a policy may be trusted: attesters, reviews, stops, and both rules' characteristics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field

from evidence.errors import NotFoundError
from node.api.desk import Caller, Desk, Site, subject_of
from node.api.resources.explanations import LeiPath
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from scoring.policy import Policy
from scoring.policy_reader import PUBLISHED, published

Name = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,59}$", examples=["balanced-2026"])]


class AttesterView(BaseModel):
    """What one organisation attested; `stands`: not revoked, not expired, by a member that may attest now."""

    uid: str
    attester: str
    owner: str = Field(description="Its ultimate owner: attesters of one owner are one voice.")
    attested_at: int
    points: int
    low: int
    stands: bool


class StandingView(BaseModel):
    """Whether the newest attested score counts: enough owners that agree on it."""

    subject: str
    policy: str
    policy_hash: str
    needed: int
    owners: list[str]
    counts: bool
    attestations: list[AttesterView]


class FindingView(BaseModel):
    """One thing that a check found; an index or ratio in millionths, or a number of cards for `too-few`."""

    check: str
    grouping: str
    about: str
    value_ppm: int
    stop: bool


class StopView(BaseModel):
    """Since when, why and by whom a policy was stopped."""

    reasons: list[str]
    since: str
    by: str


class ReviewView(BaseModel):
    """What the checks of a policy find over this node's scores."""

    policy: str
    hash: str
    baseline_cards: int
    cards: int
    findings: list[FindingView]
    stop: bool
    reasons: list[str]
    stopped: StopView | None = Field(description="While it stands, nobody is rated by the policy here.")


class LiftForm(BaseModel):
    """Why a stop is lifted."""

    model_config = STRICT
    why: str = Field(min_length=1, max_length=2000)


class OperatingPoint(BaseModel):
    """Chance that a process of this true Cpk passes all months under each rule."""

    true: float
    literal: float
    bound: float


class OperatingView(BaseModel):
    """Both operating-characteristic curves of a plan."""

    goal: float
    months: int
    values: int
    confidence: float
    freezes_below: float = Field(description="The estimate below which the bound-based rule freezes.")
    points: list[OperatingPoint]


@dataclass(frozen=True, slots=True)
class TrustRoutes:
    """Attesters, reviews and stops."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, one = Permission.SCORES_READ, "/v1/policies/{name}"
        none: dict[str, Any] = {"problems": (404,)}
        table.add(
            "GET",
            "/v1/suppliers/{lei}/score/standing",
            self.standing,
            permission=read,
            summary="Whether the attested score counts",
        )
        table.add("GET", f"{one}/review", self.review, permission=read, summary="Drift, bias and stops", **none)
        table.add(
            "POST",
            f"{one}/review",
            self.act,
            permission=Permission.POLICIES_STOP,
            summary="Review, and stop the policy if a check says so",
            **none,
        )
        table.add("POST", f"{one}/lift", self.lift, permission=Permission.POLICIES_STOP, summary="Lift a stop", **none)
        table.add(
            "GET",
            "/v1/operating-characteristics",
            self.operating,
            permission=read,
            summary="How often each qualification rule passes a process",
        )
        return table.routes

    def standing(self, lei: LeiPath, site: Site = None) -> StandingView:
        """By the policy in force, read from the chain. A second account of an owner, or a sister, adds nothing."""
        with self.desk.turns.turn():
            found = self.desk.node.scoring.standing(subject_of(lei, site), self.desk.node.score.policy)
        return StandingView.model_validate(found)

    def review(self, name: Name) -> ReviewView:
        """Over the first and the newest score of each supplier; nothing is stopped."""
        policy = self._policy(name)
        with self.desk.turns.turn():
            return ReviewView.model_validate(self.desk.node.scoring.review(policy))

    def act(self, name: Name) -> ReviewView:
        """The worker does the same every day."""
        policy = self._policy(name)
        with self.desk.turns.turn():
            return ReviewView.model_validate(self.desk.node.scoring.review(policy, act=True))

    def lift(self, name: Name, form: LiftForm, caller: Caller) -> ReviewView:
        """By a named person, with a reason; both are in the node's events."""
        policy = self._policy(name)
        self.desk.node.scoring.review.stops.lift(policy, form.why, by=caller.name)
        return ReviewView.model_validate(self.desk.node.scoring.review(policy))

    def operating(
        self,
        goal: Annotated[float, Query(gt=0, le=10)] = 1.67,
        months: Annotated[int, Query(ge=1, le=120)] = 12,
        values: Annotated[int, Query(ge=5, le=1000, description="Measured in each month.")] = 50,
    ) -> OperatingView:
        """Exact for a centred normal process; the literal rule freezes a process whose true Cpk is the goal."""
        from spc.operating import Plan, operating

        plan = Plan(goal, months, values)
        with self.desk.turns.turn():
            points = [OperatingPoint(true=it.true, literal=it.literal, bound=it.bound) for it in operating(plan)]
        return OperatingView(
            goal=goal,
            months=months,
            values=values,
            confidence=plan.confidence,
            freezes_below=plan.least_estimate,
            points=points,
        )

    def _policy(self, name: str) -> Policy:
        current = self.desk.node.score.policy
        if name == current.name:
            return current
        if name in PUBLISHED:
            return published(name)
        raise NotFoundError(f"there is no policy {name!r} here")
