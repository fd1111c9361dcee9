"""Pictures of every screen of the portal: `python -m tests.e2e.portal_shots [name ...]`, into `build/screenshots`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.support.demo import ROOT
from tests.support.portal import built, chromium, drive, running_demo

FOLDER = ROOT / "build" / "screenshots"
LIMIT_S = 1800.0


def main(names: list[str]) -> int:
    """Run the demo, take the pictures, stop the demo; 0 when every screen could be shown."""
    chromium()
    built()
    with tempfile.TemporaryDirectory(prefix="credence-screens-") as place, running_demo(Path(place)) as house:
        code, _ = drive(house, "screens.mjs", str(FOLDER), *names, limit_s=LIMIT_S)
    sys.stdout.write(f"pictures are in {FOLDER.relative_to(ROOT)}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
