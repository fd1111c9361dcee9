"""Unannounced inspections: promised under a commitment, the inspector drawn so that everybody can check the draw.

1. Whoever promises a slot (a purchaser, say) picks the day and 32 random bytes, the nonce, and states their commitment,
   the pool of inspectors, and the number of a block that does not exist yet. Day and nonce stay secret.
2. That block's hash, the beacon, and the nonce together draw one inspector of the pool. Whoever promised fixed the
   nonce before the beacon existed; whoever makes blocks does not know the nonce: neither steers the draw alone.
3. After the inspection the slot is opened: day, nonce, beacon and inspector are stated, and all of it is recomputed.

Limits. A block maker in league with whoever promised can try several blocks. Whoever promised can see the draw first
and not open the slot; that counts as failed, so it costs the supplier and not the inspector: promise slots through
bodies that both sides trust, and object. A pool of one draws itself. That the beacon is the hash of that block is for
the chain to say; a bundle alone cannot.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Final

from evidence import canonical
from evidence.errors import SchemaError
from evidence.identity import Lei, Subject
from scoring.owners import NOBODY_OWNED, Owners

SECRET_BYTES: Final = 32
"""Length of a nonce and of a beacon."""


def commitment(number: str, subject: Subject, day: date, nonce: bytes) -> bytes:
    """What fixes day and nonce of a slot, 32 bytes; says nothing of either, as the nonce is random.

    Raises:
        SchemaError: a nonce of another length.
    """
    _check(nonce, "nonce")
    said = canonical.encode({"day": day.isoformat(), "nonce": nonce.hex(), "number": number, "subject": str(subject)})
    return hashlib.sha256(b"credence/slot/v1\n" + said).digest()


def candidates(pool: Iterable[Lei], subject: Subject, owners: Owners = NOBODY_OWNED) -> tuple[Lei, ...]:
    """Who of a pool may be drawn, by name: each once, and nobody of the subject's own owner."""
    return tuple(sorted(lei for lei in set(pool) if not owners.same(lei, subject.lei)))


def draw(
    pool: Iterable[Lei], subject: Subject, number: str, *, nonce: bytes, beacon: bytes, owners: Owners = NOBODY_OWNED
) -> Lei | None:
    """The inspector that nonce and beacon draw; None when nobody of the pool may inspect the subject.

    Each candidate is equally likely: of SHA-256(seed || counter) the first number below the largest multiple of their
    count is taken modulo it.

    Raises:
        SchemaError: a nonce or beacon of another length than 32 bytes.
    """
    _check(nonce, "nonce")
    _check(beacon, "beacon")
    chosen = candidates(pool, subject, owners)
    if not chosen:
        return None
    seed = hashlib.sha256(b"credence/draw/v1\n" + nonce + beacon + canonical.encode([number, str(subject)])).digest()
    bound = 2**256 // len(chosen) * len(chosen)
    counter = 0
    while True:
        value = int.from_bytes(hashlib.sha256(seed + counter.to_bytes(8, "big")).digest(), "big")
        if value < bound:
            return chosen[value % len(chosen)]
        counter += 1


def _check(data: bytes, name: str) -> None:
    if len(data) != SECRET_BYTES:
        raise SchemaError(f"a {name} has {SECRET_BYTES} bytes, not {len(data)}", place=f"/{name}")
