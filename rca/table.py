"""The table that root causes are sought in: parts or lots as rows, named and tiered columns, frozen by its hash.

Nothing that is computed from a table may depend on the names or the order of its columns, so everything is computed
in `canonical` order: the order of the hashes of what the columns hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from evidence.canonical import encode
from evidence.errors import LimitError, NotFoundError, SchemaError
from rca.columns import MAX_COLUMNS, Column, Kind

Array = npt.NDArray[np.float64]
Values = npt.NDArray[Any]
"""Two-dimensional float64 or float32, shape (rows, columns); NaN where a value is missing."""

MAX_ROWS: Final = 5_000_000
"""Most rows of one table."""
MIN_ROWS: Final = 30
"""Fewest rows from which anything is estimated."""
_STRIP: Final = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Parts or lots with what is known of each; read-only once built.

    Attributes:
        columns: what each column is, as `values`.
        values: shape (rows, columns), float64 or float32, NaN where missing, codes 0, 1, ... for labels. A
            categorical code has no order.
        digest: SHA-256 of columns (with names) and values, whatever their order: what a case freezes its window by.
    """

    columns: tuple[Column, ...]
    values: Values
    digest: str = field(init=False)
    prints: tuple[bytes, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        shape = self.values.shape
        if self.values.ndim != 2 or shape[1] != len(self.columns) or self.values.dtype.kind != "f":
            raise SchemaError(f"values of shape {shape} for {len(self.columns)} columns; rows by columns of floats")
        if shape[0] > MAX_ROWS or not 0 < shape[1] <= MAX_COLUMNS:
            raise LimitError(
                f"{shape[0]} rows by {shape[1]} columns; at most {MAX_ROWS} by {MAX_COLUMNS}, at least one"
            )
        names = [column.name for column in self.columns]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise SchemaError("two columns of one name", place=f"column {twice[0]!r}")
        frozen = self.values.view()
        frozen.flags.writeable = False
        object.__setattr__(self, "values", frozen)
        prints = tuple(_print(column, self.values[:, place]) for place, column in enumerate(self.columns))
        object.__setattr__(self, "prints", prints)
        signed = sorted(encode([column.name, one.hex()]) for column, one in zip(self.columns, prints, strict=True))
        object.__setattr__(self, "digest", "sha256:" + hashlib.sha256(b"\n".join(signed)).hexdigest())

    @property
    def rows(self) -> int:
        """How many parts or lots."""
        return int(self.values.shape[0])

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in their order."""
        return tuple(column.name for column in self.columns)

    def place(self, name: str) -> int:
        """Where a column stands.

        Raises:
            NotFoundError: no such column.
        """
        for place, column in enumerate(self.columns):
            if column.name == name:
                return place
        raise NotFoundError(f"no column {name[:60]!r}", advice=f"Columns: {', '.join(self.names[:20])}.")

    def column(self, name: str) -> Array:
        """One column's values, float64, shape (rows,); NotFoundError as `place`."""
        return np.asarray(self.values[:, self.place(name)], dtype=np.float64)

    def select(self, names: Iterable[str]) -> Table:
        """Only these columns, in this order; NotFoundError as `place`."""
        places = [self.place(name) for name in names]
        return Table(tuple(self.columns[place] for place in places), self.values[:, places])

    def take(self, rows: npt.NDArray[Any] | slice) -> Table:
        """Only these rows: a slice, places or a mask of shape (rows,)."""
        return Table(self.columns, self.values[rows].copy())

    def canonical_order(self) -> tuple[int, ...]:
        """Places of the columns in the order that everything is computed in; it depends on no name.

        Columns with equal contents come in any order: nothing can tell them apart (`rca.checks` sets them apart).
        """
        return tuple(sorted(range(len(self.columns)), key=lambda place: self.prints[place]))

    def canonical(self) -> Table:
        """The same table with its columns in canonical order."""
        order = self.canonical_order()
        if list(order) == list(range(len(order))):
            return self
        return Table(tuple(self.columns[place] for place in order), self.values[:, list(order)])


def table_of(columns: Sequence[Column], data: Sequence[npt.ArrayLike]) -> Table:
    """A table from one array a column, all of one length.

    Raises:
        SchemaError: lengths differ, or against the rules of a table.
    """
    arrays = [np.asarray(one, dtype=np.float64) for one in data]
    if len({one.shape for one in arrays}) > 1 or any(one.ndim != 1 for one in arrays):
        raise SchemaError("columns of different length", advice="Align the sources first; see rca/align.py.")
    return Table(tuple(columns), np.column_stack(arrays) if arrays else np.empty((0, 0)))


def _print(column: Column, values: Values) -> bytes:
    """SHA-256 of all that a column holds but its name and source; checks that its values suit its kind."""
    place = f"column {column.name!r}"
    about = [column.kind.value, column.unit, column.tier, column.observation, list(column.categories)]
    hashed = hashlib.sha256(encode([*about, values.dtype.str, int(values.size)]))
    highest = max(len(column.categories), 2) - 1
    for start in range(0, values.size, _STRIP):
        strip = np.ascontiguousarray(values[start : start + _STRIP])
        missing = np.isnan(strip)
        if np.isinf(strip).any():
            raise SchemaError(
                "an infinite value", place=place, advice="Leave the cell empty where nothing was measured."
            )
        if column.kind is not Kind.CONTINUOUS:
            known = strip[~missing]
            if known.size and (known.min() < 0 or (known != np.floor(known)).any()):
                raise SchemaError(f"a {column.kind} column holds whole numbers from 0", place=place)
            if column.kind is not Kind.COUNT and known.size and known.max() > highest:
                raise SchemaError(f"code {known.max():g} where {highest} is the highest", place=place)
        # One spelling of a missing value and of zero, so that equal contents have equal hashes.
        strip = np.where(missing, np.float64("nan").astype(strip.dtype), strip + strip.dtype.type(0))
        hashed.update(strip.tobytes())
    return hashed.digest()
