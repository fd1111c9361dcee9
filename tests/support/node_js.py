"""Programs of other makers that run under Node.js, installed from their lock files when a test needs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tool(name: str) -> str:
    """The path of `node` or `npm`: beside the running Python, else on PATH; fails or skips when there is none."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        give_up(f"{name} is not installed")
    return found


def give_up(reason: str) -> NoReturn:
    """Skip, or fail when CREDENCE_REQUIRE_ALL says that nothing may be skipped."""
    if os.environ.get("CREDENCE_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def npm_project(name: str) -> Path:
    """The folder tests/npm/<name> with its packages installed as locked."""
    folder = ROOT / "tests" / "npm" / name
    if not (folder / "node_modules" / ".package-lock.json").exists():
        done = subprocess.run(
            [tool("npm"), "ci", "--ignore-scripts"], cwd=folder, env=_environment(), capture_output=True, text=True
        )
        if done.returncode != 0:
            give_up(f"npm ci failed in tests/npm/{name}: {done.stderr[-400:]}")
    return folder


def run_script(folder: Path, script: str, job: dict[str, Any]) -> Any:
    """Run a script of the project with a JSON job as its input; its JSON output."""
    done = subprocess.run(
        [tool("node"), script],
        cwd=folder,
        env=_environment(),
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
