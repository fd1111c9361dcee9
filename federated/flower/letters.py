"""Letters as Flower's records and back."""

from __future__ import annotations

from typing import Final

import numpy as np
from flwr.app import Array, ArrayRecord, ConfigRecord, RecordDict

from evidence.canonical import encode, loads
from evidence.errors import MalformedError
from evidence.json_shape import items
from federated.courier import Letter

MAX_PARTS_BYTES: Final = 32 << 20
MAX_PARTS: Final = 8
_PARTS, _BLOB = "parts", "blob"


def to_records(letter: Letter) -> RecordDict:
    """The records of a letter: small parts as canonical JSON, the vector as an array of bytes."""
    records = RecordDict({_PARTS: ConfigRecord({_PARTS: encode([dict(part) for part in letter.parts])})})
    if letter.blob:
        records[_BLOB] = ArrayRecord({_BLOB: Array(np.frombuffer(letter.blob, dtype=np.uint8))})
    return records


def from_records(records: RecordDict) -> Letter:
    """The letter; raises MalformedError or LimitError for records that are none."""
    config = records.config_records.get(_PARTS)
    data = config.get(_PARTS) if config is not None else None
    if not isinstance(data, bytes):
        raise MalformedError("a message without the parts of a letter")
    parts = items(loads(data, limit=MAX_PARTS_BYTES), "parts", limit=MAX_PARTS)
    blob = b""
    if _BLOB in records.array_records:
        # Flower reads arrays with pickles forbidden (numpy's allow_pickle=False).
        blob = _octets(records.array_records[_BLOB])
    named = tuple(part for part in parts if isinstance(part, dict))
    if len(named) != len(parts):
        raise MalformedError("a part of a letter that is no object")
    return Letter(named, blob)


def _octets(record: ArrayRecord) -> bytes:
    try:
        array = record[_BLOB].numpy()
    except (KeyError, ValueError, EOFError) as error:
        raise MalformedError("a letter's vector that is no array") from error
    if array.dtype != np.uint8 or array.ndim != 1:
        raise MalformedError("a letter's vector that is no array of bytes")
    return array.tobytes()
