"""Show the set points that the plant has opened, with what its machines hold now. It reads and never writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.errors import CredenceError
from node.outbound.port import ControlSystem, Point


@dataclass(frozen=True, slots=True)
class ReadPlant:
    """Handed to doors in place of the port, so that no door can write."""

    _control: ControlSystem

    def __call__(self) -> Sequence[tuple[Point, str | None]]:
        """Each point with the present value; None where the machine does not answer."""
        return [(point, self._present(point)) for point in self._control.points()]

    def _present(self, point: Point) -> str | None:
        try:
            return self._control.read(point.machine, point.parameter)
        except CredenceError:
            # Shown as unknown: a machine that is away does not hide the others.
            return None
