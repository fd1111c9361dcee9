"""Evidence as the engine sees it: how much was exposed, how much went wrong, when; ordered by hash, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NewType

from evidence.errors import SchemaError
from evidence.identity import Lei
from evidence.log import LogHead
from scoring.indicators import INDICATORS, IndicatorId

ContentHash = NewType("ContentHash", bytes)
"""SHA-256 over what was read of one or several statements, 32 bytes: equal for the same record stated twice."""

MAX_EXPOSURE = 10**12
"""Largest exposure of one tuple, in units of its indicator."""


@dataclass(frozen=True, slots=True, order=False)
class EvidenceTuple:
    """One observation for one indicator.

    Attributes:
        indicator: which one; its `unit` says what one whole observation is.
        source: the record that it was read from.
        issuer: who stated it.
        month: when it happened (see `scoring.scale`).
        exposure: units exposed, at least 1.
        bad: units of them that went wrong.
        best, worst: what `bad` may truly be where it was measured; equal to `bad` where it was counted.
        mended: the cause was removed and that was verified (closed 8D): the bad part ages by the calendar.
        hash: SHA-256 over all of the above: the order of evidence, and what the digest of the inputs covers.

    Raises:
        SchemaError: unknown indicator or numbers that do not fit together.
    """

    indicator: IndicatorId
    source: ContentHash
    issuer: Lei
    month: int
    exposure: int
    bad: int
    best: int
    worst: int
    mended: bool = False
    hash: bytes = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if self.indicator not in INDICATORS:
            raise SchemaError(f"the indicator {self.indicator!r} is unknown")
        if not 0 <= self.best <= self.bad <= self.worst <= self.exposure <= MAX_EXPOSURE or self.exposure < 1:
            raise SchemaError(f"{self.bad} bad of {self.exposure} exposed is no evidence")
        if len(self.source) != 32 or not 0 <= self.month < 12 * 10_000:
            raise SchemaError("a tuple needs a source of 32 bytes and a month of the calendar")
        line = (
            f"{self.indicator}|{self.source.hex()}|{self.issuer}|{self.month}|{self.exposure}|"
            f"{self.bad}|{self.best}|{self.worst}|{int(self.mended)}"
        )
        object.__setattr__(self, "hash", hashlib.sha256(line.encode("ascii")).digest())


@dataclass(frozen=True, slots=True, order=True)
class EvidenceHead:
    """An anchored head that the statements scored are in: whose log, and the head."""

    org: Lei
    size: int
    root: bytes

    @classmethod
    def of(cls, org: Lei, head: LogHead) -> EvidenceHead:
        """The head of an organisation's log."""
        return cls(org, head.size, bytes(head.root))

    def __post_init__(self) -> None:
        LogHead(self.size, self.root)  # type: ignore[arg-type]  # checks size and length


def in_order(tuples: Iterable[EvidenceTuple]) -> tuple[EvidenceTuple, ...]:
    """Each tuple once, ordered by hash: the same evidence in any order and number gives the same answer."""
    unique = {item.hash: item for item in tuples}
    return tuple(unique[key] for key in sorted(unique))


def inputs_digest(unique: Iterable[bytes], heads: Iterable[EvidenceHead]) -> bytes:
    """SHA-256 over the tuples' hashes, given each once, in order, and the heads: 32 bytes that name the evidence."""
    ordered = sorted(unique)
    digest = hashlib.sha256(b"credence/inputs/v1\n")
    digest.update(b"%d\n" % len(ordered))
    digest.update(b"".join(ordered))
    for head in sorted(set(heads)):
        digest.update(f"{head.org}|{head.size}|{head.root.hex()}\n".encode("ascii"))
    return digest.digest()
