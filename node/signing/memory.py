"""Signatures in memory: for tests and trials; all is gone when the process ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime

from evidence.errors import ConflictError
from node.signing.chain import chain
from node.signing.port import EMPTY, MAX_OF_RECORD, Signature, SignatureEntry, SignatureHead, SignatureId


class MemorySignatures:
    """Implements `SignatureStore`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[SignatureEntry] = []

    def append(self, signature: Signature, run: bytes) -> SignatureEntry:
        with self._lock:
            if any(entry.signature.id == signature.id for entry in self._entries):
                raise ConflictError(f"there is a signature {signature.id} already")
            entry = chain(self._head(), signature, run)
            self._entries.append(entry)
            return entry

    def by_id(self, signature: SignatureId) -> SignatureEntry | None:
        return next((entry for entry in self._all() if entry.signature.id == signature), None)

    def of_record(self, record: bytes) -> Sequence[SignatureEntry]:
        return [entry for entry in self._all() if entry.signature.record == record][:MAX_OF_RECORD]

    def last_of_run(self, run: bytes) -> datetime | None:
        return max((entry.signature.at for entry in self._all() if entry.run == run), default=None)

    def page(self, *, after: int = 0, limit: int = 100, signer: str = "", about: str = "") -> Sequence[SignatureEntry]:
        fitting = [
            entry
            for entry in self._all()[max(0, after) :]
            if signer in ("", entry.signature.signer) and about in ("", entry.signature.about)
        ]
        return fitting[: max(0, limit)]

    def head(self) -> SignatureHead:
        with self._lock:
            return self._head()

    def walk(self) -> Iterator[SignatureEntry]:
        yield from self._all()

    def _all(self) -> tuple[SignatureEntry, ...]:
        with self._lock:
            return tuple(self._entries)

    def _head(self) -> SignatureHead:
        return SignatureHead(self._entries[-1].number, self._entries[-1].digest) if self._entries else EMPTY
