"""How process-risk models look over the API."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from pydantic import BaseModel, Field

from node.api.resources.session import STRICT
from node.services.process_risk.assess import ProcessRisk, RiskReport
from node.services.process_risk.looks import Hindrance, Look, LookedBy
from node.services.process_risk.models import ModelRecord, ModelState
from scoring.risk_model import RiskModel


class HindranceView(BaseModel):
    """Why the model's index does not count now."""

    reason: str = Field(
        description="`<reason>:<about>`: drift, federation-drift, expired, stopped, changed (the weight file).",
        examples=["drift:torque"],
    )
    subject: str = Field(description="Whose parts it was seen at; empty: it holds for everybody.")
    since: str = Field(description="RFC 3339, or a day; empty where no moment is known.")
    source: LookedBy


class ModelRow(BaseModel):
    """What is known of a model."""

    name: str
    version: int
    state: ModelState
    reason: str = Field(description="Why it was stopped; empty otherwise.")
    counting: bool = Field(description="Whether it is released and nothing hinders its index from counting.")
    hindrances: list[HindranceView]
    digest: str = Field(description="SHA-256 of the weight file.")
    round: str = Field(description="Hash of the federated round that it came from, as anchored.")
    run: str = Field(description="Full name of its run, 64 hexadecimal digits; empty when nobody told.")
    model: str = Field(description="SHA-256 of the run's last global model; empty when nobody told.")
    code: str = Field(description="Hash of the client code that trained it; empty when nobody told.")
    checked: bool = Field(description="Whether run, round, model and code were found on chain when it was added.")
    parties: int
    created: str
    figures: dict[str, str] = Field(description="Measured figures as decimal text.")
    lines: list[str]
    epsilon: str = Field(description="Largest privacy spend of a record; empty when it was not private.")


class ModelList(BaseModel):
    """All models of this node."""

    items: list[ModelRow]


class ModelColumn(BaseModel):
    """A measured column and the range within which the model may be trusted."""

    name: str
    unit: str
    low: str
    high: str


class ModelLimits(BaseModel):
    """When the index stops counting (shares and drift in millionths)."""

    rows: int = Field(description="Fewer parts than this tell nothing.")
    outside: int = Field(description="Largest share of parts with a value missing or out of range.")
    drift: int = Field(description="Population stability index of a feature from which on the process is another one.")
    until: str = Field(description="Last day of use.")


class ModelDetail(ModelRow, ModelLimits):
    """A model with what it reads and when its index stops counting."""

    columns: list[ModelColumn]
    features: list[str] = Field(description="Names of its inputs, as contributions and drift name them.")


class StopForm(BaseModel):
    """Why a model is stopped; whoever calls it is told."""

    model_config = STRICT
    reason: str = Field(min_length=1, max_length=500)


class LookView(BaseModel):
    """What a model said of a span of parts; contributions, drift and index are millionths."""

    subject: str
    period: str
    parts: int
    outside: int
    counts: bool
    index: int | None
    reference: int
    contributions: dict[str, str] = Field(description="Exact Shapley values, as fractions; empty when nothing counts.")
    drift: dict[str, int]
    reasons: list[str] = Field(description="Why it does not count; then nothing was stated.")
    statement: str | None = Field(description="The KPI statement that carries the index.")


class RiskView(LookView):
    """What a model says of a month's parts."""

    known: bool = Field(description="Whether it had been stated before.")


class KeptLook(LookView):
    """A look that was kept: a month assessed, the drift of our newest parts, or that of a whole federation."""

    at: str
    source: LookedBy
    by: str


class LookList(BaseModel):
    """The newest looks of a model, newest first."""

    items: list[KeptLook]


def row_of(risk: ProcessRisk, record: ModelRecord) -> ModelRow:
    """A model in a list."""
    hindrances = [hindrance_of(one) for one in risk.hindrances(record)]
    return ModelRow(
        name=record.name,
        version=record.version,
        state=record.state,
        reason=record.reason,
        counting=record.state is ModelState.RELEASED and not hindrances,
        hindrances=hindrances,
        digest=record.digest,
        round=record.round,
        run=record.run,
        model=record.model,
        code=record.code,
        checked=record.checked,
        parties=record.parties,
        created=record.created,
        figures=dict(record.figures),
        lines=list(record.lines),
        epsilon=record.epsilon,
    )


def detail_of(risk: ProcessRisk, record: ModelRecord, model: RiskModel) -> ModelDetail:
    """A model with what it reads."""
    columns = [
        ModelColumn(name=one.name, unit=one.unit, low=_decimal(one.low), high=_decimal(one.high))
        for one in model.columns
    ]
    return ModelDetail(
        **row_of(risk, record).model_dump(),
        **limits_of(model).model_dump(),
        columns=columns,
        features=[feature.name for feature in model.features],
    )


def limits_of(model: RiskModel) -> ModelLimits:
    """When its index stops counting."""
    limits = model.limits
    return ModelLimits(rows=limits.rows, outside=limits.outside, drift=limits.drift, until=limits.until.isoformat())


def report_of(report: RiskReport) -> RiskView:
    """An assessment that was just made."""
    found = report.assessment
    return RiskView(
        subject=str(report.subject),
        period=report.period,
        parts=found.parts,
        outside=found.outside,
        counts=found.counts,
        index=found.index,
        reference=found.reference,
        contributions={name: str(value) for name, value in found.contributions.items()},
        drift=dict(found.drift),
        reasons=list(found.reasons),
        statement=report.statement,
        known=report.known,
    )


def look_of(look: Look) -> KeptLook:
    """A look that was kept."""
    return KeptLook(
        at=look.at,
        source=look.source,
        by=look.by,
        subject=look.subject,
        period=look.period,
        parts=look.parts,
        outside=look.outside,
        counts=look.index is not None,
        index=look.index,
        reference=look.reference,
        contributions=dict(look.contributions),
        drift=dict(look.drift),
        reasons=list(look.reasons),
        statement=look.statement or None,
    )


def hindrance_of(one: Hindrance) -> HindranceView:
    """Why an index does not count."""
    return HindranceView(reason=one.reason, subject=one.subject, since=one.since, source=one.source)


def _decimal(value: Fraction) -> str:
    return f"{Decimal(value.numerator) / value.denominator:f}"
