"""Erase one field of a statement for good; signature, log and proof still hold."""

from __future__ import annotations

from typing import Final

from evidence.clock import Clock
from evidence.disclosure import parse_disclosure, shred
from evidence.errors import InputError, NotFoundError
from evidence.statement import StatementId
from node.records.port import EvidenceStore, Tombstone
from node.records.port_house import EventStore

_MAX_REASON: Final = 500


class ShredField:
    """Destroy a field's disclosure, salt included, and remember only that it was destroyed."""

    def __init__(self, store: EvidenceStore, events: EventStore, *, clock: Clock) -> None:
        self._store, self._events, self._clock = store, events, clock

    def __call__(self, statement_id: StatementId, field: str, *, reason: str) -> Tombstone:
        """Erase `field`; MAY happen twice: the first tombstone is given back.

        What was given to others before, and backups, are beyond the reach of this node.

        Raises:
            NotFoundError: no such statement, or it never disclosed such a field.
            InputError: no reason is given, or too long a one.
            StorageError: the disk failed; ask again, a half-finished erasure is finished.
        """
        if not 0 < len(reason.strip()) <= _MAX_REASON:
            raise InputError(f"an erasure needs a reason of at most {_MAX_REASON} characters")
        stored = self._store.statement(statement_id)
        if stored is None:
            raise NotFoundError(f"there is no statement {statement_id[:80]}")
        before = [stone for stone in self._store.tombstones(statement_id) if stone.field == field]
        disclosures = [parse_disclosure(encoded) for encoded in stored.disclosures]
        # (1) Erased before: do it again all the same, because the call before may have died before it cleaned up.
        remaining = disclosures if before else list(shred(disclosures, field))
        stone = before[0] if before else Tombstone(field, self._clock(), reason)
        self._store.erase(statement_id, [one.encoded for one in remaining], stone)
        # (2) Others learn that it happened, never what was there.
        if not before:
            self._events.add_event("field.erased", {"statement": statement_id, "field": field}, stone.at)
        return stone
