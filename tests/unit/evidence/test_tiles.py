"""Paths of tiles and entry bundles: one spelling each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import LimitError, MalformedError
from evidence.tiles import Tile, TileId, decode_entries, encode_entries, tile_width
from tests.support.fuzz import assert_refuses_cleanly

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "tiles.json").read_text())


@pytest.mark.parametrize("case", VECTORS["paths"], ids=lambda case: str(case["path"]))
def test_tiles_have_the_paths_of_the_vectors(case: dict[str, Any]) -> None:
    tile = TileId(case["level"], case["index"], case["width"])
    assert tile.path == case["path"]
    assert TileId.parse(case["path"]) == tile


@given(st.none() | st.integers(0, 63), st.integers(0, 2**55 - 1), st.integers(1, 256))
def test_every_tile_is_read_back_from_its_path(level: int | None, index: int, width: int) -> None:
    tile = TileId(level, index, width)
    assert TileId.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/00",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/X001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/07",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/0/../../etc/passwd",
        "tile/entry/000",
        "tile/0/x099/x999/x999/x999/x999/x999/999",
        "tile/0/x001/x001/x001/x001/x001/x001/x001/001",
    ],
)
def test_other_spellings_of_a_path_are_refused(path: str) -> None:
    with pytest.raises(MalformedError):
        TileId.parse(path)


def test_the_width_of_a_tile_follows_from_the_size_of_the_tree() -> None:
    # The example of the specification: 273 full tiles and one of 112, then one full and one of 17, then one of 1.
    assert [tile_width(0, index, 70_000) for index in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [tile_width(1, index, 70_000) for index in (0, 1, 2)] == [256, 17, 0]
    assert [tile_width(2, index, 70_000) for index in (0, 1)] == [1, 0]
    assert [tile_width(level, 0, 256) for level in (0, 1, 2)] == [256, 1, 0]


@given(st.lists(st.binary(max_size=400), max_size=256))
def test_entry_bundles_are_read_back(entries: list[bytes]) -> None:
    assert decode_entries(encode_entries(entries)) == tuple(entries)


def test_an_entry_stands_behind_its_length_in_two_bytes_big_endian() -> None:
    assert encode_entries([b"", b"abc", bytes(258)]) == b"\x00\x00" + b"\x00\x03abc" + b"\x01\x02" + bytes(258)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_bundle_that_ends_inside_an_entry_is_refused(cut: int) -> None:
    with pytest.raises(MalformedError, match="byte 4"):
        decode_entries(encode_entries([b"ab", b"cd"])[:-cut])


def test_entries_and_bundles_beyond_their_bounds_are_refused() -> None:
    with pytest.raises(LimitError):
        encode_entries([bytes(65_536)])
    with pytest.raises(LimitError):
        encode_entries([b""] * 257)
    with pytest.raises(LimitError):
        decode_entries(b"\x00\x00" * 257)


def test_damaged_bundles_and_paths_are_refused_cleanly() -> None:
    seeds = [encode_entries([bytes(40), b"x" * 300]), encode_entries([b""] * 200)]
    assert assert_refuses_cleanly(decode_entries, seeds)
    paths = [case["path"].encode() for case in VECTORS["paths"]]
    assert assert_refuses_cleanly(lambda data: TileId.parse(data.decode("utf-8", "replace")), paths)


def test_a_tile_that_does_not_consist_of_hashes_is_refused() -> None:
    for hashes in (b"", bytes(31), bytes(257 * 32)):
        with pytest.raises(MalformedError):
            Tile(0, 0, hashes)
