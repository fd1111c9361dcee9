"""Cases in memory: for tests and trials; all is gone when the process ends."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from evidence.errors import ConflictError
from nocode.case import CaseId
from nocode.commands import Command
from node.cases.port import CaseFilter, CaseRecord, Order


class MemoryCases:
    """Implements `CaseStore`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cases: dict[CaseId, CaseRecord] = {}
        self._orders: dict[str, Order] = {}
        self._seals: dict[CaseId, dict[str, str]] = {}

    def put(
        self,
        record: CaseRecord,
        commands: Sequence[Command],
        *,
        expected: bytes | None,
        seals: Mapping[str, str] | None = None,
    ) -> None:
        with self._lock:
            kept = self._cases.get(record.case)
            if (None if kept is None else kept.head) != expected:
                raise ConflictError(f"case {record.case} was changed by somebody else", advice="Read it again.")
            self._cases[record.case] = record
            for command in commands:
                self._orders.setdefault(command.key, Order(record.case, command))
            self._seals.setdefault(record.case, {}).update(seals or {})

    def case(self, case: CaseId) -> CaseRecord | None:
        with self._lock:
            return self._cases.get(case)

    def cases(self, chosen: CaseFilter, *, after: int = 0, limit: int = 100) -> Sequence[tuple[int, CaseRecord]]:
        found = [(n, one) for n, one in enumerate(self._all(), start=1) if n > after and chosen.matches(one)]
        return found[: max(0, limit)]

    def count(self, chosen: CaseFilter) -> int:
        return sum(chosen.matches(one) for one in self._all())

    def due(self, at: datetime, *, limit: int = 100) -> Sequence[CaseRecord]:
        waiting = [(one.due, n, one) for n, one in enumerate(self._all()) if one.due is not None and one.due <= at]
        return [one for _, _, one in sorted(waiting, key=lambda row: row[:2])][: max(0, limit)]

    def waiting(self, *, case: CaseId | None = None, limit: int = 100) -> Sequence[Order]:
        with self._lock:
            found = [one for one in self._orders.values() if one.outcome is None and case in (None, one.case)]
        return found[: max(0, limit)]

    def orders(self, case: CaseId) -> Sequence[Order]:
        with self._lock:
            return [one for one in self._orders.values() if one.case == case]

    def seals(self, case: CaseId) -> Mapping[str, str]:
        with self._lock:
            return dict(self._seals.get(case, {}))

    def carried_out(self, key: str, outcome: str, at: datetime) -> None:
        with self._lock:
            if (order := self._orders.get(key)) is not None and order.outcome is None:
                self._orders[key] = replace(order, outcome=outcome)

    def _all(self) -> tuple[CaseRecord, ...]:
        with self._lock:
            return tuple(self._cases.values())
