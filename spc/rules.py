"""Run rules by name: Western Electric's four and Nelson's eight, with what sets them apart.

- Western Electric 4 wants eight points on one side of the centre, Nelson 2 wants nine.
- Western Electric 1, 2, 3 are Nelson 1, 5, 6: same patterns, other numbers.
- Nelson 3, 4, 7, 8 (trend, alternation, hugging, avoidance) have no counterpart in Western Electric's four.
- Nelson 8 as he wrote it wants points on both sides; many programs flag eight points on one side too.
  `NELSON_EITHER_SIDE` is the set with that reading; the plain `NELSON` is his text.

A pattern is reported at the point that completes it, and at every further point that completes it again. That point is
always part of the pattern: a quiet point after two alarms is not an alarm. A point exactly on the centre or on a zone
line lies neither beyond it nor within it.

Each rule adds false alarms: Nelson 1 alone gives about 1 in 370 points, his eight together about 1 in 60.

Source:
    Western Electric, "Statistical Quality Control Handbook" (1956); NIST/SEMATECH e-Handbook 6.3.2;
    Nelson, "The Shewhart control chart: tests for special causes", Journal of Quality Technology 16 (1984) 237-239.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evidence.errors import SchemaError
from spc.chart import Panel
from spc.data import Array

Mask = NDArray[np.bool_]


class Pattern(StrEnum):
    """The shapes that rules look for, in points measured in standard errors from the centre."""

    BEYOND = "beyond"
    """`needed` of the last `window` points beyond `zone` on one and the same side."""
    TREND = "trend"
    """`window` points, each above the one before, or each below."""
    ALTERNATION = "alternation"
    """`window` points that go up and down in turn."""
    HUGGING = "hugging"
    """`window` points within `zone` of the centre."""
    AVOIDANCE = "avoidance"
    """`window` points beyond `zone`, some above and some below."""
    AVOIDANCE_EITHER = "avoidance-either"
    """`window` points beyond `zone`, on whatever side."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One test for a special cause.

    Attributes:
        name: as reports and policies cite it, such as `nelson-2`.
        text: what it says, for people.
        pattern, window, needed, zone: the shape, how many points it spans, how many must show it, and how far out.
    """

    name: str
    text: str
    pattern: Pattern
    window: int
    needed: int
    zone: float


@dataclass(frozen=True, slots=True)
class Signal:
    """One rule fired.

    Attributes:
        rule: its name.
        text: what it says.
        point: number of the point that completed the pattern, counted from 1.
        points: numbers of all points that make the pattern up.
    """

    rule: str
    text: str
    point: int
    points: tuple[int, ...]


class Marking(StrEnum):
    """Which points a list of violations names, a matter of convention between programs."""

    COMPLETING = "completing"
    """The point that completes a pattern: when the alarm rings. What reports here give."""
    MEMBERS = "members"
    """Every point that makes a pattern up, as R's qcc 3.0 lists them: which points to look at."""


def marks(found: Iterable[Signal], rules: Iterable[Rule], marking: Marking = Marking.COMPLETING) -> dict[int, str]:
    """The rule that names each point; of several the one that stands first in the set.

    Args:
        found: what `judge` gave.
        rules: the set that it was given, in its order.
    """
    order = {rule.name: place for place, rule in enumerate(rules)}
    named: dict[int, str] = {}
    for signal in found:
        for point in (signal.point,) if marking is Marking.COMPLETING else signal.points:
            if point not in named or order[signal.rule] < order[named[point]]:
                named[point] = signal.rule
    return dict(sorted(named.items()))


def _beyond(name: str, needed: int, window: int, zone: float) -> Rule:
    count = f"{needed} of {window} points" if needed != window else f"{needed} points in a row"
    if window == 1:
        text = f"one point more than {zone:g} standard errors from the centre"
    elif zone:
        text = f"{count} more than {zone:g} standard errors from the centre, on the same side"
    else:
        text = f"{count} on the same side of the centre"
    return Rule(name, text, Pattern.BEYOND, window, needed, zone)


WESTERN_ELECTRIC: Final = (
    _beyond("western-electric-1", 1, 1, 3.0),
    _beyond("western-electric-2", 2, 3, 2.0),
    _beyond("western-electric-3", 4, 5, 1.0),
    _beyond("western-electric-4", 8, 8, 0.0),
)

_NELSON_1_TO_7: Final = (
    _beyond("nelson-1", 1, 1, 3.0),
    _beyond("nelson-2", 9, 9, 0.0),
    Rule("nelson-3", "6 points in a row, all rising or all falling", Pattern.TREND, 6, 6, 0.0),
    Rule("nelson-4", "14 points in a row, going up and down in turn", Pattern.ALTERNATION, 14, 14, 0.0),
    _beyond("nelson-5", 2, 3, 2.0),
    _beyond("nelson-6", 4, 5, 1.0),
    Rule("nelson-7", "15 points in a row within 1 standard error of the centre", Pattern.HUGGING, 15, 15, 1.0),
)
_AWAY: Final = "8 points in a row more than 1 standard error from the centre"
NELSON: Final = (
    *_NELSON_1_TO_7,
    Rule("nelson-8", f"{_AWAY}, on both sides", Pattern.AVOIDANCE, 8, 8, 1.0),
)
NELSON_EITHER_SIDE: Final = (
    *_NELSON_1_TO_7,
    Rule("nelson-8-either-side", f"{_AWAY}, on either side", Pattern.AVOIDANCE_EITHER, 8, 8, 1.0),
)


class RuleSet(StrEnum):
    """The sets by name."""

    WESTERN_ELECTRIC = "western-electric"
    NELSON = "nelson"
    NELSON_EITHER_SIDE = "nelson-either-side"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of the set."""
        if self is RuleSet.WESTERN_ELECTRIC:
            return WESTERN_ELECTRIC
        return NELSON if self is RuleSet.NELSON else NELSON_EITHER_SIDE


def judge(panel: Panel, rules: Iterable[Rule]) -> tuple[Signal, ...]:
    """Apply rules to a panel, sorted by point and then in the order of the rules.

    Raises:
        SchemaError: the panel's points depend on each other or are lopsided (R, S, MR, EWMA, CUSUM), so that a run
            means nothing; or a standard error is zero.
    """
    if not panel.independent:
        raise SchemaError(
            f"run rules do not apply to {panel.name}",
            place="rules",
            advice="Judge this panel by its limits; apply rules to the location panel.",
        )
    if not np.all(panel.error > 0):
        raise SchemaError("a point without a standard error", place=panel.name)
    standing = (panel.points - panel.centre) / panel.error
    return signals(standing, rules, first=panel.first)


def signals(standing: Array, rules: Iterable[Rule], *, first: int = 1) -> tuple[Signal, ...]:
    """Apply rules to points in standard errors from the centre, shape (k,)."""
    found: list[Signal] = []
    for rule in rules:
        for members in _members(standing, rule):
            numbers = tuple(index + first for index in members)
            found.append(Signal(rule.name, rule.text, numbers[-1], numbers))
    found.sort(key=lambda signal: signal.point)
    return tuple(found)


def _members(standing: Array, rule: Rule) -> Iterable[list[int]]:
    """Indices of the points of every completed pattern."""
    if rule.pattern is Pattern.BEYOND:
        sides = (standing > rule.zone, standing < -rule.zone)
        hits = [hit for side in sides for hit in _enough(side, rule.needed, rule.window)]
        yield from sorted(hits, key=lambda hit: hit[-1])
        return
    if rule.pattern is Pattern.HUGGING:
        yield from _enough(np.abs(standing) < rule.zone, rule.window, rule.window)
        return
    if rule.pattern in (Pattern.AVOIDANCE, Pattern.AVOIDANCE_EITHER):
        for hit in _enough(np.abs(standing) > rule.zone, rule.window, rule.window):
            above = int((standing[hit] > 0).sum())
            if rule.pattern is Pattern.AVOIDANCE_EITHER or 0 < above < rule.window:
                yield hit
        return
    steps = np.sign(np.diff(standing))
    if rule.pattern is Pattern.TREND:
        runs = [*_enough(steps > 0, rule.window - 1, rule.window - 1)]
        runs += _enough(steps < 0, rule.window - 1, rule.window - 1)
        runs.sort(key=lambda run: run[-1])
    else:
        # A turn lies between two steps of opposite sign; window points have window - 2 turns.
        turns = steps[1:] * steps[:-1] < 0
        runs = [[*run, run[-1] + 1] for run in _enough(turns, rule.window - 2, rule.window - 2)]
    for run in runs:
        yield [*run, run[-1] + 1]


def _enough(mask: Mask, needed: int, window: int) -> list[list[int]]:
    """For every true place: the true places among the last `window`, where they are at least `needed`."""
    total = np.concatenate(([0], np.cumsum(mask)))
    starts = np.maximum(0, np.arange(len(mask)) - window + 1)
    ends = np.flatnonzero(mask & (total[1:] - total[starts] >= needed))
    return [
        [int(start) + int(step) for step in np.flatnonzero(mask[start : end + 1])]
        for start, end in zip(starts[ends], ends, strict=True)
    ]
