"""Every custom error of the contracts has a meaning here, and none is mistaken for a fault of the network."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.errors import (
    ConflictError,
    CredenceError,
    FaultError,
    ForbiddenError,
    InconsistentHeadError,
    LedgerUnreachableError,
    NotFoundError,
    RateLimitError,
    SignatureError,
)
from node.chain import refusals
from node.chain.artifacts import OWN, SCORE, load_artifacts
from node.chain.evm_abi import Codec
from node.chain.refusals import refusal

ARTIFACTS = load_artifacts()
OURS = {entry["name"]: entry for name in (*OWN, *SCORE) for entry in ARTIFACTS[name].abi if entry["type"] == "error"}
EVERY = {entry["name"] for artifact in ARTIFACTS.values() for entry in artifact.abi if entry["type"] == "error"}


def sample(kind: str) -> Any:
    if kind.startswith("bytes32"):
        return b"\xab" * 32
    return {"string": "text", "bytes": b"\x01", "address": "0x" + "cd" * 20, "bool": True, "bytes4": b"\x01" * 4}.get(
        kind, 7
    )


@pytest.mark.parametrize("name", sorted(OURS))
def test_an_error_of_our_contracts_is_told_with_its_values(name: str) -> None:
    entry = OURS[name]
    error = refusal(name, {one["name"]: sample(one["type"]) for one in entry["inputs"]})
    assert isinstance(error, CredenceError) and not isinstance(error, LedgerUnreachableError)
    assert "?" not in error.message, "the message asks for a value that the contract does not give"
    assert error.advice


def test_no_message_is_kept_for_an_error_that_no_contract_has() -> None:
    named = {
        *refusals._FORBIDDEN,
        *refusals._CONFLICTS,
        *refusals._UNKNOWN,
        *refusals._PAUSED,
        *refusals._LIMITS,
        "InconsistentHead",
    }
    assert named <= EVERY


def test_each_kind_of_refusal_gets_the_error_that_the_ports_promise() -> None:
    assert type(refusal("InconsistentHead", {"newSize": 3, "oldSize": 5})) is InconsistentHeadError
    assert type(refusal("NotAnchorKey", {})) is ForbiddenError
    assert type(refusal("AttestingPaused", {})) is FaultError
    assert type(refusal("SelfAttestation", {})) is ConflictError
    assert type(refusal("UnknownKey", {})) is NotFoundError
    assert type(refusal("DailyLimit", {})) is RateLimitError
    assert type(refusal("SignatureRefused", {"account": "0x01", "body": b"\x02"})) is SignatureError
    assert "defeated" in refusal("GovernorUnexpectedProposalState", {"current": 3}).message
    assert "Weird(a 0x01, b 2)" in refusal("Weird", {"a": b"\x01", "b": 2}).message


def test_reverts_are_decoded_by_selector_and_unknown_ones_are_conflicts() -> None:
    codec = Codec(ARTIFACTS)
    from eth_hash.auto import keccak

    data = keccak(b"NotAnchorKey(bytes32,address)")[:4] + b"\x22" * 32 + bytes(12) + b"\x33" * 20
    found = codec.refusal(data)
    assert isinstance(found, ForbiddenError) and "0x" + "22" * 32 in found.message and "0x" + "33" * 20 in found.message
    assert isinstance(codec.refusal(data[:9]), ForbiddenError)
    assert isinstance(codec.refusal(b"\xde\xad\xbe\xef"), ConflictError)
    assert codec.refusal(b"") is None
