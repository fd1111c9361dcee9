"""The committed vectors of the log are what their generator makes today."""

from __future__ import annotations

from tools import vectors_log


def test_running_the_generator_changes_no_vector() -> None:
    assert vectors_log.main(["--check"]) == 0
