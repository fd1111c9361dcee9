"""After release: what the moves really did, against what was predicted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from evidence.draft import JsonValue
from evidence.errors import SchemaError
from rca.suggest.lever import Measure
from rca.suggest.suggestion import Suggestion
from rca.table import Array
from spc.capability import indices_of

LEAST_PARTS: Final = 30
"""Fewest parts after release for a verdict."""


class Verdict(StrEnum):
    """How the real effect compares with the prediction."""

    AS_PREDICTED = "as predicted"
    LESS = "less than predicted"
    MORE = "more than predicted"
    TOO_FEW = "too few parts yet"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The real effect of a released suggestion.

    Attributes:
        suggestion: digest of the suggestion.
        parts: measured after release.
        measure: Cpk or yield, before, after.
        mean: of the characteristic, before, after, in its unit.
        interval: 90 % interval of the figure after release, from the parts alone.
        verdict: compared with the predicted interval.
    """

    suggestion: str
    parts: int
    measure: tuple[float, float]
    mean: tuple[float, float]
    interval: tuple[float, float]
    verdict: Verdict

    def document(self) -> dict[str, JsonValue]:
        """The JSON form; numbers as decimal strings."""
        return {
            "format": "credence-rca-outcome/1",
            "suggestion": self.suggestion,
            "parts": self.parts,
            "measure": [f"{one:.6g}" for one in self.measure],
            "mean": [f"{one:.6g}" for one in self.mean],
            "interval": [f"{one:.6g}" for one in self.interval],
            "verdict": self.verdict.value,
        }


def outcome(suggestion: Suggestion, after: Array, *, seed: int) -> Outcome:
    """Compare parts made after release with what the suggestion predicted.

    The verdict is "as predicted" when the two 90 % intervals, predicted and seen, meet.

    Args:
        after: the characteristic of parts made after release, NaN where missing, shape (parts,).

    Raises:
        SchemaError: a suggestion without moves, or fewer than two parts.
    """
    known = after[~np.isnan(after)]
    if not suggestion.moves or known.size < 2:
        raise SchemaError("an outcome needs a suggestion with moves and at least two parts")
    rng = np.random.default_rng([seed, 31])
    drawn = [_figure(suggestion, known[rng.integers(known.size, size=known.size)]) for _ in range(400)]
    low, high = (float(one) for one in np.quantile(drawn, [0.05, 0.95]))
    now = _figure(suggestion, known)
    predicted = suggestion.measure.interval
    verdict = Verdict.AS_PREDICTED
    if known.size < LEAST_PARTS:
        verdict = Verdict.TOO_FEW
    elif high < predicted[0]:
        verdict = Verdict.LESS
    elif low > predicted[1]:
        verdict = Verdict.MORE
    return Outcome(
        suggestion.digest,
        int(known.size),
        (suggestion.measure.before, now),
        (suggestion.mean.before, float(known.mean())),
        (low, high),
        verdict,
    )


def _figure(suggestion: Suggestion, values: Array) -> float:
    limits = suggestion.goal.specification
    if suggestion.goal.measure is Measure.CPK:
        return indices_of(float(values.mean()), max(float(values.std(ddof=1)), 1e-12), limits).nearest
    low = -np.inf if limits.lower is None else limits.lower
    high = np.inf if limits.upper is None else limits.upper
    return float(np.mean((values >= low) & (values <= high)))
