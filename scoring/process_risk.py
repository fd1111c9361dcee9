"""The process-risk index: what an exported model says of a month's parts, why, and whether it may count.

The index is the mean risk of the parts, rounded up to a millionth. Its Shapley values are exact: every coalition of
features is evaluated, the absent ones at the reference (each at its agreed centre), and the sums are integers over
features!. An index beyond the model's limits of use does not count, and says why; it never becomes a good or a bad
number instead.

Source:
    Shapley, 1953; baseline Shapley values: Sundararajan and Najmi, ICML 2020 (PMLR 119:9269-9278).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import factorial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evidence.errors import LimitError, ProofError, SchemaError
from evidence.quantity import is_decimal
from scoring.governance import stability_index
from scoring.risk_model import CUTS, RiskModel
from scoring.scale import MICRO, ceil_div

KPI_NAME: Final = "process-risk"
MAX_PARTS: Final = 100_000
_CHUNK: Final = 4096

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a model says of the parts of a period.

    Attributes:
        model: digest of the weight file.
        parts: how many parts were assessed; `outside`, how many had a value missing or out of range and were not.
        index: mean risk in millionths, rounded up; None when it does not count.
        reference: risk at the reference, millionths.
        contributions: for each feature its exact Shapley value of the mean risk, millionths; empty when nothing counts.
        drift: for each feature its population stability index against the training rows, millionths.
        reasons: why it does not count, as `<reason>:<about>`; empty when it counts.
    """

    model: str
    parts: int
    outside: int
    index: int | None
    reference: int
    contributions: Mapping[str, Fraction]
    drift: Mapping[str, int]
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        if (self.index is None) != bool(self.reasons):
            raise ProofError("an index counts exactly when there is no reason against it")
        if self.index is not None:
            exact = self.reference + sum(self.contributions.values())
            if ceil_div(exact.numerator, exact.denominator) != self.index or not 0 <= self.index <= MICRO:
                raise ProofError("reference and contributions do not sum to the index")

    @property
    def counts(self) -> bool:
        """Whether the index may enter a score."""
        return self.index is not None

    def kpi(self, model: RiskModel, period: str) -> dict[str, str] | None:
        """Fields of the KPI statement that carries the index into the score; None when it does not count."""
        if self.index is None:
            return None
        value = f"{self.index // MICRO}.{self.index % MICRO:06d}"
        process = f"{model.name} {model.version} {model.digest[:16]}"
        return {"name": KPI_NAME, "value": value, "unit": "1", "period": period, "process": process}

    def split(self, points: int) -> dict[str, int]:
        """Divide the card's micro-points for process risk among features, as their shares of the change in risk.

        Whole micro-points that sum to `points` exactly (largest remainders); all zero where nothing changed the risk.
        """
        return split(self.contributions, points)


def split(contributions: Mapping[str, Fraction], points: int) -> dict[str, int]:
    """Divide micro-points among features as their shares of a change in risk; see `Assessment.split`."""
    total = sum(contributions.values(), Fraction(0))
    if not total:
        return dict.fromkeys(contributions, 0)
    exact = {name: points * part / total for name, part in contributions.items()}
    whole = {name: part.numerator // part.denominator for name, part in exact.items()}
    left = points - sum(whole.values())
    for name in sorted(exact, key=lambda one: (whole[one] - exact[one], one))[:left]:
        whole[name] += 1
    return whole


def assess(model: RiskModel, parts: Sequence[Mapping[str, str]], units: Mapping[str, str], today: date) -> Assessment:
    """Assess the parts of a period.

    Args:
        parts: for each part its values by column, decimal strings; a missing column is a missing value.
        units: UCUM code of each column.
        today: the day for which the model must still be in use.
    Raises:
        SchemaError: a column in another unit, or a value that is no decimal number.
        LimitError: more than `MAX_PARTS` parts.
    """
    if len(parts) > MAX_PARTS:
        raise LimitError(f"{len(parts)} parts; at most {MAX_PARTS} are assessed at once")
    for column in model.columns:
        if units.get(column.name) != column.unit:
            raise SchemaError(
                f"the unit is {units.get(column.name)!r}, the model's is {column.unit!r}", place=column.name
            )
    rows = [model.inputs(values) for part in parts if (values := _within(model, part)) is not None]
    inputs = np.array(rows, dtype=np.int64).reshape(len(rows), len(model.features))
    drift = _drift(model, inputs)
    reasons = _reasons(model, len(parts), len(rows), drift, today)
    reference = int(model.risks(np.zeros((1, len(model.features)), dtype=np.int64))[0])
    if reasons:
        return Assessment(model.digest, len(rows), len(parts) - len(rows), None, reference, {}, drift, reasons)
    contributions = shapley(model, inputs)
    total = int(model.risks(inputs).sum())
    index = ceil_div(total, len(rows))
    return Assessment(model.digest, len(rows), len(parts) - len(rows), index, reference, contributions, drift, ())


def shapley(model: RiskModel, inputs: Integers) -> dict[str, Fraction]:
    """Exact Shapley values of the mean risk of rows against the reference, millionths.

    Args:
        inputs: shape (n, features), n at least 1.
    """
    count = len(model.features)
    coalitions = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    sums = [0] * 2**count
    step = max(1, _CHUNK // 2**count)
    for start in range(0, len(inputs), step):
        chunk = inputs[start : start + step]
        mixed = (coalitions[:, None, :] * chunk[None, :, :]).reshape(-1, count)
        totals = model.risks(mixed).reshape(2**count, len(chunk)).sum(axis=1)
        sums = [old + int(new) for old, new in zip(sums, totals, strict=True)]
    weights = [factorial(size) * factorial(count - size - 1) for size in range(count)]
    values = {}
    for position, feature in enumerate(model.features):
        bit = 1 << position
        total = sum(
            weights[coalition.bit_count()] * (sums[coalition | bit] - sums[coalition])
            for coalition in range(2**count)
            if not coalition & bit
        )
        values[feature.name] = Fraction(total, factorial(count) * len(inputs))
    return values


def histogram(inputs: Integers) -> list[list[int]]:
    """For each feature the number of rows in each bin of `CUTS`; what parties sum securely to watch for drift."""
    edges = np.array(CUTS, dtype=np.int64)
    bins = np.searchsorted(edges, inputs, side="right")
    return [np.bincount(bins[:, column], minlength=len(CUTS) + 1).tolist() for column in range(inputs.shape[1])]


def _within(model: RiskModel, part: Mapping[str, str]) -> dict[str, Fraction] | None:
    values = {}
    for column in model.columns:
        text = part.get(column.name)
        if text is None:
            return None
        if not is_decimal(text):
            raise SchemaError(f"{text[:40]!r} is not a decimal number", place=column.name)
        value = Fraction(text)
        if not column.low <= value <= column.high:
            return None
        values[column.name] = value
    return values


def _drift(model: RiskModel, inputs: Integers) -> dict[str, int]:
    found = histogram(inputs) if len(inputs) else [[0] * (len(CUTS) + 1)] * len(model.features)
    return {
        feature.name: stability_index(before, after)
        for feature, before, after in zip(model.features, model.histograms, found, strict=True)
    }


def _reasons(model: RiskModel, parts: int, rows: int, drift: Mapping[str, int], today: date) -> tuple[str, ...]:
    reasons = []
    if rows < model.limits.rows:
        reasons.append(f"too-few-parts:{rows}")
    if (parts - rows) * MICRO > model.limits.outside * parts:
        reasons.append(f"out-of-range:{parts - rows}")
    if today > model.limits.until:
        reasons.append(f"expired:{model.limits.until.isoformat()}")
    if rows >= model.limits.rows:
        reasons += [f"drift:{name}" for name, index in drift.items() if index >= model.limits.drift]
    return tuple(reasons)
