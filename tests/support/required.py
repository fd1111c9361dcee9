"""Tests that need something from outside skip by name where it is absent; in CI a skip is a failure."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test with `reason`; fail it when CREDENCE_REQUIRE_ALL=1."""
    if os.environ.get("CREDENCE_REQUIRE_ALL") == "1":
        pytest.fail(f"required here: {reason}")
    pytest.skip(reason)


def shared(*parts: str) -> Path:
    """A file or folder of `../shared`, other people's data that is read there and copied nowhere."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        skip_or_fail(f"../shared/{'/'.join(parts)} is not here")
    return path
