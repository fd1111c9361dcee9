"""Shapley values of any game over named players: exact where that is feasible, else by sampled orders with an error.

Source: Shapley, "A value for n-person games", 1953; Mitchell et al., "Sampling permutations for Shapley value
estimation", JMLR 23 (2022), for pairs of an order and its reverse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial
from typing import Final

import numpy as np
import numpy.typing as npt

from evidence.errors import LimitError

Array = npt.NDArray[np.float64]
Value = Callable[[frozenset[int]], Array]
"""What a set of players (numbered from 0) is worth: one figure or several, shape (figures,)."""

EXACT: Final = 10
"""Most players whose 2^n sets are all valued."""
ORDERS: Final = 128
"""Orders that are sampled when there are more, half of them reverses of the others."""
MAX_PLAYERS: Final = 512


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What each player adds.

    Attributes:
        values: shape (players, figures); columns add up to the worth of all less the worth of none.
        errors: standard errors from sampling orders, shape as `values`; zero when exact.
        exact: whether every set was valued.
    """

    values: Array
    errors: Array
    exact: bool


def shapley(players: int, value: Value, *, rng: np.random.Generator, orders: int = ORDERS) -> Shares:
    """Shapley values of a game.

    Args:
        players: how many.
        value: of a set; called once a set.
        rng: the only source of chance; not used when exact.
        orders: most orders when sampling.

    Raises:
        LimitError: more than MAX_PLAYERS.
    """
    if players > MAX_PLAYERS:
        raise LimitError(f"{players} players; at most {MAX_PLAYERS}", advice="Leave out those that cannot matter.")
    kept = dict[frozenset[int], Array]()

    def worth(members: frozenset[int]) -> Array:
        if members not in kept:
            kept[members] = value(members)
        return kept[members]

    nothing = worth(frozenset())
    if players == 0:
        empty = np.zeros((0, nothing.size))
        return Shares(empty, empty, True)
    if players <= EXACT:
        return _exact(players, worth)
    pairs = np.array([_pair(rng.permutation(players).tolist(), worth) for _ in range(max(orders // 2, 2))])
    return Shares(pairs.mean(axis=0), pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)), False)


def _exact(players: int, worth: Value) -> Shares:
    values = np.zeros((players, worth(frozenset()).size))
    whole = factorial(players)
    for code in range(1 << players):
        members = frozenset(one for one in range(players) if code >> one & 1)
        size = len(members)
        for player in range(players):
            if player not in members:
                weight = factorial(size) * factorial(players - size - 1) / whole
                values[player] += weight * (worth(members | {player}) - worth(members))
    return Shares(values, np.zeros_like(values), True)


def _pair(order: list[int], worth: Value) -> Array:
    """Mean gain of each player along an order and its reverse, shape (players, figures)."""
    gains = np.zeros((len(order), worth(frozenset()).size))
    for one in (order, order[::-1]):
        members = frozenset[int]()
        for player in one:
            joined = members | {player}
            gains[player] += 0.5 * (worth(joined) - worth(members))
            members = joined
    return gains
