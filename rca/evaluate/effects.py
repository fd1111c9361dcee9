"""Does do() do what it says? Effects stated on twin lines with hidden causes, held against the true ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from rca.effect.effect import Effects
from rca.evaluate.scores import Share
from rca.evaluate.work import Work
from rca.posterior.fit import fit
from rca.table import Table
from rca.twins.line import TwinLine
from rca.twins.recipe import Recipe

LINES: Final = range(80_000, 80_040)
"""Seeds of the judged lines; nothing was chosen on them."""
RECIPE: Final = Recipe(tiers=((0, 5), (1, 6), (2, 7), (3, 7), (4, 5)), latents=0.15)
ROWS: Final = 1_000
QUESTIONS: Final = 8
"""Most questions a line."""
LEAST: Final = 0.1
"""Least true effect that is asked about, in standard deviations of what is affected: no error is a share of nothing."""


@dataclass(frozen=True, slots=True)
class EffectResult:
    """What came out.

    Attributes:
        error: median of |stated - true| / |true| over stated effects.
        linear: the same for a linear regression on the cause alone, over the same questions.
        sign, linear_sign: how many stated signs were right, ours and the regression's.
        covered: how often the 90 % interval held the true effect.
        stated: how many questions were answered.
        outside: how many questions outside of support were refused.
    """

    error: float
    linear: float
    sign: Share
    linear_sign: Share
    covered: Share
    stated: Share
    outside: Share


def evaluate_effects(work: Work) -> EffectResult:
    """Judge stated effects."""
    found = work.each("do() on twin lines", [str(seed) for seed in LINES], lambda key: _line(int(key)))
    asked = [one for line in found for one in line["asked"]]
    said = [one for one in asked if one["value"] is not None]
    outside = [one for line in found for one in line["outside"]]
    return EffectResult(
        _median(said, "value"),
        _median(said, "plain"),
        Share(sum(one["value"] * one["true"] > 0 for one in said), len(said)),
        Share(sum(one["plain"] * one["true"] > 0 for one in said), len(said)),
        Share(sum(one["low"] <= one["true"] <= one["high"] for one in said), len(said)),
        Share(len(said), len(asked)),
        Share(sum(outside), len(outside)),
    )


def _line(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    line = RECIPE.draw(rng)
    table = line.sample(rng, ROWS)
    effects = Effects(table, fit(table, seed=seed), seed=seed)
    reaches = line.reaches(table.names)
    pairs = np.argwhere(reaches)
    asked, outside = list[dict[str, Any]](), list[bool]()
    for place in rng.permutation(len(pairs)):
        cause, effect = (table.names[int(one)] for one in pairs[place])
        low, high = (float(one) for one in np.quantile(table.column(cause), (0.2, 0.8)))
        true = _true(line, cause, low, high, effect)
        if low == high or abs(true) < LEAST * float(np.std(table.column(effect))):
            continue
        told = effects.effect(cause, low, high, effect)
        plain = _regression(table, cause, effect) * (high - low)
        asked.append(
            {"true": true, "value": told.value, "plain": plain, "low": told.interval[0], "high": told.interval[1]}
        )
        values = table.column(cause)
        far = float(values.max() + 2.0 * np.std(values))
        outside.append(effects.effect(cause, low, far, effect).value is None)
        if len(asked) == QUESTIONS:
            break
    return {"asked": [_finite(one) for one in asked], "outside": outside}


def _true(line: TwinLine, cause: str, low: float, high: float, effect: str) -> float:
    return line.effect(np.random.default_rng(0), cause, low, high, effect, n=20_000)


def _regression(table: Table, cause: str, effect: str) -> float:
    one, other = table.column(cause), table.column(effect)
    centred = one - one.mean()
    return float(centred @ other / (centred @ centred))


def _median(said: list[Mapping[str, Any]], what: str) -> float:
    return float(np.median([abs(one[what] - one["true"]) / abs(one["true"]) for one in said])) if said else float("nan")


def _finite(one: Mapping[str, Any]) -> dict[str, Any]:
    """Bounds that are infinite become large numbers: JSON knows no infinity."""
    return {name: None if value is None else float(np.clip(value, -1e300, 1e300)) for name, value in one.items()}
