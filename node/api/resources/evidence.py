"""`/v1/suppliers/{lei}/evidence`, `.../characteristics`: what is known of a supplier in time, and its capability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from pydantic import BaseModel, Field

from evidence.draft import Kind
from evidence.identity import Lei
from node.api.desk import LEI_PATTERN, Caller, Cursor, Desk, Limit, Site, subject_of
from node.api.problems import request_id as id_of
from node.api.resources.explanations import LeiPath
from node.api.routing import GuardedRoute, Table
from node.auth.model import Outcome, TrailAction
from node.auth.permissions import Permission

Name = Annotated[str, Query(min_length=1, max_length=200)]
IssuerQuery = Annotated[
    str | None, Query(pattern=LEI_PATTERN, description="Whose series; whoever stated most without it.")
]
RuleSet = Literal["western-electric", "nelson", "nelson-either-side"]


class EntryView(BaseModel):
    """One statement about the subject."""

    id: str = Field(pattern="^[0-9a-f]{64}$")
    issuer: str
    subject: str
    kind: Kind
    sequence: int
    occurred: str
    anchored: bool


class TimelinePage(BaseModel):
    """Some statements, newest first by the time that they are about."""

    items: list[EntryView]
    next: str | None


class MonthCounts(BaseModel):
    """How many statements of each kind are about a month."""

    month: str
    kinds: dict[str, int]


class GapView(BaseModel):
    """Numbers of a series that are not here although higher ones are: they score as the worst they could have said."""

    issuer: str
    subject: str
    kind: Kind
    first: int
    last: int


class DoubleView(BaseModel):
    """One number used for different statements."""

    issuer: str
    subject: str
    kind: Kind
    sequence: int
    statements: list[str]


class CompletenessView(BaseModel):
    """What came when, and what is missing."""

    subject: str
    statements: int
    anchored: int
    complete: bool
    months: list[MonthCounts]
    gaps: list[GapView]
    doubles: list[DoubleView]


class CapabilityMonthView(BaseModel):
    """Capability in one month; no index below the policy's least number of values, or without limits."""

    month: str
    n: int
    cpk: str | None
    low: str | None = Field(description="Lower 95 % bound (two-sided, Bissell).")
    high: str | None
    meets_goal: bool


class CharacteristicView(BaseModel):
    """A characteristic as one issuer measured it."""

    part: str
    characteristic: str
    unit: str
    issuer: str
    sigma: str
    goal: str
    months: list[CapabilityMonthView]


class CharacteristicList(BaseModel):
    """All measured characteristics of a subject."""

    items: list[CharacteristicView]


class ChartPointView(BaseModel):
    """Where a point of the location panel comes from."""

    occurred: str
    statement: str
    lot: str | None


class PanelView(BaseModel):
    """One curve with its limits; `first` is the number of its first point, `outside` numbers those beyond a limit."""

    name: str
    first: int
    points: list[float]
    centre: float
    lower: float
    upper: float
    outside: list[int]


class SignalView(BaseModel):
    """One rule fired at `point`; `points` make the pattern up."""

    rule: str
    text: str
    point: int
    points: list[int]


class SpecificationView(BaseModel):
    """The limits of the newest series."""

    lower_limit: str | None
    nominal: str | None
    upper_limit: str | None


class ChartView(BaseModel):
    """A control chart; `basis` says whether single values are drawn or the mean of each series."""

    subject: str
    part: str
    characteristic: str
    unit: str
    issuer: str
    basis: Literal["values", "series-means"]
    series: int
    limits: SpecificationView
    chart: str
    sigma: float | None
    panels: list[PanelView]
    points: list[ChartPointView]
    rules: str
    signals: list[SignalView]
    in_control: bool
    notes: list[str]


@dataclass(frozen=True, slots=True)
class EvidenceRoutes:
    """Evidence about suppliers, as this node holds it."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        one = "/v1/suppliers/{lei}"
        read: dict[str, Any] = {"permission": Permission.STATEMENTS_READ}
        table.add("GET", f"{one}/evidence", self.timeline, summary="Statements about a supplier, newest first", **read)
        table.add("GET", f"{one}/evidence/gaps", self.gaps, summary="What came when, and what is missing", **read)
        table.add("GET", f"{one}/characteristics", self.months, summary="Capability month by month", **read)
        table.add(
            "GET",
            f"{one}/characteristics/chart",
            self.chart,
            summary="Control chart of a characteristic",
            problems=(404,),
            **read,
        )
        return table.routes

    def timeline(
        self,
        lei: LeiPath,
        site: Site = None,
        kind: Annotated[Kind | None, Query()] = None,
        limit: Limit = 100,
        cursor: Cursor = None,
    ) -> TimelinePage:
        """Ours and those that other members sent; a page begins where the one before ended, whatever came since."""
        subject = subject_of(lei, site)
        filters = {"subject": str(subject), "kind": None if kind is None else kind.value}
        place = self.desk.cursors.read_text(cursor, "timeline", filters)
        found = self.desk.node.scoring.timeline.entries(subject)
        entries = [one for one in found if kind in (None, one.item.series.kind)]
        keys = [f"{one.item.occurred.isoformat()} {one.item.statement_id}" for one in entries]
        start = sum(key >= place for key in keys) if place else 0
        chosen = entries[start : start + limit]
        more = len(entries) > start + limit
        following = self.desk.cursors.write("timeline", filters, keys[start + limit - 1]) if more else None
        return TimelinePage(items=[EntryView.model_validate(one.to_json()) for one in chosen], next=following)

    def gaps(self, lei: LeiPath, site: Site = None) -> CompletenessView:
        """Numbers per issuer, subject and kind begin at 1 and have no gaps, unless something is withheld."""
        with self.desk.turns.turn():
            return CompletenessView.model_validate(self.desk.node.scoring.timeline.gaps(subject_of(lei, site)))

    def months(self, lei: LeiPath, site: Site = None) -> CharacteristicList:
        """By the estimator of the policy in force, from anchored series."""
        with self.desk.turns.turn():
            found = self.desk.node.scoring.charts.months(subject_of(lei, site))
        return CharacteristicList(items=[CharacteristicView.model_validate(one) for one in found])

    def chart(
        self,
        request: Request,
        caller: Caller,
        lei: LeiPath,
        part: Name,
        characteristic: Name,
        site: Site = None,
        issuer: IssuerQuery = None,
        rules: Annotated[RuleSet, Query()] = "western-electric",
        values: Annotated[
            bool, Query(description="Single values where we may read them: needs `statements:disclose`.")
        ] = False,
    ) -> ChartView:
        """Of single values where they are asked for, readable and allowed; else of the mean of each series."""
        subject = subject_of(lei, site)
        shown = values and Permission.STATEMENTS_DISCLOSE in caller.permissions
        if shown:
            self.desk.door.record(
                TrailAction.DISCLOSED,
                Outcome.DONE,
                actor=caller,
                target=str(subject),
                request=id_of(request),
                detail={"fields": "values", "part": part, "characteristic": characteristic},
            )
        with self.desk.turns.turn():
            found: dict[str, Any] = self.desk.node.scoring.charts.chart(
                subject,
                part=part,
                characteristic=characteristic,
                issuer=None if issuer is None else Lei(issuer),
                rules=rules,
                values=shown,
            )
        return ChartView.model_validate(found)
