"""The public face of the log: what is anchored, and not a byte more."""

from __future__ import annotations

import pytest

from evidence.checkpoint import log_origin, open_checkpoint
from evidence.errors import CredenceError, MalformedError, NotFoundError
from evidence.merkle import leaf_hash
from evidence.note import NoteKey, parse_note
from evidence.tiles import decode_entries, tree_root
from tests.support.evidence_node import ISSUER, SUPPLIER, EvidenceNode, delivery, seeded_log
from tests.support.faults import StopAt, Stopped


def test_an_empty_log_has_no_checkpoint() -> None:
    node = EvidenceNode()
    assert node.reader.size() == 0
    with pytest.raises(NotFoundError):
        node.reader.checkpoint()
    with pytest.raises(NotFoundError):
        node.reader.tile(0, 0, 1)
    with pytest.raises(NotFoundError):
        node.reader.entries(0, 1)


def test_a_stranger_rebuilds_the_root_from_checkpoint_tiles_and_entries() -> None:
    node = EvidenceNode()
    node.submit([delivery(number) for number in range(600)], subject=SUPPLIER)
    assert node.seal(limit=600) is not None
    key = NoteKey(log_origin(ISSUER), seeded_log("log").public)
    head = open_checkpoint(parse_note(node.reader.checkpoint()), key).checkpoint.head
    assert head.size == node.reader.size() == 600

    class Served:
        def read(self, level: int, index: int, width: int) -> bytes:
            return node.reader.tile(level, index, width)

    assert tree_root(Served(), 600) == head.root
    bundles = ((0, 256), (1, 256), (2, 88))
    entries = [entry for index, width in bundles for entry in decode_entries(node.reader.entries(index, width))]
    assert len(entries) == 600
    for index, width in bundles:
        hashes = b"".join(leaf_hash(entry) for entry in entries[index * 256 : index * 256 + width])
        assert node.reader.tile(0, index, width) == hashes


def test_what_is_not_anchored_yet_is_not_served() -> None:
    node = EvidenceNode()
    node.submit([delivery(number) for number in range(3)], subject=SUPPLIER)
    assert node.seal(limit=3) is not None
    before = node.reader.checkpoint()
    node.submit([delivery(number) for number in range(3, 6)], subject=SUPPLIER)
    node.reached = StopAt("before-anchor")
    with pytest.raises(Stopped):
        node.seal(limit=3)
    assert node.reader.checkpoint() == before
    assert len(node.reader.tile(0, 0, 3)) == 96
    with pytest.raises(NotFoundError):
        node.reader.tile(0, 0, 4)
    with pytest.raises(NotFoundError):
        node.reader.entries(0, 4)


def test_a_narrower_tile_of_an_earlier_size_is_still_served() -> None:
    node = EvidenceNode()
    node.submit([delivery(number) for number in range(5)], subject=SUPPLIER)
    assert node.seal(limit=5) is not None
    assert node.reader.tile(0, 0, 2) == node.reader.tile(0, 0, 5)[:64]
    assert decode_entries(node.reader.entries(0, 2)) == decode_entries(node.reader.entries(0, 5))[:2]


@pytest.mark.parametrize(
    ("level", "index", "width"), [(-1, 0, 1), (0, -1, 1), (64, 0, 1), (0, 0, 0), (0, 0, 257), (0, 2**63, 1)]
)
def test_tiles_that_no_tree_has_are_refused(level: int, index: int, width: int) -> None:
    node = EvidenceNode()
    node.submit([delivery(1)], subject=SUPPLIER)
    node.seal(limit=1)
    with pytest.raises((MalformedError, NotFoundError)):
        node.reader.tile(level, index, width)
    if level == 0:
        with pytest.raises(CredenceError):
            node.reader.entries(index, width)
