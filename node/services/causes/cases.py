"""Open causal cases by hand, find them, and read the series behind their alarm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from evidence.clock import format_instant
from evidence.draft import JsonValue
from evidence.errors import NotFoundError, SchemaError
from evidence.keys import Entropy
from node.services.causes.case import CausalCase
from node.services.causes.desk import CASE, TABLE, CausalDesk, said_by
from node.services.causes.tables import ReadTable
from node.services.causes.watch import ALARM_FORMAT

MOST_POINTS: Final = 5_000
"""Most points of a series that are shown; of longer ones every n-th is."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list: where it stands in the order, the case, and when it was opened and changed."""

    number: int
    case: CausalCase
    opened: str
    changed: str
    version: int


@dataclass(frozen=True, slots=True)
class OpenCausalCase:
    """Opens a case that no chart raised: a complaint, a finding of an inspection, somebody's eye."""

    desk: CausalDesk
    read: ReadTable
    entropy: Entropy

    def __call__(self, table: str, column: str, first_row: int, *, line: str, why: str, by: str) -> CausalCase:
        """Ask why `column` is what it is from the lot `first_row` (from 0) on.

        Raises:
            NotFoundError: no such table or column.
            SchemaError: no such row, or nothing before it to compare with.
        """
        lots = self.read(table)
        unit = lots.table.columns[lots.table.place(column)].unit
        if not 0 < first_row < lots.table.rows:
            raise SchemaError(f"a lot from 1 to {lots.table.rows - 1} is expected", place="first_row")
        if not 0 < len(why) <= 1_000:
            raise SchemaError("1 to 1000 characters are expected", place="why")
        alarm: dict[str, JsonValue] = {
            "format": ALARM_FORMAT,
            "chart": "",
            "why": why,
            "unit": unit,
            "signals": [],
            "first_row": first_row,
            "first_time": format_instant(lots.times[first_row]) if lots.times else "",
            "rows": lots.table.rows,
            "window": lots.table.digest,
        }
        case = CausalCase("rca_" + self.entropy(12).hex(), line, table, column, alarm)
        self.desk.keep(CASE, case.id, case.to_json(), about=line, by=by, version=1)
        return case


@dataclass(frozen=True, slots=True)
class ReadCausalCases:
    """Finds cases."""

    desk: CausalDesk
    read: ReadTable

    def one(self, case: str) -> Listed:
        """A case as it stands; NotFoundError when there is none."""
        document, said = self.desk.read(CASE, case)
        first = self.desk.documents.document(CASE, case, 1) or document
        return Listed(
            0, CausalCase.from_json(said), format_instant(first.at), format_instant(document.at), document.version
        )

    def all(self, *, line: str = "", after: int = 0, limit: int = 100) -> Sequence[Listed]:
        """Cases in the order in which they were opened, behind the number `after`."""
        found = list[Listed]()
        for number, document in self.desk.documents.documents(CASE, about=line, after=after, limit=limit):
            first = self.desk.documents.document(CASE, document.name, 1) or document
            case = CausalCase.from_json(said_by(document))
            opened, changed = format_instant(first.at), format_instant(document.at)
            found.append(Listed(number, case, opened, changed, document.version))
        return found

    def tables(self, *, after: int = 0, limit: int = 100) -> Sequence[tuple[int, str, dict[str, JsonValue]]]:
        """Tables that are kept: number, name, and what is known of each."""
        return [
            (number, one.name, said_by(one))
            for number, one in self.desk.documents.documents(TABLE, after=after, limit=limit)
        ]

    def series(self, case: str, column: str | None = None) -> dict[str, JsonValue]:
        """A column of a case's table, lot by lot: of the alarm's characteristic unless another is named.

        Raises:
            NotFoundError: no such case or column.
        """
        found = self.one(case).case
        lots = self.read(found.table)
        name = column or found.column
        if name not in lots.table.names:
            raise NotFoundError(f"no column {name[:60]!r}", advice=f"Columns: {', '.join(lots.table.names[:20])}.")
        values = lots.table.column(name)
        described = lots.table.columns[lots.table.place(name)]
        step = max(1, -(-len(values) // MOST_POINTS))
        rows = np.arange(0, len(values), step)
        return {
            "column": name,
            "unit": described.unit,
            "kind": described.kind.value,
            "categories": list(described.categories),
            "step": step,
            "rows": [int(row) for row in rows],
            "lots": [lots.lots[row] for row in rows] if lots.lots else [],
            "times": [format_instant(lots.times[row]) for row in rows] if lots.times else [],
            "values": [None if np.isnan(values[row]) else f"{values[row]:.6g}" for row in rows],
        }
