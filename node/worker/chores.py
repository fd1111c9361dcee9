"""What the worker does again and again: each chore says when it is due and how it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

HOUSEKEEPING_DEPTH: Final = 64
"""So many anchored heads are held against the chain in each round of housekeeping."""


@dataclass(frozen=True, slots=True)
class Chore:
    """One kind of work.

    Attributes:
        name: for events and metrics.
        every: at the latest so long after the last time it is done again.
        work: does it once; gives whether more of the same waits, so that it is done again at once.
        early: whether it is worth doing before its time; asked on every look around, so it must be quick.
    """

    name: str
    every: timedelta
    work: Callable[[], bool]
    early: Callable[[], bool] = lambda: False


class Sealer(Protocol):
    """What the worker needs of `node.services.seal.SealLog`."""

    def __call__(self, *, limit: int) -> object | None:
        """Anchor at most `limit` waiting statements; None when none waits."""

    def waiting(self) -> int:
        """How many statements are not anchored."""

    def reaffirm(self, *, depth: int) -> int:
        """Hold the newest `depth` anchored heads against the chain."""


def sealing(seal: Sealer, *, every: timedelta, batch: int) -> Chore:
    """Seal what waits every so often, and as soon as `batch` statements wait; at most `batch` under one head."""

    def work() -> bool:
        return seal(limit=batch) is not None and seal.waiting() > 0

    return Chore("seal", every, work, early=lambda: seal.waiting() >= batch)


def reaffirming(seal: Sealer, *, every: timedelta) -> Chore:
    """Hold recent anchors against the chain, in case a deep reorg took one back while nothing new was sealed."""

    def work() -> bool:
        seal.reaffirm(depth=HOUSEKEEPING_DEPTH)
        return False

    return Chore("reaffirm", every, work)


def draining(drain: Callable[[], int], *, every: timedelta) -> Chore:
    """Push blobs that wait for the remote store; `drain` gives how many it pushed."""
    return Chore("blobs", every, lambda: drain() > 0)


def fetching(fetch: Callable[[], int], *, every: timedelta) -> Chore:
    """Ask members with a new head on chain for their statements; `fetch` gives how many came."""
    return Chore("fetch", every, lambda: fetch() > 0)


class Keeper(Protocol):
    """What the worker needs of `node.services.keep_scores.KeepScores`."""

    def __call__(self) -> bool:
        """Score and attest whom what happened touches; whether more wait."""

    def due(self) -> bool:
        """Whether there is new evidence."""


def scoring(keep: Keeper, *, every: timedelta) -> Chore:
    """Keep scores true: at once when evidence came, and every so often for votes, repairs and a new day."""
    return Chore("scores", every, keep, early=keep.due)


def reviewing(review: Callable[[], object], *, every: timedelta) -> Chore:
    """Check the policy in force for drift and bias, and stop it when a check says so."""

    def work() -> bool:
        review()
        return False

    return Chore("review", every, work)


def ticking(tick: Callable[[], bool], *, every: timedelta) -> Chore:
    """Let deadlines of cases pass, and carry out what cases still ask for; `tick` says whether more is due."""
    return Chore("cases", every, tick)


def looking(name: str, look: Callable[[], bool], *, every: timedelta) -> Chore:
    """Look whether something has changed, once in a while; finding that it has is no reason to look again at once."""

    def work() -> bool:
        look()
        return False

    return Chore(name, every, work)


def recording(record: Callable[[], bool], *, every: timedelta) -> Chore:
    """Put finished rounds of federated training on chain; `record` says whether any were."""
    return Chore("rounds", every, record)
