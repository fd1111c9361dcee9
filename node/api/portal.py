"""The web portal, when it has been built: static files, and its first page for every path of its own."""

from __future__ import annotations

import html
from mimetypes import guess_type
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""What operators' programs ask at the root, where they look for it; everything else of the API is under `/v1`."""


_CODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_PACKED_TYPES: Final = (".js", ".css", ".svg", ".html")


def is_portal(path: str) -> bool:
    """Whether `path` belongs to the portal, and so gets the headers of web pages."""
    return not path.startswith("/v1/") and path not in PROBES


class PortalFiles(StaticFiles):
    """Files of the portal; unknown paths without a file ending are pages that the portal routes itself."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, else the portal's first page."""
        if (packed := await self._packed(path, scope)) is not None:
            return packed
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or "." in path.rsplit("/", 1)[-1] or not is_portal(f"/{path}"):
                raise
            response = await super().get_response("index.html", scope)
        return _kept(path, response)

    async def _packed(self, path: str, scope: Scope) -> Response | None:
        """The file as the build has packed it, when the caller takes that; None otherwise."""
        if not path.endswith(_PACKED_TYPES):
            return None
        taken = {word.partition(";")[0].strip() for word in Headers(scope=scope).get("accept-encoding", "").split(",")}
        for coding, ending in _CODINGS:
            if coding not in taken:
                continue
            try:
                response = await super().get_response(path + ending, scope)
            except HTTPException:
                continue
            response.headers["Content-Type"] = guess_type(path)[0] or "application/octet-stream"
            response.headers["Content-Encoding"] = coding
            response.headers["Vary"] = "Accept-Encoding"
            return _kept(path, response)
        return None


def _kept(path: str, response: Response) -> Response:
    # Built files carry a hash in their name; the first page names them, so it must be asked for anew.
    hashed = path.startswith("assets/")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
    return response


_WELCOME: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name} · Credence</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1.25rem; }}
h1 {{ font-size: 1.6rem; margin-bottom: 0; }}
code {{ overflow-wrap: anywhere; }}
</style>
<main>
<h1>{name}</h1>
<p><code>{lei}</code></p>
<p>This is a Credence node. It is running; programs and the command line reach it here. Its API is described at
<a href="/v1/openapi.json">/v1/openapi.json</a>, its log begins at
<a href="/v1/log/checkpoint">/v1/log/checkpoint</a>.</p>
<p lang="zh">这是一个 Credence 节点，正在运行；程序和命令行可通过此地址访问。接口说明见
<a href="/v1/openapi.json">/v1/openapi.json</a>，日志检查点见
<a href="/v1/log/checkpoint">/v1/log/checkpoint</a>。</p>
</main>
</html>
"""


def mount_portal(app: FastAPI, folder: Path | None, *, name: str = "", lei: str = "") -> bool:
    """Serve the portal out of `folder`; without one, a page at the root that says whose node this is.

    Returns:
        Whether there is a portal.
    """
    if folder is None or not (folder / "index.html").is_file():
        page = _WELCOME.format(name=html.escape(name), lei=html.escape(lei))

        async def welcome(_: Request) -> HTMLResponse:
            return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

        app.router.routes.append(Route("/", welcome, methods=["GET"], include_in_schema=False))
        return False
    app.mount("/", PortalFiles(directory=folder, html=True), name="portal")
    return True
