"""Write again every committed file that a script makes; `--check` fails when one of them is not current."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MADE = ("contracts/generated", "tests/vectors", "docs/openapi.json", "docs/operating.svg")
"""Where what the scripts write lies."""
ELSEWHERE = ("vectors_rca",)
"""Scripts that need an environment of their own, as they say; a test marked `oracle` runs them there."""


def scripts() -> list[Path]:
    """The contracts' build first, then every script whose name starts with `vectors_`, then API and picture."""
    vectors = sorted(path for path in (ROOT / "tools").glob("vectors_*.py") if path.stem not in ELSEWHERE)
    last = [ROOT / "tools" / f"{name}.py" for name in ("openapi", "operating_svg")]
    return [ROOT / "tools" / "compile_contracts.py", *vectors, *last]


def main() -> int:
    for script in scripts():
        print(f"== {script.stem}", flush=True)
        subprocess.run([sys.executable, "-m", f"tools.{script.stem}"], cwd=ROOT, check=True)
    if "--check" not in sys.argv:
        return 0
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", *MADE],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if changed:
        print(f"Not current:\n{changed}Run `make generate` and commit what it changes.", file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
