"""Letters as Flower's records and back.

One config record holds it all: Flower moves every record, array and chunk as an object of its own, with a call for each
one, and calls are what the time of a round is made of.
"""

from __future__ import annotations

from typing import Final

from flwr.app import ConfigRecord, RecordDict

from evidence.canonical import encode, loads
from evidence.errors import LimitError, MalformedError
from evidence.json_shape import items
from federated.courier import Letter

MAX_PARTS_BYTES: Final = 32 << 20
MAX_PARTS: Final = 8
MAX_BLOB_BYTES: Final = 128 << 20
_PARTS, _BLOB = "parts", "blob"


def to_records(letter: Letter) -> RecordDict:
    """The records of a letter: small parts as canonical JSON, the vector as bytes."""
    parts = encode([dict(part) for part in letter.parts])
    return RecordDict({_PARTS: ConfigRecord({_PARTS: parts, _BLOB: letter.blob})})


def from_records(records: RecordDict) -> Letter:
    """The letter; raises MalformedError or LimitError for records that are none."""
    config = records.config_records.get(_PARTS)
    data, blob = (config.get(name) if config is not None else None for name in (_PARTS, _BLOB))
    if not isinstance(data, bytes) or not isinstance(blob, bytes):
        raise MalformedError("a message without the parts of a letter")
    if len(blob) > MAX_BLOB_BYTES:
        raise LimitError(f"a vector of {len(blob)} bytes; at most {MAX_BLOB_BYTES} are read")
    parts = items(loads(data, limit=MAX_PARTS_BYTES), "parts", limit=MAX_PARTS)
    named = tuple(part for part in parts if isinstance(part, dict))
    if len(named) != len(parts):
        raise MalformedError("a part of a letter that is no object")
    return Letter(named, blob)
