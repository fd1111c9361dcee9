"""What is costly is done a few at a time, so that everything else is still answered."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from evidence.clock import Clock
from evidence.errors import RateLimitError


@dataclass(frozen=True, slots=True)
class Turns:
    """Slots for work that takes seconds: audits, scores, anchoring, fetching. MAY be used from several threads."""

    slots: threading.BoundedSemaphore

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold a slot; raises RateLimitError when all are taken, since a waiting call would hold a thread."""
        if not self.slots.acquire(blocking=False):
            raise RateLimitError("the node is busy with other long work", retry_after=2)
        try:
            yield
        finally:
            self.slots.release()


@dataclass(slots=True)
class Readiness:
    """Asks what the node depends on at most every `every`: anybody may ask us, and each time costs a chain call."""

    ask: Callable[[], Mapping[str, str]]
    clock: Clock
    every: timedelta
    _known: Mapping[str, str] = field(init=False, default_factory=dict)
    _since: datetime | None = field(init=False, default=None)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __call__(self) -> Mapping[str, str]:
        """The newest answers."""
        with self._lock:
            now = self.clock()
            if self._since is None or now - self._since >= self.every:
                self._known, self._since = dict(self.ask()), now
            return self._known


@dataclass(slots=True)
class Cards:
    """Score cards by the number of their score; they never change, and reading one means reading its whole bundle."""

    most: int = 2_000
    _cards: OrderedDict[int, Any] = field(init=False, default_factory=OrderedDict)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def get(self, number: int, read: Callable[[], Any]) -> Any:
        """The card, read only when it is not known."""
        with self._lock:
            if number in self._cards:
                self._cards.move_to_end(number)
                return self._cards[number]
        card = read()
        with self._lock:
            self._cards[number] = card
            if len(self._cards) > self.most:
                self._cards.popitem(last=False)
        return card
