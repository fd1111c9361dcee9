"""The story of furnace B-7, up to the alarm: its control system runs, its lots come in, and a case opens by itself.

From there people go on, in the portal or on the command line: explain, suggest, release with two signatures, compare,
8D. The engineers are Eva, who proposes, and Pia and Paul, who sign.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from node.outbound.plant import FILE, FORMAT
from sandbox.furnace.files import LOT_MINUTES, columns_file, lots_file
from sandbox.furnace.machine import Furnace, furnace
from sandbox.furnace.truth import LOWER, SET_POINT, UPPER, Plan, produce
from sandbox.person import Person
from sandbox.stage import Actor

KILN: Final = "cathodes"
"""The supplier that owns the furnace."""
LINE: Final = "furnace B-7"
COLUMN: Final = "crown height"
ENGINEERS: Final = ("eva", "pia", "paul")
TIERS: Final = ("supplier", "press", "green part", "settings", "furnace", "fired part", "measurement", "inspection")
SEED: Final = 7
_ELSEWHERE: Final = ("controller offset B-7", "zone 2 set point", "hold time", "zone 2 temperature", "shrinkage")


@dataclass(frozen=True, slots=True)
class Told:
    """Where the story stands: the furnace's address, and the case that its alarm opened."""

    url: str
    node: str
    line: str
    case: str
    people: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """For the demo's summary."""
        return {"opcua": self.url, "node": self.node, "line": self.line, "case": self.case, "people": list(self.people)}


def lots(set_point: float, last: datetime, *, seed: int = SEED) -> bytes:
    """The line's table, its last lot fired at `last`."""
    made = produce(Plan(set_point=set_point), np.random.default_rng(seed))
    count = len(made["shift"])
    return lots_file(made, last - timedelta(minutes=LOT_MINUTES * (count - 1)))


@contextmanager
def furnace_story(actor: Actor, folder: Path, port: int, today: datetime, say: Callable[[str], None]) -> Iterator[Told]:
    """Tell it at `actor`'s node; the furnace runs until the end of the block, and keeps its set point for next time."""
    memory = folder / "furnace.json"
    folder.mkdir(parents=True, exist_ok=True)
    held = float(json.loads(memory.read_text())["set_point"]) if memory.exists() else SET_POINT
    say("furnace B-7's control system answers (OPC UA)")
    with furnace(port, held) as running:
        try:
            yield _tell(actor, folder, running, today, say)
        finally:
            memory.write_text(json.dumps({"set_point": running.set_point}))


def _tell(actor: Actor, folder: Path, running: Furnace, today: datetime, say: Callable[[str], None]) -> Told:
    (folder / "address.json").write_text(json.dumps(running.control_point()))
    (actor.home / FILE).write_text(json.dumps({"format": FORMAT, "points": [running.control_point()]}, indent=1))
    eva, *_ = Person.open(actor, ENGINEERS, "engineer")
    table = folder / "lots.csv"
    if not table.exists():
        table.write_bytes(lots(SET_POINT, today))
        (folder / "columns.json").write_bytes(columns_file())
    watched = [one["column"] for one in eva.get("/v1/causes/watches")["items"]]
    if COLUMN not in watched:
        form = {"line": LINE, "column": COLUMN, "phase1": Plan().before, "lower": f"{LOWER:g}", "upper": f"{UPPER:g}"}
        eva.post("/v1/causes/watches", json=form)
    files = {"file": ("lots.csv", table.read_bytes()), "columns": ("columns.json", columns_file())}
    imported = eva.post("/v1/causes/tables", files=files, data={"line": LINE})
    [case] = imported["opened"]
    if not eva.known("/v1/causes/graphs", params={"line": LINE}):
        name = imported["table"]["name"]
        graph = eva.put("/v1/causes/graphs", json={"line": LINE, "table": name, "tiers": list(TIERS)})
        why = "The press stands in another hall and shares neither power nor floor with the furnace."
        said = [
            {"cause": "press vibration", "effect": one, "saying": "impossible", "reason": why} for one in _ELSEWHERE
        ]
        eva.post("/v1/causes/graphs/words", json={"line": LINE, "version": graph["version"], "said": said})
    say(f"an alarm on furnace B-7 opened the case {case['id']}")
    return Told(running.url, actor.player.key, LINE, case["id"], ENGINEERS)
