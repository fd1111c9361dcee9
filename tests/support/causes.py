"""Services of causes over memory, and the line of furnace B-7 as their table."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np

from node.outbound.memory import MemoryControl
from node.outbound.port import Point
from node.records.memory import MemoryRecords
from node.services.cases import ActOnCase, OpenCase, ReadCase
from node.services.causes.cases import OpenCausalCase, ReadCausalCases
from node.services.causes.desk import CausalDesk
from node.services.causes.tables import KeepTable, Lots, ReadTable
from node.services.causes.watch import RaiseAlarms, SetWatch, Watch
from sandbox.furnace.files import columns_file, lots_file
from sandbox.furnace.truth import Plan, produce
from tests.support.door import Clock

LINE = "furnace B-7"
CROWN = Watch(LINE, "crown height", 300, lower="40", upper="60")
START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


def lots_csv(plan: Plan | None = None, *, seed: int = 7) -> bytes:
    """The line's lots as its plant exports them."""
    return lots_file(produce(plan or Plan(), np.random.default_rng(seed)), START)


def furnace_in_memory() -> MemoryControl:
    """Furnace B-7's control system, as a test turns it."""
    point = Point("Furnace B-7", "zone 2 set point", "Cel", "790", "830", "0.1", "zone 2 set point")
    return MemoryControl([point], {point.name: "812.5"})


@dataclass(frozen=True, slots=True)
class MachineFlows:
    """What causes need of flows and machines."""

    open: OpenCase
    read: ReadCase
    act: ActOnCase
    control: MemoryControl


@dataclass
class CausalRoom:
    """All services of causes of one node, made for a test."""

    folder: Path
    records: MemoryRecords = field(default_factory=MemoryRecords)
    clock: Clock = field(default_factory=Clock)

    @cached_property
    def desk(self) -> CausalDesk:
        return CausalDesk(self.records.documents, self.records.events, self.folder, self.clock)

    @property
    def keep(self) -> KeepTable:
        return KeepTable(self.desk)

    @property
    def read(self) -> ReadTable:
        return ReadTable(self.desk)

    @property
    def watches(self) -> SetWatch:
        return SetWatch(self.desk)

    @property
    def alarms(self) -> RaiseAlarms:
        return RaiseAlarms(self.desk, self.watches)

    @property
    def open(self) -> OpenCausalCase:
        return OpenCausalCase(self.desk, self.read, os.urandom)

    @property
    def cases(self) -> ReadCausalCases:
        return ReadCausalCases(self.desk, self.read)

    def b7(self, plan: Plan | None = None, *, seed: int = 7) -> Lots:
        """The line's table, imported."""
        return self.keep("lots.csv", lots_csv(plan, seed=seed), columns_file(), by="usr_eva")
