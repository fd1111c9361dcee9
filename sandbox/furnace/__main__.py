"""`python -m sandbox.furnace FOLDER FILE`: lots of the next days, fired at the set point that furnace B-7 holds now."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np

from evidence.clock import utc_now
from node.outbound.opcua import OpcUaPoint
from node.outbound.port import Point
from sandbox.furnace.files import LOT_MINUTES, lots_file
from sandbox.furnace.truth import Plan, produce


def main(folder: Path, file: Path) -> None:
    """Write a table of 200 lots as if a week had passed; the controller's sensor is as old as before."""
    told = json.loads((folder / "address.json").read_text())
    place = told.pop("opcua")
    set_point = float(OpcUaPoint(Point(**told), place["url"], place["node"]).read())
    lots = produce(Plan(before=0, after=200, set_point=set_point), np.random.default_rng(8))
    file.write_bytes(lots_file(lots, utc_now() + timedelta(minutes=LOT_MINUTES), 1_301))
    sys.stdout.write(f"200 lots at {set_point} Cel in {file}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
