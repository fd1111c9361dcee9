"""`/v1/suppliers/{lei}/score/...`: why a score is what it is, what would change it, what changed it, its peers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Final, Literal

from fastapi import Path, Query
from pydantic import BaseModel, Field

from evidence.errors import MalformedError
from node.api.desk import LEI_PATTERN, Desk, Site, subject_of
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from scoring.scale import POINT

LeiPath = Annotated[str, Path(pattern=LEI_PATTERN, examples=["5493001KJTIIGC8Y1R12"])]
Language = Annotated[Literal["en", "zh"], Query(description="Of titles and reasons.")]
POINTS: Final = r"^-?[0-9]{1,3}(\.[0-9]{1,6})?$"
SHARE: Final = r"^(0(\.[0-9]{1,30})?|1(\.0{1,30})?)$"
Points = Annotated[str, Field(examples=["93.4"], description="Points of 100.")]


class ExplainedLine(BaseModel):
    """One indicator of the waterfall; the contributions are exact Shapley values and sum to the score."""

    indicator: str
    title: str
    observed: str = Field(examples=["3 of 24000"], description="Bad of exposed, within the window, before ageing.")
    share: str = Field(examples=["0.000125"], description="Aged share that went wrong, 0 to 1; where what-if begins.")
    present: bool = Field(description="Whether the policy's minimum evidence is there.")
    points: Points
    low: Points
    high: Points
    of: Points
    contribution: Points


class ReasonView(BaseModel):
    """What cost most against the reference, in plain words."""

    indicator: str
    text: str


class TrendPointView(BaseModel):
    """One kept score."""

    number: int
    computed: str
    as_of: str
    points: str | None
    low: str | None
    high: str | None
    band: str | None
    policy_name: str
    attested: bool


class TrendView(BaseModel):
    """The kept scores, oldest first; `change` is the newest minus the one before it by the same policy."""

    direction: Literal["up", "down", "steady", "new"]
    change: str | None
    points: list[TrendPointView]


class ExplanationView(BaseModel):
    """The score as of now with all that explains it: `reference` plus the contributions is `points`, exactly."""

    subject: str
    state: Literal["rated", "not-rated"]
    as_of: str
    points: str | None
    low: str | None = Field(description="Lower bound of the interval: it decides eligibility.")
    high: str | None
    band: str | None
    eligibility: Literal["eligible", "not-eligible"]
    eligibility_floor: Points
    reference: Points
    lines: list[ExplainedLine]
    reasons: list[ReasonView]
    missing: list[str] = Field(description="Why there is no score: indicators without evidence, or another code.")
    policy: str
    policy_hash: str
    attestation: str | None
    trend: TrendView


class WhatIfForm(BaseModel):
    """Indicators with another share that goes wrong, decimal text from 0 to 1."""

    model_config = STRICT
    shares: dict[str, Annotated[str, Field(pattern=SHARE)]] = Field(
        min_length=1, max_length=32, examples=[{"defect-rate": "0.0001"}]
    )


class LineChangeView(BaseModel):
    """Points of one indicator now and then."""

    indicator: str
    before: Points
    after: Points


class WhatIfView(BaseModel):
    """An imagined score; nothing is kept or attested."""

    subject: str
    before: Points
    after: Points
    band: str
    lines: list[LineChangeView]


class MoveView(BaseModel):
    """One indicator brought down to a share; effort and days from where the subject stands."""

    indicator: str
    to_share: str
    effort_person_days: int
    days: int
    gain: Points


class PathView(BaseModel):
    """The cheapest moves to the target, exactly: no choice of moves reaches it with less effort."""

    subject: str
    target: Points
    reaches: Points
    effort_person_days: int
    days: int
    moves: list[MoveView]


class CauseView(BaseModel):
    """Points that one indicator gained or lost, by cause."""

    indicator: str
    ageing: Points
    evidence: Points
    policy: Points


class NewStatementView(BaseModel):
    """A statement that the earlier score did not know."""

    id: str
    kind: str
    issuer: str
    occurred: str


class ChangesView(BaseModel):
    """What changed since the newest earlier score: time passing, new evidence, another policy; exact sums."""

    model_config = {"populate_by_name": True}
    subject: str
    from_: str = Field(alias="from")
    to: str
    policy_from: str
    policy_to: str
    ageing: Points
    evidence: Points
    policy: Points
    lines: list[CauseView]
    statements_added: int
    newest_statements: list[NewStatementView]


class QuantileView(BaseModel):
    """So many percent of the peers lie at or below these points."""

    percent: int
    points: Points


class PeerFigureView(BaseModel):
    """The score or an indicator beside the peers'; `quarter` 1 is the lowest."""

    name: str
    own: Points
    quarter: int = Field(ge=1, le=4)
    quantiles: list[QuantileView]


class PeersView(BaseModel):
    """Anonymised quantiles of the commodity; empty while there are too few peers to stay anonymous."""

    subject: str
    commodity: str
    policy: str
    comparable: bool
    least_peers: int
    figures: list[PeerFigureView]


@dataclass(frozen=True, slots=True)
class ExplanationRoutes:
    """Explaining a score. All of it is computed from what this node holds now; nothing is kept."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        one = "/v1/suppliers/{lei}/score"
        common: dict[str, Any] = {"permission": Permission.SCORES_READ}
        none: dict[str, Any] = {**common, "problems": (404,)}
        table.add("GET", f"{one}/explanation", self.explain, summary="Why the score is what it is", **common)
        table.add("POST", f"{one}/what-if", self.what_if, summary="The score if indicators went otherwise", **none)
        table.add("GET", f"{one}/path", self.path, summary="Cheapest moves to a target", **none)
        table.add("GET", f"{one}/changes", self.changes, summary="What changed since the score before", **none)
        table.add("GET", f"{one}/peers", self.peers, summary="Beside its peers, nobody named", **common)
        return table.routes

    def explain(self, lei: LeiPath, site: Site = None, language: Language = "en") -> ExplanationView:
        """The waterfall: reference, each indicator's contribution, score; with interval, reasons and trend."""
        with self.desk.turns.turn():
            found = self.desk.node.scoring.explain.reasons(subject_of(lei, site), language=language)
        return ExplanationView.model_validate(found)

    def what_if(self, form: WhatIfForm, lei: LeiPath, site: Site = None) -> WhatIfView:
        """Begin with the `share` of each line of the explanation; a missing indicator becomes present."""
        shares = {name: Fraction(value) for name, value in form.shares.items()}
        with self.desk.turns.turn():
            found = self.desk.node.scoring.explain.imagine(subject_of(lei, site), shares)
        return WhatIfView.model_validate(found)

    def path(
        self,
        lei: LeiPath,
        target: Annotated[str, Query(pattern=POINTS, examples=["85"], description="Points to reach.")],
        within_days: Annotated[int | None, Query(ge=0, le=36_500, description="Leave out slower moves.")] = None,
        site: Site = None,
    ) -> PathView:
        """By the policy's effort table. 404 when no choice of its moves reaches the target."""
        micro = points_micro(target)
        with self.desk.turns.turn():
            found = self.desk.node.scoring.explain.path(subject_of(lei, site), micro, within_days=within_days)
        return PathView.model_validate(found)

    def changes(self, lei: LeiPath, site: Site = None) -> ChangesView:
        """Indicator by indicator, split into ageing, new evidence and policy. 404 without an earlier score."""
        with self.desk.turns.turn():
            found = self.desk.node.scoring.explain.changed(subject_of(lei, site))
        return ChangesView.model_validate(found)

    def peers(self, lei: LeiPath, site: Site = None) -> PeersView:
        """Over the newest scores that this node keeps of other members of the commodity."""
        with self.desk.turns.turn():
            found = self.desk.node.scoring.peers(subject_of(lei, site))
        return PeersView.model_validate(found)


def points_micro(text: str) -> int:
    """Points as text in micro-points, exactly.

    Raises:
        MalformedError: no number of points from 0 to 100.
    """
    micro = int(Decimal(text) * POINT) if re.fullmatch(POINTS, text) else -1
    if not 0 <= micro <= 100 * POINT:
        raise MalformedError(f"{text[:20]!r} is no number of points from 0 to 100")
    return micro
