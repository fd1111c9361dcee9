"""The cheapest way to a target score, exactly: one rung of each ladder is chosen, effort is least.

This is the multiple-choice knapsack problem, solved by dynamic programming over the frontier of (effort, points) that
nothing beats. Source: Kellerer, Pferschy, Pisinger, Knapsack Problems (2004), section 11.5.
"""

from __future__ import annotations

from dataclasses import dataclass

from scoring.card import ScoreCard
from scoring.effort import Rung
from scoring.indicators import IndicatorId
from scoring.policy import Policy
from scoring.scale import PPB


@dataclass(frozen=True, slots=True)
class Move:
    """One indicator brought down to a rung.

    Attributes:
        indicator: which one.
        rung: where to.
        effort, days: from where the subject stands: rungs on the way included.
        gain: micro-points.
    """

    indicator: IndicatorId
    rung: Rung
    effort: int
    days: int
    gain: int


@dataclass(frozen=True, slots=True)
class Recourse:
    """A cheapest path.

    Attributes:
        target: micro-points that were asked for.
        points: micro-points that the moves reach, at least the target.
        moves: in the policy's order.
        effort: their sum, person-days; no choice of moves reaches the target with less.
        days: of the slowest move, as indicators are worked on side by side.
    """

    target: int
    points: int
    moves: tuple[Move, ...]
    effort: int
    days: int


@dataclass(frozen=True, slots=True)
class _State:
    effort: int
    points: int
    moves: tuple[Move, ...]


def recourse(card: ScoreCard, policy: Policy, target: int, *, within_days: int | None = None) -> Recourse | None:
    """The cheapest moves from a card to `target` micro-points; None when the ladders do not reach it.

    Of equally cheap choices one with most points is given, for equal input always the same one.

    Args:
        within_days: leave out moves that take longer.
    """
    start = sum(line.points for line in card.lines)
    frontier = [_State(0, start, ())]
    for choices in _choices(card, policy, within_days):
        frontier = _pruned(
            [
                _State(state.effort + move.effort, state.points + move.gain, (*state.moves, move))
                if move is not None
                else state
                for state in frontier
                for move in (None, *choices)
            ],
            target,
        )
    best = frontier[-1]
    if best.points < target:
        return None
    return Recourse(target, best.points, best.moves, best.effort, max((move.days for move in best.moves), default=0))


def _choices(card: ScoreCard, policy: Policy, within_days: int | None) -> list[list[Move]]:
    """For each indicator with a ladder, the moves that gain points."""
    result = []
    for line in card.lines:
        indicator = policy.indicator(line.indicator)
        moves, effort, days = [], 0, 0
        for rung in policy.effort.get(line.indicator, ()):
            if line.present and line.theta * PPB <= rung.theta:
                continue  # already there
            effort, days = effort + rung.effort, days + rung.days
            gain = indicator.points(indicator.curve.at(rung.theta)) - line.points
            if gain > 0 and (within_days is None or days <= within_days):
                moves.append(Move(line.indicator, rung, effort, days, gain))
        if moves:
            result.append(moves)
    return result


def _pruned(states: list[_State], target: int) -> list[_State]:
    """States that no cheaper or equally cheap one matches, effort rising; nothing beyond the first that reaches it."""
    states.sort(key=lambda state: (state.effort, -state.points))
    kept: list[_State] = []
    for state in states:
        if not kept or state.points > kept[-1].points:
            kept.append(state)
            if state.points >= target:
                break
    return kept
