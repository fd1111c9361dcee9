"""The line's data as files that a plant exports: a CSV table of lots, and what its columns are."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from evidence.canonical import encode
from evidence.clock import format_instant
from evidence.draft import JsonValue
from sandbox.furnace.truth import COLUMNS, Array

FORMAT: Final = "credence-rca-columns/1"
TIME: Final = "time"
LOT: Final = "lot"
LOT_MINUTES: Final = 48
"""A lot is fired every 48 minutes: ten a shift of eight hours."""
_DECIMALS: Final = 3


def columns_file() -> bytes:
    """What the columns are, in the form that `credence rca import` reads."""
    columns: list[JsonValue] = [
        {
            "name": one.name,
            "kind": one.kind,
            "unit": one.unit,
            "tier": one.tier,
            "observation": one.observation,
            "categories": list(one.categories),
            "source": one.source,
        }
        for one in COLUMNS
    ]
    return encode({"format": FORMAT, "columns": columns})


def lots_file(lots: Mapping[str, Array], first: datetime, number: int = 1) -> bytes:
    """One line a lot: its time, its number, then every column; labels as words.

    Args:
        lots: as `sandbox.furnace.truth.produce` gives them.
        first: when the first lot was fired.
        number: of the first lot.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([TIME, LOT, *(one.name for one in COLUMNS)])
    count = len(next(iter(lots.values())))
    for row in range(count):
        at = first + timedelta(minutes=LOT_MINUTES * row)
        cells = [
            one.categories[int(lots[one.name][row])] if one.categories else f"{lots[one.name][row]:.{_DECIMALS}f}"
            for one in COLUMNS
        ]
        writer.writerow([format_instant(at), f"B7-{number + row:05d}", *cells])
    return out.getvalue().encode()
