"""Around every request: its id, its log line, its numbers, its security headers."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from evidence.keys import Entropy
from node.api.hardening import harden
from node.api.portal import is_portal
from node.api.telemetry import Metrics, span

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """ASGI middleware, the outermost of ours."""

    app: ASGIApp
    logger: FilteringBoundLogger
    metrics: Metrics
    entropy: Entropy
    secure: bool
    tracing: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else self.entropy(16).hex()
        scope.setdefault("state", {})["request_id"] = request_id
        status, started = 500, time.perf_counter()

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                harden(headers, secure=self.secure, portal=is_portal(scope["path"]))
            await send(message)

        try:
            with span(self.tracing, scope["method"]):
                await self.app(scope, receive, answer)
        except Exception:
            self.logger.error("crashed", request_id=request_id, exc_info=True)
            raise
        finally:
            self._record(scope, request_id, status, time.perf_counter() - started)

    def _record(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.seconds.labels(method, route).observe(seconds)
        principal = scope["state"].get("principal")
        # The route's template and never the path or query: those may name subjects, or hold what was pasted by mistake.
        self.logger.info(
            "request",
            request_id=request_id,
            method=method,
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            caller=getattr(principal, "id", ""),
            via=getattr(principal, "via", "public"),
        )


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
