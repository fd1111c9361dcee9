"""Strong ETags and conditional answers."""

from __future__ import annotations

import hashlib
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

FOREVER: Final = "max-age=31536000, immutable"
REVALIDATE: Final = "no-cache"


def tagged(request: Request, body: bytes, media_type: str, *, cache: str) -> Response:
    """The body with its ETag, or 304 when the caller has it already.

    Source:
        RFC 9110 sections 8.8.3 and 13.1.2 (If-None-Match compares weakly, `*` fits everything that exists).
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": cache}
    known = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in known or known == ["*"]:
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, media_type=media_type)
