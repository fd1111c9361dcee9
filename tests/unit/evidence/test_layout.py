"""Where our contracts keep what proofs rely on, against what the compiler says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import StorageProofError
from evidence.identity import OrgId, lei_from_prefix, org_id
from evidence.keys import KeyId
from evidence.layout import (
    KeyRecord,
    decode_address,
    decode_key,
    encode_head,
    encode_key,
    head_slot,
    key_slots,
    root_slot,
)
from evidence.storage import mapping_slot, slot_after, slot_at

GENERATED = Path(__file__).parents[3] / "contracts" / "generated"
ORG = org_id(lei_from_prefix("5299009QN1WRHV3CPG"))
KEY = KeyId(bytes(range(32)))


def compiled(contract: str) -> dict[int, str]:
    """Type by slot, of variables that begin their slot."""
    layout: list[dict[str, Any]] = json.loads((GENERATED / f"{contract}.json").read_text())["storageLayout"]
    return {int(variable["slot"]): variable["type"] for variable in layout if variable["offset"] == 0}


def test_the_compiler_puts_the_log_where_proofs_look_for_it() -> None:
    slots = compiled("EvidenceLog")
    assert slots[0] == "mapping(OrgId => mapping(uint64 => bytes32))"
    assert slots[1] == "mapping(OrgId => struct Head)"
    assert "Registry" in slots[2]


def test_the_compiler_puts_the_keys_where_proofs_look_for_them() -> None:
    assert compiled("MemberRegistry")[0] == "mapping(KeyId => struct KeyRecord)"


def test_slots_follow_from_the_mappings() -> None:
    assert root_slot(ORG, 7) == mapping_slot((7).to_bytes(32, "big"), mapping_slot(ORG, slot_at(0)))
    assert head_slot(ORG) == mapping_slot(ORG, slot_at(1))
    first, second = key_slots(KEY)
    assert first == mapping_slot(KEY, slot_at(0))
    assert second == slot_after(first)


TIMES = st.integers(0, 2**64 - 1)


@given(st.integers(0, 255), TIMES, TIMES, TIMES)
def test_key_records_are_read_back_from_their_slots(purpose: int, since: int, retired: int, compromised: int) -> None:
    record = KeyRecord(KEY, ORG, purpose, since, retired, compromised)
    assert decode_key(KEY, *encode_key(record)) == record


def test_key_records_are_packed_from_the_lowest_byte_on() -> None:
    _, terms = encode_key(KeyRecord(KEY, ORG, 2, 0x1111, 0x2222, 0x3333))
    assert terms.hex() == "00" * 7 + "0000000000003333" + "0000000000002222" + "0000000000001111" + "02"


def test_heads_are_packed_from_the_lowest_byte_on() -> None:
    assert (
        encode_head(0x1111, 0x2222, 3).hex() == "00" * 8 + "0000000000000003" + "0000000000002222" + "0000000000001111"
    )


def test_slots_that_hold_something_else_are_refused() -> None:
    with pytest.raises(StorageProofError, match="not registered"):
        decode_key(KEY, bytes(32), bytes(32))
    with pytest.raises(StorageProofError, match="not one of this version"):
        decode_key(KEY, OrgId(ORG), b"\x01" + bytes(31))
    for value in (bytes(32), b"\x01" + bytes(31), bytes(11) + b"\x01" * 21):
        with pytest.raises(StorageProofError):
            decode_address(value)
    assert decode_address(bytes(12) + b"\x07" * 20) == b"\x07" * 20
