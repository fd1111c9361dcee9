"""The Merkle tree of a log: hashes, roots, proofs and their verification, exactly as RFC 9162 section 2.1 has them.

Proofs are built from a `NodeSource`, which knows the roots of perfect subtrees; whether those lie in memory, in tiles
or in a database is its own affair.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from hmac import compare_digest
from typing import Protocol

from evidence.errors import ConsistencyError, InclusionError, MalformedError
from evidence.log import ConsistencyProof, Digest, InclusionProof, LogHead

EMPTY_ROOT = Digest(sha256(b"").digest())
"""The root of the tree without leaves (RFC 9162 section 2.1.1)."""


class NodeSource(Protocol):
    """Where the hashes of a tree lie."""

    def node(self, level: int, index: int) -> Digest:
        """The root of the perfect subtree over the `2**level` leaves from `index * 2**level` on.

        MUST be asked only for subtrees that lie wholly inside the tree.
        """


def leaf_hash(entry: bytes) -> Digest:
    """The hash of one entry; the prefix 0x00 keeps a leaf from being passed off as a node (second preimage)."""
    return Digest(sha256(b"\x00" + entry).digest())


def node_hash(left: bytes, right: bytes) -> Digest:
    """The hash of an inner node over its two children."""
    return Digest(sha256(b"\x01" + left + right).digest())


def fold(roots: Iterable[Digest]) -> Digest:
    """The root over perfect subtrees that stand side by side, given from right (smallest) to left (largest).

    Raises:
        MalformedError: there are none.
    """
    rest = iter(roots)
    right = next(rest, None)
    if right is None:
        raise MalformedError("nothing to fold: a tree without subtrees")
    for left in rest:
        right = node_hash(left, right)
    return right


def tree_root(source: NodeSource, size: int) -> Digest:
    """The root over the first `size` leaves of `source`."""
    return _range_root(source, 0, size) if size else EMPTY_ROOT


def prove_inclusion(source: NodeSource, index: int, size: int) -> InclusionProof:
    """Prove that leaf `index` is among the first `size` leaves (RFC 9162 section 2.1.3.1).

    Raises:
        MalformedError: `index` does not lie in a tree of `size` leaves.
    """
    if not 0 <= index < size:
        raise MalformedError(f"leaf {index} cannot be in a tree of {size} leaves")
    low, high = 0, size
    path: list[Digest] = []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range_root(source, middle, high))
            high = middle
        else:
            path.append(_range_root(source, low, middle))
            low = middle
    return InclusionProof(index, size, tuple(reversed(path)))


def prove_consistency(source: NodeSource, old_size: int, new_size: int) -> ConsistencyProof:
    """Prove that the first `new_size` leaves begin with the first `old_size` (RFC 9162 section 2.1.4.1).

    Raises:
        MalformedError: `old_size` is 0 (nothing could be proved) or larger than `new_size`.
    """
    if not 0 < old_size <= new_size:
        raise MalformedError(f"no consistency proof leads from {old_size} to {new_size} leaves")
    low, high, old_root_is_known = 0, new_size, True
    path: list[Digest] = []
    while high != old_size:
        middle = low + _split(high - low)
        if old_size <= middle:
            path.append(_range_root(source, middle, high))
            high = middle
        else:
            path.append(_range_root(source, low, middle))
            low = middle
            old_root_is_known = False
    if not old_root_is_known:
        path.append(_range_root(source, low, high))
    return ConsistencyProof(old_size, new_size, tuple(reversed(path)))


def verify_inclusion(leaf: Digest, proof: InclusionProof, root: Digest) -> None:
    """Check that `leaf` (a leaf hash) is where `proof` says in the tree with `root`.

    Raises:
        InclusionError: it is not.
    Source:
        RFC 9162 section 2.1.3.2; lengths and bounds are checked by the value types.
    """
    fn, sn, result = proof.index, proof.size - 1, leaf
    for sibling in proof.path:
        if sn == 0:
            raise InclusionError(f"the inclusion proof of leaf {proof.index} is too long")
        if fn & 1 or fn == sn:
            result = node_hash(sibling, result)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            result = node_hash(result, sibling)
        fn >>= 1
        sn >>= 1
    if sn != 0:
        raise InclusionError(f"the inclusion proof of leaf {proof.index} is too short")
    if not compare_digest(result, root):
        raise InclusionError(f"the leaf is not number {proof.index} of the tree of {proof.size} leaves with this root")


def verify_consistency(old: LogHead, new: LogHead, path: tuple[Digest, ...]) -> None:
    """Check that the tree with head `new` begins with the tree with head `old`.

    Raises:
        ConsistencyError: it does not, or `old` is empty, which proves nothing (everything extends nothing).
        MalformedError: sizes or hashes that no proof can have.
    Source:
        RFC 9162 section 2.1.4.2.
    """
    ConsistencyProof(old.size, new.size, path)
    if old.size == 0:
        raise ConsistencyError("nothing can be proved consistent with an empty tree")
    if old.size == new.size:
        if path or not compare_digest(old.root, new.root):
            raise ConsistencyError(f"two different trees of {old.size} leaves")
        return
    nodes = (old.root, *path) if old.size & (old.size - 1) == 0 else path
    if not nodes:
        raise ConsistencyError("the consistency proof is empty")
    fn, sn = old.size - 1, new.size - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if sn == 0:
            raise ConsistencyError("the consistency proof is too long")
        if fn & 1 or fn == sn:
            first, second = node_hash(node, first), node_hash(node, second)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            second = node_hash(second, node)
        fn >>= 1
        sn >>= 1
    if sn != 0 or not compare_digest(first, old.root) or not compare_digest(second, new.root):
        raise ConsistencyError(f"the tree of {new.size} leaves does not extend the one of {old.size} leaves")


def _split(width: int) -> int:
    """The largest power of two smaller than `width`, which is at least 2."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_root(source: NodeSource, low: int, high: int) -> Digest:
    """The root over the leaves from `low` to `high`, where RFC 9162 has split them: `low` is aligned to the width."""
    roots: list[Digest] = []
    end = high
    while end > low:
        level = ((end - low) & (low - end)).bit_length() - 1
        end -= 1 << level
        roots.append(source.node(level, end >> level))
    return fold(roots)
