"""causRCA: event logs of a CNC lathe, normal and with known manipulated signals (Apache-2.0, read, never copied).

The expert graph that comes with the data is not used: with it the task is trivial.
Source: causRCA, "Real-world dataset for causal discovery and root cause analysis in machinery", 2025.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from evidence.errors import ImportRefusedError, NotFoundError
from rca.attribution.events import EventHabits, Run, Timing, run_of
from rca.evaluate.scores import Ranks, rank_of
from rca.evaluate.work import Work

GROUPS: Final = ("exp_probe", "exp_coolant")
GRID: Final = tuple(
    Timing(before, steady, answers)
    for before in (30.0, 45.0, 60.0)
    for steady in (0.3, 0.5, 1.0)
    for answers in ((1.2,), (2.0,), (1.2, 2.0))
)
"""Settings that one may be chosen from, in a fixed order; of equally good ones the first is chosen."""
Event = tuple[float, str, bool]


@dataclass(frozen=True, slots=True)
class FaultRun:
    """One run with a known cause.

    Attributes:
        name: group, experiment and run.
        experiment: runs of one experiment share a cause.
        roots: signals that were manipulated.
        alarm: when the alarm was there, seconds.
        candidates: all signals of the log that are no alarms.
        run: the two-valued ones.
    """

    name: str
    experiment: str
    roots: tuple[str, ...]
    alarm: float
    candidates: tuple[str, ...]
    run: Run


@dataclass(frozen=True, slots=True)
class CausRcaResult:
    """What came out.

    Attributes:
        left_out: ranks when the timing is chosen, out of GRID, on the other experiments alone.
        shipped: ranks with the timing that ships.
        novelty: ranks of the simplest method: values never seen before.
        by_group: (ours left out, novelty) by group.
        spread: (top-1, top-3): lowest, middle and highest over GRID.
        runs: how many.
    """

    left_out: Ranks
    shipped: Ranks
    novelty: Ranks
    by_group: dict[str, tuple[Ranks, Ranks]]
    spread: tuple[tuple[float, float], ...]
    runs: int


def evaluate_causrca(folder: Path, work: Work) -> CausRcaResult:
    """Judge all fault runs of the groups `exp_probe` and `exp_coolant`.

    Raises:
        NotFoundError: the folder is not causRCA's.
        ImportRefusedError: a file does not look as described.
    """
    files = _fault_folders(folder)
    if not files:
        raise NotFoundError(f"no fault runs in {folder}", advice="Name the folder of causRCA.")

    @cache
    def loaded() -> tuple[tuple[str, ...], list[Run], dict[Timing, EventHabits]]:
        signals = _signals(folder)
        quiet = [run_of(_events(file), signals) for file in sorted((folder / "real_op").glob("*.csv"))]
        return signals, quiet, {timing: EventHabits(signals, quiet, timing) for timing in (*GRID, Timing())}

    def judge(key: str) -> dict[str, Any]:
        signals, quiet, habits = loaded()
        case = _fault_run(folder / "dig_twin" / key, signals)
        ranks = [_rank(case, habits[timing]) for timing in GRID]
        return {"ranks": ranks, "shipped": _rank(case, habits[Timing()]), "novelty": _novelty(case, signals, quiet)}

    names = [str(file.relative_to(folder / "dig_twin")) for file in files]
    found = work.each("causRCA runs", names, judge)
    ranks = np.array([one["ranks"] for one in found])
    experiments = [name.rsplit("/", 1)[0] for name in names]
    left_out = _left_out(ranks, experiments)
    novelty = [int(one["novelty"]) for one in found]
    groups = {
        group: (
            Ranks(tuple(rank for rank, name in zip(left_out, names, strict=True) if name.startswith(group))),
            Ranks(tuple(rank for rank, name in zip(novelty, names, strict=True) if name.startswith(group))),
        )
        for group in GROUPS
    }
    tops = [((ranks > 0) & (ranks <= most)).mean(axis=0) for most in (1, 3)]
    spread = tuple((float(np.quantile(tops[0], at)), float(np.quantile(tops[1], at))) for at in (0.0, 0.5, 1.0))
    shipped = Ranks(tuple(int(one["shipped"]) for one in found))
    return CausRcaResult(Ranks(tuple(left_out)), shipped, Ranks(tuple(novelty)), groups, spread, len(names))


def _rank(case: FaultRun, habits: EventHabits) -> int:
    """Place of the first true cause among all candidates; those that are not two-valued come last."""
    ranked = [one.name for one in habits.explain(case.run, case.alarm) if one.name in case.candidates]
    return rank_of([*ranked, *(name for name in case.candidates if name not in ranked)], case.roots)


def _novelty(case: FaultRun, signals: tuple[str, ...], quiet: list[Run]) -> int:
    """By how long before the alarm a signal stood as it never stood in a quiet run; then by name."""
    seen = np.array([[any((run.states[:, place] == state).any() for run in quiet) for state in (0, 1)]
                     for place in range(len(signals))])  # fmt: skip
    until = case.run.times <= case.alarm
    states = case.run.states[until]
    lasts = np.diff(np.append(case.run.times[until], case.alarm))
    score = {}
    for place, name in enumerate(signals):
        known = states[:, place] >= 0
        new = known & ~seen[place][np.clip(states[:, place], 0, 1)]
        score[name] = float(lasts[new].sum())
    ranked = sorted(case.candidates, key=lambda name: (-score.get(name, 0.0), name))
    return rank_of(ranked, case.roots)


def _left_out(ranks: np.ndarray[Any, np.dtype[np.int_]], experiments: list[str]) -> list[int]:
    """Choose on all other experiments, judge on this one."""
    found = [0] * len(experiments)
    first, third = ranks == 1, (ranks > 0) & (ranks <= 3)
    for experiment in sorted(set(experiments)):
        held = np.array([one == experiment for one in experiments])
        merit = first[~held].sum(axis=0) + third[~held].sum(axis=0)
        for place in np.flatnonzero(held):
            found[int(place)] = int(ranks[place, int(np.argmax(merit))])
    return found


def _fault_folders(folder: Path) -> list[Path]:
    found = [file.parent for group in GROUPS for file in (folder / "dig_twin" / group).glob("exp_*/run_*/causes.json")]
    return sorted(found)


def _fault_run(place: Path, signals: tuple[str, ...]) -> FaultRun:
    described = json.loads(next(place.parent.glob("*_description.json")).read_text(encoding="utf-8"))
    causes = json.loads((place / "causes.json").read_text(encoding="utf-8"))
    file = next(place.glob("*.csv"))
    candidates = sorted({row["node"] for row in _rows(file) if row["type"] != "Alarm"})
    return FaultRun(
        "/".join(place.parts[-3:]),
        "/".join(place.parts[-3:-1]),
        tuple(str(one) for one in described["manipulatedVars"]),
        float(causes["alarms_detected_at"]),
        tuple(candidates),
        run_of(_events(file), signals),
    )


def _signals(folder: Path) -> tuple[str, ...]:
    """All two-valued signals that the fault runs log."""
    logs = [next(place.glob("*.csv")) for place in _fault_folders(folder)]
    return tuple(sorted({name for log in logs for _, name, _ in _events(log)}))


def _events(file: Path) -> Iterator[Event]:
    for row in _rows(file):
        if row["type"] == "Binary":
            yield float(row["time_s"]), row["node"], row["value"] == "True"


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames != ["time_s", "node", "value", "type"]:
            raise ImportRefusedError(file.name, "heading", "time_s, node, value and type are expected")
        yield from reader
