"""Headers rebuilt from what an RPC says of a block."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import rlp
from eth_hash.auto import keccak

from evidence.errors import StorageProofError
from evidence.header import parse_header
from node.chain.headers import encode, rebuild
from node.chain.memory_state import make_header
from tests.support.anvil import AnvilControl, anvil_binary

# anvil writes fields of later upgrades into headers of earlier ones, so the earlier ones are tried below by hand.
HARDFORKS = ("cancun", "prague")


def described(**changes: Any) -> dict[str, Any]:
    """A block as an RPC describes it, London, with its right hash unless `changes` give one."""
    block: dict[str, Any] = {
        "parentHash": "0x" + "01" * 32,
        "sha3Uncles": "0x" + "02" * 32,
        "miner": "0x" + "03" * 20,
        "stateRoot": "0x" + "04" * 32,
        "transactionsRoot": "0x" + "05" * 32,
        "receiptsRoot": "0x" + "06" * 32,
        "logsBloom": "0x" + "00" * 256,
        "difficulty": "0x1",
        "number": "0x10",
        "gasLimit": "0x1c9c380",
        "gasUsed": "0x0",
        "timestamp": "0x6b03e9e6",
        "extraData": "0x",
        "mixHash": "0x" + "07" * 32,
        "nonce": "0x" + "00" * 8,
        "baseFeePerGas": "0x7",
    } | changes
    numbers = {"difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas"}
    order = [name for name in described_order() if name in block]
    values = [int(block[n], 16) if n in numbers else bytes.fromhex(block[n][2:]) for n in order]
    block.setdefault("hash", "0x" + keccak(encode(values)).hex())
    return block


def described_order() -> tuple[str, ...]:
    from node.chain import headers

    return headers._FIELDS + headers._LATER


@pytest.mark.anvil
@pytest.mark.parametrize("hardfork", HARDFORKS)
def test_headers_of_every_upgrade_hash_to_the_block_of_a_real_chain(hardfork: str) -> None:

    process = subprocess.Popen(
        [anvil_binary(), "--port", "0", "--hardfork", hardfork], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if line.startswith(b"Listening on "))

        class Running:
            url = f"http://{line.split()[-1].decode()}"

        control = AnvilControl(Running())  # type: ignore[arg-type]
        control.rpc("anvil_mine", "0x3")
        for number in range(4):
            block = control.rpc("eth_getBlockByNumber", hex(number), False)
            header = parse_header(rebuild(block))
            assert "0x" + header.hash.hex() == block["hash"]
            assert (header.number, header.timestamp) == (number, int(block["timestamp"], 16))
            assert "0x" + header.state_root.hex() == block["stateRoot"]
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"hash": "0x" + "00" * 32},
        {"stateRoot": "0x" + "99" * 32, "hash": described()["hash"]},
        {"number": "0x11", "hash": described()["hash"]},
        {"number": "eleven"},
        {"miner": None},
        {"hash": 5},
        {"gasUsed": 7},
    ],
)
def test_a_block_that_does_not_hash_to_its_name_is_refused(changes: dict[str, Any]) -> None:
    sound = described()
    assert keccak(rebuild(sound)) == bytes.fromhex(sound["hash"][2:])
    with pytest.raises(StorageProofError):
        rebuild({**sound, **changes})


def test_a_block_without_some_field_is_refused() -> None:
    for name in ("parentHash", "nonce", "hash"):
        block = described()
        del block[name]
        with pytest.raises(StorageProofError):
            rebuild(block)


def test_seals_of_qbft_validators_are_left_out_of_the_hash() -> None:
    vanity, validators, vote = bytes(32), [b"\x0a" * 20, b"\x0b" * 20], b""
    sealed = rlp.encode([vanity, validators, vote, b"\x03", [b"\x51" * 65, b"\x52" * 65]])
    plain = rlp.encode([vanity, validators, vote, b"", []])
    expected = described(extraData="0x" + plain.hex())
    block = described(extraData="0x" + sealed.hex(), hash=expected["hash"])
    assert keccak(rebuild(block)) == bytes.fromhex(expected["hash"][2:])
    forged = rlp.encode([vanity, [b"\x0c" * 20], vote, b"\x03", [b"\x51" * 65]])
    with pytest.raises(StorageProofError):
        rebuild(described(extraData="0x" + forged.hex(), hash=expected["hash"]))


@pytest.mark.parametrize("extra", [b"\xff" * 120, rlp.encode([b"x" * 60, b"y" * 60]), rlp.encode(b"z" * 200)])
def test_extra_data_of_other_chains_is_no_qbft(extra: bytes) -> None:
    with pytest.raises(StorageProofError):
        rebuild(described(extraData="0x" + extra.hex(), hash="0x" + "00" * 32))


def test_a_memory_chains_header_reads_back_and_its_salt_tells_twins_apart() -> None:
    one, two = (make_header(b"\x01" * 32, b"\x02" * 32, 5, 6, salt) for salt in (1, 2))
    assert parse_header(one).hash != parse_header(two).hash
    assert (parse_header(one).number, parse_header(one).timestamp, parse_header(one).state_root) == (5, 6, b"\x02" * 32)
