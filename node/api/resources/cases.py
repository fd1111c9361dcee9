"""`/v1/cases`: repair claims, 8D and releases, step by step, with signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response

from evidence.errors import ForbiddenError, SchemaError
from nocode.case import CaseId
from node.api.desk import SUBJECT_PATTERN, Caller, Cursor, Desk, IdempotencyKey, Limit
from node.api.problems import request_id as id_of
from node.api.resources.case_views import (
    CaseDetail,
    CasePage,
    CounterSignature,
    CounterSignForm,
    EventForm,
    OpenForm,
    SignatureForm,
    detail_of,
    view_of,
)
from node.api.routing import GuardedRoute, Table, raw
from node.auth.model import Principal
from node.auth.permissions import Permission
from node.cases.port import CaseFilter
from node.services.case_people import Person
from node.signing.port import Credentials
from node.signing.presence import signer_of

EXPORT_TYPE = "application/vnd.credence.case+json"
EXPORT_BYTES = 18 * 1024 * 1024
Id = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,64}$", examples=["case_" + "ab" * 12])]


@dataclass(frozen=True, slots=True)
class CaseRoutes:
    """Cases of flows."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, write, sign = Permission.CASES_READ, Permission.CASES_WRITE, Permission.CASES_SIGN
        all_, one = "/v1/cases", "/v1/cases/{case}"
        opened: dict[int | str, Any] = {201: {"model": CaseDetail, "description": "Open."}}
        table.add("GET", all_, self.list, permission=read, summary="List cases")
        table.add(
            "POST",
            all_,
            self.open,
            permission=write,
            summary="Open a case",
            status=201,
            problems=(404, 409),
            responses=opened,
        )
        table.add("GET", one, self.get, permission=read, summary="One case, and what is possible now", problems=(404,))
        both = (404, 409)
        table.add("POST", f"{one}/events", self.act, permission=write, summary="Act in a case", problems=both)
        table.add("POST", f"{one}/signatures", self.sign, permission=sign, summary="Sign a step", problems=both)
        table.add(
            "GET",
            f"{one}/export",
            self.export,
            permission=read,
            summary="The case with its definition, for others and for later",
            problems=(404,),
            responses={200: raw("The export (`credence-case-export/1`).", EXPORT_TYPE, {"type": "object"})},
            response_class=Response,
        )
        table.add(
            "GET",
            f"{one}/text",
            self.text,
            permission=read,
            summary="Readable copy",
            problems=(404,),
            responses={200: raw("The case line by line.", "text/plain", {"type": "string"})},
            response_class=Response,
        )
        table.add(
            "POST",
            "/v1/countersignatures",
            self.countersign,
            permission=sign,
            summary="Sign a step of another member's case",
            problems=(404, 409),
            body_bytes=EXPORT_BYTES,
        )
        return table.routes

    def list(
        self,
        limit: Limit = 100,
        cursor: Cursor = None,
        flow: Annotated[str, Query(max_length=80, description="Of this flow, such as `repair-claim.1`.")] = "",
        state: Annotated[str, Query(max_length=64, description="In this state.")] = "",
        subject: Annotated[str, Query(pattern=f"^$|{SUBJECT_PATTERN}", description="About whom.")] = "",
        ended: Annotated[bool | None, Query(description="Only those that have ended, or have not.")] = None,
    ) -> CasePage:
        """In the order in which they were opened."""
        filters = {"flow": flow, "state": state, "subject": subject, "ended": ended}
        after = self.desk.cursors.read_number(cursor, "cases", filters, start=0)
        chosen = CaseFilter(flow=flow, state=state, subject=subject, ended=ended)
        found = self.desk.node.cases.kept.cases(chosen, after=after, limit=limit + 1)
        more = self.desk.cursors.write("cases", filters, found[limit - 1][0]) if len(found) > limit else None
        return CasePage(items=[view_of(record) for _, record in found[:limit]], next=more)

    def open(self, request: Request, form: OpenForm, caller: Caller, key: IdempotencyKey = None) -> Response:
        """Who may, and on which conditions, the flow says."""
        person = person_of(caller, form.zone)

        def work() -> Response:
            case = self.desk.node.cases.open(form.flow, person, form.fields, reason=form.reason)
            body = self._detail(case.id, person).model_dump_json()
            return Response(body, 201, {"Location": f"/v1/cases/{case.id}"}, media_type="application/json")

        return self.desk.once(request, caller, key, form.model_dump_json().encode(), work)

    def get(self, case: Id, caller: Caller) -> CaseDetail:
        """Replayed from its history; the choices are the caller's."""
        return self._detail(CaseId(case), person_of(caller, "UTC"))

    def act(self, case: Id, form: EventForm, caller: Caller) -> CaseDetail:
        """The event happens, or nothing does; of two who act at once, one is told to read again."""
        person = person_of(caller, form.zone)
        head = None if form.head is None else bytes.fromhex(form.head)
        self.desk.node.cases.act(CaseId(case), form.event, person, form.fields, reason=form.reason, head=head)
        return self._detail(CaseId(case), person)

    def sign(self, request: Request, case: Id, form: SignatureForm, caller: Caller) -> CaseDetail:
        """Signed-in people sign with their password; what another member sealed is checked against the registry."""
        services, person, name = self.desk.node.cases, person_of(caller, form.zone), CaseId(case)
        if (form.sealed is None) == (form.password is None):
            raise SchemaError("either a password or a sealed signature is needed", place="/password")
        if form.sealed is not None:
            services.accept(name, form.step, form.sealed, reason=form.reason)
        else:
            typed = Credentials(form.password or "", form.name)
            signer = signer_of(caller)
            services.sign(name, form.step, person, signer, typed, reason=form.reason, request=id_of(request))
        return self._detail(name, person)

    def countersign(self, request: Request, form: CounterSignForm, caller: Caller) -> CounterSignature:
        """Checked by replaying the export; the signature goes back to the node where the case runs."""
        typed, signer = Credentials(form.password, form.name), signer_of(caller)
        signature = self.desk.node.cases.countersign(
            form.export.encode(),
            form.step,
            person_of(caller, form.zone),
            signer,
            typed,
            reason=form.reason,
            request=id_of(request),
        )
        return CounterSignature(id=signature.id, step=form.step, sealed=signature.sealed)

    def export(self, case: Id) -> Response:
        """Whoever has it replays it without this node."""
        data = self.desk.node.cases.read.export(CaseId(case))
        headers = {"Content-Disposition": f'attachment; filename="{case}.json"', "Cache-Control": "no-store"}
        return Response(data, 200, headers, media_type=EXPORT_TYPE)

    def text(
        self, case: Id, language: Annotated[Literal["en", "zh"], Query(description="Language of titles.")] = "en"
    ) -> Response:
        """Every entry with who, when and why, and every signature."""
        text = self.desk.node.cases.read(CaseId(case)).text(language)
        return Response(text, 200, {"Cache-Control": "no-store"}, media_type="text/plain")

    def _detail(self, case: CaseId, person: Person) -> CaseDetail:
        return detail_of(self.desk.node.cases.read(case, person))


def person_of(caller: Principal, zone: str) -> Person:
    """Who acts; a program with somebody's token acts as them, and is named beside them."""
    if caller.user is None:
        raise ForbiddenError("cases are people's work", advice="Sign in, or use a token of yours.")
    return Person(caller.user, caller.name, frozenset(role.value for role in caller.roles), zone)
