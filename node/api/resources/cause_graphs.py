"""`/v1/causes/graphs`: what engineers know of a line's causes, version by version; and the plant's set points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic import BaseModel, Field

from evidence.errors import SchemaError
from node.api.desk import Caller, Desk
from node.api.resources.cause_views import ColumnView, Name, PointList, PointView, TableName
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table, raw
from node.auth.permissions import Permission
from node.services.causes.graphs import Kept, Said
from rca.graph.word import Saying

Line = Annotated[str, Query(min_length=1, max_length=200, description="The production line.")]
Version = Annotated[int | None, Query(ge=1, le=10**6, description="The newest without it.")]
PROBABILITY = r"^0\.[0-9]{1,6}$"


class WordView(BaseModel):
    """What one person said about one edge."""

    saying: Literal["belief", "impossible", "withdrawn"]
    log_odds: str
    author: str
    reason: str
    at: str


class EdgeSaidView(BaseModel):
    """What is known of one edge, all authors together."""

    cause: str
    effect: str
    log_odds: str | None = Field(description="Null when only an impossibility stands.")
    impossible: bool
    history: list[WordView]


class GraphView(BaseModel):
    """A line's graph at one version."""

    line: str
    version: int
    digest: str = Field(description="SHA-256 of columns, tiers and words.")
    by: str
    at: str
    tiers: list[str]
    columns: list[ColumnView]
    edges: list[EdgeSaidView]


class VersionView(BaseModel):
    """One version in a list."""

    version: int
    digest: str
    by: str
    at: str
    words: int


class VersionList(BaseModel):
    """Versions, newest first."""

    items: list[VersionView]


class BeginForm(BaseModel):
    """Begin a graph over the columns of a table, or bring its columns up to the table's."""

    model_config = STRICT
    line: Name
    table: TableName
    tiers: list[Name] = Field(default=[], max_length=64, description="Names of the route's tiers, the first upstream.")


class SaidForm(BaseModel):
    """What is said about one edge."""

    model_config = STRICT
    cause: Name
    effect: Name
    saying: Literal["belief", "impossible", "withdrawn"]
    probability: str | None = Field(default=None, pattern=PROBABILITY, description="Of a belief, 0 to 1.")
    reason: str = Field(min_length=1, max_length=2_000)


class EditForm(BaseModel):
    """Words about edges; all are kept or none."""

    model_config = STRICT
    line: Name
    version: int = Field(ge=1, description="The version that was read; another one now means refused.")
    said: list[SaidForm] = Field(min_length=1, max_length=500)


@dataclass(frozen=True, slots=True)
class CauseGraphRoutes:
    """Graphs, and what may be written to machines."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, write, url = Permission.CAUSES_READ, Permission.CAUSES_WRITE, "/v1/causes/graphs"
        table.add("GET", url, self.of_line, permission=read, summary="A line's graph", problems=(404,))
        begins = "Begin a line's graph from a table"
        table.add("PUT", url, self.begin, permission=write, summary=begins, problems=(404, 409))
        edits = "Say something about edges"
        table.add("POST", f"{url}/words", self.edit, permission=write, summary=edits, problems=(404, 409))
        table.add("GET", f"{url}/versions", self.versions, permission=read, summary="Versions of a graph")
        differs = "What differs between two versions"
        table.add("GET", f"{url}/diff", self.diff, permission=read, summary=differs, problems=(404,))
        table.add(
            "GET",
            f"{url}/export",
            self.export,
            permission=read,
            summary="The graph as JSON, GraphML or DOT",
            problems=(404,),
            responses={200: raw("The graph.", "application/octet-stream", {"type": "string", "format": "binary"})},
            response_class=Response,
        )
        table.add("GET", "/v1/causes/points", self.points, permission=read, summary="Set points that may be written")
        return table.routes

    def of_line(self, line: Line, version: Version = None) -> GraphView:
        """With everything that was ever said about each edge."""
        return _view(self.desk.node.causes.graphs(line, version))

    def begin(self, caller: Caller, form: BeginForm) -> GraphView:
        """Words that were said stay."""
        return _view(self.desk.node.causes.edit(form.line, form.table, form.tiers, by=caller.id))

    def edit(self, caller: Caller, form: EditForm) -> GraphView:
        """Believed edges never form a cycle: the refusal names it."""
        said = [Said(one.cause, one.effect, Saying(one.saying), _probability(one), one.reason) for one in form.said]
        say = self.desk.node.causes.edit
        return _view(say.say(form.line, said, by=caller.id, author=caller.name, version=form.version))

    def versions(self, line: Line) -> VersionList:
        """By whom and when."""
        found = self.desk.node.causes.graphs.versions(line)
        return VersionList(
            items=[
                VersionView(
                    version=one.number, digest=one.graph.version, by=one.by, at=one.at, words=len(one.graph.words)
                )
                for one in found
            ]
        )

    def diff(
        self,
        line: Line,
        before: Annotated[int, Query(ge=1, le=10**6, description="The older version.")],
        after: Annotated[int, Query(ge=1, le=10**6, description="The newer version.")],
    ) -> dict[str, Any]:
        """Columns, edges and words."""
        return self.desk.node.causes.graphs.diff(line, before, after)

    def export(
        self,
        line: Line,
        form: Annotated[Literal["json", "graphml", "dot"], Query(description="Of the file.")] = "json",
        version: Version = None,
    ) -> Response:
        """For other programs and for later."""
        data = self.desk.node.causes.graphs.export(line, form, version)
        types = {"json": "application/json", "graphml": "application/xml", "dot": "text/vnd.graphviz"}
        headers = {"Content-Disposition": f'attachment; filename="graph.{form}"', "Cache-Control": "no-store"}
        return Response(data, 200, headers, media_type=types[form])

    def points(self) -> PointList:
        """From the node's control.json, with what the machines hold now."""
        fields = [name for name in PointView.model_fields if name != "present"]
        items = [
            PointView(**{name: getattr(point, name) for name in fields}, present=present)
            for point, present in self.desk.node.causes.plant()
        ]
        return PointList(items=items)


def _probability(one: SaidForm) -> float | None:
    if (one.probability is not None) != (one.saying == "belief"):
        raise SchemaError("a belief has a probability, and nothing else has", place="/said")
    return None if one.probability is None else float(one.probability)


def _view(kept: Kept) -> GraphView:
    graph = kept.graph
    edges = [
        EdgeSaidView(
            cause=cause,
            effect=effect,
            log_odds=None if one.log_odds is None else f"{one.log_odds:.4f}",
            impossible=one.impossible,
            history=[
                WordView(
                    saying=word.saying.value,
                    log_odds=f"{word.log_odds:.4f}",
                    author=word.author,
                    reason=word.reason,
                    at=word.at,
                )
                for word in one.history
            ],
        )
        for (cause, effect), one in sorted(graph.standings().items())
    ]
    columns = [ColumnView.model_validate(column.document()) for column in graph.columns]
    return GraphView(
        line=kept.line,
        version=kept.number,
        digest=graph.version,
        by=kept.by,
        at=kept.at,
        tiers=list(graph.tiers),
        columns=columns,
        edges=edges,
    )
