"""`/v1/reviews/scores`: drift and bias of the scores that this node keeps by the policy in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from node.api.desk import Desk
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from node.services.review_scores import ReviewScores
from scoring.governance import LEAST_CARDS, PSI_STOP, PSI_WATCH, RATIO_STOP, Finding
from scoring.scale import MICRO


class FindingView(BaseModel):
    """One thing that was found; `value` is a stability index or a ratio, or the number of scores for `too-few`."""

    check: Literal["drift", "bias", "too-few"]
    about: str = Field(description="The indicator, the group, or `score`.")
    value: str
    stop: bool


class ReviewView(BaseModel):
    """Whether the policy may be relied on as when it was adopted, judged by the scores kept here."""

    policy: str = Field(pattern="^[0-9a-f]{64}$")
    since: datetime = Field(description="Each supplier's newest score before this moment is the baseline.")
    baseline: int
    recent: int
    least: int = Field(description="Rated scores needed on each side; with fewer nothing is claimed.")
    watch_from: str
    stop_from: str
    stop_below: str = Field(description="Share of eligible ones against the best group's.")
    drift: list[FindingView]
    bias: list[FindingView]
    stop: bool


@dataclass(frozen=True, slots=True)
class ReviewRoutes:
    """Governance of scores."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read = Permission.GOVERNANCE_READ
        table.add("GET", "/v1/reviews/scores", self.scores, permission=read, summary="Drift and bias of kept scores")
        return table.routes

    def scores(
        self, days: Annotated[int, Query(ge=1, le=3_650, description="How far back the baseline lies.")] = 90
    ) -> ReviewView:
        """Of the policy in force; nothing is changed or stopped by asking."""
        node = self.desk.node
        with self.desk.turns.turn():
            found = ReviewScores(node.scores, self.desk.clock)(node.score.policy.hash, days=days)
        return ReviewView(
            policy=found.policy.hex(),
            since=found.since,
            baseline=found.baseline,
            recent=found.recent,
            least=LEAST_CARDS,
            watch_from=f"{PSI_WATCH / MICRO:.2f}",
            stop_from=f"{PSI_STOP / MICRO:.2f}",
            stop_below=f"{RATIO_STOP / MICRO:.2f}",
            drift=[_view(one) for one in found.drift],
            bias=[_view(one) for one in found.bias],
            stop=found.stop,
        )


def _view(found: Finding) -> FindingView:
    value = str(found.value) if found.check == "too-few" else f"{found.value / MICRO:.3f}"
    return FindingView.model_validate({"check": found.check, "about": found.about, "value": value, "stop": found.stop})
