"""Run the real demo once for all end-to-end tests that look at its outcome."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 900


@dataclass(frozen=True)
class DemoRun:
    """A finished `credence demo --once --json`."""

    home: Path
    code: int
    summary: dict[str, Any]
    errors: str

    @property
    def story(self) -> str:
        """What a failed run said: first its error, then its steps."""
        return f"{self.summary.get('error')}\n{self.errors[-3000:]}"

    @property
    def network(self) -> Path:
        return Path(self.summary["network"])

    def node(self, key: str) -> Path:
        return self.network.parent / "nodes" / key

    def handed_over(self, key: str) -> Path:
        return self.network.parent / "handed-over" / key


def run_demo(home: Path, *arguments: str) -> DemoRun:
    """Run the demo in `home` to its end."""
    own = ("--home", str(home), "--port", str(first_port()))
    done = credence("demo", "--once", "--json", *own, *arguments, limit_s=LIMIT_S)
    assert done.stdout, done.stderr[-3000:]
    return DemoRun(home, done.returncode, json.loads(done.stdout), done.stderr)


def first_port() -> int:
    """Seven ports of this test process alone: demos in other processes look for free ones at the same moment."""
    return 20_000 + os.getpid() % 1_200 * 10


def credence(*arguments: str, limit_s: int = 120) -> subprocess.CompletedProcess[str]:
    """The command, as a user runs it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CREDENCE_")}
    return subprocess.run(
        [sys.executable, "-m", "node", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
    )
