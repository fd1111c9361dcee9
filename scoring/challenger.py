"""Champion and challenger: which of two policies foretold later outcomes better, and how sure that is.

Needs numpy; nothing on the way of a score imports this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from scoring.logistic import Floats, fit_logistic, probability
from scoring.policy import Policy, PolicyHash
from scoring.samples import Sample, in_order, points_of
from scoring.scale import FULL, MICRO

MEASURES: Final = ("auc", "brier", "log_loss")
"""What is measured; a good policy has a high AUC and a low Brier score and log loss."""
DRAWS: Final = 500
"""Bootstrap draws."""
_LEVEL: Final = (2.5, 97.5)
_LIGHT_PULL: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its 95 % bootstrap interval, millionths."""

    value: int
    low: int
    high: int

    def to_json(self) -> JsonValue:
        """The three figures as a document."""
        return {"high": self.high, "low": self.low, "value": self.value}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two policies judged by outcomes that neither was fitted to.

    Attributes:
        champion, challenger: by which policies, their hashes.
        first: the first day of the earliest period.
        samples, bad, suppliers: how many supplier-periods, how many of them went wrong, of how many suppliers.
        draws: bootstrap draws that held both outcomes.
        of_champion, of_challenger, difference: for each of `MEASURES`; the difference is challenger minus champion.
    """

    champion: PolicyHash
    challenger: PolicyHash
    first: date
    samples: int
    bad: int
    suppliers: int
    draws: int
    of_champion: dict[str, Measured]
    of_challenger: dict[str, Measured]
    difference: dict[str, Measured]

    @property
    def better(self) -> bool:
        """Whether the challenger's log loss is lower beyond chance; nothing less is worth a vote."""
        return self.difference["log_loss"].high < 0

    def to_json(self) -> JsonValue:
        """The comparison as a document, figures in millionths."""
        sides = (("champion", self.of_champion), ("challenger", self.of_challenger), ("difference", self.difference))
        figures: dict[str, JsonValue] = {
            name: {measure: found[measure].to_json() for measure in MEASURES} for name, found in sides
        }
        return {
            "bad": self.bad,
            "better": self.better,
            "draws": self.draws,
            "first_period": self.first.isoformat(),
            "figures_millionths": figures,
            "hashes": {"challenger": self.challenger.hex(), "champion": self.champion.hex()},
            "interval_percent": 95,
            "samples": self.samples,
            "suppliers": self.suppliers,
        }


def compare(
    champion: Policy,
    challenger: Policy,
    train: Iterable[Sample],
    test: Iterable[Sample],
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> Comparison:
    """Judge two policies of the same indicators, priors and decay by the outcomes of `test`.

    Each policy's points become a probability by a logistic curve fitted to `train`. Draws are of whole suppliers, as
    the periods of one supplier resemble each other.

    Args:
        train: earlier periods; none of them may start at or after the first of `test`.
        rng: the only source of chance; equal seeds give equal figures.
    Raises:
        SchemaError: periods that overlap in time, samples that do not fit, or a side without both outcomes.
    """
    early, late = in_order(train, champion), in_order(test, champion)
    if not early or not late or max(one.key.start for one in early) >= min(one.key.start for one in late):
        raise SchemaError("periods to judge by must all begin after those learned from")
    bad = np.array([one.outcome for one in late], dtype=np.float64)
    if not 0 < bad.sum() < len(bad):
        raise SchemaError("the periods to judge by need both outcomes")
    names = sorted({one.key.supplier for one in late})
    place = {name: index for index, name in enumerate(names)}
    owner = np.array([place[one.key.supplier] for one in late], dtype=np.int64)
    forecasts = [_forecast(policy, early, late) for policy in (champion, challenger)]
    whole = np.ones(len(late))
    values = np.array([_measures(points, chance, bad, whole) for points, chance in forecasts])
    drawn = []
    for _ in range(draws):
        times = np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names)).astype(np.float64)
        weights = times[owner]
        if 0 < weights @ bad < weights.sum():
            drawn.append([_measures(points, chance, bad, weights) for points, chance in forecasts])
    if not drawn:
        raise SchemaError("no draw of suppliers holds both outcomes")
    spread = np.array(drawn)
    return Comparison(
        champion=champion.hash,
        challenger=challenger.hash,
        first=min(one.key.start for one in late),
        samples=len(late),
        bad=int(bad.sum()),
        suppliers=len(names),
        draws=len(drawn),
        of_champion=_measured(values[0], spread[:, 0]),
        of_challenger=_measured(values[1], spread[:, 1]),
        difference=_measured(values[1] - values[0], spread[:, 1] - spread[:, 0]),
    )


def auc(points: npt.NDArray[np.int64], bad: Floats, weights: Floats) -> float:
    """Weighted share of pairs (one good, one bad) in which the good one has more points; ties count half."""
    _, group = np.unique(points, return_inverse=True)
    wrong = np.bincount(group, weights=weights * bad)
    right = np.bincount(group, weights=weights * (1 - bad))
    above = right.sum() - np.cumsum(right)
    return float(wrong @ (above + right / 2) / (wrong.sum() * right.sum()))


def _forecast(policy: Policy, early: Sequence[Sample], late: Sequence[Sample]) -> tuple[npt.NDArray[np.int64], Floats]:
    """Points of the later samples, and the chance that each goes wrong, both shape (n,)."""
    points = [np.array([points_of(one, policy) for one in side], dtype=np.int64) for side in (early, late)]
    good = np.array([1 - one.outcome for one in early], dtype=np.float64)
    fitted = fit_logistic(points[0][:, None] / FULL, good, np.zeros(1), _LIGHT_PULL)
    return points[1], 1 - probability(points[1][:, None] / FULL, fitted)


def _measures(points: npt.NDArray[np.int64], chance: Floats, bad: Floats, weights: Floats) -> list[float]:
    """In the order of `MEASURES`."""
    total = weights.sum()
    brier = weights @ (chance - bad) ** 2 / total
    loss = -(weights @ (bad * np.log(chance) + (1 - bad) * np.log1p(-chance))) / total
    return [auc(points, bad, weights), float(brier), float(loss)]


def _measured(values: Floats, spread: Floats) -> dict[str, Measured]:
    low, high = np.percentile(spread, _LEVEL, axis=0)
    return {
        name: Measured(round(float(values[i]) * MICRO), round(float(low[i]) * MICRO), round(float(high[i]) * MICRO))
        for i, name in enumerate(MEASURES)
    }
