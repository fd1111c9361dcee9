"""`credence federated demo` from nothing to the auditor's word."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.anvil, pytest.mark.slow, pytest.mark.timeout(900)]


def test_ten_rounds_a_node_killed_and_back_all_on_chain_and_the_auditor_agrees(tmp_path: Path) -> None:
    # A copy of the code: a node rightly stops when a file of its pinned code is edited while it runs.
    for room in ("evidence", "federated", "lake", "scoring", "node", "sandbox", "spc", "nocode", "rca"):
        shutil.copytree(REPOSITORY / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(REPOSITORY / "contracts" / "generated", tmp_path / "contracts" / "generated")
    (tmp_path / "node_modules").symlink_to(REPOSITORY / "node_modules")
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.federation_command", "demo", "--json", "--rows", "300", "--hop-ms", "20000"],
        capture_output=True,
        timeout=850,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3_000:]
    told = json.loads(done.stdout)
    assert told["rounds"] == told["on_chain"] == 10
    assert told["agrees"] and told["recomputed"] and told["victim_back"]
    assert 1 <= len(told["without_victim"]) <= 8 and 1 not in told["without_victim"]
    assert len(told["drift"]) >= 5 and all(index < 100_000 for index in told["drift"].values())
    # The killed plant's own records prove what of it is in, and that its broken round is not.
    inside = set(told["contributions"].values())
    assert True in inside
