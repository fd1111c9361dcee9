"""RLP decoding against the `rlp` package, and spellings that are not canonical."""

from __future__ import annotations

import pytest
import rlp as oracle
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import CredenceError, LimitError, MalformedError
from evidence.rlp import MAX_DEPTH, Item, decode, decode_list, to_bytes, to_uint
from tests.support.fuzz import assert_refuses_cleanly

ITEMS = st.recursive(st.binary(max_size=70), lambda inner: st.lists(inner, max_size=20), max_leaves=30)


def depth(item: object) -> int:
    return 1 + max(map(depth, item), default=0) if isinstance(item, list) else 0


@given(ITEMS)
def test_what_the_rlp_package_writes_is_read_back(item: object) -> None:
    if depth(item) <= MAX_DEPTH:
        assert decode(oracle.encode(item)) == item


@given(st.binary(max_size=80))
def test_only_what_encodes_back_to_itself_is_read(data: bytes) -> None:
    try:
        item = decode(data)
    except CredenceError:
        return
    assert oracle.encode(item) == data


@pytest.mark.parametrize(
    "data",
    [
        "",
        "8101",
        "8180ff",
        "81",
        "b7",
        "b800",
        "b837" + "00" * 55,
        "b90038" + "00" * 56,
        "b8",
        "bfffffffffffffffff",
        "c1",
        "c102ff",
        "c281",
        "c28101",
        "f800",
        "f837" + "00" * 55,
        "f90038" + "00" * 56,
        "ffffffffffffffffff",
        "c3830102",
        "0000",
    ],
)
def test_other_spellings_and_truncated_data_are_refused(data: str) -> None:
    with pytest.raises(MalformedError):
        decode(bytes.fromhex(data))


def test_deep_nesting_is_refused_without_recursing_into_it() -> None:
    deep: object = b""
    for _ in range(MAX_DEPTH):
        deep = [deep]
    assert decode(oracle.encode(deep)) == deep
    with pytest.raises(LimitError):
        decode(oracle.encode([deep]))
    with pytest.raises(LimitError):
        decode(bomb(20_000))


def bomb(levels: int) -> bytes:
    """Lists in lists, each with an honest length: 20,000 levels in under 80 kB."""
    prefixes, size = [], 0
    for _ in range(levels):
        length = size.to_bytes(max(1, -(-size.bit_length() // 8)), "big")
        prefix = bytes([0xC0 + size]) if size < 56 else bytes([0xF7 + len(length)]) + length
        prefixes.append(prefix)
        size += len(prefix)
    return b"".join(reversed(prefixes))


def test_typed_items_have_their_exact_form() -> None:
    assert to_uint(b"", size=8) == 0
    assert to_uint(b"\x01\x00", size=8) == 256
    assert to_bytes(b"\x00" * 4, size=4) == bytes(4)
    assert decode_list(b"\xc0") == []
    no_numbers: list[Item] = [b"\x00", b"\x00\x01", b"\x01" * 9, [b"\x01"]]
    for item in no_numbers:
        with pytest.raises(MalformedError):
            to_uint(item, size=8)
    no_strings: list[Item] = [b"\x00" * 3, [b"\x00"] * 4]
    for item in no_strings:
        with pytest.raises(MalformedError):
            to_bytes(item, size=4)
    with pytest.raises(MalformedError):
        decode_list(b"\x01")


def test_damaged_rlp_is_refused_cleanly() -> None:
    seeds = [oracle.encode([b"a" * 60, [b"b", [b"", b"c" * 300]]]), oracle.encode([bytes(32)] * 16 + [b""])]
    assert assert_refuses_cleanly(decode, seeds)
