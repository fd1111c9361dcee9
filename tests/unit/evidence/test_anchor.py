"""Anchors: the head, the registry and both keys, each with what a forger would bring instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from evidence.anchor import check_anchor
from evidence.errors import StorageProofError
from evidence.header import parse_header
from evidence.identity import lei_from_prefix, org_id
from evidence.keys import KeyPurpose
from evidence.layout import REGISTRY_SLOT, KeyRecord, key_slots
from evidence.log import Digest, LogHead
from evidence.network import Network
from evidence.receipt import AnchorReceipt
from tests.support.bundles import BLOCK_TIME, ISSUED, NETWORK, BundleMaker
from tests.support.chain_state import LOG_ADDRESS, REGISTRY_ADDRESS, ChainState

OTHER = lei_from_prefix("ABCDEFGHIJKLMNOPQR")
ISSUED_AT = int(ISSUED.timestamp())


def check(receipt: AnchorReceipt, maker: BundleMaker, *, network: Network | None = NETWORK) -> None:
    """Check `receipt` as a reader of `maker`'s statement does."""
    head, _ = maker.log(maker.issued().leaf)
    check_anchor(
        receipt,
        block=parse_header(receipt.header),
        head=head,
        issuer=maker.lei,
        issued=ISSUED,
        statement_key=maker.statement_key.public.key_id,
        log_key=maker.log_key.public.key_id,
        network=network,
    )


def nothing(maker: BundleMaker) -> None:
    """Leave the state as it is."""


def anchored(
    change: Callable[[BundleMaker], None] = nothing, /, **records: KeyRecord
) -> tuple[AnchorReceipt, BundleMaker]:
    """A receipt over a state in which `change` was made after all else."""
    maker = BundleMaker(state=ChainState(neighbours=4))
    maker.bundle(statement=records.get("statement"), log=records.get("log"))
    change(maker)
    head, _ = maker.log(maker.issued().leaf)
    keys = [maker.statement_key.public.key_id, maker.log_key.public.key_id]
    return maker.state.receipt(org_id(maker.lei), head, keys, timestamp=BLOCK_TIME), maker


def test_a_sound_anchor_is_accepted_with_and_without_pins() -> None:
    receipt, maker = anchored()
    check(receipt, maker)
    check(receipt, maker, network=None)


def records(**changes: Any) -> dict[str, KeyRecord]:
    """The maker's records, both changed in the same way."""
    return {name: replace(record, **changes) for name, record in BundleMaker().records().items()}


@pytest.mark.parametrize("name", ["statement", "log"])
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"org": org_id(OTHER)}, "another organisation"),
        ({"purpose": KeyPurpose.NODE}, "another purpose"),
        ({"valid_from": BLOCK_TIME + 1}, "valid only after"),
        ({"compromised_at": BLOCK_TIME}, "compromised since"),
        ({"compromised_at": 1}, "compromised since"),
        ({"retired_at": ISSUED_AT}, "was retired"),
        ({"retired_at": 1}, "was retired"),
        ({"valid_from": 2**64 - 1}, "valid only after"),
    ],
)
def test_a_key_that_may_not_sign_is_refused(name: str, changes: dict[str, Any], reason: str) -> None:
    receipt, maker = anchored(**{name: records(**changes)[name]})
    with pytest.raises(StorageProofError, match=f"the {name} key .*{reason}"):
        check(receipt, maker)


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_from": BLOCK_TIME},
        {"compromised_at": BLOCK_TIME + 1},
        {"retired_at": ISSUED_AT + 1},
        {"valid_from": 0},
    ],
)
def test_a_key_on_the_right_side_of_its_times_is_accepted(changes: dict[str, Any]) -> None:
    check(*anchored(**records(**changes)))


def test_the_keys_of_statement_and_log_cannot_change_places() -> None:
    receipt, maker = anchored()
    swapped = [proof.key for proof in receipt.registry.keys][::-1]
    with pytest.raises(StorageProofError, match="in this order"):
        check(receipt.for_keys(swapped), maker)
    with pytest.raises(StorageProofError, match="in this order"):
        check(receipt.for_keys(swapped[:1]), maker)


def test_an_unregistered_key_is_refused() -> None:
    def forget(maker: BundleMaker) -> None:
        for slot in key_slots(maker.log_key.public.key_id):
            maker.state.registry.write(slot, bytes(32))

    receipt, maker = anchored(forget)
    with pytest.raises(StorageProofError, match="not registered"):
        check(receipt, maker)


def test_a_head_that_was_never_anchored_is_refused() -> None:
    receipt, maker = anchored()
    other = LogHead(receipt.head.size + 1, receipt.head.root)
    with pytest.raises(StorageProofError, match="another head"):
        check(replace(receipt, head=other), maker)

    def fork(maker: BundleMaker) -> None:
        maker.state.anchor(org_id(maker.lei), LogHead(receipt.head.size, Digest(bytes([7]) * 32)))

    forked, maker = anchored(fork)
    with pytest.raises(StorageProofError, match="another root"):
        check(forked, maker)


def test_an_anchor_of_another_organisation_is_refused() -> None:
    receipt, maker = anchored()
    with pytest.raises(StorageProofError, match="another organisation"):
        check(replace(receipt, org=org_id(OTHER)), maker)

    def move(maker: BundleMaker) -> None:
        # The same head, but anchored by somebody else: proved, and of no use.
        maker.state.anchor(org_id(maker.lei), LogHead(receipt.head.size, Digest(bytes(32))))
        maker.state.anchor(org_id(OTHER), receipt.head)

    with pytest.raises(StorageProofError, match="or none"):
        check(*anchored(move))


def test_nobody_can_bring_a_registry_of_his_own() -> None:
    def elsewhere(maker: BundleMaker) -> None:
        maker.state.log.write(REGISTRY_SLOT, LOG_ADDRESS.rjust(32, b"\0"))

    receipt, maker = anchored(elsewhere)
    with pytest.raises(StorageProofError, match="another registry"):
        check(receipt, maker)

    receipt, maker = anchored(lambda maker: maker.state.log.write(REGISTRY_SLOT, bytes(32)))
    with pytest.raises(StorageProofError, match="holds something else"):
        check(receipt, maker)


def test_contracts_other_than_the_networks_are_refused() -> None:
    receipt, maker = anchored()
    for contracts, reason in (
        ({"EvidenceLog": REGISTRY_ADDRESS, "MemberRegistry": REGISTRY_ADDRESS}, "not the EvidenceLog"),
        ({"EvidenceLog": LOG_ADDRESS, "MemberRegistry": LOG_ADDRESS}, "not the MemberRegistry"),
        ({"EvidenceLog": LOG_ADDRESS}, "does not say where"),
    ):
        with pytest.raises(StorageProofError, match=reason):
            check(receipt, maker, network=Network("other", 1, bytes(32), contracts))


def test_a_proof_against_another_block_is_refused() -> None:
    receipt, maker = anchored()
    maker.state.log.write(bytes(32), bytes([1]) * 32)
    later = maker.state.header(number=43, timestamp=BLOCK_TIME)
    with pytest.raises(StorageProofError, match="do not lead"):
        check(replace(receipt, header=later), maker)
