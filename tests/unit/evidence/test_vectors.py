"""The committed vectors are what their generator makes, by means that are not the product's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_vectors_of_statements_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.vectors_statements", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_the_generator_does_not_ask_the_product() -> None:
    source = (ROOT / "tools" / "vectors_statements.py").read_text(encoding="utf-8")
    assert "import evidence" not in source and "from evidence" not in source
