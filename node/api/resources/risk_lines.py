"""`/v1/suppliers/{lei}/score/process-risk`: what the process-risk index adds to a score, and when it may be trusted."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, Field

from node.api.desk import Desk, Site, subject_of
from node.api.resources.explanations import LeiPath, Points
from node.api.resources.model_views import HindranceView, ModelLimits, hindrance_of, limits_of
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from node.services.process_risk.explain import RiskLine, SilentMonth, explain_risk
from node.services.process_risk.models import ModelRecord
from scoring.scale import POINT


class StatedMonthView(BaseModel):
    """An index that was stated and is scored."""

    period: str
    subject: str
    issuer: str
    value: str = Field(examples=["0.031250"], description="0 (no risk) to 1.")
    model: str = Field(description="Name, version and beginning of the weight file's hash, as stated.")
    statement: str


class SilentMonthView(BaseModel):
    """A month of our own for which no index was stated."""

    period: str
    subject: str
    model: str
    version: int
    reasons: list[str] = Field(description="`<reason>:<about>`, as in the model's assessments.")


class RiskShare(BaseModel):
    """What a feature adds to the line's contribution; the shares sum to it exactly."""

    feature: str
    points: str = Field(examples=["-0.120000"], description="Points of 100, six decimals.")


class RiskModelView(ModelLimits):
    """A model behind the months, as far as this node keeps it: when its index counts."""

    name: str
    version: int
    state: str
    hindrances: list[HindranceView]


class RiskLineView(BaseModel):
    """The process-risk line of a score; null figures where the policy in force does not weigh it."""

    subject: str
    policy: str
    weighed: bool = Field(description="Whether the policy in force weighs process risk.")
    present: bool = Field(description="Whether the policy's minimum evidence is there.")
    points: Points | None
    of: Points | None
    contribution: str | None = Field(description="Against the policy's reference, six decimals.")
    shares: list[RiskShare] = Field(description="Empty where this node does not keep what was said of every month.")
    months: list[StatedMonthView]
    silent: list[SilentMonthView] = Field(description="Months of this organisation's own that do not count, and why.")
    models: list[RiskModelView]


@dataclass(frozen=True, slots=True)
class RiskLineRoutes:
    """Nothing is kept or attested here."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The route."""
        table.add(
            "GET",
            "/v1/suppliers/{lei}/score/process-risk",
            self.get,
            permission=Permission.SCORES_READ,
            summary="The process-risk line of a score, with the limits of its model",
        )
        return table.routes

    def get(self, lei: LeiPath, site: Site = None) -> RiskLineView:
        """By the score as of now, as its explanation gives it."""
        with self.desk.turns.turn():
            report = self.desk.node.score.preview(subject_of(lei, site))
            found = explain_risk(self.desk.node.training.risk, report)
        line = found.line
        return RiskLineView(
            subject=str(report.card.subject),
            policy=report.card.policy_name,
            weighed=line is not None,
            present=line is not None and line.present,
            points=None if line is None else _points(line.points),
            of=None if line is None else _points(line.weight),
            contribution=None if line is None else _points(line.contribution),
            shares=[RiskShare(feature=name, points=_points(part)) for name, part in found.shares.items()],
            months=_months(found),
            silent=[_silent(one) for one in found.silent],
            models=[self._model(one) for one in found.models],
        )

    def _model(self, record: ModelRecord) -> RiskModelView:
        risk = self.desk.node.training.risk
        return RiskModelView(
            **limits_of(risk.models.model(record)).model_dump(),
            name=record.name,
            version=record.version,
            state=record.state.value,
            hindrances=[hindrance_of(one) for one in risk.hindrances(record)],
        )


def _months(found: RiskLine) -> list[StatedMonthView]:
    return [
        StatedMonthView(
            period=one.period,
            subject=one.subject,
            issuer=one.issuer,
            value=one.value,
            model=one.model,
            statement=one.statement,
        )
        for one in found.months
    ]


def _silent(one: SilentMonth) -> SilentMonthView:
    return SilentMonthView(
        period=one.look.period,
        subject=one.look.subject,
        model=one.record.name,
        version=one.record.version,
        reasons=list(one.look.reasons),
    )


def _points(micro: int) -> str:
    sign = "-" if micro < 0 else ""
    return f"{sign}{abs(micro) // POINT}.{abs(micro) % POINT:06d}"
