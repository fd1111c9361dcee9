"""The Merkle tree against the RFC's recursive definitions, published vectors and an independent implementation."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import proofbundle.merkle
import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import ConsistencyError, InclusionError, MalformedError
from evidence.log import ConsistencyProof, Digest, InclusionProof, LogHead
from evidence.merkle import (
    EMPTY_ROOT,
    fold,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

MOST = 600
VECTORS = Path(__file__).parents[2] / "vectors"

# The reference tree of Certificate Transparency: its eight entries, and the root after each.
CT_ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


class Leaves:
    """A node source that hashes leaves up by the definition, remembering what it made."""

    def __init__(self, leaves: list[Digest]) -> None:
        self.leaves = leaves
        self.made: dict[tuple[int, int], Digest] = {}

    def node(self, level: int, index: int) -> Digest:
        if level == 0:
            return self.leaves[index]
        assert (index + 1) << level <= len(self.leaves), "asked for a subtree beyond the tree"
        if (level, index) not in self.made:
            left, right = self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1)
            self.made[level, index] = node_hash(left, right)
        return self.made[level, index]


LEAVES = Leaves([leaf_hash(b"%d" % index) for index in range(MOST)])


@cache
def mth(low: int, high: int) -> bytes:
    """MTH(D[low:high]) word for word."""
    if high == low:
        return sha256(b"").digest()
    if high - low == 1:
        return LEAVES.leaves[low]
    middle = low + split(high - low)
    return sha256(b"\x01" + mth(low, middle) + mth(middle, high)).digest()


@cache
def split(width: int) -> int:
    return max(1 << power for power in range(20) if 1 << power < width)


def path(index: int, low: int, high: int) -> tuple[bytes, ...]:
    """PATH(index, D[low:high]) word for word."""
    if high - low == 1:
        return ()
    middle = low + split(high - low)
    if index < middle:
        return (*path(index, low, middle), mth(middle, high))
    return (*path(index, middle, high), mth(low, middle))


def subproof(old: int, low: int, high: int, whole: bool) -> tuple[bytes, ...]:
    """SUBPROOF(old, D[low:high], whole) word for word."""
    if old == high:
        return () if whole else (mth(low, high),)
    middle = low + split(high - low)
    if old <= middle:
        return (*subproof(old, low, middle, whole), mth(middle, high))
    return (*subproof(old, middle, high, False), mth(low, middle))


def head(size: int) -> LogHead:
    return LogHead(size, Digest(mth(0, size)))


def test_every_inclusion_proof_in_trees_of_up_to_600_leaves_is_the_recursive_one_and_holds() -> None:
    for size in range(1, MOST + 1):
        root = head(size).root
        assert tree_root(LEAVES, size) == root
        for index in range(size):
            proof = prove_inclusion(LEAVES, index, size)
            assert proof.path == path(index, 0, size)
            verify_inclusion(LEAVES.leaves[index], proof, root)


def test_every_consistency_proof_between_trees_of_up_to_600_leaves_is_the_recursive_one_and_holds() -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            proof = prove_consistency(LEAVES, old, new)
            assert proof.path == subproof(old, 0, new, True)
            verify_consistency(head(old), head(new), proof.path)


def test_the_tree_without_leaves_has_the_hash_of_nothing_as_its_root() -> None:
    assert tree_root(LEAVES, 0) == EMPTY_ROOT == sha256(b"").digest()


def test_the_reference_tree_of_certificate_transparency_has_its_published_roots() -> None:
    source = Leaves([leaf_hash(entry) for entry in CT_ENTRIES])
    assert [tree_root(source, size).hex() for size in range(1, 9)] == list(CT_ROOTS)


def test_the_reference_tree_of_certificate_transparency_has_its_published_proofs() -> None:
    source = Leaves([leaf_hash(entry) for entry in CT_ENTRIES])
    assert [node.hex() for node in prove_consistency(source, 6, 8).path] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        CT_ROOTS[3],
    ]
    assert [node.hex() for node in prove_consistency(source, 2, 5).path] == [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]
    assert [node.hex() for node in prove_inclusion(source, 2, 3).path] == [CT_ROOTS[1]]


def test_pymerkle_builds_the_same_trees_and_accepts_our_inclusion_proofs() -> None:
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    for index in range(MOST):
        oracle.append_entry(b"%d" % index)
    rng = random.Random(20261123)
    for _ in range(400):
        size = rng.randrange(1, MOST + 1)
        index, old = rng.randrange(size), rng.randrange(1, size + 1)
        assert oracle.get_root(size) == mth(0, size)
        # It counts leaves from 1, and its paths begin with the leaf itself.
        theirs = oracle.prove_inclusion(index + 1, size)
        theirs.path = [LEAVES.leaves[index], *prove_inclusion(LEAVES, index, size).path]
        pymerkle.verify_inclusion(LEAVES.leaves[index], mth(0, size), theirs)
        # Its consistency proofs have another form than the RFC's; that they link our roots is what can be compared.
        pymerkle.verify_consistency(mth(0, old), mth(0, size), oracle.prove_consistency(old, size))


def test_proofbundle_builds_the_same_consistency_proofs_and_accepts_ours() -> None:
    entries = [b"%d" % index for index in range(90)]
    for new in range(1, 91, 7):
        for old in range(1, new + 1):
            ours = prove_consistency(LEAVES, old, new).path
            assert tuple(proofbundle.merkle.consistency_proof(entries[:new], old)) == ours
            assert proofbundle.merkle.verify_consistency(old, new, list(ours), mth(0, old), mth(0, new))


def test_the_shared_vectors_hold_and_fail_as_they_say() -> None:
    vectors: dict[str, Any] = json.loads((VECTORS / "merkle.json").read_text())
    for case in vectors["inclusion"]:
        proof = InclusionProof(case["index"], case["size"], digests(case["path"]))
        verify_inclusion(Digest(bytes.fromhex(case["leaf"])), proof, Digest(bytes.fromhex(case["root"])))
    for case in vectors["consistency"]:
        old = LogHead(case["old_size"], Digest(bytes.fromhex(case["old_root"])))
        new = LogHead(case["new_size"], Digest(bytes.fromhex(case["new_root"])))
        if case["holds"]:
            verify_consistency(old, new, digests(case["path"]))
        else:
            with pytest.raises(ConsistencyError):
                verify_consistency(old, new, digests(case["path"]))


def digests(path: list[str]) -> tuple[Digest, ...]:
    return tuple(Digest(bytes.fromhex(node)) for node in path)


@given(st.data())
def test_an_inclusion_proof_holds_for_no_other_leaf_index_size_path_or_root(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, MOST))
    index = data.draw(st.integers(0, size - 1))
    proof, root, leaf = prove_inclusion(LEAVES, index, size), head(size).root, LEAVES.leaves[index]
    spot = data.draw(st.integers(0, len(proof.path) - 1))
    flipped = Digest(bytes([proof.path[spot][0] ^ 1]) + proof.path[spot][1:])
    wrong = [
        (Digest(sha256(leaf).digest()), proof, root),
        (leaf, proof, Digest(sha256(root).digest())),
        (leaf, replace(proof, index=(index + 1) % size), root),
        (leaf, replace(proof, path=(*proof.path[:spot], flipped, *proof.path[spot + 1 :])), root),
        (leaf, replace(proof, path=proof.path[:-1]), root),
        (leaf, replace(proof, path=(*proof.path, root)), root),
    ]
    for bad in wrong:
        with pytest.raises(InclusionError):
            verify_inclusion(*bad)


@given(st.data())
def test_a_consistency_proof_holds_for_no_other_heads_or_path(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, MOST))
    old = data.draw(st.integers(1, new - 1))
    path = prove_consistency(LEAVES, old, new).path
    spot = data.draw(st.integers(0, len(path) - 1))
    flipped = Digest(bytes([path[spot][0] ^ 1]) + path[spot][1:])
    other = Digest(sha256(b"other").digest())
    wrong = [
        (LogHead(old, other), head(new), path),
        (head(old), LogHead(new, other), path),
        (head(old), head(new), (*path[:spot], flipped, *path[spot + 1 :])),
        (head(old), head(new), path[:-1]),
        (head(old), head(new), (*path, other)),
        (head(old), head(new), ()),
    ]
    for bad in wrong:
        with pytest.raises(ConsistencyError):
            verify_consistency(*bad)


def test_a_forked_tree_cannot_be_shown_to_extend_the_old_one() -> None:
    forked = Leaves([leaf_hash(b"forged"), *LEAVES.leaves[1:64]])
    new = LogHead(64, tree_root(forked, 64))
    for old in range(1, 64):
        for path in (prove_consistency(forked, old, 64).path, prove_consistency(LEAVES, old, 64).path):
            with pytest.raises(ConsistencyError):
                verify_consistency(head(old), new, path)


def test_nothing_is_proved_consistent_with_an_empty_tree() -> None:
    with pytest.raises(ConsistencyError):
        verify_consistency(LogHead(0, EMPTY_ROOT), head(8), ())
    with pytest.raises(MalformedError):
        prove_consistency(LEAVES, 0, 8)


def test_trees_of_equal_size_are_consistent_only_with_equal_roots_and_an_empty_path() -> None:
    verify_consistency(head(7), head(7), ())
    with pytest.raises(ConsistencyError):
        verify_consistency(head(7), LogHead(7, head(8).root), ())
    with pytest.raises(ConsistencyError):
        verify_consistency(head(7), head(7), (head(8).root,))


@pytest.mark.parametrize(
    "make",
    [
        lambda: InclusionProof(3, 3, ()),
        lambda: InclusionProof(-1, 3, ()),
        lambda: InclusionProof(0, 2, (Digest(b"short"),)),
        lambda: InclusionProof(0, 2, (Digest(bytes(33)),)),
        lambda: InclusionProof(0, 2**63, ()),
        lambda: InclusionProof(0, 2, (Digest(bytes(32)),) * 129),
        lambda: ConsistencyProof(3, 2, ()),
        lambda: LogHead(-1, EMPTY_ROOT),
        lambda: LogHead(1, Digest(bytes(31))),
        lambda: prove_inclusion(LEAVES, 5, 5),
        lambda: prove_consistency(LEAVES, 6, 5),
        lambda: fold([]),
    ],
)
def test_values_that_no_tree_can_have_are_refused(make: Any) -> None:
    with pytest.raises(MalformedError):
        make()
