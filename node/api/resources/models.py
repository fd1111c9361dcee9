"""`/v1/models`: process-risk models of this node, and what they say of a month's parts of our own process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import File, Form, Path, Request, Response, UploadFile

from evidence.errors import InputError, LimitError, SchemaError
from node.api.acts import written
from node.api.desk import SITE_PATTERN, Caller, Desk
from node.api.import_desk import clean_name
from node.api.resources.model_views import (
    LookList,
    ModelDetail,
    ModelList,
    ModelRow,
    RiskView,
    StopForm,
    detail_of,
    look_of,
    report_of,
    row_of,
)
from node.api.routing import GuardedRoute, Table, raw
from node.auth.model import TrailAction
from node.auth.permissions import Permission
from node.services.process_risk.assess import RiskReport
from node.services.process_risk.intake import Told
from node.services.process_risk.models import MOST_FIGURES, MOST_LINES, ModelRecord
from node.services.process_risk.parts import MAX_BYTES
from scoring.risk_model import MAX_BYTES as MAX_WEIGHTS

Name = Annotated[str, Path(pattern="^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$", examples=["milling-failure"])]
Version = Annotated[int, Path(ge=1, le=1_000_000)]
DIGEST = "^(0x)?[0-9a-f]{64}$"
_ENVELOPE_BYTES = 1024 * 1024


Figures = Annotated[
    list[str],
    Form(max_length=MOST_FIGURES, description="Measured figures, each `NAME=DECIMAL`.", examples=[["auc=0.91"]]),
]
Lines = Annotated[list[str], Form(max_length=MOST_LINES, description="Lines for which it was tried.")]


@dataclass(frozen=True, slots=True)
class ModelRoutes:
    """Models are looked after by engineers and stewards; only engineers hand process data in."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, write, process = Permission.TRAINING_READ, Permission.PLANT_WRITE, Permission.CAUSES_WRITE
        one, both = "/v1/models/{name}/{version}", (404, 409)
        table.add("GET", "/v1/models", self.all, permission=read, summary="Process-risk models of this node")
        table.add(
            "POST",
            "/v1/models",
            self.add,
            permission=write,
            summary="Keep a model: a weight file, or straight from a finished run",
            status=201,
            problems=(404, 409, 503),
            body_bytes=MAX_WEIGHTS + _ENVELOPE_BYTES,
        )
        table.add("GET", one, self.get, permission=read, summary="A model, what it reads and its limits", problems=both)
        file: dict[int | str, dict[str, Any]] = {
            200: raw("The weight file (`credence-risk-model/1`).", "application/json", {"type": "object"})
        }
        whole, said = "The weight file", "What a model said so far, months and drift"
        table.add("GET", f"{one}/weights", self.weights, permission=read, summary=whole, problems=both, responses=file)
        table.add("GET", f"{one}/assessments", self.looks, permission=read, summary=said, problems=(404,))
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
            body_bytes=MAX_BYTES + _ENVELOPE_BYTES,
        )
        return table.routes

    def all(self) -> ModelList:
        """By name and version."""
        risk = self.desk.node.training.risk
        return ModelList(items=[row_of(risk, one) for one in risk.models.records()])

    def add(
        self,
        request: Request,
        caller: Caller,
        file: Annotated[UploadFile | None, File(description="A weight file (`credence-risk-model/1`).")] = None,
        run: Annotated[
            str,
            Form(
                max_length=66,
                pattern="^((0x)?[0-9A-Za-z]{1,64})?$",
                description="Without a file: the run whose last model is taken. With one: full name of its run (64 "
                "hexadecimal digits), to look its round up on chain.",
            ),
        ] = "",
        round_: Annotated[
            str, Form(alias="round", pattern=f"({DIGEST})|^$", description="With a file: hash of its round.")
        ] = "",
        parties: Annotated[int, Form(ge=0, le=1_000_000, description="With a file: plants that took part.")] = 0,
        epsilon: Annotated[str, Form(max_length=40, description="With a file: largest privacy spend.")] = "",
        version: Annotated[int | None, Form(ge=1, le=1_000_000, description="From a run: the next without it.")] = None,
        until: Annotated[date | None, Form(description="From a run: last day of use; in a year without it.")] = None,
        figure: Figures = [],  # noqa: B006
        line: Lines = [],  # noqa: B006
        release: Annotated[bool, Form(description="Put it into use at once.")] = False,
    ) -> ModelRow:
        """A run's model is held against the chain (rounds, model, code, weights) and refused (422) where they differ.

        What a file says of its round is believed unless it names its run. Name and version are those of the file.
        """
        take, told = self.desk.node.training.take, Told(dict(_figure(one) for one in figure), line)
        if file is None and not run:
            raise InputError(
                "a weight file or a run is needed", advice="Send `file` with `round` and `parties`, or `run`."
            )
        if file is None:
            kept = take.run(run.removeprefix("0x"), told, version=version, until=until, by=caller.name)
        else:
            data = file.file.read(MAX_WEIGHTS + 1)
            kept = take.file(data, told, round_=round_, parties=parties, epsilon=epsilon, run=run, by=caller.name)
        self._write(request, caller, TrailAction.MODEL_ADDED, kept, run=kept.run, digest=kept.digest)
        if release:
            kept = self._release(request, caller, kept)
        return row_of(self.desk.node.training.risk, kept)

    def get(self, name: Name, version: Version) -> ModelDetail:
        """The weights are checked against their hash."""
        risk = self.desk.node.training.risk
        record = risk.models.record(name, version)
        return detail_of(risk, record, risk.models.model(record))

    def weights(self, name: Name, version: Version) -> Response:
        """Checked against its hash; `scoring/` reads it with numpy alone."""
        models = self.desk.node.training.risk.models
        return Response(models.weights(models.record(name, version)), media_type="application/json")

    def looks(self, name: Name, version: Version) -> LookList:
        """Newest first; a month that was assessed twice stands here twice."""
        risk = self.desk.node.training.risk
        return LookList(items=[look_of(one) for one in risk.looks.of(risk.models.record(name, version))])

    def release(self, request: Request, caller: Caller, name: Name, version: Version) -> ModelRow:
        """May happen twice; a stopped model stays stopped."""
        risk = self.desk.node.training.risk
        return row_of(risk, self._release(request, caller, risk.models.record(name, version)))

    def stop(self, request: Request, caller: Caller, name: Name, version: Version, form: StopForm) -> ModelRow:
        """What it said before stays stated; a model stopped twice keeps its first reason."""
        risk = self.desk.node.training.risk
        kept = risk.stop(name, version, form.reason, by=caller.name)
        self._write(request, caller, TrailAction.MODEL_STOPPED, kept, reason=form.reason)
        return row_of(risk, kept)

    def assess(
        self,
        request: Request,
        caller: Caller,
        name: Name,
        version: Version,
        period: Annotated[str, Form(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$", description="A month that is over.")],
        file: Annotated[
            UploadFile | None, File(description="CSV, a part a line; headings such as `torque [N.m]`.")
        ] = None,
        table: Annotated[bool, Form(description="Take the month's parts from this node's own process table.")] = False,
        site: Annotated[str | None, Form(pattern=SITE_PATTERN, description="One site of ours.")] = None,
    ) -> RiskView:
        """Nothing of the file is kept. A month is stated once; when the index does not count, nothing is stated."""
        if (file is None) != table:
            raise InputError("the parts come from a file or from the table", advice="Send `file`, or `table=true`.")
        report = self._assess(caller.name, name, version, period, site, file)
        found = report.assessment
        self._write(
            request,
            caller,
            TrailAction.MODEL_ASSESSED,
            report.record,
            period=period,
            subject=str(report.subject),
            counts=found.counts,
            statement=report.statement or "",
            reasons=", ".join(found.reasons),
        )
        return report_of(report)

    def _assess(
        self, by: str, name: str, version: int, period: str, site: str | None, file: UploadFile | None
    ) -> RiskReport:
        risk = self.desk.node.training.risk
        if file is None:
            return risk.assess_table(name, version, period=period, site=site, by=by)
        called, data = clean_name(file.filename), file.file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise LimitError(f"{called} is larger than {MAX_BYTES} bytes")
        return risk.assess(name, version, file=called, data=data, period=period, site=site, by=by)

    def _release(self, request: Request, caller: Caller, record: ModelRecord) -> ModelRecord:
        kept = self.desk.node.training.risk.release(record.name, record.version, by=caller.name)
        self._write(request, caller, TrailAction.MODEL_RELEASED, kept)
        return kept

    def _write(
        self, request: Request, caller: Caller, action: TrailAction, record: ModelRecord, **detail: str | bool
    ) -> None:
        written(self.desk, request, caller, action, record.key, **detail)


def _figure(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise SchemaError(f"{text[:80]!r} is not a figure", place="figure", advice="Write it like auc=0.91.")
    return name, value
