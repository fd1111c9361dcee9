"""Watch the bodies behind co-signed repairs: one that is barred takes its co-signs with it, and the case says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from evidence.errors import ConflictError
from nocode.events import Act, Actor
from nocode.step import step
from node.cases.port import MAX_PAGE, CaseFilter, CaseRecord
from node.services.case_desk import CaseDesk
from node.services.repair_lane import RepairLane

FLOW: Final = "repair-claim.2"
STATE: Final = "co-signed"
BARRED: Final = "body-barred"


@dataclass(frozen=True, slots=True)
class WatchRepairs:
    """Causes `body-barred` in cases whose co-sign fell; a chore of the worker. A score looks for itself."""

    desk: CaseDesk
    lane: RepairLane

    def __call__(self) -> int:
        """Look at every co-signed repair; how many fell."""
        fell, after = 0, 0
        chosen = CaseFilter(flow=FLOW, state=STATE)
        while page := self.desk.cases.cases(chosen, after=after, limit=MAX_PAGE):
            after = page[-1][0]
            fell += sum(self._look(record) for _, record in page)
        return fell

    def _look(self, record: CaseRecord) -> bool:
        desk = self.desk
        flow, case = desk.open(record)
        if not self.lane.barred(flow, case):
            return False
        registry = Actor(desk.organisation, "registry", "Accreditation registry", frozenset({"registry"}))
        reason = "The accreditation registry on chain bars the body from a moment before its co-signature."
        after, commands = step(flow, case, Act(BARRED, registry, {}, reason, {}), desk.clock())
        try:
            desk.keep(flow, after, commands, expected=case.head)
        except ConflictError:
            return False  # somebody acted at this very moment; the next round looks again
        return True
