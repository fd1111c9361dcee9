"""The door that suppliers reach: TLS in front, `/v1/fleet/...` passed on to the SuperLink, everything else refused.

The SuperLink serves its fleet, control and runtime interfaces on one port, and control knows no passwords. So it
listens on the loopback address only, and this door passes on nothing but the calls that a SuperNode of a member makes.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import threading
from typing import Final

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from federated.flower.gate import HEADER, Gate

CALLS: Final = (
    "activate-node",
    "deactivate-node",
    "send-node-heartbeat",
    "pull-messages",
    "push-messages",
    "get-run",
    "push-object",
    "pull-object",
    "confirm-message-received",
)
"""What our SuperNodes call; not `register-node` (the steward lets nodes in), nor `get-fab` (no code is fetched)."""

MAX_BYTES: Final = 64 << 20
_PATH: Final = re.compile(r"/v1/fleet/(" + "|".join(CALLS) + r")", re.ASCII)
_HOP: Final = frozenset({"host", "connection", "content-length", "transfer-encoding", "keep-alive", "upgrade"})


def make_front(superlink: str, ca: str, gate: Gate) -> Starlette:
    """The door's application. `superlink` is host:port, `ca` the file of the authority behind its certificate."""
    context = ssl.create_default_context(cafile=ca)
    client = httpx.AsyncClient(verify=context, timeout=60, trust_env=False)

    async def forward(request: Request) -> Response:
        # Compared as sent: a server behind that decodes or normalises paths must not be able to read it otherwise.
        path = request.scope["raw_path"].decode("ascii", "replace").partition("?")[0]
        if not _PATH.fullmatch(path) or request.url.query:
            return PlainTextResponse("not here", 404)
        if not gate.lets_in(request.headers.get(HEADER)):
            return PlainTextResponse("no member of this federation now", 401)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                return PlainTextResponse("too large", 413)
        headers = [(name, value) for name, value in request.headers.items() if name not in _HOP]
        try:
            answer = await client.post(f"https://{superlink}{path}", content=bytes(body), headers=headers)
        except httpx.HTTPError:
            return PlainTextResponse("the SuperLink does not answer", 503)
        kept = {name: value for name, value in answer.headers.items() if name not in _HOP | {"content-encoding"}}
        return Response(answer.content, answer.status_code, kept)

    return Starlette(routes=[Route("/{path:path}", forward, methods=["POST"])])


class Serving:
    """An application served by uvicorn in a thread of its own, until closed."""

    def __init__(
        self, app: Starlette, host: str, port: int, *, cert: str | None = None, key: str | None = None
    ) -> None:
        config = uvicorn.Config(
            app,
            host,
            port,
            log_level="warning",
            ssl_certfile=cert,
            ssl_keyfile=key,
            access_log=False,
            lifespan="off",
            ws="none",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        asyncio.run(self._server.serve())

    @property
    def ready(self) -> bool:
        """Whether it listens."""
        return self._server.started

    def close(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join(10)
