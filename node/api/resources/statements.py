"""`/v1/statements`: list, show, submit and prove statements of this organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from evidence.draft import Draft, Kind, Tier
from evidence.encoding import hex_decode
from evidence.errors import ForbiddenError, NotFoundError
from evidence.identity import Subject
from evidence.schema import by_id
from evidence.statement import StatementId, parse
from node.api.caching import REVALIDATE, tagged
from node.api.desk import SUBJECT_PATTERN, Caller, Cursor, Desk, IdempotencyKey, Limit, SubjectText
from node.api.problems import request_id as id_of
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table, raw
from node.auth.model import Outcome, Principal, TrailAction
from node.auth.permissions import Permission
from node.records.port import StatementFilter, StatementRecord, StoredStatement

PROOF_TYPE = "application/vnd.credence.proof+json"
MOST_DRAFTS = 5_000
Id = Annotated[str, Path(pattern="^[0-9a-f]{64}$", examples=["ab" * 32], description="Leaf hash, hexadecimal.")]
Fields = Annotated[
    str,
    Query(
        max_length=4_000,
        pattern="^[a-z0-9_]+(,[a-z0-9_]+)*$",
        description="Fields to disclose, parted by commas; the base tier without it. Restricted ones only when named "
        "and with `statements:disclose`, sensitive ones never.",
        examples=["lot,part"],
    ),
]


class DraftForm(BaseModel):
    """One record; numbers that carry a fraction are decimal strings."""

    model_config = STRICT
    kind: Kind = Field(strict=False)
    occurred: str = Field(max_length=40, examples=["2026-02-03T10:00:00+01:00"])
    fields: dict[str, Any] = Field(examples=[{"lot": "L-7", "part": "P-100", "quantity": "100", "unit": "{pcs}"}])


class SubmitForm(BaseModel):
    """Records about one subject; all are kept, or none."""

    model_config = STRICT
    subject: SubjectText
    drafts: list[DraftForm] = Field(min_length=1, max_length=MOST_DRAFTS)


class SubmitView(BaseModel):
    """Ids of new statements, and of those that were there before."""

    added: list[str]
    known: list[str]


class StatementView(BaseModel):
    """A statement in a list."""

    id: str = Field(pattern="^[0-9a-f]{64}$")
    position: int = Field(description="Index of its leaf in the log, from 0.")
    subject: str
    kind: Kind
    sequence: int
    occurred: str
    issued: datetime
    schema_: str = Field(serialization_alias="schema")
    tier: Tier
    anchored: bool


class StatementDetail(StatementView):
    """A statement with the fields that the caller may see, the names of the others, and what was erased."""

    fields: dict[str, Any]
    withheld: list[str]
    erased: list[str]


class StatementPage(BaseModel):
    """Some statements, in log order."""

    items: list[StatementView]
    next: str | None


@dataclass(frozen=True, slots=True)
class StatementRoutes:
    """This organisation's statements."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, one = Permission.STATEMENTS_READ, "/v1/statements/{statement}"
        table.add("GET", "/v1/statements", self.list, permission=read, summary="List statements")
        table.add(
            "POST",
            "/v1/statements",
            self.submit,
            permission=Permission.STATEMENTS_WRITE,
            summary="Submit records as statements",
            status=201,
            problems=(409,),
            responses={201: {"model": SubmitView, "description": "All are kept."}},
            body_bytes=16 * 1024 * 1024,
        )
        table.add("GET", one, self.get, permission=read, summary="One statement", problems=(404,))
        proof = raw("The proof bundle (`credence-proof/1`).", PROOF_TYPE, {"type": "object"})
        table.add(
            "GET",
            f"{one}/proof",
            self.proof,
            permission=Permission.PROOFS_READ,
            summary="Proof bundle to check offline",
            problems=(404, 409),
            responses={200: proof, 304: {"description": "The caller has it already."}},
            response_class=Response,
        )
        return table.routes

    def list(
        self,
        limit: Limit = 100,
        cursor: Cursor = None,
        subject: Annotated[
            str | None, Query(pattern=SUBJECT_PATTERN, description="About whom; LEI or LEI/SITE.")
        ] = None,
        kind: Annotated[Kind | None, Query(description="Of this kind.")] = None,
        since: Annotated[AwareDatetime | None, Query(description="Occurred at this moment or later.")] = None,
        until: Annotated[AwareDatetime | None, Query(description="Occurred before this moment.")] = None,
    ) -> StatementPage:
        """Statements in log order."""
        filters = {
            "kind": None if kind is None else kind.value,
            "since": None if since is None else since.isoformat(),
            "subject": subject,
            "until": None if until is None else until.isoformat(),
        }
        chosen = StatementFilter(None if subject is None else Subject.parse(subject), kind, since, until)
        after = self.desk.cursors.read_number(cursor, "statements", filters, start=-1)
        found = self.desk.node.store.records(chosen, after=after, limit=limit + 1)
        size = self._anchored()
        more = None
        if len(found) > limit:
            more = self.desk.cursors.write("statements", filters, found[limit - 1][0])
        return StatementPage(
            items=[StatementView(**_common(position, record, size)) for position, record in found[:limit]], next=more
        )

    def submit(self, request: Request, form: SubmitForm, caller: Caller, key: IdempotencyKey = None) -> Response:
        """All records are checked first; one that breaks its schema refuses them all. Repeating changes nothing."""
        drafts = [Draft(item.kind, item.occurred, item.fields, f"/drafts/{n}") for n, item in enumerate(form.drafts)]

        def work() -> Response:
            report = self.desk.node.submit(drafts, subject=Subject.parse(form.subject))
            view = SubmitView(added=list(report.added), known=list(report.known))
            return Response(view.model_dump_json(), 201, media_type="application/json")

        return self.desk.once(request, caller, key, form.model_dump_json().encode(), work)

    def get(self, request: Request, statement: Id, caller: Caller, fields: Fields | None = None) -> StatementDetail:
        """The statement with its base-tier fields, or those named."""
        stored = self._stored(statement)
        named = self._named(request, stored, fields, caller)
        whole = parse(stored.sd_jwt).fields
        tiers = by_id(stored.record.schema).tiers
        shown = {
            name: value
            for name, value in whole.items()
            if (tiers[name] is Tier.BASE if named is None else name in named)
        }
        erased = [stone.field for stone in self.desk.node.store.tombstones(stored.record.statement_id)]
        return StatementDetail(
            **_common(stored.position, stored.record, self._anchored()),
            fields=shown,
            withheld=sorted(set(whole) - set(shown)),
            erased=erased,
        )

    def proof(self, request: Request, statement: Id, caller: Caller, fields: Fields | None = None) -> Response:
        """Anyone can check it with `credence verify`, without network and without trusting this node."""
        stored = self._stored(statement)
        named = self._named(request, stored, fields, caller)
        bundle = self.desk.node.prove(stored.record.statement_id, fields=named)
        return tagged(request, bundle, PROOF_TYPE, cache=f"private, {REVALIDATE}")

    def _stored(self, statement: str) -> StoredStatement:
        hex_decode(statement, size=32)
        stored = self.desk.node.store.statement(StatementId(statement))
        if stored is None:
            raise NotFoundError(f"there is no statement {statement}")
        return stored

    def _anchored(self) -> int:
        newest = self.desk.node.log.newest_head(closed=True)
        return 0 if newest is None else newest.head.size

    def _named(
        self, request: Request, stored: StoredStatement, fields: str | None, caller: Principal
    ) -> frozenset[str] | None:
        """The fields asked for, after it was checked that the caller may see them and written down that it did."""
        if fields is None:
            return None
        named = frozenset(fields.split(","))
        tiers = by_id(stored.record.schema).tiers
        beyond = sorted(name for name in named if tiers.get(name, Tier.BASE) is not Tier.BASE)
        if any(tiers[name] is Tier.SENSITIVE for name in beyond):
            raise ForbiddenError("sensitive fields are never given out", advice="Leave them out.")
        if beyond and Permission.STATEMENTS_DISCLOSE not in caller.permissions:
            raise ForbiddenError(f"restricted fields need {Permission.STATEMENTS_DISCLOSE.value}: {', '.join(beyond)}")
        if beyond:
            # Written down before it is done: a disclosure that leaves no trace is worse than one that failed.
            self.desk.door.record(
                TrailAction.DISCLOSED,
                Outcome.DONE,
                actor=caller,
                target=stored.record.statement_id,
                request=id_of(request),
                detail={"fields": ",".join(beyond)},
            )
        return named


def _common(position: int, record: StatementRecord, size: int) -> dict[str, Any]:
    return {
        "id": record.statement_id,
        "position": position,
        "subject": str(record.subject),
        "kind": record.kind,
        "sequence": record.sequence,
        "occurred": record.occurred,
        "issued": record.issued,
        "schema_": record.schema,
        "tier": record.tier,
        "anchored": position < size,
    }
