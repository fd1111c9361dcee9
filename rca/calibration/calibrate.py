"""Simulate twins of a table, fit them as the table was fitted, and count how often what is stated is true.

Every twin has its own seed, so that a run that was cut off goes on where it stopped and ends the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from evidence.errors import SchemaError
from rca.calibration.curve import Curve, Stated, curve
from rca.calibration.statements import STRATA, Claim, Stratum, Tally, Where, tallies
from rca.posterior.fit import Beliefs, Edge, Progress, Walk, fit
from rca.posterior.local import Scoring
from rca.posterior.posterior import Flags, Posterior, possible, settled
from rca.table import Table
from rca.twins.family import Likeness, family, likeness, twin
from rca.twins.line import TwinLine
from rca.twins.recipe import Recipe

SURE: Final = 0.92
"""What the highest bin still says after caution."""
CAUTION: Final = 0.5
"""Standard errors taken off the highest bin. Each of 120 twins judged by the curves of its siblings: said .9315, true
.9315 of 54,339 statements; without caution .938 and .929, with a whole error .928 and .935."""
EXPERTS_WRONG: Final = 0.25
"""Share by which engineers' beliefs are discounted when twins are given some: what the issue asks to withstand."""
Tallies = Mapping[Stratum, Tally]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Curves of all strata, from the twins of one table.

    Attributes:
        curves: one a stratum.
        twins: how many lines were simulated.
        seed: of the twins.
        window: digest of the table that the twins are like.
    """

    curves: Mapping[Stratum, Curve]
    twins: int
    seed: int
    window: str

    def edge(self, posterior: Posterior, cause: str, effect: str) -> Stated:
        """How sure it is that `cause` acts on `effect` directly (among the columns of the table)."""
        return self._pair(posterior, Claim.EDGE, posterior.held, cause, effect)

    def reach(self, posterior: Posterior, cause: str, effect: str) -> Stated:
        """How sure it is that `cause` acts on `effect` by any path."""
        return self._pair(posterior, Claim.REACH, posterior.reached, cause, effect)

    def path(self, posterior: Posterior, *steps: str) -> Stated:
        """How sure it is that every edge of this path is there; a path of one edge is an edge."""
        if len(steps) == 2:
            return self.edge(posterior, *steps)
        raw = posterior.path(*steps)
        fixed = settled(posterior.columns)
        places = [posterior.place(step) for step in steps]
        all_fixed = all(fixed[cause, effect] for cause, effect in pairwise(places))
        return self.curves[Claim.PATH, Where.BETWEEN if all_fixed else Where.WITHIN].state(raw)

    def _pair(self, posterior: Posterior, claim: Claim, graphs: Flags, cause: str, effect: str) -> Stated:
        one, other = posterior.place(cause), posterior.place(effect)
        if one == other:
            raise SchemaError(f"{cause!r} and {effect!r} are one column", advice="Ask about two different columns.")
        where = Where.BETWEEN if settled(posterior.columns)[one, other] else Where.WITHIN
        return self.curves[claim, where].state(float(graphs[:, one, other].mean()))


def twins_wanted(like: Likeness) -> int:
    """How many twins make the curves of such a table speak: fewer for large tables, whose lines say more each."""
    size = sum(count for _, count in like.tiers)
    return int(np.clip(np.ceil(60_000 / (size * (size - 1))), 12, 150))


def calibrated(
    table: Table,
    *,
    seed: int,
    scoring: Scoring | None = None,
    walk: Walk | None = None,
    beliefs: Beliefs | None = None,
    twins: int | None = None,
    done: Mapping[int, Tallies] | None = None,
    keep: Callable[[int, Tallies], None] | None = None,
    progress: Progress | None = None,
) -> Calibration:
    """Calibrate for a table whose columns are all usable (`rca.checks`).

    Args:
        beliefs: what engineers said of the table; twins get as many, as often right as theirs claim to be, less the
            share that experience takes off (EXPERTS_WRONG).
        twins: how many lines to simulate; `twins_wanted` when not given.
        done: tallies of an earlier run of this same call, by number of the twin.
        keep: told each new tally, to be kept in case this run is cut off.
    """
    like = likeness(table.canonical())
    wanted = twins or twins_wanted(like)
    recipes = family(like, np.random.default_rng([seed, 1]))
    counted = list[Tallies]()
    for number in range(wanted):
        if progress:
            progress("simulating twins", number / wanted)
        found = (done or {}).get(number)
        if found is None:
            found = twin_tallies(like, recipes[number % len(recipes)], [seed, 2, number], scoring, walk, beliefs)
            if keep:
                keep(number, found)
        counted.append(found)
    return Calibration(curves_of(counted), wanted, seed, table.digest)


def twin_tallies(
    like: Likeness,
    recipe: Recipe,
    seed: list[int],
    scoring: Scoring | None = None,
    walk: Walk | None = None,
    beliefs: Beliefs | None = None,
) -> Tallies:
    """Draw one twin, fit it, and count its statements."""
    rng = np.random.default_rng(seed)
    line, table = twin(like, recipe, rng)
    said = twin_beliefs(beliefs, line, table, rng) if beliefs else None
    posterior = fit(table, seed=seed[-1], scoring=scoring, walk=walk, beliefs=said)
    return tallies(posterior, line.edges(posterior.names), line.reaches(posterior.names))


def twin_beliefs(beliefs: Beliefs, line: TwinLine, table: Table, rng: np.random.Generator) -> Beliefs:
    """As many beliefs about a twin as engineers have about the table, each right as often as it may be trusted.

    A belief of probability p is about a true edge of the twin with probability p * (1 - EXPERTS_WRONG), else about an
    edge that is not there. Impossible edges are left out: they take nothing away that data could find.
    """
    edges, may = line.edges(table.names), possible(table.columns)
    there, absent = np.argwhere(edges), np.argwhere(may & ~edges)
    said = dict[Edge, float]()
    for odds in beliefs.log_odds.values():
        trusted = (1 - EXPERTS_WRONG) / (1 + np.exp(-odds))
        pool = there if rng.random() < trusted else absent
        if len(pool):
            cause, effect = pool[int(rng.integers(len(pool)))]
            said[table.names[cause], table.names[effect]] = odds
    return Beliefs(said)


def curves_of(lines: list[Tallies]) -> dict[Stratum, Curve]:
    """Curves of all strata from one set of tallies a line."""
    return {stratum: curve([line[stratum] for line in lines], top=SURE, caution=CAUTION) for stratum in STRATA}


def halves(lines: list[Tallies]) -> Iterator[tuple[list[Tallies], list[Tallies]]]:
    """The two ways of building curves on every other line and reading them on the rest (for the reliability curve)."""
    yield lines[0::2], lines[1::2]
    yield lines[1::2], lines[0::2]
