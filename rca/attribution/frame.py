"""What is compared: rows made before the fault and rows of the alarm's window, over the same named columns."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.errors import LimitError, NotFoundError, SchemaError
from rca.table import Table

Array = npt.NDArray[np.float64]

MIN_REFERENCE: Final = 30
"""Fewest reference rows, and fewest known reference values of a column that may be a cause."""
MAX_CELLS: Final = 50_000_000
"""Most cells of reference and window together."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Reference and window of one alarm; read-only once built.

    Attributes:
        names: columns of both arrays.
        reference: rows while all was well, shape (n_reference, n_columns), NaN where missing.
        window: rows of the alarm, shape (n_window, n_columns), NaN where missing.
        target: the column that raised the alarm.
    """

    names: tuple[str, ...]
    reference: Array
    window: Array
    target: str

    def __post_init__(self) -> None:
        count = len(self.names)
        if len(set(self.names)) != count:
            raise SchemaError("two columns of one name", place="names")
        for place, array in (("reference", self.reference), ("window", self.window)):
            if array.ndim != 2 or array.shape[1] != count:
                raise SchemaError(f"shape {array.shape} for {count} columns", place=place)
            if np.isinf(array).any():
                raise SchemaError("an infinite value", place=place, advice="Leave cells empty where nothing is known.")
        if self.reference.size + self.window.size > MAX_CELLS:
            raise LimitError(f"{self.reference.size + self.window.size} cells; at most {MAX_CELLS}")
        if self.reference.shape[0] < MIN_REFERENCE or self.window.shape[0] < 1:
            raise SchemaError(
                f"{self.reference.shape[0]} reference rows and {self.window.shape[0]} in the window; at least "
                f"{MIN_REFERENCE} and 1 are needed",
                advice="Widen the reference, or join lots of the same product.",
            )
        known = int(np.count_nonzero(~np.isnan(self.reference[:, self.place(self.target)])))
        if known < MIN_REFERENCE or np.isnan(self.window[:, self.place(self.target)]).all():
            raise SchemaError(f"{self.target[:60]!r} has too few values to explain", place="target")
        for name in ("reference", "window"):
            frozen = np.array(getattr(self, name), dtype=np.float64)
            frozen.flags.writeable = False
            object.__setattr__(self, name, frozen)

    def place(self, name: str) -> int:
        """Where a column stands.

        Raises:
            NotFoundError: no such column.
        """
        if name not in self.names:
            raise NotFoundError(f"no column {name[:60]!r}", advice=f"Columns: {', '.join(self.names[:20])}.")
        return self.names.index(name)

    @property
    def silent(self) -> tuple[str, ...]:
        """Columns with too few values to be judged: fewer than MIN_REFERENCE before, or none in the window."""
        few = np.count_nonzero(~np.isnan(self.reference), axis=0) < MIN_REFERENCE
        none = np.isnan(self.window).all(axis=0)
        return tuple(name for name, one in zip(self.names, few | none, strict=True) if one)

    def canonical_order(self) -> tuple[int, ...]:
        """Places of the columns in an order that depends on no name: that of the hashes of their contents.

        Everything is computed in it, so that the order of columns and their names change no bit of an answer.
        Columns of equal contents are told apart by name, the only thing that differs.
        """
        both = np.ascontiguousarray(np.concatenate([self.reference, self.window]).T)
        keys = [(hashlib.sha256(row.tobytes()).digest(), name) for row, name in zip(both, self.names, strict=True)]
        return tuple(sorted(range(len(self.names)), key=lambda place: keys[place]))

    def reordered(self, order: Sequence[int]) -> Frame:
        """The same frame with its columns in this order."""
        places = list(order)
        names = tuple(self.names[place] for place in places)
        return Frame(names, self.reference[:, places], self.window[:, places], self.target)


def frame_of(reference: Table, window: Table, target: str) -> Frame:
    """A frame from two tables with the same columns.

    Raises:
        SchemaError: columns differ in name or unit, or against the rules of a frame.
    """
    here = {column.name: column.unit for column in reference.columns}
    there = {column.name: column.unit for column in window.columns}
    if here != there:
        odd = sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
        raise SchemaError("reference and window differ in this column or its unit", place=f"column {odd[0]!r}")
    same = window.select(reference.names)
    return Frame(
        reference.names,
        np.asarray(reference.values, dtype=np.float64),
        np.asarray(same.values, dtype=np.float64),
        target,
    )
