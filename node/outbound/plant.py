"""The set points of one plant, from `control.json` in the node's home: which, in which limits, reached how.

```json
{"format": "credence-control/1", "points": [
  {"machine": "Furnace B-7", "parameter": "zone 2", "unit": "Cel",
   "lowest": "760", "highest": "840", "resolution": "0.1", "column": "zone 2 set point",
   "opcua": {"url": "opc.tcp://127.0.0.1:4840/", "node": "ns=2;s=B7.Zone2"}},
  {"machine": "Press 3", "parameter": "hold time", "unit": "s", "lowest": "1", "highest": "9", "resolution": "0.1",
   "ticket": {"folder": "tickets"}}]}
```
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from evidence.errors import InputError, LimitError, MalformedError, SchemaError
from node.outbound.opcua import OpcUaPoint
from node.outbound.port import Point, SetPoint, Written, not_configured
from node.outbound.ticket import TicketPoint

FORMAT: Final = "credence-control/1"
FILE: Final = "control.json"
MAX_BYTES: Final = 1024 * 1024
MAX_POINTS: Final = 2_000
_POINT: Final = frozenset({"machine", "parameter", "unit", "lowest", "highest", "resolution"})
_OPCUA: Final = {"url": str, "node": str, "security": str, "timeout_s": int}
Reached: TypeAlias = OpcUaPoint | TicketPoint


@dataclass(frozen=True, slots=True)
class PlantControl:
    """The machines of a plant, each reached its own way; see the port for what holds."""

    reached: Mapping[tuple[str, str], Reached]

    def points(self) -> Sequence[Point]:
        """See the port."""
        return tuple(each.point for each in self.reached.values())

    def read(self, machine: str, parameter: str) -> str:
        """See the port."""
        return self._point(machine, parameter).read()

    def write(self, wanted: SetPoint) -> Written | None:
        """See the port."""
        return self._point(wanted.machine, wanted.parameter).write(wanted)

    def _point(self, machine: str, parameter: str) -> Reached:
        found = self.reached.get((machine, parameter))
        if found is None:
            raise not_configured(machine, parameter)
        return found


@dataclass(frozen=True, slots=True)
class PlantFile:
    """The plant of a node as its `control.json` says now: who edits the file need not restart the node."""

    home: Path

    def points(self) -> Sequence[Point]:
        """See the port; errors as `load`, like all here."""
        return load(self.home).points()

    def read(self, machine: str, parameter: str) -> str:
        """See the port."""
        return load(self.home).read(machine, parameter)

    def write(self, wanted: SetPoint) -> Written | None:
        """See the port."""
        return load(self.home).write(wanted)


def load(home: Path) -> PlantControl:
    """The plant of a node; without a file there is nothing that could be written.

    Raises:
        MalformedError, SchemaError, LimitError: the file does not say what it should; the place is named.
    """
    path = home / FILE
    try:
        with path.open("rb") as handle:
            raw = handle.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return PlantControl({})
    if len(raw) > MAX_BYTES:
        raise LimitError(f"{path} is larger than {MAX_BYTES} bytes")
    try:
        document = json.loads(raw)
    except ValueError as error:
        raise MalformedError(f"{path} is not JSON: {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT or set(document) != {"format", "points"}:
        raise MalformedError(f'{path} is not a control file of format "{FORMAT}" with points')
    if not isinstance(document["points"], list) or len(document["points"]) > MAX_POINTS:
        raise MalformedError(f"{path}: points is not an array of at most {MAX_POINTS}")
    reached: dict[tuple[str, str], Reached] = {}
    for index, entry in enumerate(document["points"]):
        try:
            one = _read(home, entry)
        except InputError as error:
            raise SchemaError(error.message, place=f"{path.name}/points/{index}", advice=error.advice) from error
        if one.point.name in reached:
            raise SchemaError("the set point is there twice", place=f"{path.name}/points/{index}")
        reached[one.point.name] = one
    return PlantControl(reached)


def _read(home: Path, entry: Any) -> Reached:
    ways = {"opcua", "ticket"} & set(entry) if isinstance(entry, dict) else set()
    if len(ways) != 1 or set(entry) - {"column"} != _POINT | ways:
        raise SchemaError(
            f"exactly {', '.join(sorted(_POINT))} and one of opcua, ticket are expected; column is allowed"
        )
    texts = {name: entry[name] for name in (*_POINT, "column") if name in entry}
    if not all(isinstance(value, str) for value in texts.values()):
        raise SchemaError("all of a point's values are texts; numbers stand in quotation marks")
    point = Point(**texts)
    way = ways.pop()
    told = entry[way]
    if way == "ticket":
        if not isinstance(told, dict) or set(told) != {"folder"} or not isinstance(told["folder"], str):
            raise SchemaError("ticket holds the folder alone", place="ticket")
        return TicketPoint(point, home / told["folder"])
    if not isinstance(told, dict) or not {"url", "node"} <= set(told) <= set(_OPCUA):
        raise SchemaError("url and node are expected; security and timeout_s are allowed", place="opcua")
    for name, value in told.items():
        if not isinstance(value, _OPCUA[name]) or isinstance(value, bool):
            raise SchemaError(f"a {_OPCUA[name].__name__} is expected", place=f"opcua/{name}")
    return OpcUaPoint(point, **told)
