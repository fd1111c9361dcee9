"""Routes that cannot exist without saying what they ask of their caller."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

from evidence.canonical import loads
from evidence.errors import CredenceError, ForbiddenError, LimitError
from node.api.guard import Guard
from node.api.problems import MEDIA_TYPE, Problem
from node.auth.permissions import Permission

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_PROBLEM: Final = {"schema": {"$ref": "#/components/schemas/Problem"}}


class StrictRequest(Request):
    """A request whose body has a bound and whose JSON has one meaning."""

    async def json(self) -> Any:
        """The body as JSON: no name twice, no floats, bounded depth; our own errors."""
        if not hasattr(self, "_json"):
            self._json = loads(await self.body())
        return self._json


def bounded(receive: Receive, most: int) -> Receive:
    """Let at most `most` bytes of body through, whatever Content-Length says."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise LimitError(f"the request body is larger than {most} bytes")
        return message

    return limited


class GuardedRoute(APIRoute):
    """A route with its permission. The guard decides before any body is read or parsed."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        guard: Guard,
        permission: Permission | None,
        body_bytes: int,
        **options: Any,
    ) -> None:
        self.guard = guard
        self.permission = permission
        self.body_bytes = body_bytes
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        """The handler with the guard before it."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            most = self.body_bytes
            if "signature-input" in request.headers:
                # The body is what is signed: it is held in memory before anybody knows who sent it.
                most = min(most, self.guard.settings.signed_bytes)
            length = request.headers.get("content-length", "0")
            if not length.isdecimal() or len(length) > 15 or int(length) > most:
                raise LimitError(f"the request body is larger than {most} bytes")
            strict = StrictRequest(request.scope, bounded(request.receive, most))
            await self.guard.admit(strict, self.permission)
            try:
                return await inner(strict)
            except ForbiddenError as error:
                await self.guard.refused(strict, strict.state.principal, error)
                raise
            except HTTPException as error:
                # FastAPI wraps what goes wrong while it reads the body; ours says more.
                if isinstance(error.__cause__, CredenceError):
                    raise error.__cause__ from None
                raise

        return handle


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Problem responses of a route, for the description."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "model": Problem,
            "content": {MEDIA_TYPE: _PROBLEM},
        }
        for status in statuses
    }


def raw(description: str, media_type: str, schema: Mapping[str, Any], example: Any = None) -> dict[str, Any]:
    """The description of a response that is not a model's JSON."""
    content: dict[str, Any] = {"schema": dict(schema)}
    if example is not None:
        content["example"] = example
    return {"description": description, "content": {media_type: content}}


def streamed(description: str) -> dict[str, Any]:
    """The description of an event stream; in OpenAPI 3.1 its schema is that of one event."""
    text = {"type": "string"}
    event = {"type": "object", "properties": {"id": text, "event": text, "data": text}, "required": ["data"]}
    return raw(f"{description} `data` is JSON.", "text/event-stream", event)


class Table:
    """The routes of one resource, each a line."""

    def __init__(self, guard: Guard, tag: str, *, body_bytes: int) -> None:
        self._guard, self._tag, self._body_bytes = guard, tag, body_bytes
        self.routes: list[GuardedRoute] = []

    def add(
        self,
        method: str,
        path: str,
        endpoint: Callable[..., Any],
        *,
        permission: Permission | None,
        summary: str,
        status: int = 200,
        problems: Sequence[int] = (),
        responses: Mapping[int | str, Mapping[str, Any]] | None = None,
        body_bytes: int | None = None,
        **options: Any,
    ) -> None:
        """Add a route; `problems` are those beyond what every route of its sort may answer."""
        common = {400, 413, 422, 429, 503} | (set() if permission is None else {401, 403})
        every = documented(*sorted(common | set(problems)))
        route = GuardedRoute(
            path,
            endpoint,
            guard=self._guard,
            permission=permission,
            body_bytes=self._body_bytes if body_bytes is None else body_bytes,
            methods=[method],
            status_code=status,
            tags=[self._tag],
            summary=summary,
            operation_id=f"{self._tag}_{endpoint.__name__}",
            responses={**every, **{key: dict(value) for key, value in (responses or {}).items()}},
            **options,
        )
        self.routes.append(route)
