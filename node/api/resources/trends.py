"""`/v1/trends`: the kept scores of several suppliers as lines over time, for a list that shows them all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from evidence.identity import Lei, Subject
from node.api.desk import Desk, LeiText
from node.api.resources.explanations import TrendPointView
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from node.services.score_trend import card_of, trend_point

MOST_SUPPLIERS = 50
MOST_POINTS = 12


class TrendLineView(BaseModel):
    """The newest kept scores of a supplier, oldest first; empty without any."""

    lei: str
    points: list[TrendPointView]


class TrendLines(BaseModel):
    """One line for each supplier asked about, in that order."""

    items: list[TrendLineView]


@dataclass(frozen=True, slots=True)
class TrendRoutes:
    """Scores over time. Nothing is computed anew."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read = Permission.SCORES_READ
        table.add("GET", "/v1/trends", self.trends, permission=read, summary="Kept scores of several suppliers")
        return table.routes

    def trends(
        self,
        lei: Annotated[
            list[LeiText], Query(min_length=1, max_length=MOST_SUPPLIERS, description="About whom; may be repeated.")
        ],
    ) -> TrendLines:
        """Only what this node has kept."""
        return TrendLines(items=[self._line(Lei(one)) for one in dict.fromkeys(lei)])

    def _line(self, lei: Lei) -> TrendLineView:
        kept = self.desk.node.scores.newest_scores(Subject(lei), limit=MOST_POINTS)
        points = [
            trend_point(number, record, self.desk.cards.get(number, partial(card_of, record)))
            for number, record in reversed(kept)
        ]
        return TrendLineView(lei=str(lei), points=[TrendPointView.model_validate(point.to_json()) for point in points])
