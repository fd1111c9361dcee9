"""Block headers: every fork's form, nothing else, and the hash of a real one."""

from __future__ import annotations

import pytest
import rlp
from eth_hash.auto import keccak

from evidence.errors import CredenceError, LimitError, MalformedError
from evidence.header import parse_header
from tests.support.chain_state import FORKS, ChainState
from tests.support.fuzz import assert_refuses_cleanly

STATE = ChainState(neighbours=2)

# Ethereum's main network, block 0: its header from the genesis definition, its hash as every client prints it.
GENESIS_HASH = "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"
GENESIS = [
    bytes(32),
    bytes.fromhex("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"),
    bytes(20),
    bytes.fromhex("d7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544"),
    bytes.fromhex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"),
    bytes.fromhex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"),
    bytes(256),
    17_179_869_184,
    0,
    5_000,
    0,
    0,
    bytes.fromhex("11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa"),
    bytes(32),
    bytes.fromhex("0000000000000042"),
]


def test_the_first_block_of_ethereum_has_its_known_hash() -> None:
    header = parse_header(rlp.encode(GENESIS))
    assert header.hash.hex() == GENESIS_HASH
    assert (header.number, header.timestamp) == (0, 0)
    assert header.state_root == GENESIS[3]


@pytest.mark.parametrize("fork", FORKS)
def test_headers_of_every_fork_are_read(fork: str) -> None:
    data = STATE.header(number=1_000_000, timestamp=1_795_420_800, fork=fork)
    header = parse_header(data)
    assert (header.number, header.timestamp) == (1_000_000, 1_795_420_800)
    assert header.state_root == STATE.state().root_hash
    assert header.hash == keccak(data)


def test_the_validators_that_besu_writes_into_a_header_fit() -> None:
    assert parse_header(STATE.header(number=1, timestamp=1, extra=bytes(20 * 100))).number == 1
    with pytest.raises(LimitError):
        parse_header(STATE.header(number=1, timestamp=1, extra=bytes(8_192)))


@pytest.mark.parametrize("count", [0, 14, 18, 19, 22])
def test_other_numbers_of_fields_are_refused(count: int) -> None:
    fields = rlp.decode(STATE.header(number=1, timestamp=1))
    with pytest.raises(MalformedError, match=f"this one {count}"):
        parse_header(rlp.encode((fields * 2)[:count]))


@pytest.mark.parametrize("place", range(21))
def test_each_field_has_its_form(place: int) -> None:
    fields = list(rlp.decode(STATE.header(number=1, timestamp=1)))
    wrong: list[object] = [[b"a list"]]
    if place != 12:  # extraData, of any length
        wrong += [bytes(33) if place != 6 else bytes(255), b"\x00" if place not in (14,) else bytes(7)]
    for value in wrong:
        with pytest.raises(MalformedError):
            parse_header(rlp.encode([*fields[:place], value, *fields[place + 1 :]]))


def test_a_header_that_is_no_list_or_has_bytes_behind_it_is_refused() -> None:
    data = STATE.header(number=1, timestamp=1)
    for bad in (b"", b"\x80", b"abc", data + b"\x00", data[:-1]):
        with pytest.raises(CredenceError):
            parse_header(bad)


def test_damaged_headers_are_refused_cleanly() -> None:
    seeds = [STATE.header(number=1, timestamp=1, fork=fork) for fork in FORKS]
    assert assert_refuses_cleanly(parse_header, seeds)
