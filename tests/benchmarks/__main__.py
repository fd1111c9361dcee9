"""`make bench`: every benchmark in turn, as JSON; `make bench ARGS="log score"` runs only those named.

Figures are ratios against a named peer measured in the same run, because seconds differ from machine to machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FUZZED = 10_000


def log() -> Any:
    """Tree, tiles and proofs at a million leaves, against pymerkle."""
    return _module("bench_log")


def submit() -> Any:
    """100,000 statements through the service into SQLite."""
    return _module("bench_submit")


def score() -> Any:
    """Recomputing a score."""
    return _module("bench_score")


def gas() -> Any:
    """Gas of an anchor with its consistency proof, and of one statement in it, against one EAS attestation."""
    snapshot = json.loads((ROOT / "contracts" / "snapshots" / "gas.json").read_text())
    return {"snapshot": snapshot, "checked by": "tests/unit/contracts/test_snapshots.py"}


def fuzz() -> Any:
    """Every parser on 10,000 changed inputs."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "fuzz", "-n", "2", "--timeout", "3600", "tests"],
        cwd=ROOT,
        env={**os.environ, "CREDENCE_FUZZ": str(FUZZED)},
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1:] or [done.stderr[-500:]]
    return {"inputs a parser": FUZZED, "passed": done.returncode == 0, "said": last[0], "seconds": _since(started)}


BENCHMARKS = {"log": log, "submit": submit, "score": score, "gas": gas, "fuzz": fuzz}


def main(names: list[str]) -> int:
    """Run what is named, else all; gives the exit code."""
    if unknown := sorted(set(names) - set(BENCHMARKS)):
        print(f"No benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    results: dict[str, Any] = {}
    for name in names or list(BENCHMARKS):
        print(f"== {name}", file=sys.stderr, flush=True)
        started = time.monotonic()
        results[name] = BENCHMARKS[name]()
        print(f"   {_since(started)} s", file=sys.stderr, flush=True)
    print(json.dumps(results, indent=2))
    return 0


def _module(name: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{name}"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
