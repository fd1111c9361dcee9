"""The hash chain of the access trail: each entry's digest covers its number, its event and the digest before it.

Changing, removing or reordering entries breaks every later digest. Cutting entries off the end does not, so a head
(number and digest) has to be kept elsewhere, and `check_trail` compares with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from evidence.canonical import encode
from evidence.errors import ConsistencyError
from node.auth.model import TrailEntry, TrailEvent, TrailHead, TrailQuery

EMPTY_TRAIL = TrailHead(0, bytes(32))
"""The head of a trail without entries."""
_FORMAT = "credence-trail/1"
_MAX_TEXT = 256
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def chain(head: TrailHead, event: TrailEvent) -> TrailEntry:
    """The entry that puts `event` behind `head`."""
    bounded = _bounded(event)
    number = head.number + 1
    return TrailEntry(number, bounded, head.digest, _digest(number, bounded, head.digest))


def check_trail(entries: Iterable[TrailEntry], known: TrailHead = EMPTY_TRAIL) -> TrailHead:
    """The head that `entries`, read from the first on, add up to; it includes the head `known` from earlier.

    Raises:
        ConsistencyError: an entry was changed, removed, added or reordered; or `known` is not part of the trail.
    """
    head, seen = EMPTY_TRAIL, known.number == 0
    for entry in entries:
        if entry.number != head.number + 1 or entry.previous != head.digest:
            raise ConsistencyError(f"access trail: entry {head.number + 1} is missing or out of order")
        if entry.digest != _digest(entry.number, entry.event, entry.previous):
            raise ConsistencyError(f"access trail: entry {entry.number} was changed after it was written")
        head = TrailHead(entry.number, entry.digest)
        seen = seen or head == known
    if not seen:
        raise ConsistencyError(f"access trail: entry {known.number}, known from before, is missing or was replaced")
    return head


def fits(entry: TrailEntry, query: TrailQuery) -> bool:
    """Whether an entry passes the filters of a query."""
    return (
        entry.number > query.after
        and (not query.actor or entry.event.actor == query.actor)
        and (query.action is None or entry.event.action == query.action)
    )


def _bounded(event: TrailEvent) -> TrailEvent:
    """The event with every text cut to a length that no caller can abuse to fill the disk."""
    return TrailEvent(
        at=event.at,
        actor=_short(event.actor),
        action=event.action,
        outcome=event.outcome,
        target=_short(event.target),
        request=_short(event.request),
        detail={_short(name): _short(value) for name, value in list(event.detail.items())[:16]},
    )


def _short(text: str) -> str:
    return text[:_MAX_TEXT].encode("utf-8", "replace").decode()


def _digest(number: int, event: TrailEvent, previous: bytes) -> bytes:
    content: Mapping[str, str | int | Mapping[str, str]] = {
        "action": event.action.value,
        "actor": event.actor,
        "at": micros(event.at),
        "detail": event.detail,
        "format": _FORMAT,
        "number": number,
        "outcome": event.outcome.value,
        "previous": previous.hex(),
        "request": event.request,
        "target": event.target,
    }
    return hashlib.sha256(encode(content)).digest()


def moment(value: int) -> datetime:
    """The moment of `micros`."""
    return _EPOCH + timedelta(microseconds=value)


def micros(at: datetime) -> int:
    """Microseconds since 1970 UTC, exactly: `timestamp()` is a float and rounds."""
    return (at - _EPOCH) // timedelta(microseconds=1)
