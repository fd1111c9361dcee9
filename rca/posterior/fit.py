"""From a table and engineers' beliefs to sampled graphs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from evidence.errors import LimitError, SchemaError
from rca.checks import fitness
from rca.columns import Column
from rca.posterior.features import Moments, moments
from rca.posterior.local import Scoring, bit_sums, pick_candidates, score_sets
from rca.posterior.orders import OrderWalk, SetDraw, totals_of
from rca.posterior.posterior import Flags, Posterior, closures, settled
from rca.posterior.witness import survival
from rca.table import Array, Table

MAX_GRAPHS: Final = 5_000
"""Most graphs sampled."""
Progress = Callable[[str, float], None]
"""Told what is being done and which share of it is done, 0 to 1."""
Edge = tuple[str, str]
"""Cause and effect, by name."""


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What engineers know.

    Attributes:
        log_odds: natural log-odds of an edge, by (cause, effect); what nobody spoke about has the scoring's prior.
        impossible: edges that physics forbids.
    """

    log_odds: Mapping[Edge, float] = field(default_factory=dict)
    impossible: frozenset[Edge] = frozenset()


@dataclass(frozen=True, slots=True)
class Walk:
    """How long the walk over orders is.

    Attributes:
        chains: independent chains, so that their disagreement can be told.
        burn: sweeps thrown away at the start of each chain.
        keep: sweeps kept of each chain, one order each.
        draws: graphs drawn from each order kept.
    """

    chains: int = 4
    burn: int = 60
    keep: int = 50
    draws: int = 4

    def __post_init__(self) -> None:
        if min(self.chains, self.keep, self.draws) < 1 or self.burn < 0:
            raise SchemaError("a walk has at least one chain, sweep and draw")
        if self.chains * self.keep * self.draws > MAX_GRAPHS:
            raise LimitError(f"more than {MAX_GRAPHS} graphs", advice="Take fewer sweeps or draws.")


def fit(
    table: Table,
    *,
    seed: int,
    beliefs: Beliefs | None = None,
    scoring: Scoring | None = None,
    walk: Walk | None = None,
    progress: Progress | None = None,
) -> Posterior:
    """Sample graphs of causes; equal seeds give equal graphs in any order and under any names of the columns.

    Raises:
        SchemaError: too few rows or usable columns (`rca.checks`).
        NotFoundError: a belief about a column that the table does not have.
    """
    scoring, walk, beliefs = scoring or Scoring(), walk or Walk(), beliefs or Beliefs()
    tell = progress or (lambda what, share: None)
    fit_for = fitness(table)
    for edge in (*beliefs.log_odds, *sorted(beliefs.impossible)):
        for name in edge:
            table.place(name)
    tell("reading", 0.0)
    usable = table.select(fit_for.usable)
    found = moments(usable)
    candidates, scores = _scored(found, Beliefs(*_standing(beliefs, fit_for.same_as)), scoring, tell)
    graphs = _walked(usable.columns, candidates, scores, walk, seed, tell)
    parts = np.array_split(closures(graphs), walk.chains)
    disagreement = max(float(np.abs(part.mean(0) - parts[0].mean(0)).max()) for part in parts)
    kept = survival(found, graphs.mean(axis=0), settled(usable.columns))
    held = graphs & (np.random.default_rng([seed, walk.chains]).random(graphs.shape, dtype=np.float32) < kept)
    return Posterior(
        columns=usable.columns,
        graphs=graphs,
        held=held,
        abstained=fit_for.abstained,
        same_as=fit_for.same_as,
        window=table.digest,
        rows=table.rows,
        seed=seed,
        scoring=scoring,
        disagreement=disagreement,
    )


def _standing(beliefs: Beliefs, same_as: tuple[tuple[str, str], ...]) -> tuple[dict[Edge, float], frozenset[Edge]]:
    """Beliefs about a column whose values equal another's count for that one."""
    stands = dict(same_as)

    def moved(edge: Edge) -> Edge:
        return stands.get(edge[0], edge[0]), stands.get(edge[1], edge[1])

    return {moved(edge): odds for edge, odds in beliefs.log_odds.items()}, frozenset(map(moved, beliefs.impossible))


def _scored(
    found: Moments, beliefs: Beliefs, scoring: Scoring, tell: Progress
) -> tuple[list[tuple[int, ...]], list[Array]]:
    candidates, scores = list[tuple[int, ...]](), list[Array]()
    columns = found.columns
    for target, column in enumerate(columns):
        tell("scoring", target / len(columns))
        odds = {cause: beliefs.log_odds.get((one.name, column.name)) for cause, one in enumerate(columns)}
        allowed = [
            cause
            for cause, one in enumerate(columns)
            if cause != target and one.may_cause(column) and (one.name, column.name) not in beliefs.impossible
        ]
        believed = [(belief, cause) for cause in allowed if (belief := odds[cause]) is not None and belief > 0]
        wanted = [cause for _, cause in sorted(believed, key=lambda pair: (-pair[0], pair[1]))]
        chosen = pick_candidates(found, target, allowed, wanted, min(scoring.candidates, len(allowed)))
        share = min(scoring.parents / max(len(allowed), 1), 0.5)
        usual = float(np.log(share / (1 - share)))
        priors = [usual if (known := odds[cause]) is None else known for cause in chosen]
        score = score_sets(found, target, chosen, scoring) + bit_sums(priors)
        candidates.append(chosen)
        scores.append(score - score.max())
    return candidates, scores


def _walked(
    columns: tuple[Column, ...],
    candidates: list[tuple[int, ...]],
    scores: list[Array],
    walk: Walk,
    seed: int,
    tell: Progress,
) -> Flags:
    numbers = sorted({column.tier for column in columns})
    tiers = [[place for place, column in enumerate(columns) if column.tier == number] for number in numbers]
    totals = totals_of(scores)
    draw = [SetDraw(own, score) for own, score in zip(candidates, scores, strict=True)]
    graphs = np.zeros((walk.chains * walk.keep * walk.draws, len(columns), len(columns)), dtype=np.bool_)
    number = 0
    for chain in range(walk.chains):
        rng = np.random.default_rng([seed, chain])
        orders = OrderWalk(tiers, candidates, totals, rng)
        for sweep in range(walk.burn + walk.keep):
            tell("walking", (chain + sweep / (walk.burn + walk.keep)) / walk.chains)
            orders.sweep()
            if sweep >= walk.burn:
                for effect, one in enumerate(draw):
                    for at, parents in enumerate(one(orders.before[effect], rng, walk.draws)):
                        graphs[number + at, parents, effect] = True
                number += walk.draws
    return graphs
