"""Causes in event logs: which signal changed, or stayed, as it never did in the same situation before.

Machines log states when they change: commands, sensors, switches. Two signs tell that a signal's own mechanism broke,
given what stood around it:

- it **changed** although the others, steady before and after, stood as they never stood when it changed that way;
- it did **not answer**: after another signal changed, it stood a moment later as it never stood after that before.

Both are surprises, -log p, of a signal's behaviour given one other signal at a time, learned from quiet runs and from
the earlier part of the very same run, so that a machine that is set up differently today is not taken for broken.
Surprises of one signal are added up over the others: a broken sensor contradicts many.

Source: the idea of scoring a variable by its conditional given its parents follows Budhathoki et al., ICML 2022 (PMLR
162); here the parents are unknown, so each other signal is tried in turn (naive Bayes).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.errors import LimitError, SchemaError

Array = npt.NDArray[np.float64]
States = npt.NDArray[np.int8]
Counts = npt.NDArray[np.float64]

MAX_SIGNALS: Final = 256
MAX_CHANGES: Final = 2_000_000
LEAST: Final = 20
"""Fewest times a situation was seen for a behaviour in it to surprise."""
RARE: Final = 0.01
"""Most common a behaviour may have been and still surprise."""
NEVER: Final = 60.0
"""Surprise of a change that was never seen at all: as much as dozens of contradicted signals."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds that matter.

    Attributes:
        before: how long before the alarm a fault may have begun.
        steady: how long before and after a change the others must stand still to count as its situation: signals that
            belong together change within tenths of a second, in any order.
        answers: how long after another's change an answer is looked for.
    """

    before: float = 45.0
    steady: float = 0.5
    answers: tuple[float, ...] = (1.2, 2.0)

    def __post_init__(self) -> None:
        if min(self.before, self.steady, *self.answers) <= 0 or not self.answers:
            raise SchemaError("times are above zero, and there is at least one answer time", place="timing")


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One log of two-valued signals.

    Attributes:
        times: when anything changed, seconds, rising, shape (n,).
        states: of every signal from that moment on: 0, 1, or -1 unknown, shape (n, n_signals).
    """

    times: Array
    states: States

    def __post_init__(self) -> None:
        if self.states.ndim != 2 or self.times.shape != (self.states.shape[0],) or not self.times.size:
            raise SchemaError(f"{self.times.shape} times for states of shape {self.states.shape}", place="run")
        if (np.diff(self.times) <= 0).any() or not np.isfinite(self.times).all():
            raise SchemaError("times must rise", place="run", advice="Join changes of one moment.")
        if not np.isin(self.states, (-1, 0, 1)).all():
            raise SchemaError("a state is 0, 1 or -1", place="run")
        if self.states.shape[1] > MAX_SIGNALS or self.states.shape[0] > MAX_CHANGES:
            raise LimitError(f"{self.states.shape[1]} signals, {self.states.shape[0]} changes; too many")

    def at(self, moments: Array) -> States:
        """States at these moments, shape (moments, n_signals); before the log the first ones."""
        places = np.searchsorted(self.times, moments, "right") - 1
        return self.states[np.clip(places, 0, len(self.times) - 1)]

    def changes(self, after: float, until: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows and signals of all changes in (after, until]."""
        old, new = self.states[:-1], self.states[1:]
        rows, signals = np.nonzero((old != new) & (old >= 0) & (new >= 0))
        inside = (self.times[rows + 1] > after) & (self.times[rows + 1] <= until)
        return rows[inside] + 1, signals[inside]


def run_of(events: Iterable[tuple[float, str, bool]], signals: Sequence[str]) -> Run:
    """A run from (seconds, signal, state) events; others than `signals` are passed over.

    Raises:
        SchemaError: no event, or a time that is no number.
    """
    places = {name: place for place, name in enumerate(signals)}
    ordered = sorted((one for one in events if one[1] in places), key=lambda one: one[0])
    if not ordered:
        raise SchemaError("no event of any signal", place="events")
    times, rows = list[float](), list[States]()
    now = np.full(len(signals), -1, dtype=np.int8)
    for moment, name, state in ordered:
        now[places[name]] = int(state)
        if times and times[-1] == moment:
            rows[-1] = now.copy()
        else:
            times.append(moment)
            rows.append(now.copy())
    return Run(np.array(times), np.array(rows))


@dataclass(slots=True)
class _Habits:
    """How often what was seen: [signal, new state, other signal, the other's state], one more axis for answers."""

    situations: Counts
    answers: Counts

    @classmethod
    def none(cls, signals: int, timing: Timing) -> _Habits:
        shape = (signals, 2, signals, 2)
        return cls(np.zeros(shape), np.zeros((len(timing.answers), *shape)))

    def copy(self) -> _Habits:
        return _Habits(self.situations.copy(), self.answers.copy())

    def add(self, run: Run, timing: Timing, after: float, until: float) -> None:
        rows, signals = run.changes(after, until)
        if not rows.size:
            return
        times, states = run.times[rows], run.states[rows, signals]
        around = run.at(times - timing.steady)
        steady = (around == run.at(times + timing.steady)) & (around >= 0) & (times + timing.steady <= until)[:, None]
        which, others = np.nonzero(steady)
        np.add.at(self.situations, (signals[which], states[which], others, around[which, others]), 1.0)
        for place, wait in enumerate(timing.answers):
            later = run.at(times + wait)
            which, others = np.nonzero((later >= 0) & (times + wait <= until)[:, None])
            np.add.at(self.answers[place], (signals[which], states[which], others, later[which, others]), 1.0)


@dataclass(frozen=True, slots=True)
class EventSuspect:
    """One signal as a cause.

    Attributes:
        name: the signal.
        changed: most surprising change of its own before the alarm.
        unanswered: sum of surprises of where it stood after others changed.
    """

    name: str
    changed: float
    unanswered: float

    @property
    def score(self) -> float:
        """What signals are ranked by."""
        return self.changed + self.unanswered


class EventHabits:
    """What quiet runs show; learned once, asked for many alarms."""

    def __init__(self, signals: Sequence[str], runs: Iterable[Run], timing: Timing = Timing()) -> None:
        """Learn.

        Raises:
            SchemaError: a run of other signals.
        """
        self.signals, self.timing = tuple(signals), timing
        self._habits = _Habits.none(len(self.signals), timing)
        for run in runs:
            self._check(run)
            self._habits.add(run, timing, -np.inf, float(run.times[-1]))

    def explain(self, run: Run, alarm: float) -> tuple[EventSuspect, ...]:
        """Rank the signals of a run as causes of an alarm at this second; nothing after it is looked at.

        Raises:
            SchemaError: a run of other signals.
        """
        self._check(run)
        timing, count = self.timing, len(self.signals)
        habits = self._habits.copy()
        habits.add(run, timing, -np.inf, alarm - timing.before)
        rows, signals = run.changes(alarm - timing.before, alarm)
        changed, unanswered = np.zeros(count), np.zeros(count)
        for row, signal in zip(rows.tolist(), signals.tolist(), strict=True):
            moment, state = float(run.times[row]), int(run.states[row, signal])
            around, after = run.at(np.array([moment - timing.steady, min(moment + timing.steady, alarm)]))
            steady = np.where(around == after, around, -1)
            seen = habits.situations[signal, state]
            own = NEVER if not seen.any() else float(_surprise(seen, steady, signal).sum())
            changed[signal] = max(changed[signal], own)
            for place, wait in enumerate(timing.answers):
                if moment + wait <= alarm:
                    later = run.at(np.array([moment + wait]))[0]
                    unanswered += _surprise(habits.answers[place, signal, state], later, signal)
        found = [EventSuspect(*one) for one in zip(self.signals, changed.tolist(), unanswered.tolist(), strict=True)]
        return tuple(sorted(found, key=lambda one: (-one.score, one.name)))

    def _check(self, run: Run) -> None:
        if run.states.shape[1] != len(self.signals):
            raise SchemaError(f"a run of {run.states.shape[1]} signals; {len(self.signals)} are known", place="run")


def _surprise(seen: Counts, states: States, own: int) -> Array:
    """-log p of where each other signal stood, given counts of shape (signals, 2); zero where that says nothing."""
    places = np.arange(len(states))
    hits, total = seen[places, np.clip(states, 0, 1)], seen.sum(axis=1)
    surprise = -np.log((hits + 0.5) / (total + 1.0))
    surprise[(total < LEAST) | (states < 0) | (hits > RARE * total)] = 0.0
    surprise[own] = 0.0
    return np.asarray(surprise)


def events_document(found: Sequence[EventSuspect]) -> list[Mapping[str, str]]:
    """The JSON form; numbers as texts."""
    return [{"name": one.name, "changed": repr(one.changed), "unanswered": repr(one.unanswered)} for one in found]
