"""The card of a line's causal model: what it was made from, where it may be trusted, whether new lots look like that.

Drift is the population stability index of a column over the deciles (or labels) of the rows that graphs were sampled
from, less what chance alone makes of it: with B cells, n rows then and m now, (B - 1)(1/n + 1/m) on average.

Source:
    Siddiqi, "Credit Risk Scorecards" (2006), chapter 9 (bounds .10 and .25);
    Yurdakul, Naranjo, "Statistical properties of the population stability index", JRMV 14 (2020) (its distribution).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from rca.columns import Column, Kind, column_from
from rca.fit_file import Fit
from rca.table import Array, Table

FORMAT: Final = "credence-rca-card/1"
WATCH: Final = 0.10
STOP: Final = 0.25
"""Index from which a column is watched, and from which the model no longer speaks about it."""
LEAST_ROWS: Final = 50
"""Fewest new rows from which drift is judged."""
MOST_DRIFTED: Final = 0.25
"""Share of drifted columns from which the model as a whole is not to be asked: another line, or another product."""
_CELLS: Final = 10
_EMPTY: Final = 0.5
"""What an empty cell counts, in rows, so that one missing label is not infinite."""


class Standing(StrEnum):
    """Whether a model may be asked about the lots that come now."""

    IN_USE = "in-use"
    DRIFTING = "drifting"
    """Some columns have left what it was made from; it says which, and is silent about them."""
    STOPPED = "stopped"
    """By a person, or because too much has drifted: fit it again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One column as the model saw it.

    Attributes:
        column: what it is.
        edges: ends of the cells, ascending, of a number; empty for labels, whose codes are the cells.
        shares: of the known rows in each cell.
        rows: how many rows knew it.
    """

    column: Column
    edges: tuple[float, ...]
    shares: tuple[float, ...]
    rows: int

    def counts(self, values: Array) -> Array:
        """Known rows in each cell."""
        known = values[~np.isnan(values)]
        if self.edges:
            return np.bincount(np.searchsorted(self.edges, known), minlength=len(self.shares)).astype(np.float64)
        return np.bincount(known.astype(np.int64), minlength=len(self.shares)).astype(np.float64)[: len(self.shares)]


@dataclass(frozen=True, slots=True)
class Drift:
    """How far one column has moved from what the model saw; `index` is the stability index less chance, from 0."""

    name: str
    index: float
    rows: int

    @property
    def judged(self) -> bool:
        """Whether there are rows enough to say anything."""
        return self.rows >= LEAST_ROWS

    @property
    def drifted(self) -> bool:
        """Whether the model is silent about it."""
        return self.judged and self.index >= STOP


@dataclass(frozen=True, slots=True)
class Card:
    """What a model is and where its limits are.

    Attributes:
        window: digest of the rows that graphs were sampled from.
        graph_version: of what engineers believed; empty for nothing.
        rows, graphs, twins, seed: how it was made.
        highest: the highest probability that it ever states, by kind of statement.
        seen: every column that it can be asked about.
        silent: (name, why) of columns that it says nothing about.
    """

    window: str
    graph_version: str
    rows: int
    graphs: int
    twins: int
    seed: int
    highest: Mapping[str, float]
    seen: tuple[Seen, ...]
    silent: tuple[tuple[str, str], ...]

    def document(self) -> dict[str, JsonValue]:
        """The JSON form; `card_from` reads it back."""
        return {
            "format": FORMAT,
            "window": self.window,
            "graph_version": self.graph_version,
            "rows": self.rows,
            "graphs": self.graphs,
            "twins": self.twins,
            "seed": self.seed,
            "highest": {name: f"{rate:.6g}" for name, rate in sorted(self.highest.items())},
            "columns": [
                {
                    **one.column.document(),
                    "cells": [f"{edge:.9g}" for edge in one.edges],
                    "shares": [f"{share:.6g}" for share in one.shares],
                    "known": one.rows,
                }
                for one in self.seen
            ],
            "silent": [[name, why] for name, why in self.silent],
        }


def card_of(fit: Fit, table: Table) -> Card:
    """The card of a fit.

    Args:
        table: the rows that graphs were sampled from.
    Raises:
        SchemaError: another table.
    """
    posterior, calibration = fit.posterior, fit.calibration
    if table.digest != posterior.window:
        raise SchemaError("the graphs were sampled from another table", place="window")
    highest = {
        f"{claim.value} {where.value}": max((one.said for one in curve.bins if one.speaks), default=0.0)
        for (claim, where), curve in calibration.curves.items()
    }
    seen = tuple(_seen(column, table.column(column.name)) for column in posterior.columns)
    silent = tuple((name, str(why.value)) for name, why in posterior.abstained)
    return Card(
        posterior.window,
        fit.graph_version,
        posterior.rows,
        len(posterior.graphs),
        calibration.twins,
        posterior.seed,
        highest,
        seen,
        silent,
    )


def card_from(said: Mapping[str, Any]) -> Card:
    """Read the JSON form of a card; raises SchemaError for another."""
    try:
        if said["format"] != FORMAT:
            raise SchemaError("not the card of a causal model", place="/format")
        seen = tuple(
            Seen(
                column_from({name: one[name] for name in _OF_COLUMN}, f"/columns/{place}"),
                tuple(float(edge) for edge in one["cells"]),
                tuple(float(share) for share in one["shares"]),
                int(one["known"]),
            )
            for place, one in enumerate(said["columns"])
        )
        return Card(
            str(said["window"]),
            str(said["graph_version"]),
            int(said["rows"]),
            int(said["graphs"]),
            int(said["twins"]),
            int(said["seed"]),
            {str(name): float(rate) for name, rate in said["highest"].items()},
            seen,
            tuple((str(name), str(why)) for name, why in said["silent"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SchemaError(f"a member is missing or of a wrong type: {error}", place="/") from error


_OF_COLUMN: Final = ("name", "kind", "unit", "tier", "observation", "categories", "source")


def drift(card: Card, table: Table) -> tuple[Drift, ...]:
    """How far each column of the card has moved in these rows, the furthest first.

    Raises:
        SchemaError: a column is missing, or of another kind, unit or other labels: the model is of another line.
    """
    found = list[Drift]()
    for one in card.seen:
        if one.column.name not in table.names:
            raise SchemaError("the model's column is not in the table", place=f"column {one.column.name!r}")
        here = table.columns[table.place(one.column.name)]
        if (here.kind, here.unit, here.categories) != (one.column.kind, one.column.unit, one.column.categories):
            raise SchemaError("another kind, unit or other labels than the model's", place=f"column {here.name!r}")
        found.append(_drift(one, table.column(here.name)))
    return tuple(sorted(found, key=lambda each: (-each.index, each.name)))


def standing(drifts: Sequence[Drift]) -> Standing:
    """What follows for the model as a whole."""
    judged = [one for one in drifts if one.judged]
    drifted = [one for one in judged if one.drifted]
    if not drifted:
        return Standing.IN_USE
    return Standing.STOPPED if len(drifted) > MOST_DRIFTED * len(judged) else Standing.DRIFTING


def _seen(column: Column, values: Array) -> Seen:
    known = values[~np.isnan(values)]
    edges: tuple[float, ...] = ()
    cells = len(column.categories) or 2
    if column.kind in (Kind.CONTINUOUS, Kind.COUNT):
        edges = tuple(float(one) for one in np.unique(np.quantile(known, np.linspace(0, 1, _CELLS + 1)[1:-1])))
        cells = len(edges) + 1
    blank = Seen(column, edges, (0.0,) * cells, len(known))
    counts = blank.counts(values)
    return Seen(column, edges, tuple(float(one) for one in counts / max(counts.sum(), 1.0)), len(known))


def _drift(seen: Seen, values: Array) -> Drift:
    counts = seen.counts(values)
    rows = int(counts.sum())
    if rows < LEAST_ROWS:
        return Drift(seen.column.name, 0.0, rows)
    before = np.maximum(np.array(seen.shares), _EMPTY / max(seen.rows, 1))
    now = np.maximum(counts / rows, _EMPTY / rows)
    index = float(np.sum((now - before) * np.log(now / before)))
    chance = (len(before) - 1) * (1 / max(seen.rows, 1) + 1 / rows)
    return Drift(seen.column.name, max(index - chance, 0.0), rows)
