"""Pictures of every screen of the portal, into `build/screenshots`: `make screenshots`, `ARGS="name ..."` for some.

The demo stays in `build/screens-demo`, so that the next call has it in seconds: `--fresh` makes a new one, `--missing`
takes only pictures that are not there yet. Screens are named in `portal/e2e/gallery.mjs`. The first call also tells the
story of furnace B-7 in the browser (`portal/e2e/causes.mjs`), between the pictures of its alarm and those of its end.
The screens of federated training are shown by `portal/e2e/federation.mjs`, under the name `federation`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.e2e.test_causes_portal import held, later_lots
from tests.support.demo import ROOT
from tests.support.node_js import tool
from tests.support.portal import PORTAL, RunningDemo, built, chromium, drive, running_demo

FOLDER = ROOT / "build" / "screenshots"
PLACE = ROOT / "build" / "screens-demo"
LIMIT_S = 3600.0
STORY_LIMIT_S = 1200.0
FEDERATION = "federation"


def main(arguments: list[str]) -> int:
    """Run the demo, take the pictures, stop the demo; 0 when every screen could be shown."""
    chromium()
    built()
    names = [one for one in arguments if not one.startswith("--")]
    worst = _federation() if not names or FEDERATION in names else 0
    if names == [FEDERATION]:
        return worst
    arguments = [one for one in arguments if one != FEDERATION]
    if "--fresh" in arguments:
        shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"starting the demo in {PLACE.relative_to(ROOT)} (minutes the first time)\n")
    with running_demo(PLACE) as house:
        told = PLACE / "furnace-told"
        if not names and not told.exists():
            worst = max(worst, _take(house, "--before"), _story(house, told))
        worst = max(worst, _take(house, *(one for one in arguments if one != "--fresh")))
    sys.stdout.write(f"pictures are in {FOLDER.relative_to(ROOT)}\n")
    return worst


def _take(house: RunningDemo, *arguments: str) -> int:
    code, _ = drive(house, "screens.mjs", str(FOLDER), *arguments, limit_s=LIMIT_S)
    return code


def _federation() -> int:
    """Runs and models as after weeks of training: the page is the built one, the answers follow `docs/openapi.json`."""
    command = [tool("node"), str(PORTAL / "e2e" / "federation.mjs"), str(FOLDER)]
    environ = {**os.environ, "CREDENCE_CHROMIUM": chromium()}
    return subprocess.run(command, cwd=PORTAL, env=environ, timeout=LIMIT_S, check=False).returncode


def _story(house: RunningDemo, told: Path) -> int:
    """Engineers explain the alarm, release a set point and write the 8D; pictures of the finished case need it."""
    sys.stdout.write("the story of furnace B-7 is told in the browser, for pictures of its end\n")
    answer = {"furnace": lambda: held(house.home), "lots": lambda: later_lots(house.home)}
    # A story is told once, also when a fault is found on the way: --fresh begins again.
    told.touch()
    code, _ = drive(house, "causes.mjs", limit_s=STORY_LIMIT_S, answer=answer)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
