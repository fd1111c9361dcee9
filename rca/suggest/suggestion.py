"""A suggestion as it is signed: which levers to move, what that should do, with intervals, and what was left out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from evidence.canonical import encode
from evidence.draft import JsonValue
from rca.suggest.lever import Goal, Measure, Move


@dataclass(frozen=True, slots=True)
class Forecast:
    """A figure before and after: 10th percentile, median and 90 % interval over sampled graphs."""

    before: float
    tenth: float
    median: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to move; without moves it says why none is suggested.

    Attributes:
        goal: what is to be raised.
        moves: levers to be moved.
        measure: forecast of Cpk or yield.
        mean: forecast of the characteristic's mean, in its unit.
        cost: of all moves, in points of the goal.
        left_out: (lever, why it is not moved), in words.
        notes: what whoever signs should know.
        window: digest of the table.
        seed: of the search.
    """

    goal: Goal
    moves: tuple[Move, ...]
    measure: Forecast
    mean: Forecast
    cost: float
    left_out: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    window: str
    seed: int

    @property
    def digest(self) -> str:
        """SHA-256 of the JSON form: what a signature binds to."""
        return hashlib.sha256(encode(self.document())).hexdigest()

    def document(self) -> dict[str, JsonValue]:
        """The JSON form; numbers as decimal strings."""
        limits = self.goal.specification
        return {
            "format": "credence-rca-suggestion/1",
            "goal": {
                "column": self.goal.column,
                "measure": self.goal.measure.value,
                "lower": _text(limits.lower),
                "upper": _text(limits.upper),
                "target": _text(limits.target),
            },
            "moves": [
                {
                    "column": move.column,
                    "unit": move.unit,
                    "set_point": [_text(one) for one in move.set_point],
                    "tolerance": [_text(one) for one in move.tolerance],
                }
                for move in self.moves
            ],
            self.goal.measure.value: _forecast(self.measure),
            "mean": _forecast(self.mean),
            "cost": _text(self.cost),
            "left_out": [[lever, why] for lever, why in self.left_out],
            "notes": list(self.notes),
            "window": self.window,
            "seed": self.seed,
        }


def measure_name(measure: Measure) -> str:
    """How people write it."""
    return "Cpk" if measure is Measure.CPK else "yield"


def _forecast(one: Forecast) -> dict[str, JsonValue]:
    return {
        "before": _text(one.before),
        "tenth": _text(one.tenth),
        "median": _text(one.median),
        "interval": [_text(end) for end in one.interval],
    }


def _text(number: float | None) -> str | None:
    return None if number is None else f"{number:.6g}"
