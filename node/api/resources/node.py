"""`/healthz`, `/readyz`, `/metrics`, `/v1/events`, `/v1/openapi.json`: the node itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Header, Query, Request, Response
from prometheus_client import generate_latest
from pydantic import BaseModel
from starlette.responses import JSONResponse

from node.api.caching import REVALIDATE, tagged
from node.api.desk import Desk
from node.api.routing import GuardedRoute, Table, raw, streamed
from node.api.streams import Event
from node.auth.permissions import Permission

_POLL_ROWS = 200


class HealthView(BaseModel):
    """The process answers."""

    status: Literal["ok"]


class ReadyView(BaseModel):
    """Whether the node can do its work, and what each thing that it depends on says."""

    ready: bool
    checks: dict[str, Literal["ok", "failing"]]


@dataclass(frozen=True, slots=True)
class NodeRoutes:
    """What operators and watchers ask."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        stream = streamed("Events of the node; the id is a number.")
        table.add(
            "GET",
            "/v1/events",
            self.events,
            permission=Permission.EVENTS_READ,
            summary="Watch the node",
            responses={200: stream},
            response_class=Response,
        )
        table.add("GET", "/healthz", self.health, permission=None, summary="Does it run?")
        table.add(
            "GET",
            "/readyz",
            self.ready,
            permission=None,
            summary="Can it work?",
            responses={503: {"model": ReadyView, "description": "Something that it depends on fails."}},
            response_model=ReadyView,
        )
        text = raw("Prometheus text format.", "text/plain", {"type": "string"})
        table.add(
            "GET",
            "/metrics",
            self.metrics,
            permission=Permission.METRICS_READ,
            summary="Metrics",
            responses={200: text},
            response_class=Response,
        )
        description = raw("OpenAPI 3.1.", "application/json", {"type": "object"})
        table.add(
            "GET",
            "/v1/openapi.json",
            self.openapi,
            permission=None,
            summary="This description",
            responses={200: description, 304: {"description": "The caller has it already."}},
            response_class=Response,
        )
        return table.routes

    async def events(
        self,
        after: Annotated[int, Query(ge=0, le=2**53 - 1, description="Begin behind this event.")] = 0,
        last_event_id: Annotated[
            str | None, Header(pattern="^[0-9]{1,15}$", description="What a browser sends after a break; wins.")
        ] = None,
    ) -> Response:
        """All events behind a number, then each as it happens; the stream ends after a while: come again."""
        place = [int(last_event_id) if last_event_id is not None else after]

        def poll() -> tuple[Sequence[Event], bool]:
            found = self.desk.node.events.events(after=place[0], limit=_POLL_ROWS)
            if found:
                place[0] = found[-1].number
            return [
                Event(str(event.number), event.type, {"at": event.at.isoformat(), **event.data}) for event in found
            ], False

        return self.desk.streams.serve(poll)

    def health(self) -> HealthView:
        """Says nothing but that the process answers."""
        return HealthView(status="ok")

    def ready(self) -> Response:
        """Everything that the node depends on: `ok` or `failing`; why, only the log says."""
        answers = self.desk.readiness()
        failing = {name: answer for name, answer in answers.items() if answer != "ok"}
        if failing:
            # Anybody may ask, and reasons name addresses of our insides.
            self.desk.logger.warning("not ready", checks=failing)
        checks = {name: "failing" if name in failing else "ok" for name in answers}
        return JSONResponse({"ready": not failing, "checks": checks}, 503 if failing else 200)

    def metrics(self) -> Response:
        """For Prometheus; a token with `metrics:read`, or a caller on this machine."""
        return Response(generate_latest(self.desk.metrics.registry), media_type="text/plain; version=0.0.4")

    def openapi(self, request: Request) -> Response:
        """What this API takes and gives."""
        return tagged(request, request.app.state.description, "application/json", cache=f"public, {REVALIDATE}")
