"""Anchors: that a block's state holds a log head, and that the keys behind a statement speak for its issuer there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from evidence.errors import StorageProofError
from evidence.header import Header
from evidence.identity import Lei, OrgId, org_id
from evidence.keys import KeyId, KeyPurpose
from evidence.layout import REGISTRY_SLOT, KeyRecord, decode_address, decode_key, key_slots, root_slot
from evidence.log import LogHead
from evidence.network import Network
from evidence.receipt import AnchorReceipt, KeyProof
from evidence.storage import prove_account, prove_slot

_COMPROMISED_ADVICE: Final = "Treat the statement as unproved and ask its issuer for one signed with a sound key."


def check_anchor(
    receipt: AnchorReceipt,
    *,
    block: Header,
    head: LogHead,
    issuer: Lei,
    issued: datetime,
    statement_key: KeyId,
    log_key: KeyId,
    network: Network | None,
) -> None:
    """Check that the state of `block` anchors `head` for `issuer` and registers both keys for it.

    Args:
        block: the receipt's header, read; whether it is on a chain is another question.
        issued: when the statement says it was signed.
        network: pins the contracts; None accepts any contract.
    Raises:
        StorageProofError: the state does not hold it, or a key was not valid.
        MalformedError, LimitError: state proofs that are none.
    """
    org = org_id(issuer)
    if receipt.org != org or receipt.head != head:
        raise StorageProofError("the anchor is one of another organisation or another head of its log")
    if network is not None:
        _check_pins(receipt, network)
    # (1) The log's contract holds the root, under the organisation that the statement names.
    storage = prove_account(block.state_root, receipt.log.account)
    if prove_slot(storage, root_slot(org, head.size), receipt.log.root_slot) != head.root:
        raise StorageProofError(
            f"the chain's state holds another root, or none, for the {head.size} leaves of {issuer}"
        )
    # (2) It names its registry itself, so that nobody can bring a registry of his own.
    if (
        decode_address(prove_slot(storage, REGISTRY_SLOT, receipt.log.registry_slot))
        != receipt.registry.account.address
    ):
        raise StorageProofError("the anchor proves keys in another registry than the log's own")
    # (3) The registry gives both keys to the same organisation. Exactly these two: a spare one would be an unread byte.
    registry = prove_account(block.state_root, receipt.registry.account)
    wanted = ((statement_key, KeyPurpose.STATEMENT), (log_key, KeyPurpose.LOG))
    if [proof.key for proof in receipt.registry.keys] != [key for key, _ in wanted]:
        raise StorageProofError("the anchor must prove the statement's key and the log's key, in this order, no others")
    for proof, (_, purpose) in zip(receipt.registry.keys, wanted, strict=True):
        _check_key(prove_key(registry, proof), org, purpose, block=block, issued=issued)


def prove_key(registry_root: bytes, proof: KeyProof) -> KeyRecord:
    """The key's record as the registry's storage (root of 32 bytes) has it.

    Raises:
        StorageProofError: it is not registered, or the proof does not hold.
    """
    org_slot, terms_slot = key_slots(proof.key)
    return decode_key(
        proof.key,
        prove_slot(registry_root, org_slot, proof.org_slot),
        prove_slot(registry_root, terms_slot, proof.terms_slot),
    )


def _check_pins(receipt: AnchorReceipt, network: Network) -> None:
    if network.evidence_log is None or network.member_registry is None:
        raise StorageProofError(f"the network file of {network.name} does not say where its contracts are")
    if receipt.log.account.address != network.evidence_log:
        raise StorageProofError(f"the head is anchored in a contract that is not the EvidenceLog of {network.name}")
    if receipt.registry.account.address != network.member_registry:
        raise StorageProofError(f"the keys are those of a contract that is not the MemberRegistry of {network.name}")


def _check_key(record: KeyRecord, org: OrgId, purpose: KeyPurpose, *, block: Header, issued: datetime) -> None:
    name = f"the {purpose.name.lower()} key {record.key.hex()}"
    if record.org != org:
        raise StorageProofError(f"{name} belongs to another organisation than the statement's issuer")
    if record.purpose != purpose:
        raise StorageProofError(f"{name} is registered for another purpose ({record.purpose}, not {purpose.value})")
    if record.valid_from > block.timestamp:
        raise StorageProofError(f"{name} was valid only after the block's time ({_time(record.valid_from)})")
    if record.compromised_at and record.compromised_at <= block.timestamp:
        raise StorageProofError(
            f"{name} is declared compromised since {_time(record.compromised_at)}, before the block's time",
            advice=_COMPROMISED_ADVICE,
        )
    if record.retired_at and issued.timestamp() >= record.retired_at:
        raise StorageProofError(f"{name} was retired at {_time(record.retired_at)}, before the statement was issued")


def _time(seconds: int) -> str:
    # Registries hold any 64-bit number; datetime ends with the year 9999.
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds < 253_402_300_800 else f"second {seconds}"
