"""Server-sent events: bounded in number and in time, so that a revoked permission ends them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from evidence.errors import RateLimitError


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `id` is where a client goes on after a break."""

    id: str
    type: str
    data: Mapping[str, Any]

    def encode(self) -> bytes:
        """As it is sent (WHATWG HTML section 9.2.6); JSON never contains a raw line feed."""
        name = "".join(char for char in self.type if char.isalnum() or char in "._-")
        return f"id: {self.id}\nevent: {name}\ndata: {json.dumps(self.data, ensure_ascii=False)}\n\n".encode()


@dataclass(slots=True)
class Streams:
    """Opens event streams, at most `most` at a time; belongs to the event loop."""

    most: int
    stream_s: float
    poll_s: float
    ping_s: float
    open: int = field(default=0)

    def serve(self, poll: Callable[[], tuple[Sequence[Event], bool]]) -> StreamingResponse:
        """Stream what `poll` gives until it says that there is no more, or time is up.

        Args:
            poll: called in a thread; new events, and whether these were the last.
        Raises:
            RateLimitError: too many streams are open.
        """
        if self.open >= self.most:
            raise RateLimitError("too many event streams are open", retry_after=30)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._run(poll), 200, headers, media_type="text/event-stream")

    async def _run(self, poll: Callable[[], tuple[Sequence[Event], bool]]) -> AsyncIterator[bytes]:
        self.open += 1
        try:
            end = quiet = time.monotonic()
            end += self.stream_s
            # Clients that lost the connection come again after this many milliseconds.
            yield f"retry: {int(self.poll_s * 1000)}\n\n".encode()
            while True:
                events, last = await run_in_threadpool(poll)
                for event in events:
                    yield event.encode()
                now = time.monotonic()
                if last or now >= end:
                    return
                if events:
                    quiet = now
                elif now - quiet >= self.ping_s:
                    quiet = now
                    yield b": still here\n\n"
                await asyncio.sleep(self.poll_s)
        finally:
            self.open -= 1
