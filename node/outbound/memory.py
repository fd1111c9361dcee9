"""Machines in memory, for trials and tests, with faults to switch on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from node.outbound.port import ControlUnreachableError, Point, SetPoint, Written, check, moved_on, not_configured


@dataclass
class MemoryControl:
    """Machines that hold what they are told.

    Attributes:
        values: present values by machine and parameter.
        unreachable: while set, nothing answers.
        deaf: while set, writes are taken and forgotten.
        writes: every write that reached a machine, in order.
    """

    configured: Sequence[Point]
    values: dict[tuple[str, str], str]
    unreachable: bool = False
    deaf: bool = False
    writes: list[SetPoint] = field(default_factory=list)

    def points(self) -> Sequence[Point]:
        """See the port."""
        return self.configured

    def read(self, machine: str, parameter: str) -> str:
        """See the port."""
        point = self._point(machine, parameter)
        if self.unreachable:
            raise ControlUnreachableError(f"{machine} does not answer")
        return self.values[point.name]

    def write(self, wanted: SetPoint) -> Written | None:
        """See the port."""
        point = self._point(wanted.machine, wanted.parameter)
        check(point, wanted)
        found = self.read(wanted.machine, wanted.parameter)
        if point.same(found, wanted.proposed):
            return Written(found, "memory")
        if not point.same(found, wanted.present):
            raise moved_on(point, wanted, found)
        self.writes.append(wanted)
        if self.deaf:
            raise ControlUnreachableError(f"{wanted.machine} took the value and does not hold it")
        self.values[point.name] = wanted.proposed
        return Written(wanted.proposed, "memory")

    def _point(self, machine: str, parameter: str) -> Point:
        known: Mapping[tuple[str, str], Point] = {point.name: point for point in self.configured}
        if (machine, parameter) not in known:
            raise not_configured(machine, parameter)
        return known[machine, parameter]
