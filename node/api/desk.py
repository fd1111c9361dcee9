"""What the resources share: the node, the door, cursors, kept answers, and small helpers over them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends, Header, Query, Request
from pydantic import Field
from starlette.responses import Response
from structlog.typing import FilteringBoundLogger

from evidence.clock import Clock
from evidence.errors import CredenceError, MalformedError
from evidence.identity import Lei, Subject
from evidence.keys import Entropy
from node.api.buckets import Buckets
from node.api.cause_desk import CauseDesk
from node.api.cursors import Cursors
from node.api.guard import Guard
from node.api.import_desk import ImportDesk
from node.api.problems import request_id
from node.api.services import NodeServices
from node.api.settings import ApiSettings
from node.api.streams import Streams
from node.api.telemetry import Metrics
from node.api.turns import Cards, Readiness, Turns
from node.auth.door import Door
from node.auth.model import Answer, AnswerKey, Principal

_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
MOST_ROWS: Final = 500

LEI_PATTERN: Final = "^[A-Z0-9]{18}[0-9]{2}$"
SUBJECT_PATTERN: Final = "^[A-Z0-9]{18}[0-9]{2}(/[A-Z0-9-]{1,20})?$"
SITE_PATTERN: Final = "^[A-Z0-9-]{1,20}$"


def _caller(request: Request) -> Principal:
    principal = request.state.principal
    if not isinstance(principal, Principal):
        raise RuntimeError("a route ran without its guard")
    return principal


Caller = Annotated[Principal, Depends(_caller)]
RequestId = Annotated[str, Depends(request_id)]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Most rows of the page.")]
Cursor = Annotated[
    str | None,
    Query(max_length=1024, description="`next` of the page before; it fits the same filters only."),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[!-~]+$",
        description="Any text of your choice: the same key and request again are answered and not done again.",
    ),
]
Site = Annotated[str | None, Query(pattern=SITE_PATTERN, description="One site of the organisation; all without it.")]
LeiText = Annotated[str, Field(pattern=LEI_PATTERN, examples=["5493001KJTIIGC8Y1R12"])]
SubjectText = Annotated[str, Field(pattern=SUBJECT_PATTERN, examples=["5493001KJTIIGC8Y1R12/LINE-1"])]


def subject_of(lei: str, site: str | None) -> Subject:
    """The subject of a path and its query."""
    return Subject(Lei(lei), site)


@dataclass(frozen=True, slots=True)
class Desk:
    """Handed to every resource."""

    node: NodeServices
    door: Door
    guard: Guard
    sign_ins: Buckets
    imports: ImportDesk
    causes: CauseDesk
    settings: ApiSettings
    cursors: Cursors
    streams: Streams
    turns: Turns
    readiness: Readiness
    cards: Cards
    metrics: Metrics
    logger: FilteringBoundLogger
    clock: Clock
    entropy: Entropy

    def once(
        self, request: Request, caller: Principal, key: str | None, content: bytes, work: Callable[[], Response]
    ) -> Response:
        """Do `work` at most once for an Idempotency-Key; without a key, just do it.

        Args:
            content: what the request says; the same key with other content is refused.
        Raises:
            ConflictError: the key was used for another request, or its first request still runs.
        Source:
            draft-ietf-httpapi-idempotency-key-header.
        """
        if key is None:
            return work()
        if not _KEY.fullmatch(key):
            raise MalformedError("an Idempotency-Key is 1 to 255 visible ASCII characters")
        name = AnswerKey(caller.id, f"{request.method} {request.url.path}", key)
        now, answers = self.clock(), self.door.stores.answers
        kept = answers.begin(
            name,
            hashlib.sha256(request.url.query.encode() + b"\0" + content).digest(),
            now=now,
            stale=now - timedelta(seconds=self.settings.running_s),
            expires=now + timedelta(seconds=self.settings.answers_s),
        )
        if kept is not None:
            headers = {"Idempotency-Replayed": "true"} | ({"Location": kept.location} if kept.location else {})
            return Response(kept.body, kept.status, headers, media_type=kept.media_type)
        try:
            response = work()
        except CredenceError:
            # Refused or failed, and nothing was changed: the next try with this key may do it.
            answers.abandon(name)
            raise
        location = response.headers.get("location", "")
        answers.finish(name, Answer(response.status_code, response.media_type or "", location, bytes(response.body)))
        return response
