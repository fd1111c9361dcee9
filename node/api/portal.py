"""The web portal, when it has been built: static files, and its first page for every path of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""What operators' programs ask at the root, where they look for it; everything else of the API is under `/v1`."""


def is_portal(path: str) -> bool:
    """Whether `path` belongs to the portal, and so gets the headers of web pages."""
    return not path.startswith("/v1/") and path not in PROBES


class PortalFiles(StaticFiles):
    """Files of the portal; unknown paths without a file ending are pages that the portal routes itself."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, else the portal's first page."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or "." in path.rsplit("/", 1)[-1] or not is_portal(f"/{path}"):
                raise
            response = await super().get_response("index.html", scope)
        # Built files carry a hash in their name; the first page names them, so it must be asked for anew.
        hashed = path.startswith("assets/")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response


def mount_portal(app: FastAPI, folder: Path | None) -> bool:
    """Serve the portal out of `folder`; says whether there is one."""
    if folder is None or not (folder / "index.html").is_file():
        return False
    app.mount("/", PortalFiles(directory=folder, html=True), name="portal")
    return True
