"""Levers within their bounds."""

from __future__ import annotations

import math

import pytest

from evidence.errors import SchemaError
from rca.suggest.lever import Lever


@pytest.mark.parametrize(
    "change",
    [
        {"lower": 5.0},
        {"upper": math.inf},
        {"least_tolerance": 0.0},
        {"least_tolerance": 1.5},
        {"cost": -1.0},
        {"cost": math.nan},
        {"trust": 0.0},
        {"trust": 1.1},
    ],
)
def test_levers_out_of_bounds_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(SchemaError):
        Lever(**{"column": "temp", "lower": 1.0, "upper": 2.0, **change})  # type: ignore[arg-type]
