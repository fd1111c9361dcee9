"""Why an Idempotency-Key cannot be used again, in the same words for every store."""

from __future__ import annotations

from evidence.errors import ConflictError


def reused() -> ConflictError:
    """The key was sent before with another request."""
    return ConflictError(
        "this Idempotency-Key was used for a different request",
        advice="Use a new key for a new request; repeat a key only with exactly the same content.",
    )


def running() -> ConflictError:
    """The first call with this key has not ended."""
    return ConflictError(
        "the first request with this Idempotency-Key is still running",
        advice="Wait a few seconds and repeat the request with the same key.",
    )
