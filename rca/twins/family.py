"""Which recipes a twin of a given table may come from: its own tiers, kinds and size, all else uncertain.

A recipe is kept when the correlations of a line drawn from it look like the table's own (approximate Bayesian
computation by nearest summaries), so that density, strength and bends need not be known.

Source:
    Beaumont, Zhang, Balding, "Approximate Bayesian computation in population genetics", Genetics 162 (2002).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from evidence.errors import SchemaError
from rca.columns import Kind
from rca.table import Array, Table
from rca.twins.line import TwinLine
from rca.twins.recipe import Recipe

MAX_TWIN_ROWS: Final = 20_000
"""Most rows of a twin; beyond them what is wrong with a model counts, not chance."""
_LEVELS: Final = (0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
_SUMMARY_ROWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Likeness:
    """What twins copy from a table.

    Attributes:
        tiers: (tier, columns on it), ascending.
        kinds: shares of (count, binary, categorical) columns.
        rows: of a twin.
        missing: share of missing values.
        watching: share of observations among the columns of the last two tiers.
        summary: quantiles of the absolute correlations, within a tier and between tiers.
    """

    tiers: tuple[tuple[int, int], ...]
    kinds: tuple[float, float, float]
    rows: int
    missing: float
    watching: float
    summary: tuple[float, ...]


def likeness(table: Table) -> Likeness:
    """What twins of a table copy from it; its columns must be usable (`rca.checks`)."""
    tiers = Counter(column.tier for column in table.columns)
    kinds = Counter(column.kind for column in table.columns)
    size = len(table.columns)
    shares = (kinds[Kind.COUNT] / size, kinds[Kind.BINARY] / size, kinds[Kind.CATEGORICAL] / size)
    last = [column for column in table.columns if column.tier in sorted(tiers)[-2:]]
    watching = sum(column.observation for column in last) / len(last)
    missing = float(np.mean([np.isnan(table.values[:, place]).mean() for place in range(size)]))
    rows = min(table.rows, MAX_TWIN_ROWS)
    return Likeness(tuple(sorted(tiers.items())), shares, rows, missing, watching, summary(table))


def family(like: Likeness, rng: np.random.Generator, *, tries: int = 48, keep: int = 12) -> tuple[Recipe, ...]:
    """The `keep` recipes of `tries` drawn ones whose lines look most like the table.

    Raises:
        SchemaError: `keep` above `tries`, or none.
    """
    if not 0 < keep <= tries:
        raise SchemaError(f"keep {keep} of {tries} recipes")
    wanted = np.array(like.summary)
    found = list[tuple[float, int, Recipe]]()
    for number in range(tries):
        recipe = drawn(like, rng)
        line = recipe.draw(rng)
        seen = np.array(summary(line.sample(rng, min(like.rows, _SUMMARY_ROWS))))
        found.append((float(np.abs(seen - wanted).sum()), number, recipe))
    return tuple(recipe for _, _, recipe in sorted(found, key=lambda one: one[:2])[:keep])


def drawn(like: Likeness, rng: np.random.Generator) -> Recipe:
    """A recipe of the table's tiers and kinds, all else drawn from the widest range that lines are known to have."""
    weakest = float(rng.uniform(0.03, 0.4))
    return Recipe(
        like.tiers,
        density=float(rng.uniform(0.6, 2.6)),
        near=float(rng.uniform(0.5, 0.97)),
        strength=(weakest, float(rng.uniform(max(weakest, 0.4), 0.97))),
        bent=float(rng.uniform(0.0, 0.7)),
        latents=float(rng.uniform(0.0, 0.2)),
        odd=float(rng.uniform(0.2, 1.0)),
        warped=float(rng.uniform(0.0, 0.9)),
        kinds=like.kinds,
        uneven=float(rng.uniform(0.0, 0.3)),
        watching=like.watching,
    )


def twin(like: Likeness, recipe: Recipe, rng: np.random.Generator) -> tuple[TwinLine, Table]:
    """A line by this recipe and a table of it, of the size and with the gaps of the table."""
    line = recipe.draw(rng)
    return line, line.sample(rng, like.rows, missing=like.missing)


def summary(table: Table) -> tuple[float, ...]:
    """Quantiles of absolute correlations: within a tier, then between tiers (0 where there is no such pair)."""
    step = max(table.rows // _SUMMARY_ROWS, 1)
    values = np.asarray(table.values[::step], dtype=np.float64)
    centred = np.nan_to_num(values - np.nanmean(values, axis=0))
    spread = np.sqrt((centred**2).mean(axis=0))
    related: Array = np.abs(centred.T @ centred) / len(centred) / np.outer(spread, spread).clip(1e-12)
    tier = np.array([column.tier for column in table.columns])
    upper = np.triu(np.ones_like(related, dtype=bool), 1)
    found = list[float]()
    for pairs in (upper & (tier[:, None] == tier), upper & (tier[:, None] != tier)):
        found += np.quantile(related[pairs], _LEVELS).tolist() if pairs.any() else [0.0] * len(_LEVELS)
    return tuple(found)
