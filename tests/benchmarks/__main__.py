"""`make bench`: the benchmarks in turn, as JSON; `make bench ARGS="log score"` runs only those named.

`make bench ARGS=properties` tries a million tricks, which takes an hour and goes on where it was stopped.

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
FUZZERS = ("assert_refuses_cleanly", "fuzz_count", "CREDENCE_FUZZ")


def log() -> Any:
    """Tree, tiles and proofs at a million leaves, against pymerkle."""
    return _module("bench_log")


def submit() -> Any:
    """100,000 statements through the service into SQLite."""
    return _module("bench_submit")


def score() -> Any:
    """Recomputing a score."""
    return _module("bench_score")


def attest() -> Any:
    """From an event to the new attested score, end to end on anvil."""
    return _module("bench_attest")


def properties() -> Any:
    """A million trials of the gaming list and of monotonicity; goes on where an earlier run stopped."""
    return _module("properties")


def portal() -> Any:
    """The web page: a list of 10,000 suppliers, and the first screen beside a plain Ant Design page."""
    run = [str(ROOT / ".venv" / "bin" / "node"), "bench/run.mjs"]
    return json.loads(subprocess.run(run, cwd=ROOT / "portal", check=True, capture_output=True, text=True).stdout)


def gas() -> Any:
    """Gas of an anchor with its consistency proof, and of one statement in it, against one EAS attestation."""
    snapshot = json.loads((ROOT / "contracts" / "snapshots" / "gas.json").read_text())
    return {"snapshot": snapshot, "checked by": "tests/unit/contracts/test_snapshots.py"}


def fuzz() -> Any:
    """Every parser on 10,000 changed inputs."""
    started = time.monotonic()
    # By what they use, not by their names: no parser's test may be forgotten.
    unit = (ROOT / "tests" / "unit").rglob("test_*.py")
    users = [str(path) for path in unit if any(word in path.read_text() for word in FUZZERS)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "--timeout", "3600", *sorted(users)],
        cwd=ROOT,
        env={**os.environ, "CREDENCE_FUZZ": str(FUZZED)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stdout.splitlines() if " passed" in line or " failed" in line or "FAILED" in line]
    return {
        "inputs a parser": FUZZED,
        "files": len(users),
        "passed": done.returncode == 0,
        "said": said or done.stdout[-500:],
        "seconds": _since(started),
    }


def secagg() -> Any:
    """Secure aggregation of 100 parties with a million parameters each."""
    return _module("bench_secagg")


def federation() -> Any:
    """Rounds with secure aggregation against plain averaging, over a real SuperLink."""
    return _module("bench_federation")


def rca() -> Any:
    """Graphs of causes from a million rows by 200 columns, and from a line of 98 columns."""
    return _module("bench_rca")


BENCHMARKS = {
    "rca": rca,
    "secagg": secagg,
    "federation": federation,
    "log": log,
    "portal": portal,
    "submit": submit,
    "score": score,
    "attest": attest,
    "properties": properties,
    "gas": gas,
    "fuzz": fuzz,
}


LONG = ("properties",)
"""Run only when named: they take an hour."""


def main(names: list[str]) -> int:
    """Run what is named, else all; gives the exit code."""
    if unknown := sorted(set(names) - set(BENCHMARKS)):
        print(f"No benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    results: dict[str, Any] = {}
    for name in names or [name for name in BENCHMARKS if name not in LONG]:
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
