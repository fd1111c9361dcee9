"""Signing statements: in this process, or big batches in helper processes, one a core."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import connection, get_context, parent_process
from typing import Final

from evidence.canonical import encode, loads
from evidence.draft import Draft, JsonValue, Kind
from evidence.identity import Lei, Subject
from evidence.keys import Entropy, StatementKey
from evidence.statement import issue

WORTHWHILE: Final = 500
"""Fewest statements that are worth sending to another process."""

WORTH_STARTING: Final = 5_000
"""Fewest statements ahead that are worth starting helpers for: they take half a second, which signs 4,000 here."""


@dataclass(frozen=True, slots=True)
class Order:
    """A valid draft and the sequence number that it shall be signed with."""

    draft: Draft
    sequence: int


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed part and its encoded disclosures."""

    signed: str
    disclosures: tuple[str, ...]


class StatementSigner:
    """Signs in the process and thread of the caller."""

    def __init__(self, issuer: Lei, key: StatementKey, entropy: Entropy) -> None:
        self._issuer, self._key, self._entropy = issuer, key, entropy

    def __call__(self, orders: Sequence[Order], *, subject: Subject, issued: datetime) -> list[Signed]:
        """The orders signed, in their order."""
        return [self._sign(order, subject, issued) for order in orders]

    def expect(self, total: int) -> None:
        """So many are about to come; a signer with helpers may start them."""

    def close(self) -> None:
        """Nothing to let go of; MAY be called twice."""

    def _sign(self, order: Order, subject: Subject, issued: datetime) -> Signed:
        statement = issue(
            order.draft,
            issuer=self._issuer,
            subject=subject,
            sequence=order.sequence,
            issued=issued,
            key=self._key,
            entropy=self._entropy,
        )
        return Signed(statement.signed, tuple(one.encoded for one in statement.disclosures))


class PooledSigner(StatementSigner):
    """Signs big batches in helper processes, whose randomness is the system's; small ones as `StatementSigner` does.

    Helpers start when many are expected, hold the key in memory only, and end with this process even when it is
    killed. When they break, the batch is signed here and others start next time: signing has no effect to repeat.
    """

    def __init__(self, issuer: Lei, key: StatementKey, entropy: Entropy, *, processes: int) -> None:
        super().__init__(issuer, key, entropy)
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def __call__(self, orders: Sequence[Order], *, subject: Subject, issued: datetime) -> list[Signed]:
        """The orders signed, in their order; MAY be called from several threads."""
        with self._lock:
            pool = self._pool
        if len(orders) < WORTHWHILE or pool is None:
            return super().__call__(orders, subject=subject, issued=issued)
        share = -(-len(orders) // self._processes)
        parts = [_pack(orders[start : start + share]) for start in range(0, len(orders), share)]
        try:
            issuer, pem = str(self._issuer), self._key.to_pem()
            jobs = [pool.submit(_sign_part, issuer, pem, part, str(subject), issued) for part in parts]
            return [Signed(*signed) for job in jobs for signed in job.result()]
        except (BrokenProcessPool, CancelledError, RuntimeError):
            # A helper was killed, or another thread closed the pool meanwhile.
            self.close()
            return super().__call__(orders, subject=subject, issued=issued)

    def expect(self, total: int) -> None:
        """Start the helpers when `total` makes it worthwhile and they do not run yet."""
        with self._lock:
            if self._pool is None and total >= WORTH_STARTING and self._processes > 1:
                # Spawned, not forked: a fork would copy locks that other threads hold, and the database's files.
                self._pool = ProcessPoolExecutor(
                    self._processes, mp_context=get_context("spawn"), initializer=_become_helper
                )

    def close(self) -> None:
        """End the helpers; MAY be called twice, and they start again when many are expected."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


_Packed = list[tuple[str, str, bytes, int]]


def _pack(orders: Sequence[Order]) -> _Packed:
    # As canonical JSON, because drafts may hold read-only views, which cannot be sent to another process.
    return [(one.draft.kind.value, one.draft.occurred, encode(one.draft.fields), one.sequence) for one in orders]


def _become_helper() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _sign_part(
    issuer: str, pem: bytes, part: _Packed, subject: str, issued: datetime
) -> list[tuple[str, tuple[str, ...]]]:
    # Reading the key takes a thousandth of the time of signing a part, and leaves the helper without state.
    signer = StatementSigner(Lei(issuer), StatementKey.from_pem(pem), os.urandom)
    orders = []
    for kind, occurred, packed, sequence in part:
        fields = loads(packed)
        assert isinstance(fields, dict)
        orders.append(Order(Draft(Kind(kind), occurred, dict[str, JsonValue](fields)), sequence))
    done = signer(orders, subject=Subject.parse(subject), issued=issued)
    return [(one.signed, one.disclosures) for one in done]
