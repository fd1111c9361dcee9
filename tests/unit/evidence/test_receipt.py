"""Anchor receipts as JSON and back, and what is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from evidence.canonical import encode, loads
from evidence.errors import CredenceError, LimitError, MalformedError, NotFoundError
from evidence.identity import OrgId
from evidence.keys import KeyId
from evidence.receipt import MAX_NODES, AccountProof, Address, AnchorReceipt, KeyProof, SlotProof
from tests.support.bundles import BundleMaker
from tests.support.fuzz import assert_refuses_cleanly

MAKER = BundleMaker()
BUNDLE = MAKER.bundle()
assert BUNDLE.anchor is not None
RECEIPT = BUNDLE.anchor


def as_json() -> Any:
    return json.loads(encode(RECEIPT.to_json()))


def test_a_receipt_is_read_back_from_its_json() -> None:
    assert AnchorReceipt.from_json(as_json()) == RECEIPT


DAMAGES: list[Callable[[Any], object]] = [
    lambda receipt: receipt.pop("org"),
    lambda receipt: receipt.update(transaction="0x00"),
    lambda receipt: receipt.update(org="0x00"),
    lambda receipt: receipt.update(org=RECEIPT.org.hex()),
    lambda receipt: receipt.update(org="0x" + RECEIPT.org.hex().upper()),
    lambda receipt: receipt.update(org=None),
    lambda receipt: receipt.update(size="7"),
    lambda receipt: receipt.update(size=-1),
    lambda receipt: receipt.update(size=True),
    lambda receipt: receipt.update(header="0x"),
    lambda receipt: receipt.update(log=[]),
    lambda receipt: receipt["log"].pop("root_slot"),
    lambda receipt: receipt["log"].update(address="0x" + "00" * 19),
    lambda receipt: receipt["log"].update(root_slot="0x00"),
    lambda receipt: receipt["log"]["root_slot"].append("0x"),
    lambda receipt: receipt["log"]["root_slot"].append("0x0"),
    lambda receipt: receipt["log"]["root_slot"].append(7),
    lambda receipt: receipt["registry"].update(keys={}),
    lambda receipt: receipt["registry"]["keys"].append(receipt["registry"]["keys"][0]),
    lambda receipt: receipt["registry"]["keys"][0].update(key="0x00"),
    lambda receipt: receipt["registry"]["keys"][0].pop("org_slot"),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_no_receipt_is_refused(damage: Callable[[Any], object]) -> None:
    receipt = as_json()
    damage(receipt)
    with pytest.raises((MalformedError, LimitError)):
        AnchorReceipt.from_json(receipt)


def test_refusals_name_the_place() -> None:
    receipt = as_json()
    receipt["registry"]["keys"][1]["terms_slot"][0] = "zz"
    with pytest.raises(MalformedError, match=r"^anchor/registry/keys/1/terms_slot/0: "):
        AnchorReceipt.from_json(receipt)


def test_receipts_beyond_their_bounds_are_refused() -> None:
    node = b"\x01" * 100
    for make in (
        lambda: SlotProof((node,) * (MAX_NODES + 1)),
        lambda: SlotProof((b"",)),
        lambda: SlotProof((b"\x01" * 2_000,)),
        lambda: AccountProof(Address(bytes(20)), (node,) * (MAX_NODES + 1)),
        lambda: replace(RECEIPT, header=b"\x01" * 9_000),
    ):
        with pytest.raises(LimitError):
            make()
    for wrong in (
        lambda: AccountProof(Address(bytes(19)), ()),
        lambda: KeyProof(KeyId(bytes(31)), SlotProof(()), SlotProof(())),
        lambda: replace(RECEIPT, org=OrgId(bytes(31))),
    ):
        with pytest.raises(MalformedError):
            wrong()


def test_a_receipt_for_many_keys_is_narrowed_to_those_of_one_bundle() -> None:
    keys = [proof.key for proof in RECEIPT.registry.keys]
    assert RECEIPT.for_keys(keys) == RECEIPT
    assert [proof.key for proof in RECEIPT.for_keys(keys[::-1]).registry.keys] == keys[::-1]
    assert [proof.key for proof in RECEIPT.for_keys(keys[:1]).registry.keys] == keys[:1]
    with pytest.raises(NotFoundError):
        RECEIPT.for_keys([KeyId(bytes(32))])


def test_damaged_receipts_are_refused_cleanly() -> None:
    seeds = [encode(RECEIPT.to_json())]

    def parse(data: bytes) -> None:
        receipt = AnchorReceipt.from_json(loads(data))
        assert AnchorReceipt.from_json(receipt.to_json()) == receipt

    assert assert_refuses_cleanly(parse, seeds)
    with pytest.raises(CredenceError):
        parse(b"null")
