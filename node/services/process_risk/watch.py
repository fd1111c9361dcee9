"""Models are watched: our own newest parts, and the federation's summed counts, against what each model learnt from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Final

from evidence.clock import Clock
from evidence.errors import ConflictError, NotFoundError
from evidence.identity import Subject
from node.services.process_risk.assess import NOBODY, ProcessRisk
from node.services.process_risk.looks import Look, LookedBy, look_of
from node.services.process_risk.models import ModelRecord, ModelState
from node.training.port import Steward
from scoring.process_risk import assess

WINDOW: Final = timedelta(days=30)
"""Parts made in this time before now are watched."""
STOP: Final = "stop"


@dataclass(frozen=True, slots=True)
class WatchModels:
    """A chore of the worker. A model that drifted stops counting until a later look finds it steady again; nothing is
    stated here, and nothing that was stated is taken back."""

    risk: ProcessRisk
    subject: Subject
    steward: Steward | None
    clock: Clock

    def __call__(self) -> bool:
        """Whether any model began or ceased to count.

        Raises:
            StorageError: the table or a model's file cannot be read. PeerUnreachableError: the steward is away.
        """
        turned = False
        for record in self.risk.models.records():
            if record.state is ModelState.RELEASED:
                before = {one.reason for one in self.risk.hindrances(record)}
                self._look(record)
                turned |= self._tell(record, before)
        return turned

    def _look(self, record: ModelRecord) -> None:
        for look in (self._own(record), self._federation(record)):
            # The same as last time says nothing new, and a line a day for years would.
            if look is not None and _said(look) != self._last(record, look):
                self.risk.looks.add(record, look)

    def _own(self, record: ModelRecord) -> Look | None:
        now = self.clock().astimezone(UTC)
        model = self.risk.models.model(record)
        try:
            parts = self.risk.own_parts(model, (now - WINDOW, now))
        except NotFoundError:
            return None
        found = assess(model, parts.rows, parts.units, now.date())
        subject, day = str(self.subject), now.date().isoformat()
        return look_of(found, at=self.risk.now, source=LookedBy.WATCH, subject=subject, period=day, by=NOBODY)

    def _federation(self, record: ModelRecord) -> Look | None:
        if self.steward is None or not record.run:
            return None
        name = record.run[:32]
        try:
            told = self.steward.drift(name)
        except (NotFoundError, ConflictError):
            return None  # another node's federation, or a run without counts
        if not told.features:
            return None
        drift = {one.feature: one.index for one in told.features}
        reasons = tuple(f"federation-drift:{one.feature}" for one in told.features if one.state == STOP)
        return Look(self.risk.now, LookedBy.FEDERATION, "", name, drift=drift, reasons=reasons, by=NOBODY)

    def _last(self, record: ModelRecord, look: Look) -> tuple[object, ...] | None:
        same = (one for one in self.risk.looks.of(record) if (one.source, one.subject) == (look.source, look.subject))
        return next((_said(one) for one in same), None)

    def _tell(self, record: ModelRecord, before: set[str]) -> bool:
        after = {one.reason for one in self.risk.hindrances(record)}
        if after - before:
            self.risk.tell("model.drifted", record, NOBODY, reasons=", ".join(sorted(after)))
        elif before and not after:
            self.risk.tell("model.counts-again", record, NOBODY)
        return bool(after) != bool(before)


def _said(look: Look) -> tuple[object, ...]:
    return look.reasons, tuple(sorted(look.drift.items()))
