"""PetShop, judged: rankings of ours and of peers, and whether quiet windows stay without a cause."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from rca.attribution.attribute import Blend, attribute
from rca.attribution.change import Freedom
from rca.attribution.frame import Frame
from rca.attribution.quiet import quiet
from rca.evaluate import petshop
from rca.evaluate.case import Case
from rca.evaluate.peers import PEERS
from rca.evaluate.scores import Ranks, Share, rank_of
from rca.evaluate.work import Work

OURS: Final = "credence"
BEFORE: Final = 350
"""Quiet rows that specificity compares with; the rows after them are the quiet windows it is judged on."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting of the constants that might have been chosen."""

    freedom: Freedom
    floor: float
    blend: Blend


CHOICES: Final = tuple(
    Choice(Freedom(support=support, mild=mild), floor, Blend(*weights))
    for support in (2.0, 3.0, 5.0)
    for mild in (0.5, 1.0, 2.0, 5.0)
    for floor in (1e-4, 1e-3, 1e-2)
    for weights in ((0.5, 1.0), (1.0, 0.5), (1.0, 1.0))
)
"""All settings, in a fixed order; of equally good ones the first is chosen."""


@dataclass(frozen=True, slots=True)
class PetShopResult:
    """What came out.

    Attributes:
        ranks: by method, all 26 issues.
        tested: by method, the 18 issues of the test folder only.
        by_root: ranks of ours by true cause.
        left_out: ranks of ours when the constants are chosen, out of CHOICES, on the issues of the other true causes.
        spread: lowest, middle and highest (top-1, top-3) over all CHOICES.
        seconds: CPU seconds a case of ours, with judging the quiet windows.
        specificity: share of quiet windows, kept apart, for which no cause is named.
        sensitivity: share of issues for which a cause is named.
    """

    ranks: Mapping[str, Ranks]
    tested: Mapping[str, Ranks]
    by_root: Mapping[str, Ranks]
    left_out: Ranks
    spread: tuple[tuple[float, float], ...]
    seconds: float
    specificity: Share
    sensitivity: Share


def evaluate_petshop(folder: Path, work: Work) -> PetShopResult:
    """Judge all issues and the quiet rows kept apart.

    Raises:
        NotFoundError, ImportRefusedError: as `petshop.cases`.
    """
    cases = {case.name: case for case in petshop.cases(folder)}
    found = dict(zip(cases, work.each("PetShop issues", list(cases), lambda key: _issue(cases[key])), strict=True))
    grid = work.each("PetShop, other constants", list(cases), lambda key: _choices(cases[key]))
    silent = work.each("PetShop quiet windows", list(petshop.METRICS), lambda metric: _quiet(folder, metric))
    methods = next(iter(found.values()))["ranks"].keys()
    tested = [one for name, one in found.items() if cases[name].part == "test"]
    roots = sorted({case.roots[0] for case in cases.values()})
    ranks = np.array([one["ranks"] for one in grid])
    causes = [case.roots[0] for case in cases.values()]
    return PetShopResult(
        {name: Ranks(tuple(one["ranks"][name] for one in found.values())) for name in methods},
        {name: Ranks(tuple(one["ranks"][name] for one in tested)) for name in methods},
        {
            root: Ranks(tuple(one["ranks"][OURS] for name, one in found.items() if cases[name].roots[0] == root))
            for root in roots
        },
        _left_out(ranks, causes),
        _spread(ranks),
        float(np.mean([one["seconds"] for one in found.values()])),
        Share(sum(one["unnamed"] for one in silent), sum(one["of"] for one in silent)),
        Share(sum(one["named"] for one in found.values()), len(found)),
    )


def _issue(case: Case) -> dict[str, Any]:
    start = time.process_time()
    ours = attribute(case.frame, case.dags)
    named = quiet(case.frame, case.dags).names_cause(ours)
    seconds = time.process_time() - start
    # The target itself is among our suspects: a ranking that puts it before the true cause is wrong by one place.
    ranks = {OURS: rank_of([one.name for one in ours.suspects], case.roots)}
    ranks |= {name: rank_of(list(ranking(case)), case.roots) for name, ranking in PEERS.items()}
    return {"ranks": ranks, "seconds": seconds, "named": bool(named)}


def _choices(case: Case) -> dict[str, Any]:
    """Rank of the true cause under every setting of CHOICES."""
    found = [attribute(case.frame, case.dags, freedom=one.freedom, floor=one.floor, blend=one.blend) for one in CHOICES]
    return {"ranks": [rank_of([suspect.name for suspect in one.suspects], case.roots) for one in found]}


def _left_out(ranks: np.ndarray[Any, np.dtype[np.int_]], causes: list[str]) -> Ranks:
    """Choose on the issues of all other causes, judge on those of this one."""
    found = np.zeros(len(causes), dtype=np.int64)
    first, third = ranks == 1, (ranks > 0) & (ranks <= 3)
    for cause in sorted(set(causes)):
        held = np.array([one == cause for one in causes])
        merit = first[~held].sum(axis=0) + third[~held].sum(axis=0)
        found[held] = ranks[held, int(np.argmax(merit))]
    return Ranks(tuple(found.tolist()))


def _spread(ranks: np.ndarray[Any, np.dtype[np.int_]]) -> tuple[tuple[float, float], ...]:
    tops = [((ranks > 0) & (ranks <= most)).mean(axis=0) for most in (1, 3)]
    return tuple((float(np.quantile(tops[0], at)), float(np.quantile(tops[1], at))) for at in (0.0, 0.5, 1.0))


def _quiet(folder: Path, metric: str) -> dict[str, Any]:
    """Windows of the last rows of the quiet days, judged against the first BEFORE rows."""
    series, calls = petshop.quiet_series(folder), petshop.call_graph(folder)
    whole, dags = petshop.frame_over(series, series, calls, petshop.TARGET, metric, petshop.STATISTIC)
    before = whole.reference[:BEFORE]
    rows = petshop.ISSUE_ROWS
    judged, unnamed = 0, 0
    bar = None
    for start in range(BEFORE, whole.reference.shape[0] - rows + 1, rows):
        frame = Frame(whole.names, before, whole.reference[start : start + rows], whole.target)
        bar = bar or quiet(frame, dags)
        judged += 1
        unnamed += not bar.names_cause(attribute(frame, dags))
    return {"of": judged, "unnamed": unnamed}
