"""Against poisoned updates under secure aggregation: small random buckets, votes of the parties on each bucket's sum.

The server sees sums of buckets only, so it cannot look at one plant's update. It opens the sum of each bucket (three
plants or more, dealt anew at random every round); every plant tries every bucket's mean update on its own rows and
votes whether it helps, changes nothing, or harms. A bucket that no majority finds harmful is accepted; accepted means
are cut to their median length and averaged. A vote is one of three words, in clear and signed: nobody can vote twice or
louder, and what it tells is whether a sum of three plants' updates suits one plant.

Source:
    Bucketing: Karimireddy, He, Jaggi, ICLR 2022 (arXiv:2006.09365). Feedback of clients on candidate models: Andreina
    et al., "BaFFLe", ICDCS 2021 (arXiv:2011.02167). Median: Yin et al., ICML 2018 (PMLR 80:5650-5659).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

import numpy as np

from evidence.errors import SchemaError
from federated.learning.dataset import Dataset
from federated.learning.local import bad_weight
from federated.learning.network import Shape, Vector, predict

BUCKET: Final = 3
"""Plants in a bucket, at least: with two colluders in it, the third one's update would be seen."""
LEAST_BUCKETS: Final = 5
TOLERANCE: Final = 0.002
"""A change of a plant's mean loss by less than this share is no help and no harm."""


class Vote(IntEnum):
    """What a plant finds of a bucket's mean update on its own rows."""

    HARMS = -1
    SAME = 0
    HELPS = 1


def deal(parties: int, rng: np.random.Generator) -> tuple[tuple[int, ...], ...]:
    """Random buckets of `BUCKET` parties, what is left over spread among them; one bucket when there are too few.

    Args:
        rng: seeded by what nobody controls alone, such as the hash of the block after the round was opened.
    """
    if parties < BUCKET:
        raise SchemaError(f"secure aggregation needs {BUCKET} parties or more", place="parties")
    count = parties // BUCKET
    if count < LEAST_BUCKETS:
        return (tuple(range(parties)),)
    return tuple(tuple(sorted(int(one) for one in part)) for part in np.array_split(rng.permutation(parties), count))


def vote(
    shape: Shape, model: Vector, means: Sequence[Vector], data: Dataset, tolerance: float = TOLERANCE
) -> list[Vote]:
    """One plant's votes on the mean updates of all buckets, from its own rows, which stay at home."""
    if not len(data):
        return [Vote.SAME] * len(means)
    before = weighted_loss(shape, model, data)
    votes = []
    for mean in means:
        after = weighted_loss(shape, model + mean, data)
        harms, helps = after > before * (1 + tolerance), after < before * (1 - tolerance)
        votes.append(Vote.HARMS if harms else Vote.HELPS if helps else Vote.SAME)
    return votes


def accepted(votes: Sequence[Sequence[Vote]], parties: int) -> tuple[int, ...]:
    """Buckets that help at least as many parties as they harm, and harm fewer than half of all parties.

    Args:
        votes: for each party that voted, its votes on all buckets.
        parties: all parties of the round, those that did not vote included.
    """
    table = np.array(votes, dtype=np.int64)
    if table.ndim != 2 or len(votes) > parties:
        raise SchemaError("every voter votes once on each bucket", place="votes")
    harmed, helped = (table == Vote.HARMS).sum(0), (table == Vote.HELPS).sum(0)
    fine = (helped >= harmed) & (2 * harmed < parties)
    return tuple(int(index) for index in np.flatnonzero(fine))


def combine(means: Sequence[Vector], kept: Sequence[int]) -> Vector:
    """The update of a round: the accepted buckets' means, cut to their median length, averaged; zero without any."""
    if not kept:
        return np.zeros_like(means[0])
    chosen = np.stack([means[index] for index in kept])
    lengths = np.linalg.norm(chosen, axis=1)
    most = float(np.median(lengths))
    factors = np.where(lengths > most, most / np.maximum(lengths, 1e-12), 1.0)
    return np.asarray((chosen * factors[:, None]).mean(axis=0), dtype=np.float64)


def median(means: Sequence[Vector]) -> Vector:
    """Entry-by-entry median of the buckets' means: right while fewer than half of the buckets hold a poisoner."""
    return np.asarray(np.median(np.stack(means), axis=0), dtype=np.float64)


def weighted_loss(shape: Shape, model: Vector, data: Dataset) -> float:
    """Mean log loss with bad outcomes weighted as much as good ones."""
    out = np.clip(predict(shape, model, data.inputs), -30, 30)
    losses = np.where(data.labels > 0.5, np.log1p(np.exp(-out)), np.log1p(np.exp(out)))
    weights = np.where(data.labels > 0.5, bad_weight(data, "full"), 1.0)
    return float((losses * weights).sum() / weights.sum())
