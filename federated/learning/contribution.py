"""What each party adds to the common model, told from the votes on buckets; no update is revealed for it.

In every round each party votes on each bucket's mean update (`robust.vote`). A bucket's worth is the mean of the votes
of parties outside it: nobody judges itself. Which parties sat in which bucket is public, so over many rounds of random
buckets a ridge regression tells how a party's presence moves the worth of its bucket, with a standard error. It is the
difference to the average party; a party that was absent has no figure, not a bad one.

`shared` turns it into the data-sharing completeness of a month: taking part counts, and harm takes away.

Source:
    Shapley values under random groups are linear regressions on membership: Wang, Rausch et al., "A principled approach
    to data valuation for federated learning", 2020 (arXiv:2009.06192), whose group testing this simplifies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from evidence.errors import SchemaError
from federated.learning.robust import Vote

LEAST_ROUNDS: Final = 10
RIDGE: Final = 1.0
"""Prior strength: a party is average until rounds say otherwise."""
HARMFUL: Final = -2.0
"""A party this many standard errors below the average is called harmful."""


@dataclass(frozen=True, slots=True)
class JudgedRound:
    """One round's public record.

    Attributes:
        buckets: for each bucket the parties in it.
        votes: for each party that voted, its votes on all buckets.
    """

    buckets: tuple[tuple[str, ...], ...]
    votes: dict[str, tuple[Vote, ...]]

    def __post_init__(self) -> None:
        members = [party for bucket in self.buckets for party in bucket]
        if len(set(members)) < len(members):
            raise SchemaError("a party sits in two buckets", place="buckets")
        if any(len(votes) != len(self.buckets) for votes in self.votes.values()):
            raise SchemaError("a party votes once on each bucket", place="votes")

    def worth(self, index: int) -> float:
        """Mean vote of the parties outside the bucket, -1 to 1; 0 when nobody outside voted."""
        outside = [int(votes[index]) for party, votes in self.votes.items() if party not in self.buckets[index]]
        return float(np.mean(outside)) if outside else 0.0


@dataclass(frozen=True, slots=True)
class Contribution:
    """How a party moves the worth of its bucket against the average party.

    Attributes:
        effect: in votes, positive is better; `error` its standard error.
        rounds: in which it took part.
    """

    party: str
    effect: float
    error: float
    rounds: int

    @property
    def harmful(self) -> bool:
        """Whether it is clearly worse than the average: the reason for a look, not a verdict."""
        return self.rounds >= LEAST_ROUNDS and self.effect < HARMFUL * self.error


def contributions(rounds: Sequence[JudgedRound]) -> list[Contribution]:
    """Contributions over many rounds, best first.

    Raises:
        SchemaError: fewer than `LEAST_ROUNDS` rounds, or only one bucket in each: nothing tells parties apart then.
    """
    if len(rounds) < LEAST_ROUNDS or all(len(one.buckets) < 2 for one in rounds):
        raise SchemaError(f"{LEAST_ROUNDS} rounds with two buckets or more are needed", place="rounds")
    parties = sorted({party for one in rounds for bucket in one.buckets for party in bucket})
    place = {party: index for index, party in enumerate(parties)}
    rows, worth = [], []
    for one in rounds:
        values = np.array([one.worth(index) for index in range(len(one.buckets))])
        for bucket, value in zip(one.buckets, values - values.mean(), strict=True):
            row = np.zeros(len(parties))
            row[[place[party] for party in bucket]] = 1.0
            rows.append(row - sum(map(len, one.buckets)) / len(parties) / len(one.buckets))
            worth.append(value)
    design, target = np.array(rows), np.array(worth)
    inverse = np.linalg.inv(design.T @ design + RIDGE * np.eye(len(parties)))
    effects = inverse @ design.T @ target
    effects -= effects.mean()
    rest = target - design @ effects
    noise = float(rest @ rest) / max(1, len(target) - len(parties))
    errors = np.sqrt(noise * np.diag(inverse))
    took = {party: sum(any(party in bucket for bucket in one.buckets) for one in rounds) for party in parties}
    found = [Contribution(p, float(effects[i]), float(errors[i]), took[p]) for p, i in place.items()]
    return sorted(found, key=lambda one: (-one.effect, one.party))


def shared(contribution: Contribution, rounds: int) -> Fraction:
    """The party's data-sharing completeness by learning, 0 to 1: rounds taken part in, nothing while it is harmful."""
    if rounds < 1 or contribution.rounds > rounds:
        raise SchemaError("a party takes part in at most all rounds", place="rounds")
    return Fraction(0) if contribution.harmful else Fraction(contribution.rounds, rounds)
