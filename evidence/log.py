"""The log's value types: a head, and the two kinds of proof about it (RFC 9162, section 2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from evidence.errors import MalformedError

DIGEST_BYTES = 32
"""SHA-256; checked wherever a digest enters, because RFC 9162 verification written from its text does not check it."""

MAX_SIZE = 2**63 - 1
"""Largest tree: sizes travel as uint64 on chain and as signed 64-bit integers in databases."""

MAX_PATH = 128
"""Longest proof that any two trees of at most `MAX_SIZE` leaves need: at most two nodes a level."""

Digest = NewType("Digest", bytes)
"""A SHA-256 digest, 32 bytes."""


def digest(value: bytes) -> Digest:
    """Check that `value` is 32 bytes long and call it a digest.

    Raises:
        MalformedError: any other length.
    """
    if len(value) != DIGEST_BYTES:
        raise MalformedError(f"a SHA-256 digest has {DIGEST_BYTES} bytes, this one {len(value)}")
    return Digest(value)


def _check_size(size: int) -> None:
    if not 0 <= size <= MAX_SIZE:
        raise MalformedError(f"a tree size lies between 0 and {MAX_SIZE}, this one is {size}")


def _check_path(path: tuple[Digest, ...]) -> None:
    if len(path) > MAX_PATH:
        raise MalformedError(f"a proof has at most {MAX_PATH} hashes, this one {len(path)}")
    for node in path:
        digest(node)


@dataclass(frozen=True, slots=True)
class LogHead:
    """Size and root of an append-only log at one moment; a later head proves that it extends this one."""

    size: int
    root: Digest

    def __post_init__(self) -> None:
        _check_size(self.size)
        digest(self.root)


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That the leaf `index` (from 0) is in the tree of `size` leaves; `path` from the leaf's sibling upwards."""

    index: int
    size: int
    path: tuple[Digest, ...]

    def __post_init__(self) -> None:
        _check_size(self.size)
        if not 0 <= self.index < self.size:
            raise MalformedError(f"leaf {self.index} cannot be in a tree of {self.size} leaves")
        _check_path(self.path)


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the tree of `new_size` leaves begins with the tree of `old_size` leaves; nothing is proved from size 0."""

    old_size: int
    new_size: int
    path: tuple[Digest, ...]

    def __post_init__(self) -> None:
        _check_size(self.old_size)
        _check_size(self.new_size)
        if self.old_size > self.new_size:
            raise MalformedError(f"a tree cannot shrink from {self.old_size} to {self.new_size} leaves")
        _check_path(self.path)
