"""Search for set-points and tolerances that raise the 10th percentile of Cpk (or yield) over sampled graphs.

Coordinate ascent over a grid within engineering limits and observed support, cost taken off. A lever takes part only
where its effect on the characteristic may be stated (`rca.effect`), so that hidden causes do not become suggestions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.special import ndtri

from evidence.errors import InputError, LimitError, SchemaError
from rca.columns import Kind
from rca.effect.effect import Effects
from rca.posterior.fit import Progress
from rca.posterior.posterior import Posterior
from rca.suggest.lever import Goal, Lever, Measure, Move
from rca.suggest.model import Model
from rca.suggest.ruler import Ruler
from rca.suggest.suggestion import Forecast, Suggestion
from rca.table import Array, Table
from spc.capability import indices_of

MODEL_ERROR: Final = 0.5
"""Standard deviation of real over predicted gain, seen on some twenty suggestions for twin lines."""
MAX_LEVERS: Final = 20
"""Most levers of one search."""
_MODELS: Final = 40
_ROWS: Final = 1_500
_LEVELS: Final = 11
_SWEEPS: Final = 3
_LEAST_GAIN: Final = 1e-3
_WORTH_SIGNING: Final = 0.02
_INSIDE: Final = (0.02, 0.98)
_SPREAD: Final = ndtri((np.arange(5) + 0.5) / 5)
_SEEN: Final = (0.005, 0.995)
_MOSTLY: Final = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """A lever that takes part: its unit, place and ruler, today's values, and the levels that may be tried."""

    lever: Lever
    unit: str
    place: int
    ruler: Ruler
    values: Array
    levels: Array
    factors: tuple[float, ...]
    middle: float = field(init=False)
    scatter: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "middle", float(self.values.mean()))
        object.__setattr__(self, "scatter", float(self.values.std()))

    def held(self, level: float, factor: float) -> Array:
        """Its values with the set-point moved there and the scatter scaled."""
        return np.asarray(level + factor * (self.values - self.middle))

    def supported(self, level: float, factor: float) -> bool:
        """Whether nearly all parts would still lie where parts were seen: a set-point moves its scatter along."""
        low, high = np.quantile(self.values, _SEEN)
        held = self.held(level, factor)
        return float(np.mean((held >= low) & (held <= high))) >= _MOSTLY

    def cost(self, level: float, factor: float) -> float:
        """What that costs, in points of the goal."""
        return float(self.lever.cost * abs(level - self.middle) - self.lever.tightening_cost * np.log2(factor))


Setting = tuple[float, float]
"""Set-point and factor on the scatter."""


def suggest(
    table: Table,
    posterior: Posterior,
    goal: Goal,
    levers: Sequence[Lever],
    *,
    seed: int,
    progress: Progress | None = None,
) -> Suggestion:
    """The best moves of the levers; none where nothing is gained or nothing is known.

    Raises:
        SchemaError: no lever, one twice, the goal among them, a goal that is no number, or another table's posterior.
        LimitError: more than MAX_LEVERS.
        InputError, NotFoundError: nothing can be said about the goal, or no such column.
    """
    names = [lever.column for lever in levers]
    if not names or len(set(names)) < len(names) or goal.column in names:
        raise SchemaError("levers are different columns, at least one, and not the goal itself", place="levers")
    if len(names) > MAX_LEVERS:
        raise LimitError(f"{len(names)} levers; at most {MAX_LEVERS}")
    target = posterior.place(goal.column)
    if posterior.columns[target].kind not in (Kind.CONTINUOUS, Kind.COUNT):
        raise SchemaError("the goal must be a measured characteristic", place=f"column {goal.column!r}")
    effects = Effects(table, posterior, seed=seed)
    usable = table.select(posterior.names)
    values = _complete(usable)
    rulers = [Ruler(column, values[:, place]) for place, column in enumerate(usable.columns)]
    scores = np.column_stack([ruler.score(values[:, place]) for place, ruler in enumerate(rulers)])
    opened, left_out = _opened(usable, values, posterior, effects, goal, levers)
    models = list[Model]()
    if opened:
        chosen = np.linspace(0, len(posterior.graphs) - 1, min(_MODELS, len(posterior.graphs))).astype(np.int64)
        places = [one.place for one in opened]
        for number, at in enumerate(chosen):
            rng = np.random.default_rng([seed, 21, number])
            models.append(Model(usable, scores, posterior.graphs[at], places, target, rng))
    search = _Search(goal, values[:, target], rulers[target], opened, models)
    best = search.best(progress)
    return search.suggestion(best, tuple(left_out), table.digest, seed)


class _Search:
    """The search itself: settings of the open levers, judged by all models."""

    def __init__(
        self, goal: Goal, today: Array, ruler: Ruler, opened: Sequence[_Open], models: Sequence[Model]
    ) -> None:
        self._goal, self._today, self._ruler, self._opened, self._models = goal, today, ruler, opened, models
        self._now = self._figure(today)
        self._start: list[Setting] = [(one.middle, 1.0) for one in opened]

    def best(self, progress: Progress | None) -> list[Setting]:
        setting = list(self._start)
        worth = self._worth(setting)
        for sweep in range(_SWEEPS):
            before = worth
            for number, one in enumerate(self._opened):
                if progress:
                    progress("searching", (sweep + number / len(self._opened)) / _SWEEPS)
                tries = [(float(level), setting[number][1]) for level in one.levels]
                tries += [(setting[number][0], factor) for factor in one.factors]
                for tried in tries:
                    if not one.supported(*tried):
                        continue
                    candidate = [*setting[:number], tried, *setting[number + 1 :]]
                    if (found := self._worth(candidate)) > worth + _LEAST_GAIN:
                        setting, worth = candidate, found
            if worth <= before + _LEAST_GAIN:
                break
        return self._simplest(setting, worth)

    def _simplest(self, setting: list[Setting], worth: float) -> list[Setting]:
        """Moves that add next to nothing are taken back: every one of them has to be signed and watched."""
        little = max(_WORTH_SIGNING, _WORTH_SIGNING * abs(worth))
        for number, start in enumerate(self._start):
            without = [*setting[:number], start, *setting[number + 1 :]]
            if setting[number] != start and self._worth(without) >= worth - little:
                setting = without
        return setting

    def suggestion(
        self, setting: list[Setting], left_out: tuple[tuple[str, str], ...], window: str, seed: int
    ) -> Suggestion:
        moves, notes, cost = list[Move](), list[str](), 0.0
        for one, start, end in self._moved(setting):
            cost += one.cost(*end)
            scatter = (one.scatter, one.scatter * end[1])
            moves.append(Move(one.lever.column, one.unit, (one.middle, end[0]), scatter))
            if not one.supported(end[0] + (end[0] - start[0]) / _LEVELS, end[1]):
                notes.append(f"{one.lever.column!r} ends where the data end; beyond that nothing is known.")
        if not moves:
            notes.append("No move raises the goal by more than its cost within limits and data.")
        return Suggestion(
            self._goal,
            tuple(moves),
            _forecast(self._figure(self._today), self._figures(setting, self._figure)),
            _forecast(float(self._today.mean()), self._figures(setting, _mean)),
            cost,
            left_out,
            tuple(notes),
            window,
            seed,
        )

    def _worth(self, setting: list[Setting]) -> float:
        moved = self._moved(setting)
        cost = sum(one.cost(*end) for one, _, end in moved)
        gain = float(np.quantile(self._figures(setting, self._figure), 0.1)) - self._now
        return self._now + gain * float(np.prod([one.lever.trust for one, _, _ in moved])) - cost

    def _figures(self, setting: list[Setting], figure: Callable[[Array], float]) -> Array:
        """A figure under every model on that model's bootstrap rows, gains widened by what models get wrong."""
        held = {one.place: one.ruler.score(one.held(*end)) for one, _, end in self._moved(setting)}
        found = list[Array]()
        for model in self._models:
            now = figure(self._today[model.rows])
            gain = figure(self._ruler.reading(model.moved(held))[model.rows]) - now if held else 0.0
            found.append(now + gain * (1 + MODEL_ERROR * _SPREAD))
        return np.concatenate(found) if found else np.array([figure(self._today)])

    def _moved(self, setting: list[Setting]) -> list[tuple[_Open, Setting, Setting]]:
        settings = zip(self._opened, self._start, setting, strict=True)
        return [(one, start, end) for one, start, end in settings if start != end]

    def _figure(self, values: Array) -> float:
        limits = self._goal.specification
        if self._goal.measure is Measure.CPK:
            return indices_of(float(values.mean()), max(float(values.std(ddof=1)), 1e-12), limits).nearest
        low = -np.inf if limits.lower is None else limits.lower
        high = np.inf if limits.upper is None else limits.upper
        return float(np.mean((values >= low) & (values <= high)))


def _opened(
    table: Table, values: Array, posterior: Posterior, effects: Effects, goal: Goal, levers: Sequence[Lever]
) -> tuple[list[_Open], list[tuple[str, str]]]:
    opened, left_out = list[_Open](), list[tuple[str, str]]()
    for lever in sorted(levers, key=lambda one: one.column):
        try:
            place = posterior.place(lever.column)
        except InputError as error:
            left_out.append((lever.column, error.message))
            continue
        why = _closed(table, values, place, effects, goal, lever)
        if isinstance(why, str):
            left_out.append((lever.column, why))
        else:
            opened.append(why)
    # Canonical order of places, so that names do not decide which lever is tried first.
    return sorted(opened, key=lambda one: one.place), left_out


def _closed(table: Table, values: Array, place: int, effects: Effects, goal: Goal, lever: Lever) -> _Open | str:
    """The lever, open; or why it stays closed, in words."""
    column, own = table.columns[place], values[:, place]
    if column.kind not in (Kind.CONTINUOUS, Kind.COUNT) or column.observation:
        return "not a set-point: it holds labels, or only watches"
    seen = np.quantile(own, _INSIDE)
    low, high = max(lever.lower, float(seen[0])), min(lever.upper, float(seen[1]))
    if not low < high:
        return (
            f"engineering limits {lever.lower:.6g} to {lever.upper:.6g} lie outside what was seen "
            f"({seen[0]:.6g} to {seen[1]:.6g}): nothing is known there"
        )
    step = np.quantile(own, [0.16, 0.84])
    if not step[0] < step[1]:
        return "it hardly ever moved, so nothing is known of moving it"
    known = effects.effect(lever.column, float(step[0]), float(step[1]), goal.column)
    if known.value is None:
        return known.abstained
    factors = tuple(one for one in (0.85, 0.7, 0.5, 0.35) if one >= lever.least_tolerance)
    if lever.least_tolerance < 1:
        factors = (*factors, lever.least_tolerance)
    return _Open(lever, column.unit, place, Ruler(column, own), own, np.linspace(low, high, _LEVELS), factors)


def _complete(table: Table) -> Array:
    """A bounded number of evenly spaced rows, gaps filled by the middle of their column."""
    step = max(table.rows // _ROWS, 1)
    values = np.asarray(table.values[::step], dtype=np.float64).copy()
    middles = np.nanmedian(np.asarray(table.values[:: max(table.rows // 20_000, 1)], dtype=np.float64), axis=0)
    gaps = np.isnan(values)
    values[gaps] = np.broadcast_to(middles, values.shape)[gaps]
    return values


def _mean(values: Array) -> float:
    return float(values.mean())


def _forecast(before: float, after: Array) -> Forecast:
    tenth, median, low, high = np.quantile(after, [0.1, 0.5, 0.05, 0.95])
    return Forecast(before, float(tenth), float(median), (float(low), float(high)))
