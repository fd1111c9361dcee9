"""Growing trees and their tiles against the definitions, and proofs built from tiles only."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence import tiles
from evidence.errors import MalformedError
from evidence.log import Digest
from evidence.merkle import leaf_hash, verify_consistency, verify_inclusion
from evidence.tree import Edge, edge_of, grow
from tests.support.log_tiles import CountingTiles

VECTORS = Path(__file__).parents[2] / "vectors"


def leaves(start: int, end: int) -> list[Digest]:
    return [leaf_hash(index.to_bytes(4, "big")) for index in range(start, end)]


def grown(size: int) -> tuple[Edge, CountingTiles]:
    growth = grow(Edge(), leaves(0, size))
    return growth.edge, CountingTiles(growth.tiles)


def test_roots_of_grown_trees_are_those_of_the_shared_vectors() -> None:
    vectors: dict[str, Any] = json.loads((VECTORS / "merkle.json").read_text())
    for case in vectors["roots"]:
        edge, reader = grown(case["size"])
        assert edge.head.root.hex() == case["root"]
        assert tiles.tree_root(reader, case["size"]).hex() == case["root"]


def test_the_tiles_of_grown_trees_are_those_of_the_shared_vectors() -> None:
    vectors: dict[str, Any] = json.loads((VECTORS / "tiles.json").read_text())
    for case in vectors["trees"]:
        made = {
            (tile.level, tile.index, tile.width): sha256(tile.hashes).hexdigest()
            for tile in grow(Edge(), leaves(0, case["size"])).tiles
        }
        assert made == {(tile["level"], tile["index"], tile["width"]): tile["sha256"] for tile in case["tiles"]}


@given(st.lists(st.integers(0, 700), max_size=6))
@settings(deadline=None, max_examples=40)
def test_growing_in_batches_gives_the_tree_and_tiles_of_growing_at_once(batches: list[int]) -> None:
    edge, size = Edge(), 0
    made: list[tiles.Tile] = []
    for batch in batches:
        growth = grow(edge, leaves(size, size + batch))
        edge = growth.edge
        made += growth.full_tiles
        size += batch
    at_once = grow(Edge(), leaves(0, size))
    assert edge == at_once.edge
    assert sorted(made, key=lambda tile: (tile.level, tile.index)) == sorted(
        at_once.full_tiles, key=lambda tile: (tile.level, tile.index)
    )


@given(st.integers(0, 1_400))
@settings(deadline=None, max_examples=40)
def test_the_edge_read_back_from_tiles_continues_the_tree(size: int) -> None:
    edge, reader = grown(size)
    assert edge_of(reader, size) == edge
    assert grow(edge_of(reader, size), leaves(size, size + 300)).edge == grow(Edge(), leaves(0, size + 300)).edge


def test_an_edge_remembers_at_most_255_hashes_a_level() -> None:
    edge = grow(Edge(), leaves(0, 70_000)).edge
    assert [len(level) // 32 for level in edge.levels] == [112, 17, 1]


def test_proofs_from_tiles_hold_and_read_few_tiles() -> None:
    size = 70_000
    edge, reader = grown(size)
    for index in (0, 255, 256, 65_535, 65_536, size - 1):
        reader.reads = 0
        proof = tiles.prove_inclusion(reader, index, size)
        verify_inclusion(leaf_hash(index.to_bytes(4, "big")), proof, edge.head.root)
        assert reader.reads <= 6
    for old in (1, 255, 256, 257, 65_536, 69_999, size):
        reader.reads = 0
        path = tiles.prove_consistency(reader, old, size).path
        assert reader.reads <= 6
        verify_consistency(grown(old)[0].head, edge.head, path)


def test_old_heads_can_still_be_proved_when_their_partial_tiles_have_grown() -> None:
    edge, reader = grown(1_000)
    for old in (1, 300, 512, 767, 999):
        old_head = grown(old)[0].head
        assert tiles.tree_root(reader, old) == old_head.root
        verify_inclusion(leaf_hash(bytes(4)), tiles.prove_inclusion(reader, 0, old), old_head.root)
        verify_consistency(old_head, edge.head, tiles.prove_consistency(reader, old, 1_000).path)


def test_a_reader_that_gives_less_than_a_tile_is_found_out() -> None:
    class Short:
        def read(self, level: int, index: int, width: int) -> bytes:
            return bytes(32 * width - 32)

    with pytest.raises(MalformedError, match=r"tile/1/000\.p/1 has 0 bytes, not 32"):
        tiles.prove_inclusion(Short(), 299, 300)
    with pytest.raises(MalformedError):
        edge_of(Short(), 300)


@pytest.mark.parametrize("bad", [b"", b"short", bytes(31), bytes(33), bytes(64)])
def test_leaf_hashes_of_another_length_are_refused(bad: bytes) -> None:
    with pytest.raises(MalformedError):
        grow(Edge(), [Digest(bytes(32)), Digest(bad)])


def test_leaf_hashes_whose_lengths_only_add_up_are_refused() -> None:
    with pytest.raises(MalformedError):
        grow(Edge(), [Digest(bytes(31)), Digest(bytes(33))])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Edge(1, ()),
        lambda: Edge(1, (bytes(64),)),
        lambda: Edge(256, (b"",)),
        lambda: Edge(0, (bytes(32),)),
        lambda: Edge(-1, ()),
    ],
)
def test_edges_that_no_tree_has_are_refused(make: Any) -> None:
    with pytest.raises(MalformedError):
        make()
