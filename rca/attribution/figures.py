"""Three figures that are kept apart: the path exists; the root changed; the root explains this alarm.

The first comes from the sampled graphs (`rca.calibration` maps it to a true rate). The other two are learned from
faults put into twin lines: a logistic regression gathers the signs into one raw figure, and a calibration curve from
other twins maps that to the rate at which such statements are true. Where twins say too little, nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from rca.attribution.attribute import Attribution, Suspect
from rca.calibration.curve import Bin, Curve, Stated, curve
from rca.calibration.statements import BINS, Tally, cells

Array = npt.NDArray[np.float64]

FORMAT: Final = "credence-rca-figures/1"
SIGNS: Final = ("strength", "marginal", "share", "reach", "lead", "rows")
"""What the figures are read from; see `signs`."""
_WEIGHTS: Final = 1 + len(SIGNS) + len(SIGNS) * (len(SIGNS) + 1) // 2
MIN_CASES: Final = 40
"""Fewest twin faults from which figures are learned."""
TOP: Final = 0.95
"""Rate on twins that the highest bin must reach. Above the 0.92 that counts as sure: the bin is chosen for its rate,
so on other lines it is true a little less often."""
FLOOR: Final = 0.85
"""Lowest local rate that the highest bin may take in."""
_RIDGE: Final = 5.0
"""Chosen, like the products, by held-out likelihood on twin lessons."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What may be said of one suspect.

    Attributes:
        changed: that its own mechanism changed in the window.
        explains: that its change is what raised this alarm.
    """

    changed: Stated
    explains: Stated


@dataclass(frozen=True, slots=True)
class FigureMap:
    """From the signs of a suspect to its two figures, learned on twins.

    Attributes:
        centre, spread: mean and standard deviation of each sign on the twins.
        changed, explains: weights in the logistic regression of 1, the standardised signs, and their products in pairs.
        changed_curve, explains_curve: from the raw figure to the rate on twins.
        cases: how many twin faults it rests on.
        about: which twins, for people.
    """

    centre: tuple[float, ...]
    spread: tuple[float, ...]
    changed: tuple[float, ...]
    explains: tuple[float, ...]
    changed_curve: Curve
    explains_curve: Curve
    cases: int
    about: str

    def __post_init__(self) -> None:
        if {len(self.centre), len(self.spread)} != {len(SIGNS)} or min(self.spread) <= 0:
            raise SchemaError(f"a map has {len(SIGNS)} centres, and spreads above zero")
        if {len(self.changed), len(self.explains)} != {_WEIGHTS}:
            raise SchemaError(f"a map has {_WEIGHTS} weights a figure")

    def read(self, attribution: Attribution) -> dict[str, Figures]:
        """Figures of all suspects, by name."""
        names = [one.name for one in attribution.suspects]
        return dict(zip(names, self.read_signs(signs(attribution)), strict=True))

    def read_signs(self, table: Array) -> list[Figures]:
        """Figures from signs, one a row."""
        inputs = _inputs(table, np.array(self.centre), np.array(self.spread))
        changed, explains = _raw(self.changed, inputs).tolist(), _raw(self.explains, inputs).tolist()
        return [
            Figures(self.changed_curve.state(one), self.explains_curve.state(other))
            for one, other in zip(changed, explains, strict=True)
        ]

    def document(self) -> dict[str, JsonValue]:
        """The JSON form, version 1."""
        return {
            "format": FORMAT,
            "signs": list(SIGNS),
            "centre": _texts(self.centre),
            "spread": _texts(self.spread),
            "changed": {"weights": _texts(self.changed), "curve": _bins(self.changed_curve)},
            "explains": {"weights": _texts(self.explains), "curve": _bins(self.explains_curve)},
            "cases": self.cases,
            "about": self.about,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """One twin fault with the truth about its suspects.

    Attributes:
        signs: shape (suspects, len(SIGNS)).
        changed: whose mechanism was changed, shape (suspects,).
        root: whose change reaches the alarm, shape (suspects,).
    """

    signs: Array
    changed: npt.NDArray[np.bool_]
    root: npt.NDArray[np.bool_]


def lesson(attribution: Attribution, changed: Sequence[str], roots: Sequence[str]) -> Lesson:
    """What one attribution teaches, given the truth."""
    names = [one.name for one in attribution.suspects]
    return Lesson(
        signs(attribution),
        np.array([name in changed for name in names], dtype=np.bool_),
        np.array([name in roots for name in names], dtype=np.bool_),
    )


def signs(attribution: Attribution) -> Array:
    """Signs of every suspect, shape (suspects, len(SIGNS)).

    Logarithms of own change, of marginal anomaly and of the share explained; reach; how far its score leads the best
    of the others; and the logarithm of the window's rows: in many rows, a small misfit of a graph looks like a change.
    """
    suspects = attribution.suspects
    scores = np.array([one.score for one in suspects])
    length = float(np.log(max(attribution.rows, 1)))
    rows = [(*_signs(one, _lead(scores, place)), length) for place, one in enumerate(suspects)]
    return np.array(rows, dtype=np.float64).reshape(-1, len(SIGNS))


def learn(lessons: Sequence[Lesson], *, about: str) -> FigureMap:
    """Learn a map; the curves are counted on lessons that did not teach the regression they hold to account.

    Raises:
        SchemaError: fewer than MIN_CASES lessons.
    """
    if len(lessons) < MIN_CASES:
        raise SchemaError(f"{len(lessons)} twin faults; at least {MIN_CASES} are needed", advice="Simulate more twins.")
    every = np.concatenate([one.signs for one in lessons])
    centre, spread = every.mean(axis=0), np.maximum(every.std(axis=0), 1e-6)
    changed, explains = _weights(lessons, centre, spread)
    tallies: tuple[list[Tally], list[Tally]] = ([], [])
    for half in range(2):
        weights = _weights(lessons[half::2], centre, spread)
        for one in lessons[1 - half :: 2]:
            inputs = _inputs(one.signs, centre, spread)
            tallies[0].append(_tally(_raw(weights[0], inputs), one.changed))
            tallies[1].append(_tally(_raw(weights[1], inputs), one.root))
    curves = [curve(half, top=TOP, floor=FLOOR) for half in tallies]
    ends = tuple(centre.tolist()), tuple(spread.tolist())
    return FigureMap(ends[0], ends[1], changed, explains, curves[0], curves[1], len(lessons), about)


def _weights(lessons: Sequence[Lesson], centre: Array, spread: Array) -> tuple[tuple[float, ...], tuple[float, ...]]:
    inputs = _inputs(np.concatenate([one.signs for one in lessons]), centre, spread)
    truths = [np.concatenate([getattr(one, name) for one in lessons]) for name in ("changed", "root")]
    return _logistic(inputs, truths[0]), _logistic(inputs, truths[1])


def map_from(document: Mapping[str, object]) -> FigureMap:
    """Read the JSON form back.

    Raises:
        SchemaError: not version 1, other signs, or a part missing or of a wrong type.
    """
    if document.get("format") != FORMAT or document.get("signs") != list(SIGNS):
        raise SchemaError(f"not a map of {FORMAT} with these signs", advice="Learn it again with this version.")
    try:
        parts = [document[name] for name in ("changed", "explains")]
        weights = [tuple(float(one) for one in part["weights"]) for part in parts]  # type: ignore[index]
        curves = [Curve(tuple(_bin(one) for one in part["curve"])) for part in parts]  # type: ignore[index]
        ends = [tuple(float(one) for one in document[name]) for name in ("centre", "spread")]  # type: ignore[attr-defined]
        return FigureMap(
            ends[0],
            ends[1],
            weights[0],
            weights[1],
            curves[0],
            curves[1],
            int(str(document["cases"])),
            str(document["about"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SchemaError(f"a damaged map: {error}", advice="Learn it again.") from error


def _signs(one: Suspect, lead: float) -> tuple[float, ...]:
    share = float(np.log(max(one.share, 0.0) + 1e-3))
    return float(np.log1p(one.strength)), float(np.log1p(one.marginal)), share, one.reach, lead


def _lead(scores: Array, place: int) -> float:
    others = np.delete(scores, place)
    return float(np.clip(scores[place] - others.max(), -10.0, 10.0)) if others.size else 10.0


def _inputs(table: Array, centre: Array, spread: Array) -> Array:
    """Standardised signs and their products in pairs, shape (suspects, _WEIGHTS - 1).

    Products, because a sign means different things beside another: much strength in few rows, or in many.
    """
    signs_ = (table - centre) / spread
    return np.hstack([signs_, *(signs_[:, [place]] * signs_[:, place:] for place in range(len(SIGNS)))])


def _raw(weights: Sequence[float], table: Array) -> Array:
    exponent = np.clip(weights[0] + table @ np.array(weights[1:]), -40, 40)
    return np.asarray(1.0 / (1.0 + np.exp(-exponent)))


def _logistic(inputs: Array, truth: npt.NDArray[np.bool_]) -> tuple[float, ...]:
    """Weights by iteratively reweighted least squares with a small ridge, intercept first (unpenalised)."""
    table = np.hstack([np.ones((len(inputs), 1)), inputs])
    penalty = _RIDGE * np.diag([0.0] + [1.0] * inputs.shape[1])
    weights = np.zeros(table.shape[1])
    for _ in range(50):
        raw = _raw(weights.tolist(), inputs)
        slack = np.maximum(raw * (1 - raw), 1e-6)
        gradient = table.T @ (truth - raw) - penalty @ weights
        step = np.linalg.solve((table * slack[:, None]).T @ table + penalty + 1e-9 * np.eye(len(weights)), gradient)
        weights = weights + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-8:
            break
    return tuple(float(one) for one in weights)


def _tally(raw: Array, truth: npt.NDArray[np.bool_]) -> Tally:
    where = cells(raw)
    return Tally(
        np.bincount(where, minlength=BINS).astype(np.int64),
        np.bincount(where[truth], minlength=BINS).astype(np.int64),
    )


def _texts(weights: Sequence[float]) -> list[JsonValue]:
    """Numbers as texts: the document is hashed, and floats have no canonical form there."""
    return [repr(one) for one in weights]


def _bins(found: Curve) -> list[JsonValue]:
    return [[one.first, one.last, one.stated, one.true, one.twins, repr(one.error)] for one in found.bins]


def _bin(row: Sequence[object]) -> Bin:
    first, last, stated, true, twins, error = (str(one) for one in row)
    return Bin(int(first), int(last), int(stated), int(true), int(twins), float(error))
