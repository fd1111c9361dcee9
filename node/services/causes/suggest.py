"""Suggest set points: searched under do() on graphs of how the line is now, within the plant's limits and its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from evidence.draft import JsonValue
from evidence.errors import InputError, NotFoundError, SchemaError
from evidence.quantity import Quantity
from node.outbound.port import ControlSystem, Point
from node.services.causes.case import CausalCase, CausalState
from node.services.causes.desk import CASE, EXPLANATION, SUGGESTION, CausalDesk
from node.services.causes.explanation import number
from node.services.causes.lessons import ReadLessons, earlier
from node.services.causes.tables import Lots, ReadTable
from rca.effect.effect import Effects
from rca.posterior.fit import Beliefs, fit
from rca.posterior.posterior import Posterior
from rca.suggest.lever import Goal, Lever, Measure
from rca.suggest.search import suggest
from rca.suggest.suggestion import Suggestion
from rca.table import Table
from spc.specification import Specification

MIN_LOTS: Final = 40
"""Fewest lots since the fault began from which set points are suggested."""
_CAP: Final = 4.0
"""What lots before the fault say of an edge counts for those since as log-odds, this much at most either way."""


@dataclass(frozen=True, slots=True)
class SuggestCorrection:
    """Searches, and keeps the suggestion beside the case.

    Attributes:
        beliefs: as for explaining.
        lessons: what engineers made of earlier suggestions; a prior of the search.
    """

    desk: CausalDesk
    read: ReadTable
    control: ControlSystem
    beliefs: Callable[[str, Table], tuple[Beliefs, int]]
    lessons: ReadLessons

    def __call__(
        self, case: str, *, by: str, measure: str = "cpk", costs: Mapping[str, float] | None = None
    ) -> CausalCase:
        """Suggest moves of the set points that the plant has opened and that this line's tables record.

        Args:
            measure: `cpk` or `yield`.
            costs: points of the goal for one unit of a column; what is left out costs nothing.
        Raises:
            NotFoundError: no such case, or no set point is recorded in its table.
            ConflictError: it is not explained yet, or in release.
            SchemaError: no specification limits, too few lots since the fault began, or another measure.
        """
        _, said = self.desk.read(CASE, case)
        found = CausalCase.from_json(said)
        found.expect(CausalState.EXPLAINED, CausalState.SUGGESTED)
        state = self._now(found)
        trust = self.lessons.trust(found.line, found.column)
        levers = [
            Lever(
                point.column,
                float(point.lowest),
                float(point.highest),
                cost=(costs or {}).get(point.column, 0.0),
                trust=trust[point.column][0] if point.column in trust else 1.0,
            )
            for point in self._points(state.lots)
        ]
        goal = Goal(found.column, _limits(found), _measure(measure))
        made = suggest(state.since, state.posterior, goal, levers, seed=state.seed)
        name = made.digest[:32]
        told = self._document(made, state.whole)
        told["earlier"] = list(earlier(trust, [lever.column for lever in levers]))
        self.desk.keep(SUGGESTION, name, told, about=case, by=by)
        after = found.moved(CausalState.SUGGESTED, suggestion=name)
        self.desk.keep(CASE, case, after.to_json(), about=found.line, by=by)
        self.desk.events.add_event("causes.suggested", {"case": case, "suggestion": name}, self.desk.clock())
        return after

    def what_if(self, case: str, column: str, value: str) -> dict[str, JsonValue]:
        """What the characteristic would be if `column` were set to `value`, by the lots since the fault began.

        Raises:
            NotFoundError, ConflictError, SchemaError: as suggesting; a value that is no decimal.
        """
        _, said = self.desk.read(CASE, case)
        found = CausalCase.from_json(said)
        found.expect(CausalState.EXPLAINED, CausalState.SUGGESTED, CausalState.IN_RELEASE, CausalState.APPLIED)
        state = self._now(found)
        unit = state.lots.table.columns[state.lots.table.place(column)].unit
        wanted = float(Quantity(value, unit).exact)
        today = float(np.nanmean(state.since.column(column)))
        effect = Effects(state.since, state.posterior, seed=state.seed).effect(column, today, wanted, found.column)
        return {"column": column, "unit": unit, "present": number(today), "proposed": value, **effect.document()}

    def _now(self, case: CausalCase) -> _Now:
        explanation: Any = self.desk.read(EXPLANATION, case.explanation)[1]
        lots = self.read(case.table)
        seed, onset = int(explanation["seed"]), int(explanation["onset"]["row"])
        since = lots.table.take(slice(onset, None))
        if since.rows < MIN_LOTS:
            raise SchemaError(
                f"{since.rows} lots since the fault began; at least {MIN_LOTS} are needed",
                advice="Import a table with the newest lots, or wait for them.",
            )
        known = self.beliefs(case.graph, lots.table)[0] if case.graph else Beliefs()
        # Lots before the fault say which edges there are, as they did for the explanation; those since, how strong
        # they are now.
        whole = fit(lots.table.take(slice(0, int(explanation["onset"]["low"]))), seed=seed, beliefs=known)
        return _Now(lots, since, whole, fit(since, seed=seed, beliefs=_carried(whole, known, since)), seed)

    def _points(self, lots: Lots) -> Sequence[Point]:
        found = [point for point in self.control.points() if point.column in lots.table.names]
        if not found:
            raise NotFoundError(
                "no set point of control.json is recorded in this table",
                advice="Name the table's column at the set point in control.json.",
            )
        for point in found:
            if lots.table.columns[lots.table.place(point.column)].unit != point.unit:
                raise SchemaError(f"the table records {point.column!r} in another unit than {point.unit}", place="unit")
        return found

    def _document(self, made: Suggestion, whole: Posterior) -> dict[str, JsonValue]:
        """The room's document, with what people and flows read of it: changes at the machine's resolution, effect.

        Each change names the likeliest path by which it acts: what came of it is held against that path later.
        """
        points = {point.column: point for point in self.control.points()}
        changes: list[JsonValue] = []
        for move in made.moves:
            point = points[move.column]
            changes.append(
                {
                    "column": move.column,
                    "unit": move.unit,
                    "present": at_resolution(move.set_point[0], point),
                    "proposed": at_resolution(move.set_point[1], point),
                    "tolerance": number(3 * move.tolerance[1]),
                    "path": _path(whole, move.column, made.goal.column),
                }
            )
        forecast = made.measure
        effect: JsonValue = {
            "measure": made.goal.measure.value,
            "before": number(forecast.before),
            "expected": number(forecast.median),
            "low": number(forecast.interval[0]),
            "high": number(forecast.interval[1]),
        }
        return {**made.document(), "digest": made.digest, "changes": changes, "effect": effect}


@dataclass(frozen=True, slots=True)
class _Now:
    lots: Lots
    since: Table
    whole: Posterior
    posterior: Posterior
    seed: int


def at_resolution(value: float, point: Point) -> str:
    """A value as the machine can hold it: the nearest multiple of its resolution, written with as many digits."""
    step = float(point.resolution)
    digits = len(point.resolution.partition(".")[2])
    return f"{round(value / step) * step:.{digits}f}"


def _path(whole: Posterior, lever: str, goal: str) -> list[JsonValue]:
    likely = whole.likely_paths(lever, goal, most=1) if lever in whole.names and goal in whole.names else []
    return list(likely[0][0]) if likely else []


def _carried(whole: Posterior, known: Beliefs, since: Table) -> Beliefs:
    names = set(since.names)
    raw = np.clip(whole.edges(), 1e-6, 1 - 1e-6)
    odds = np.clip(np.log(raw / (1 - raw)), -_CAP, _CAP)
    carried = {
        (cause.name, effect.name): float(odds[one, other])
        for one, cause in enumerate(whole.columns)
        for other, effect in enumerate(whole.columns)
        if one != other and cause.may_cause(effect) and {cause.name, effect.name} <= names
    }
    return Beliefs({**carried, **known.log_odds}, known.impossible)


def _limits(case: CausalCase) -> Specification:
    lower, upper = (case.alarm.get(name) or None for name in ("lower", "upper"))
    if lower is None and upper is None:
        raise SchemaError("the watch of this case has no specification limits", place="limits")
    try:
        return Specification(*(None if one is None else float(str(one)) for one in (lower, upper)))
    except InputError as error:
        raise SchemaError(error.message, place="limits") from error


def _measure(text: str) -> Measure:
    try:
        return Measure(text)
    except ValueError as error:
        raise SchemaError(f"no measure {text[:20]!r}", place="measure", advice="There are: cpk, yield.") from error
