"""Faults put into twin lines: one root, one unrelated shift beside it, and an expert's graph that is partly wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from rca.attribution.dags import Dags, ancestors, topological
from rca.attribution.frame import Frame, frame_of
from rca.columns import Column
from rca.twins.line import TwinLine
from rca.twins.mechanism import Change
from rca.twins.recipe import Recipe

Flags = npt.NDArray[np.bool_]

RECIPE: Final = Recipe(tiers=((0, 5), (1, 6), (2, 7), (3, 7), (4, 5)))
"""Thirty visible nodes on five tiers; shapes, noises and latents as the recipe's defaults."""
REFERENCE_ROWS: Final = 500
WINDOW_ROWS: Final = 60
SHORTEST: Final = 4
LONGEST: Final = 120
_TRIES: Final = 200


@dataclass(frozen=True, slots=True)
class Setting:
    """How hard the cases are.

    Attributes:
        wrong: share of the expert's edges that are wrong.
        distractor: whether a node that does not reach the target shifts as well.
        recipe: what the lines look like.
        reference: rows before the fault.
        window: rows of the fault; None: SHORTEST to LONGEST, drawn for each case, short ones as often as long ones.
    """

    wrong: float = 0.25
    distractor: bool = True
    recipe: Recipe = RECIPE
    reference: int = REFERENCE_ROWS
    window: int | None = WINDOW_ROWS


@dataclass(frozen=True, slots=True)
class FaultCase:
    """One alarm with a known cause.

    Attributes:
        frame: reference and window.
        columns: what the frame's columns are, tiers included.
        expert: the graph that people drew, partly wrong.
        root: the column whose mechanism was changed on purpose, and which reaches the target.
        distractor: the column that shifted and reaches the target by no path; empty when there is none.
    """

    frame: Frame
    columns: tuple[Column, ...]
    expert: Dags
    root: str
    distractor: str


def fault_case(seed: int, setting: Setting = Setting()) -> FaultCase:
    """Draw a line, a fault that its target notices, an unrelated shift and an expert; equal seeds give equal cases.

    The fault shifts the root by 1.5 to 4 of its standard deviations (70 of 100), or widens its own variation 2.5 to 4
    times. The target notices when its mean or its spread departs by more than four standard errors: no chart would
    have raised the other alarms.
    """
    rng = np.random.default_rng([seed, 20_2611])
    for _ in range(_TRIES):
        line = setting.recipe.draw(rng)
        names = line.names
        true = line.edges(names)
        tiers = np.array([line.columns[line.node(name)].tier for name in names])
        target = int(rng.choice(np.flatnonzero(tiers == tiers.max())))
        above = ancestors(true, target)
        above[target] = False
        aside = ~above
        aside[target] = False
        if not above.any() or not aside.any():
            continue
        root = int(rng.choice(np.flatnonzero(above)))
        stray = [int(one) for one in np.flatnonzero(aside) if not ancestors(true, int(one))[root]]
        if setting.distractor and not stray:
            continue
        changes = {names[root]: _fault(rng)}
        distractor = ""
        if setting.distractor:
            distractor = names[int(rng.choice(stray))]
            changes[distractor] = Change(shift=_either(rng) * float(rng.uniform(2.0, 5.0)))
        frame = _sampled(rng, line, changes, names[target], setting)
        if _noticed(frame):
            columns = tuple(line.columns[line.node(name)] for name in names)
            expert = Dags(names, spoiled(rng, true, tiers, setting.wrong)[None])
            return FaultCase(frame, columns, expert, names[root], distractor)
    raise AssertionError("no fault was noticed; the setting leaves nothing to notice")


def spoiled(rng: np.random.Generator, true: Flags, tiers: npt.NDArray[np.int_], wrong: float) -> Flags:
    """An expert's graph: of the true edges a share is turned, moved to another cause, or dropped for a false one.

    Edges never point to a lower tier, and no cycle is made: those mistakes the process route excludes.
    """
    found = true.copy()
    edges = [(int(one), int(other)) for one, other in np.argwhere(true)]
    count = len(edges)
    for place in rng.permutation(count)[: round(wrong * count)]:
        cause, effect = edges[int(place)]
        found[cause, effect] = False
        turn = rng.random() < 1 / 3 and tiers[cause] == tiers[effect]
        options = [(effect, cause)] if turn else []
        candidates = np.argwhere(~true & ~found & (tiers[:, None] <= tiers[None, :]))
        options += [(int(one), int(other)) for one, other in rng.permutation(candidates)]
        for one, other in options:
            if one != other and not true[one, other] and not ancestors(found, one)[other]:
                found[one, other] = True
                break
    topological(found)
    return found


def _fault(rng: np.random.Generator) -> Change:
    if rng.random() < 0.7:
        return Change(shift=_either(rng) * float(rng.uniform(1.5, 4.0)))
    return Change(spread=float(rng.uniform(2.5, 4.0)))


def _either(rng: np.random.Generator) -> float:
    return float(rng.choice([-1.0, 1.0]))


def _sampled(
    rng: np.random.Generator, line: TwinLine, changes: dict[str, Change], target: str, setting: Setting
) -> Frame:
    before = line.sample(rng, setting.reference)
    rows = setting.window or round(float(np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST)))))
    after = line.sample(rng, rows, changes=changes)
    return frame_of(before, after, target)


def _noticed(frame: Frame) -> bool:
    place = frame.place(frame.target)
    before, after = frame.reference[:, place], frame.window[:, place]
    spread = float(before.std()) or 1.0
    rows = after.size
    mean = abs(float(after.mean() - before.mean())) / spread * np.sqrt(rows)
    wider = abs(np.log(max(float(after.std()), 1e-9) / spread)) * np.sqrt(2.0 * rows)
    return bool(mean > 4.0 or wider > 4.0)
