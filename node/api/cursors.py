"""Cursors of long lists: opaque, signed, and good for one list with its filters only."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final

from evidence.canonical import decode_canonical, encode
from evidence.draft import JsonValue
from evidence.encoding import b64url_decode, b64url_encode
from evidence.errors import MalformedError

_TAG_BYTES: Final = 16
_MOST: Final = 1024


@dataclass(frozen=True, slots=True)
class Cursors:
    """Writes and reads cursors."""

    secret: bytes = field(repr=False)

    def write(self, listing: str, filters: JsonValue, place: int | str) -> str:
        """The cursor that goes on behind `place` of a list."""
        payload = encode(place)
        return b64url_encode(self._tag(listing, filters, payload) + payload)

    def read_number(self, cursor: str | None, listing: str, filters: JsonValue, *, start: int) -> int:
        """Where to go on in a list counted by numbers; `start` without a cursor.

        Raises:
            MalformedError: not a cursor of this list with these filters.
        """
        place = start if cursor is None else self._read(cursor, listing, filters)
        if not isinstance(place, int):
            raise _foreign()
        return place

    def read_text(self, cursor: str | None, listing: str, filters: JsonValue) -> str:
        """Where to go on in a list ordered by a text; "" without a cursor. Raises as `read_number`."""
        place = "" if cursor is None else self._read(cursor, listing, filters)
        if not isinstance(place, str):
            raise _foreign()
        return place

    def _read(self, cursor: str, listing: str, filters: JsonValue) -> JsonValue:
        data = b64url_decode(cursor, limit=_MOST)
        tag, payload = data[:_TAG_BYTES], data[_TAG_BYTES:]
        # Without the tag a made-up cursor would be an input of its own to every query.
        if not hmac.compare_digest(tag, self._tag(listing, filters, payload)):
            raise _foreign()
        return decode_canonical(payload)

    def _tag(self, listing: str, filters: JsonValue, payload: bytes) -> bytes:
        context = encode({"filters": filters, "format": "credence-cursor/1", "list": listing})
        return hmac.digest(self.secret, len(context).to_bytes(4, "big") + context + payload, "sha256")[:_TAG_BYTES]


def _foreign() -> MalformedError:
    return MalformedError(
        "this cursor does not belong to this list with these filters",
        advice="Begin the list again without a cursor.",
    )
