"""The network file, written and read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from evidence.errors import CredenceError, LimitError, MalformedError
from evidence.network import Network
from evidence.receipt import Address
from tests.support.bundles import NETWORK
from tests.support.chain_state import LOG_ADDRESS, REGISTRY_ADDRESS
from tests.support.fuzz import assert_refuses_cleanly

FULL = Network("bench-1", 31337, bytes(range(32)), dict(NETWORK.contracts), {"credit": bytes(32)})


def test_a_network_file_is_read_back_whatever_its_layout() -> None:
    assert Network.decode(FULL.encode()) == FULL
    assert Network.decode(json.dumps(json.loads(FULL.encode()), indent=4).encode()) == FULL


def test_contracts_are_known_by_name_once_they_are_deployed() -> None:
    assert (FULL.evidence_log, FULL.member_registry) == (LOG_ADDRESS, REGISTRY_ADDRESS)
    empty = Network("new", 1, bytes(32))
    assert (empty.evidence_log, empty.member_registry) == (None, None)
    assert Network.decode(empty.encode()) == empty


def test_files_of_both_versions_open_and_each_network_has_one() -> None:
    governed = Network("new", 1, bytes(32), {"PolicyRegistry": LOG_ADDRESS})
    for network, version in ((FULL, 1), (governed, 2)):
        written = json.loads(network.encode())
        assert written["format"] == f"credence-network/{version}"
        assert Network.decode(network.encode()) == network
        written["format"] = f"credence-network/{3 - version}"
        with pytest.raises(MalformedError, match="networks with a PolicyRegistry"):
            Network.decode(json.dumps(written).encode())


def test_a_network_cannot_change_after_it_is_made() -> None:
    contracts = {"EvidenceLog": LOG_ADDRESS}
    network = Network("new", 1, bytes(32), contracts)
    contracts["EvidenceLog"] = REGISTRY_ADDRESS
    assert network.evidence_log == LOG_ADDRESS
    with pytest.raises(TypeError):
        network.contracts["EvidenceLog"] = REGISTRY_ADDRESS  # type: ignore[index]


DAMAGES: list[Callable[[Any], object]] = [
    lambda network: network.update(format="credence-network/3"),
    lambda network: network.pop("schemas"),
    lambda network: network.update(rpc="http://user:secret@host"),
    lambda network: network.update(name="Bench 1"),
    lambda network: network.update(name=""),
    lambda network: network.update(chain_id=0),
    lambda network: network.update(chain_id="31337"),
    lambda network: network.update(genesis="0x00"),
    lambda network: network.update(contracts=[]),
    lambda network: network["contracts"].update(EvidenceLog="0x" + "11" * 19),
    lambda network: network["contracts"].update(EvidenceLog="0x" + "AA" * 20),
    lambda network: network["contracts"].update({"Evidence Log": "0x" + "11" * 20}),
    lambda network: network["schemas"].update(credit="0x00"),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_no_network_file_is_refused(damage: Callable[[Any], object]) -> None:
    network = json.loads(FULL.encode())
    damage(network)
    with pytest.raises(MalformedError):
        Network.decode(json.dumps(network).encode())


def test_network_files_beyond_their_bounds_are_refused() -> None:
    many = {f"Contract{number}": Address(bytes(20)) for number in range(65)}
    with pytest.raises(LimitError):
        Network("new", 1, bytes(32), many)
    with pytest.raises(LimitError):
        Network.decode(b" " * 70_000)


def test_damaged_network_files_are_refused_cleanly() -> None:
    assert assert_refuses_cleanly(Network.decode, [FULL.encode()])
    with pytest.raises(CredenceError):
        Network.decode(b"{}")
