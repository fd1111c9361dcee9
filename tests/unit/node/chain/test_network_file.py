"""The network file on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.errors import MalformedError, NotFoundError, StorageError
from evidence.network import Network
from evidence.receipt import Address
from node.chain.network_file import read_network, write_network

NETWORK = Network("test", 7, b"\x01" * 32, {"EvidenceLog": Address(b"\x02" * 20)}, {"CreditClaim": b"\x03" * 32})


def test_what_is_written_is_read_and_nothing_is_left_beside(tmp_path: Path) -> None:
    path = tmp_path / "new" / "network.json"
    write_network(path, NETWORK)
    assert read_network(path) == NETWORK
    assert [entry.name for entry in path.parent.iterdir()] == ["network.json"]


def test_a_half_written_successor_leaves_the_old_file_readable(tmp_path: Path) -> None:
    path = tmp_path / "network.json"
    write_network(path, NETWORK)
    (tmp_path / "network.json.new").write_bytes(b'{"for')
    assert read_network(path) == NETWORK
    write_network(path, NETWORK)
    assert [entry.name for entry in tmp_path.iterdir()] == ["network.json"]


def test_a_missing_file_says_where_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as missing:
        read_network(tmp_path / "network.json")
    assert "chain deploy" in missing.value.advice


def test_other_contents_and_an_unusable_place_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(MalformedError):
        read_network(tmp_path / "bad.json")
    with pytest.raises(StorageError, match="cannot be read"):
        read_network(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        write_network(tmp_path / "file" / "network.json", NETWORK)
