"""The portal, end to end: four users at real nodes, in a real browser, with the keyboard alone.

What is asked of each is in `portal/e2e/roles.mjs`; `hardship.mjs` has what goes wrong in plants, `offline.mjs` what
must be refused when the node is stopped.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.node_js import tool
from tests.support.portal import PORTAL, RunningDemo, built, chromium, drive, running_demo

pytestmark = [pytest.mark.anvil, pytest.mark.node_js, pytest.mark.slow, pytest.mark.timeout(2400)]
LIMIT_S = 1500.0


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    chromium()
    built()
    with running_demo(tmp_path_factory.mktemp("portal")) as demo:
        yield demo


def test_the_page_verifies_what_a_real_chain_holds(house: RunningDemo) -> None:
    done = subprocess.run(
        [tool("node"), str(PORTAL / "node_modules" / "vitest" / "vitest.mjs"), "run", "src/verify/live.test.ts"],
        cwd=PORTAL,
        env={"PATH": str(Path(tool("node")).parent), "CREDENCE_LIVE": str(house.home), "HOME": str(house.home)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert "skipped" not in done.stdout


def test_no_screen_full_or_empty_keeps_anybody_out(house: RunningDemo, tmp_path: Path) -> None:
    # On a phone and in Chinese; `make screenshots` asks the same at every seat. First, while all nodes still run.
    code, said = drive(house, "screens.mjs", str(tmp_path), "--faults", "--seat=zh-390", limit_s=LIMIT_S)
    assert code == 0, "\n".join(line for line in said.splitlines() if line.startswith("FAULT"))
    assert said.rstrip().endswith("all well")


def test_each_user_can_do_the_one_thing_by_keyboard_and_everything_tampered_is_refused(house: RunningDemo) -> None:
    code, said = drive(house, "run.mjs", limit_s=LIMIT_S)
    assert code == 0, said[-6000:]
    assert said.rstrip().endswith("all well")
