"""Which lots are meant: the window that is to be explained, and the reference that it is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from evidence.quantity import is_decimal
from rca.columns import Kind
from rca.table import Table

Mask = npt.NDArray[np.bool_]
MAX_FILTERS: Final = 8
MAX_LABELS: Final = 64


class Against(StrEnum):
    """What a window is compared with."""

    BEFORE = "before"
    """Lots made before the fault began."""
    OTHERS = "others"
    """Lots made since, which the filters leave out: the same product in another shift, say."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Lots whose `column` is one of `labels`, or lies from `low` to `high` (decimals; empty for no bound)."""

    column: str
    labels: tuple[str, ...] = ()
    low: str = ""
    high: str = ""

    def __post_init__(self) -> None:
        if len(self.labels) > MAX_LABELS or bool(self.labels) == bool(self.low or self.high):
            raise SchemaError("either labels or a range is expected", place=f"where {self.column[:40]!r}")
        for text in (self.low, self.high):
            if text and not is_decimal(text):
                raise SchemaError("a bound is a decimal", place=f"where {self.column[:40]!r}")

    def mask(self, table: Table) -> Mask:
        """Which rows are meant, shape (rows,); raises NotFoundError, SchemaError for what the column does not have."""
        described, values = table.columns[table.place(self.column)], table.column(self.column)
        if self.labels:
            names = described.categories or (("0", "1") if described.kind is Kind.BINARY else ())
            if unknown := [label for label in self.labels if label not in names]:
                raise SchemaError(
                    f"{unknown[0][:40]!r} is none of {', '.join(names[:20]) or 'its labels: it holds numbers'}",
                    place=f"where {self.column[:40]!r}",
                )
            return np.isin(values, [names.index(label) for label in self.labels])
        known = ~np.isnan(values)
        low = float(self.low) if self.low else -np.inf
        high = float(self.high) if self.high else np.inf
        return np.asarray(known & (values >= low) & (values <= high))

    def to_json(self) -> dict[str, JsonValue]:
        """The filter as a document."""
        return {"column": self.column, "labels": list(self.labels), "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be explained.

    Attributes:
        where: filters that all hold in the window, such as the night shift and batch 3; none for all lots since.
        against: what it is compared with.
        seed: of everything that chance decides.
    """

    where: tuple[Filter, ...] = ()
    against: Against = Against.BEFORE
    seed: int = 1

    def __post_init__(self) -> None:
        if len(self.where) > MAX_FILTERS:
            raise SchemaError(f"at most {MAX_FILTERS} filters", place="where")
        if self.against is Against.OTHERS and not self.where:
            raise SchemaError("without filters there are no other lots to compare with", place="against")
        if not 0 <= self.seed < 2**31:
            raise SchemaError("a seed from 0 to 2147483647 is expected", place="seed")

    def split(self, table: Table, first: int, quiet: int) -> tuple[Mask, Mask]:
        """Rows of the reference and of the window, shape (rows,) each.

        Args:
            first: row at which the fault most likely began.
            quiet: rows before this one are surely from before the fault.
        """
        row = np.arange(table.rows)
        chosen = np.ones(table.rows, dtype=np.bool_)
        for one in self.where:
            chosen &= one.mask(table)
        window = (row >= first) & chosen
        reference = (row >= first) & ~chosen if self.against is Against.OTHERS else row < quiet
        return np.asarray(reference), np.asarray(window)

    def to_json(self) -> dict[str, JsonValue]:
        """The question as a document."""
        where: Sequence[JsonValue] = [one.to_json() for one in self.where]
        return {"where": list(where), "against": self.against.value, "seed": self.seed}


def question_from(said: Mapping[str, Any]) -> Question:
    """Read a document written by `Question.to_json`."""
    where = tuple(
        Filter(str(one["column"]), tuple(map(str, one["labels"])), str(one["low"]), str(one["high"]))
        for one in said["where"]
    )
    return Question(where, Against(said["against"]), int(said["seed"]))
