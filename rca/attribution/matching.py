"""A reference that differs from the window in the question only: same product, same supplier, other shift.

Rows are matched in strata: equal labels, and numbers in the same fifth of the window's. In every stratum the reference
gets rows in the window's proportion, spread evenly over the candidates. Strata without candidates leave the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.errors import SchemaError
from rca.attribution.frame import MIN_REFERENCE, Frame, frame_of
from rca.columns import Kind
from rca.table import Table

Flags = npt.NDArray[np.bool_]
Rows = Sequence[int] | npt.NDArray[np.int64]
FIFTHS: Final = (0.2, 0.4, 0.6, 0.8)
MAX_ON: Final = 6
"""Most columns to match on: with more, hardly a stratum has candidates."""


@dataclass(frozen=True, slots=True)
class Match:
    """Rows that are compared.

    Attributes:
        reference: matched rows of the reference, rising.
        window: rows of the window that have counterparts, rising.
        dropped: rows of the window without counterpart.
        balance: for each column matched on, the difference of means in standard deviations: before and after matching.
    """

    reference: tuple[int, ...]
    window: tuple[int, ...]
    dropped: tuple[int, ...]
    balance: tuple[tuple[str, float, float], ...]


def matched(table: Table, window: Flags, candidates: Flags, on: Sequence[str]) -> Match:
    """Match candidates to the window.

    Args:
        table: all rows.
        window: rows in question, shape (rows,).
        candidates: rows that may serve as reference, shape (rows,); rows of the window never do.
        on: columns that must not differ.

    Raises:
        SchemaError: no column, too many, masks of another length, or fewer than MIN_REFERENCE matched rows.
        NotFoundError: no such column.
    """
    if not 0 < len(on) <= MAX_ON:
        raise SchemaError(f"{len(on)} columns to match on; 1 to {MAX_ON}", place="on")
    if window.shape != (table.rows,) or candidates.shape != (table.rows,):
        raise SchemaError("one truth value a row is expected", place="window")
    asked, open_ = np.flatnonzero(window), np.flatnonzero(candidates & ~window)
    codes = np.column_stack([_codes(table, name, window) for name in on])
    strata = dict[tuple[int, ...], tuple[list[int], list[int]]]()
    for place, rows in enumerate((asked, open_)):
        for row in rows.tolist():
            strata.setdefault(tuple(codes[row].tolist()), ([], []))[place].append(row)
    both = [pair for pair in strata.values() if pair[0] and pair[1]]
    dropped = sorted(row for mine, theirs in strata.values() if not theirs for row in mine)
    kept = sorted(row for mine, _ in both for row in mine)
    # As many reference rows a window row as the scarcest stratum allows, unless that wastes nearly all others.
    ratio = min((len(theirs) / len(mine) for mine, theirs in both), default=0.0)
    wanted = max(ratio, MIN_REFERENCE / max(len(kept), 1))
    chosen = sorted(row for mine, theirs in both for row in _even(theirs, round(wanted * len(mine))))
    if len(chosen) < MIN_REFERENCE:
        raise SchemaError(
            f"{len(chosen)} rows match; at least {MIN_REFERENCE} are needed",
            advice="Match on fewer columns, or allow more rows as candidates.",
        )
    balance = tuple((name, _apart(table, name, asked, open_), _apart(table, name, kept, chosen)) for name in on)
    return Match(tuple(chosen), tuple(kept), tuple(dropped), balance)


def matched_frame(table: Table, match: Match, target: str) -> Frame:
    """The frame of a match; errors as `frame_of`."""
    return frame_of(table.take(np.array(match.reference)), table.take(np.array(match.window)), target)


def _codes(table: Table, name: str, window: Flags) -> npt.NDArray[np.int64]:
    """Stratum of each row by one column, -1 where missing."""
    values = table.column(name)
    known = ~np.isnan(values)
    if table.columns[table.place(name)].kind in (Kind.CONTINUOUS, Kind.COUNT):
        inside = values[window & known]
        cuts = np.unique(np.quantile(inside, FIFTHS)) if inside.size else np.zeros(0)
        found = np.searchsorted(cuts, values, side="right")
    else:
        found = np.where(known, values, 0.0)
    return np.where(known, found, -1).astype(np.int64)


def _even(rows: list[int], count: int) -> list[int]:
    """So many of the rows, spread evenly; all when there are no more."""
    if count >= len(rows):
        return rows
    return [rows[int(place)] for place in (np.arange(count) + 0.5) * len(rows) / max(count, 1)]


def _apart(table: Table, name: str, mine: Rows, theirs: Rows) -> float:
    """Standardised difference of means (for labels: of the commonest label's share)."""
    values = table.column(name)
    one, other = values[np.array(mine, dtype=np.int64)], values[np.array(theirs, dtype=np.int64)]
    if table.columns[table.place(name)].kind is Kind.CATEGORICAL and one.size:
        labels, counts = np.unique(one[~np.isnan(one)], return_counts=True)
        if labels.size:
            common = labels[int(np.argmax(counts))]
            one, other = (one == common).astype(float), (other == common).astype(float)
    if not np.any(~np.isnan(one)) or not np.any(~np.isnan(other)):
        return 0.0
    spread = float(np.sqrt((np.nanvar(one) + np.nanvar(other)) / 2))
    return float((np.nanmean(one) - np.nanmean(other)) / spread) if spread > 0 else 0.0
