"""`/v1/causes/cases`: causal cases, their explanations, and the corrections and 8D reports that come of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from evidence.errors import NotFoundError
from evidence.identity import Subject
from node.api.cause_desk import WHAT
from node.api.desk import Caller, Cursor, Desk, IdempotencyKey, Limit
from node.api.resources.cases import person_of
from node.api.resources.cause_lesson_views import LessonList, LessonView
from node.api.resources.cause_views import (
    CauseDetail,
    CausePage,
    CorrectionForm,
    DraftView,
    EffectForm,
    EightDForm,
    ExplainForm,
    ExplainJob,
    FlowLink,
    OpenCauseForm,
    SeriesView,
    SuggestForm,
    WhatIfCauseForm,
    row_of,
)
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from node.records.port_house import Job, JobId
from node.services.causes.selection import Against, Filter, Question

Id = Annotated[str, Path(pattern="^rca_[0-9a-f]{24}$", examples=["rca_" + "ab" * 12])]
JobName = Annotated[str, Path(pattern="^exp_[0-9a-f]{24}$", examples=["exp_" + "ab" * 12])]


@dataclass(frozen=True, slots=True)
class CauseRoutes:
    """Causes of what went wrong in our own plant."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, write, cases = Permission.CAUSES_READ, Permission.CAUSES_WRITE, Permission.CASES_WRITE
        one, both = "/v1/causes/cases/{case}", (404, 409)
        table.add("GET", "/v1/causes/cases", self.list, permission=read, summary="Causal cases")
        table.add(
            "POST",
            "/v1/causes/cases",
            self.open,
            permission=write,
            summary="Open a case that no chart raised",
            status=201,
            problems=(404,),
        )
        table.add("GET", one, self.get, permission=read, summary="One causal case", problems=(404,))
        table.add("GET", f"{one}/series", self.series, permission=read, summary="A column lot by lot", problems=(404,))
        table.add(
            "POST",
            f"{one}/explanations",
            self.explain,
            permission=write,
            summary="Explain the alarm",
            status=202,
            responses={202: {"model": ExplainJob, "description": "Being answered."}},
            problems=both,
        )
        table.add(
            "GET",
            "/v1/causes/explanations/{job}",
            self.job,
            permission=read,
            summary="How far is an explanation?",
            problems=(404,),
        )
        suggests, imagines = "Suggest set points", "What if a set point were different?"
        table.add("POST", f"{one}/suggestions", self.suggest, permission=write, summary=suggests, problems=both)
        table.add("POST", f"{one}/what-if", self.what_if, permission=read, summary=imagines, problems=both)
        table.add(
            "POST",
            f"{one}/corrections",
            self.correct,
            permission=cases,
            summary="Propose the suggested change for release by two signatures",
            status=201,
            problems=(404, 409, 503),
        )
        table.add(
            "POST",
            f"{one}/effect",
            self.effect,
            permission=cases,
            summary="Hold the effect against the prediction",
            problems=both,
        )
        table.add(
            "GET", f"{one}/eight-d", self.draft, permission=read, summary="Drafted texts of the 8D", problems=(404,)
        )
        table.add(
            "POST",
            f"{one}/eight-d",
            self.eight_d,
            permission=cases,
            summary="Open the 8D",
            status=201,
            problems=both,
        )
        table.add(
            "GET",
            "/v1/causes/lessons",
            self.lessons,
            permission=read,
            summary="What engineers made of suggestions",
        )
        return table.routes

    def lessons(
        self, line: Annotated[str, Query(max_length=200, description="Of this production line.")] = ""
    ) -> LessonList:
        """Training data: accepted, changed, rejected, with the reasons and what came of it."""
        found = self.desk.node.causes.lessons(line)
        return LessonList(items=[LessonView.model_validate(one.to_json(), strict=False) for one in found])

    def list(
        self,
        limit: Limit = 100,
        cursor: Cursor = None,
        line: Annotated[str, Query(max_length=200, description="Of this production line.")] = "",
    ) -> CausePage:
        """In the order in which they were opened."""
        after = self.desk.cursors.read_number(cursor, "causes", {"line": line}, start=0)
        found = self.desk.node.causes.cases.all(line=line, after=after, limit=limit + 1)
        more = None
        if len(found) > limit:
            more = self.desk.cursors.write("causes", {"line": line}, found[limit - 1].number)
        return CausePage(items=[row_of(one) for one in found[:limit]], next=more)

    def open(self, caller: Caller, form: OpenCauseForm) -> CauseDetail:
        """A complaint, a finding, somebody's eye."""
        opened = self.desk.node.causes.open(
            form.table, form.column, form.first_row, line=form.line, why=form.why, by=caller.id
        )
        return self._detail(opened.id)

    def get(self, case: Id) -> CauseDetail:
        """With its newest explanation and suggestion, and brought up to what became of its correction."""
        return self._detail(case)

    def series(
        self, case: Id, column: Annotated[str | None, Query(max_length=200, description="Another column.")] = None
    ) -> SeriesView:
        """Of the alarm's characteristic unless another column is named."""
        return SeriesView.model_validate(self.desk.node.causes.cases.series(case, column))

    def explain(
        self, request: Request, caller: Caller, case: Id, form: ExplainForm, key: IdempotencyKey = None
    ) -> Response:
        """Takes from seconds to a minute or two; the job says how far it is."""
        question = Question(
            tuple(Filter(one.column, tuple(one.labels), one.low, one.high) for one in form.where),
            Against(form.against),
            form.seed,
        )
        self.desk.node.causes.cases.one(case)

        def work() -> Response:
            job = self.desk.causes.take(case, question, graph=form.graph, by=caller.id)
            headers = {"Location": f"/v1/causes/explanations/{job.job_id}"}
            return Response(_job(job).model_dump_json(), 202, headers, media_type="application/json")

        return self.desk.once(request, caller, key, form.model_dump_json().encode(), work)

    def job(self, job: JobName) -> ExplainJob:
        """The job; when done, its case has the explanation."""
        found = self.desk.node.jobs.job(JobId(job))
        if found is None or found.what != WHAT:
            raise NotFoundError(f"there is no explanation {job}", advice="Use the Location that the question gave.")
        return _job(found)

    def suggest(self, caller: Caller, case: Id, form: SuggestForm) -> CauseDetail:
        """Within the plant's limits and what the data have seen; none where nothing is gained, with the reason."""
        costs = {name: float(cost) for name, cost in form.costs.items()}
        self.desk.node.causes.suggest(case, by=caller.id, measure=form.measure, costs=costs)
        return self._detail(case)

    def what_if(self, case: Id, form: WhatIfCauseForm) -> dict[str, Any]:
        """With its 90 % interval, or why nothing is said; nothing is kept."""
        return self.desk.node.causes.suggest.what_if(case, form.column, form.value)

    def correct(self, caller: Caller, case: Id, form: CorrectionForm) -> FlowLink:
        """Opens a case of `release-correction.2`; only the signatures of two engineers write to the machine."""
        told = form.model_dump()
        opened = self.desk.node.causes.propose(case, person_of(caller, "UTC"), **told)
        return FlowLink(case=str(opened.id), state=opened.state)

    def effect(self, caller: Caller, case: Id, form: EffectForm) -> CauseDetail:
        """Reported in the correction too; the causal case is closed."""
        self.desk.node.causes.follow(self.desk.node.causes.cases.one(case).case)
        self.desk.node.causes.effect(case, form.table, person_of(caller, "UTC"))
        return self._detail(case)

    def draft(
        self, case: Id, language: Annotated[str, Query(pattern="^(en|zh)$", description="Of the texts.")] = "en"
    ) -> DraftView:
        """From the case's documents; people edit it."""
        drafted = self.desk.node.causes.eight_d.draft(case, "zh" if language == "zh" else "en")
        return DraftView(**drafted)

    def eight_d(self, caller: Caller, case: Id, form: EightDForm) -> FlowLink:
        """Opens a case of `eight-d.1` with the drafted symptom; each step takes its text from the draft."""
        opened = self.desk.node.causes.eight_d(
            case,
            person_of(caller, "UTC"),
            supplier=Subject.parse(form.supplier),
            nonconformance=form.nonconformance,
            severity=form.severity,
            language=form.language,
            evidence=form.evidence,
        )
        return FlowLink(case=str(opened.id), state=opened.state)

    def _detail(self, case: str) -> CauseDetail:
        causes = self.desk.node.causes
        causes.follow(causes.cases.one(case).case)
        listed = causes.cases.one(case)
        found = listed.case
        explanation = causes.desk.read("rca.explanation", found.explanation)[1] if found.explanation else None
        suggestion = causes.desk.read("rca.suggestion", found.suggestion)[1] if found.suggestion else None
        return CauseDetail(
            **row_of(listed).model_dump(),
            version=listed.version,
            table=found.table,
            alarm=dict(found.alarm),
            graph=found.graph,
            graph_version=found.graph_version,
            explanation=explanation,
            suggestion=suggestion,
            effect=None if found.effect is None else dict(found.effect),
        )


def _job(job: Job) -> ExplainJob:
    report = dict(job.report)
    return ExplainJob(
        id=job.job_id, state=job.state, done=job.done, total=job.total, step=str(report.get("step", "")), report=report
    )
