"""Falling steps through outcomes: weight of evidence that never rewards more bad, in exact fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring observations that share one rate.

    Attributes:
        first, last: indices of the values pooled, both included.
        weight: their sum of weights.
        total: their weighted sum.
    """

    first: int
    last: int
    weight: Fraction
    total: Fraction

    @property
    def level(self) -> Fraction:
        """The weighted mean of the values pooled."""
        return self.total / self.weight


def pool_adjacent_violators(values: Sequence[Fraction], weights: Sequence[Fraction]) -> tuple[Block, ...]:
    """The rising steps nearest to `values` in weighted squares; neighbours of equal level are one block.

    Args:
        values: in the order along which the steps must rise.
        weights: positive, as many.
    Source:
        Ayer et al., "An empirical distribution function for sampling with incomplete information", Ann. Math. Stat. 26
        (1955) 641-647.
    """
    blocks: list[Block] = []
    for index, (value, weight) in enumerate(zip(values, weights, strict=True)):
        block = Block(index, index, weight, value * weight)
        while blocks and blocks[-1].level >= block.level:
            last = blocks.pop()
            block = Block(last.first, block.last, last.weight + block.weight, last.total + block.total)
        blocks.append(block)
    return tuple(blocks)


@dataclass(frozen=True, slots=True)
class Bin:
    """Samples with thetas next to each other: their summed theta (parts per billion), how many, how many went bad."""

    theta: int
    n: int
    bad: int


def bins(samples: Sequence[tuple[int, int]], most: int) -> tuple[Bin, ...]:
    """At most `most` bins of about equal size over (theta, outcome); equal thetas share a bin, in rising order."""
    counted: dict[int, tuple[int, int]] = {}
    for theta, outcome in samples:
        n, bad = counted.get(theta, (0, 0))
        counted[theta] = n + 1, bad + outcome
    result: list[Bin] = []
    current, seen = Bin(0, 0, 0), 0
    for theta in sorted(counted):
        n, bad = counted[theta]
        current = Bin(current.theta + theta * n, current.n + n, current.bad + bad)
        seen += n
        # Closed when the running count passes the next mark, so one heavy theta does not starve its neighbours.
        if seen * most >= len(samples) * (len(result) + 1):
            result.append(current)
            current = Bin(0, 0, 0)
    return tuple(result)


def rising_rates(found: Sequence[Bin]) -> tuple[tuple[int, Fraction], ...]:
    """(mean theta, share that went bad) of each pooled block, both rising strictly; each share lies within (0, 1).

    One observation at the overall share is added to each bin, so that no share is 0 or 1 and its logarithm exists;
    it is added before pooling, because added after it could turn the order round.

    Returns:
        one block when bad outcomes do not rise with theta at all; none without both outcomes.
    """
    total, bad = sum(one.n for one in found), sum(one.bad for one in found)
    if not 0 < bad < total:
        return ()
    overall = Fraction(bad, total)
    weights = [Fraction(one.n + 1) for one in found]
    values = [(one.bad + overall) / (one.n + 1) for one in found]
    result: list[tuple[int, Fraction]] = []
    for block in pool_adjacent_violators(values, weights):
        part = found[block.first : block.last + 1]
        result.append((sum(one.theta for one in part) // sum(one.n for one in part), block.level))
    return tuple(result)
