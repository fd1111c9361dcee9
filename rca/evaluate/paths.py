"""Is a stated path there? Lines that serve as plants, each with twins of its own, and causalAssembly's stations."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from rca.calibration.calibrate import Tallies, curves_of, twin_tallies, twins_wanted
from rca.calibration.curve import Curve
from rca.calibration.reliability import Reliability, reliability
from rca.calibration.statements import BINS, STRATA, Stratum, Tally, tallies
from rca.checks import fitness
from rca.evaluate.assembly import STATIONS, station
from rca.evaluate.work import Work
from rca.posterior.fit import fit
from rca.table import Table
from rca.twins.family import drawn, family, likeness
from rca.twins.line import Flags, closure
from rca.twins.recipe import Recipe

PLANTS: Final = range(70_000, 70_010)
"""Seeds of the lines of 98 columns that serve as plants; nothing was chosen on them."""
TIERS: Final = tuple((tier, 14) for tier in range(7))
ROWS: Final = 500
SURE: Final = 0.92
RAW: Final = 0.92
"""Raw frequency that counts as sure when nothing is calibrated."""


@dataclass(frozen=True, slots=True)
class PathResult:
    """What came out.

    Attributes:
        edges_and_paths: reliability of all statements (edge, reach, path), plants and stations together.
        plants, stations: the same, each for itself.
        raw: the same as the first, had the raw frequency been stated: (how many sure, how many of them true).
        seconds: CPU seconds of fitting one plant of 98 columns.
        twins: twins simulated in all.
    """

    edges_and_paths: Reliability
    plants: Reliability
    stations: Reliability
    raw: tuple[int, int]
    seconds: float
    twins: int


def evaluate_paths(folder: Path, work: Work) -> PathResult:
    """Judge stated edges, reaches and paths."""
    own = work.each("98-column plants", [str(seed) for seed in PLANTS], lambda key: _plant(int(key), work))
    theirs = work.each(
        "causalAssembly stations", [str(one) for one in STATIONS], lambda key: _station(folder, int(key), work)
    )
    lines = [[(_curves(one), _tallies(one["truth"])) for one in part] for part in (own, theirs)]
    both = lines[0] + lines[1]
    sure = int(RAW * BINS)
    counts = [tally[stratum] for _, tally in both for stratum in STRATA]
    return PathResult(
        reliability(both, STRATA, threshold=SURE),
        reliability(lines[0], STRATA, threshold=SURE),
        reliability(lines[1], STRATA, threshold=SURE),
        (sum(int(one.stated[sure:].sum()) for one in counts), sum(int(one.true[sure:].sum()) for one in counts)),
        float(np.mean([one["seconds"] for one in own])),
        sum(len(one["twins"]) for one in own + theirs),
    )


def _plant(seed: int, work: Work) -> dict[str, Any]:
    """A line of 98 columns by a recipe drawn from the widest range, and its own twins."""
    rng = np.random.default_rng(seed)
    pattern = likeness(Recipe(TIERS).draw(rng).sample(rng, ROWS))
    line = drawn(pattern, rng).draw(rng)
    table = line.sample(rng, ROWS)
    return _judged(table, line.edges(table.names), seed, work)


def _station(folder: Path, number: int, work: Work) -> dict[str, Any]:
    table, edges = station(folder, number)
    return _judged(table, edges, number, work)


def _judged(table: Table, edges: Flags, seed: int, work: Work) -> dict[str, Any]:
    """The table's statements with their truth, and the same of twins like it."""
    usable = fitness(table).usable
    where = [table.names.index(name) for name in usable]
    # A path through a column about which nothing can be said still is a way from cause to effect.
    reached = closure(edges)[np.ix_(where, where)]
    direct = edges[np.ix_(where, where)]
    table = table.select(usable)
    start = time.process_time()
    posterior = fit(table, seed=seed)
    seconds = time.process_time() - start
    order = [table.names.index(name) for name in posterior.names]
    truth = tallies(posterior, direct[np.ix_(order, order)], reached[np.ix_(order, order)])
    like = likeness(table.canonical())
    recipes = family(like, np.random.default_rng([seed, 1]))
    numbers = [str(number) for number in range(twins_wanted(like))]
    found = work.each(
        f"twins of {seed}",
        numbers,
        lambda key: _document(twin_tallies(like, recipes[int(key) % len(recipes)], [seed, 2, int(key)], None, None)),
    )
    return {"truth": _document(truth), "twins": found, "seconds": seconds}


def _document(found: Tallies) -> dict[str, Any]:
    """Counts that are not zero, by stratum: [cell, stated, true]."""
    return {
        f"{claim.value}|{where.value}": [
            [int(cell), int(tally.stated[cell]), int(tally.true[cell])] for cell in np.flatnonzero(tally.stated)
        ]
        for (claim, where), tally in found.items()
    }


def _tallies(document: Mapping[str, Any]) -> dict[Stratum, Tally]:
    found = dict[Stratum, Tally]()
    for stratum in STRATA:
        stated, true = np.zeros(BINS, dtype=np.int64), np.zeros(BINS, dtype=np.int64)
        for cell, count, hits in document[f"{stratum[0].value}|{stratum[1].value}"]:
            stated[cell], true[cell] = count, hits
        found[stratum] = Tally(stated, true)
    return found


def _curves(result: Mapping[str, Any]) -> dict[Stratum, Curve]:
    return curves_of([_tallies(one) for one in result["twins"]])
