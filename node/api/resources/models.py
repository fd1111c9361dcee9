"""`/v1/models`: process-risk models of this node, and what they say of a month's parts of our own process."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from fastapi import File, Form, Path, Response, UploadFile
from pydantic import BaseModel, Field

from evidence.errors import LimitError
from node.api.desk import SITE_PATTERN, Desk
from node.api.import_desk import clean_name
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table, raw
from node.auth.permissions import Permission
from node.services.process_risk.assess import RiskReport
from node.services.process_risk.models import ModelRecord, ModelState
from node.services.process_risk.parts import MAX_BYTES

Name = Annotated[str, Path(pattern="^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$", examples=["milling-failure"])]
Version = Annotated[int, Path(ge=1, le=1_000_000)]


class ModelRow(BaseModel):
    """What is known of a model."""

    name: str
    version: int
    state: ModelState
    reason: str = Field(description="Why it was stopped; empty otherwise.")
    digest: str = Field(description="SHA-256 of the weight file.")
    round: str = Field(description="Hash of the federated round that it came from, as anchored.")
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


class ModelDetail(ModelRow):
    """A model with what it reads and when its index stops counting (shares and drift in millionths)."""

    columns: list[ModelColumn]
    rows: int = Field(description="Fewer parts than this tell nothing.")
    outside: int
    drift: int
    until: str


class StopForm(BaseModel):
    """Why a model is stopped; whoever calls it is told."""

    model_config = STRICT
    reason: str = Field(min_length=1, max_length=500)


class RiskView(BaseModel):
    """What a model says of a month's parts; contributions, drift and index are millionths."""

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
    known: bool = Field(description="Whether it had been stated before.")


@dataclass(frozen=True, slots=True)
class ModelRoutes:
    """Models are looked after by engineers and stewards; only engineers hand process data in."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, write, process = Permission.TRAINING_READ, Permission.PLANT_WRITE, Permission.CAUSES_WRITE
        one, both = "/v1/models/{name}/{version}", (404, 409)
        table.add("GET", "/v1/models", self.all, permission=read, summary="Process-risk models of this node")
        table.add("GET", one, self.get, permission=read, summary="A model, what it reads and its limits", problems=both)
        file: dict[int | str, dict[str, Any]] = {
            200: raw("The weight file (`credence-risk-model/1`).", "application/json", {"type": "object"})
        }
        whole = "The weight file"
        table.add("GET", f"{one}/weights", self.weights, permission=read, summary=whole, problems=both, responses=file)
        frees, stops = "Put a model into use", "Stop a model for good"
        table.add("POST", f"{one}/release", self.release, permission=write, summary=frees, problems=both)
        table.add("POST", f"{one}/stop", self.stop, permission=write, summary=stops, problems=both)
        table.add(
            "POST",
            f"{one}/assess",
            self.assess,
            permission=process,
            summary="Assess a month's parts; an index that counts is stated as a KPI",
            problems=both,
            body_bytes=MAX_BYTES + 1024 * 1024,
        )
        return table.routes

    def all(self) -> ModelList:
        """By name and version."""
        return ModelList(items=[_row(one) for one in self.desk.node.training.risk.models.records()])

    def get(self, name: Name, version: Version) -> ModelDetail:
        """The weights are checked against their hash."""
        models = self.desk.node.training.risk.models
        record = models.record(name, version)
        model = models.model(record)
        columns = [
            ModelColumn(name=one.name, unit=one.unit, low=_decimal(one.low), high=_decimal(one.high))
            for one in model.columns
        ]
        limits = model.limits
        return ModelDetail(
            **_row(record).model_dump(),
            columns=columns,
            rows=limits.rows,
            outside=limits.outside,
            drift=limits.drift,
            until=limits.until.isoformat(),
        )

    def weights(self, name: Name, version: Version) -> Response:
        """Checked against its hash; `scoring/` reads it with numpy alone."""
        models = self.desk.node.training.risk.models
        return Response(models.weights(models.record(name, version)), media_type="application/json")

    def release(self, name: Name, version: Version) -> ModelRow:
        """May happen twice; a stopped model stays stopped."""
        return _row(self.desk.node.training.risk.release(name, version))

    def stop(self, name: Name, version: Version, form: StopForm) -> ModelRow:
        """What it said before stays stated; a model stopped twice keeps its first reason."""
        return _row(self.desk.node.training.risk.stop(name, version, form.reason))

    def assess(
        self,
        name: Name,
        version: Version,
        file: Annotated[UploadFile, File(description="CSV, a part a line; headings such as `torque [N.m]`.")],
        period: Annotated[str, Form(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$", description="A month that is over.")],
        site: Annotated[str | None, Form(pattern=SITE_PATTERN, description="One site of ours.")] = None,
    ) -> RiskView:
        """Nothing of the file is kept. A month is stated once; when the index does not count, nothing is stated."""
        called, data = clean_name(file.filename), file.file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise LimitError(f"{called} is larger than {MAX_BYTES} bytes")
        risk = self.desk.node.training.risk
        return _risk(risk.assess(name, version, file=called, data=data, period=period, site=site))


def _row(record: ModelRecord) -> ModelRow:
    return ModelRow(
        name=record.name,
        version=record.version,
        state=record.state,
        reason=record.reason,
        digest=record.digest,
        round=record.round,
        parties=record.parties,
        created=record.created,
        figures=dict(record.figures),
        lines=list(record.lines),
        epsilon=record.epsilon,
    )


def _risk(report: RiskReport) -> RiskView:
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


def _decimal(value: Fraction) -> str:
    return f"{Decimal(value.numerator) / value.denominator:f}"
