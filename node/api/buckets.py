"""Token buckets: how often one caller may call."""

from __future__ import annotations

import math
from collections import OrderedDict
from datetime import datetime

from evidence.clock import Clock
from evidence.errors import RateLimitError
from node.api.settings import Rate


class Buckets:
    """One bucket a caller; the callers unseen for longest are forgotten, so that memory is bounded.

    Not for several threads: it belongs to the event loop.
    """

    def __init__(self, rate: Rate, clock: Clock, *, most: int = 20_000) -> None:
        self._rate, self._clock, self._most = rate, clock, most
        self._levels: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Take one call out of the caller's bucket.

        Raises:
            RateLimitError: it is empty; says after how many seconds it is not.
        """
        level = self._level(caller)
        if level < 1:
            raise self._refusal(level)
        self._levels[caller] = (level - 1, self._clock())
        self._levels.move_to_end(caller)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)

    def check(self, caller: str) -> None:
        """Raise as `take` does, but take nothing."""
        level = self._level(caller)
        if level < 1:
            raise self._refusal(level)

    def _level(self, caller: str) -> float:
        level, then = self._levels.get(caller, (self._rate.burst, self._clock()))
        passed = max(0.0, (self._clock() - then).total_seconds())
        return min(self._rate.burst, level + passed * self._rate.per_second)

    def _refusal(self, level: float) -> RateLimitError:
        wait = math.ceil((1 - level) / self._rate.per_second)
        return RateLimitError("too many calls in a short time", retry_after=max(1, wait))
