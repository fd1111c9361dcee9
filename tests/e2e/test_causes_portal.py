"""Furnace B-7 in a real browser: from the alarm to a set point that two engineers signed, and an anchored 8D.

What is done and asked is in `portal/e2e/causes.mjs`; the same story on the command line is `docs/causes.md`, which
`test_documents.py` runs. What the furnace holds is read here by a client that knows nothing of the node.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from asyncua.sync import Client

from tests.support.demo import ROOT
from tests.support.portal import RunningDemo, built, chromium, drive, running_demo

pytestmark = [pytest.mark.anvil, pytest.mark.node_js, pytest.mark.slow, pytest.mark.timeout(1500)]
LIMIT_S = 600.0


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    chromium()
    built()
    with running_demo(tmp_path_factory.mktemp("causes")) as demo:
        yield demo


def test_furnace_b7_from_alarm_to_released_correction_and_anchored_8d(house: RunningDemo) -> None:
    answer = {"furnace": lambda: held(house.home), "lots": lambda: later_lots(house.home)}
    code, said = drive(house, "causes.mjs", limit_s=LIMIT_S, answer=answer)
    assert code == 0, said[-6000:]
    assert said.rstrip().splitlines()[-1].startswith("all well")


def held(home: Path) -> str:
    """The set point that furnace B-7's control system holds now."""
    place = json.loads((home / "furnace" / "address.json").read_text())["opcua"]
    with Client(place["url"]) as client:
        return f"{client.get_node(place['node']).read_value():.1f}"


def later_lots(home: Path) -> str:
    """A file with the lots of the next week, fired at the set point that the furnace holds now."""
    file = home / "later.csv"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CREDENCE_")}
    command = [sys.executable, "-m", "sandbox.furnace", str(home / "furnace"), str(file)]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, timeout=120)
    return str(file)
