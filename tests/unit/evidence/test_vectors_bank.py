"""The bank's worlds are what their script makes."""

from __future__ import annotations

from tools.vectors_bank import main


def test_the_vectors_are_what_their_script_makes() -> None:
    assert main(["--check"]) == 0
