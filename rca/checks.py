"""What a table can and cannot be asked: too few rows refuse, dead columns abstain, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evidence.errors import SchemaError
from rca.table import MIN_ROWS, Table


class Abstention(StrEnum):
    """Why nothing is said about a column."""

    ALL_MISSING = "all values are missing"
    TOO_FEW = "too few values"
    CONSTANT = "the value never changes"
    TWIN = "another column holds exactly the same values"


@dataclass(frozen=True, slots=True)
class Fitness:
    """Which columns a table can be asked about.

    Attributes:
        usable: names of the columns that take part, in canonical order.
        abstained: (name, why) of all others, in canonical order.
        same_as: (name, name of the column with the same values that stands for it).
        missing: share of missing values among the usable columns, 0 to 1.
    """

    usable: tuple[str, ...]
    abstained: tuple[tuple[str, Abstention], ...]
    same_as: tuple[tuple[str, str], ...]
    missing: float

    def why(self, name: str) -> Abstention | None:
        """Why nothing is said about a column; None when it takes part."""
        return dict(self.abstained).get(name)


def fitness(table: Table) -> Fitness:
    """Sort the columns into usable and not.

    Raises:
        SchemaError: fewer than MIN_ROWS rows, or fewer than two usable columns.
    """
    if table.rows < MIN_ROWS:
        raise SchemaError(
            f"{table.rows} rows; at least {MIN_ROWS} are needed",
            advice="Widen the window, or join lots of the same product.",
        )
    usable, abstained, same = list[str](), list[tuple[str, Abstention]](), list[tuple[str, str]]()
    first, holes = dict[bytes, str](), 0
    for place in table.canonical_order():
        name, values = table.columns[place].name, table.values[:, place]
        known = int(np.count_nonzero(~np.isnan(values)))
        why: Abstention | None = None
        if known == 0:
            why = Abstention.ALL_MISSING
        elif known < MIN_ROWS:
            why = Abstention.TOO_FEW
        elif np.nanmin(values) == np.nanmax(values):
            why = Abstention.CONSTANT
        elif table.prints[place] in first:
            why = Abstention.TWIN
            same.append((name, first[table.prints[place]]))
        if why is None:
            first[table.prints[place]] = name
            usable.append(name)
            holes += table.rows - known
        else:
            abstained.append((name, why))
    if len(usable) < 2:
        reasons = "; ".join(f"{name}: {why}" for name, why in abstained[:5])
        raise SchemaError(f"{len(usable)} usable columns; at least two are needed ({reasons})")
    return Fitness(tuple(usable), tuple(abstained), tuple(same), holes / (table.rows * len(usable)))
