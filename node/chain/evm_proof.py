"""Taking an anchor receipt: header and storage proofs of one block, checked before anyone keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evidence.encoding import hex0x_decode
from evidence.errors import LedgerUnreachableError, MalformedError, StorageProofError
from evidence.header import parse_header
from evidence.identity import OrgId
from evidence.keys import KeyId
from evidence.layout import REGISTRY_SLOT, key_slots, root_slot
from evidence.log import LogHead
from evidence.network import EVIDENCE_LOG, MEMBER_REGISTRY
from evidence.receipt import (
    MAX_NODE_BYTES,
    AccountProof,
    AnchorReceipt,
    KeyProof,
    LogProof,
    RegistryProof,
    SlotProof,
    address,
)
from evidence.storage import prove_account, prove_slot
from node.chain.evm_chain import EvmChain
from node.chain.headers import rebuild

_LONGEST = 2 * MAX_NODE_BYTES + 2


def take_receipt(chain: EvmChain, number: int, org: OrgId, head: LogHead, keys: Sequence[KeyId]) -> AnchorReceipt:
    """The receipt for `head` out of the state after block `number`.

    Raises:
        StorageProofError: header and proofs do not belong together, or do not show the head: after a reorg in between,
            or from a server that invents them.
        LedgerUnreachableError: no answer, or none that can be read.
    """
    block = chain.block(number)
    if block is None:
        raise StorageProofError(f"the chain has no block {number} any more")
    header = rebuild(block)
    wanted = list(dict.fromkeys(keys))
    slots = [slot for key in wanted for slot in key_slots(key)]
    log_account, (registry_slot, head_slot) = _prove(
        chain, EVIDENCE_LOG, [REGISTRY_SLOT, root_slot(org, head.size)], number
    )
    registry_account, key_proofs = _prove(chain, MEMBER_REGISTRY, slots, number)
    pairs = zip(wanted, key_proofs[::2], key_proofs[1::2], strict=True)
    receipt = AnchorReceipt(
        org,
        head,
        header,
        LogProof(log_account, registry_slot, head_slot),
        RegistryProof(registry_account, tuple(KeyProof(*triple) for triple in pairs)),
    )
    check(receipt)
    return receipt


def check(receipt: AnchorReceipt) -> None:
    """Re-prove a receipt's head and keys against its own header.

    Raises:
        StorageProofError: it does not hold.
    """
    try:
        state = parse_header(receipt.header).state_root
        storage = prove_account(state, receipt.log.account)
        prove_slot(storage, REGISTRY_SLOT, receipt.log.registry_slot)
        root = prove_slot(storage, root_slot(receipt.org, receipt.head.size), receipt.log.root_slot)
        storage = prove_account(state, receipt.registry.account)
        owners = [prove_slot(storage, key_slots(proof.key)[0], proof.org_slot) for proof in receipt.registry.keys]
        for proof in receipt.registry.keys:
            prove_slot(storage, key_slots(proof.key)[1], proof.terms_slot)
    except MalformedError as error:
        raise StorageProofError(f"the chain's proof cannot be read: {error.message}") from error
    if root != receipt.head.root or any(owner != receipt.org for owner in owners):
        raise StorageProofError("the chain's proof shows another head, or a key of somebody else")


def _prove(chain: EvmChain, contract: str, slots: Sequence[bytes], number: int) -> tuple[AccountProof, list[SlotProof]]:
    place = chain.address(contract)
    answer = chain.rpc("eth_getProof", place, [f"0x{slot.hex()}" for slot in slots], hex(number))
    try:
        proofs = answer["storageProof"]
        if len(proofs) != len(slots):
            raise MalformedError(f"{len(proofs)} slots proved where {len(slots)} were asked for")
        account = AccountProof(address(bytes.fromhex(place[2:])), _nodes(answer["accountProof"]))
        return account, [SlotProof(_nodes(proof["proof"])) for proof in proofs]
    except (KeyError, TypeError, MalformedError) as error:
        raise LedgerUnreachableError(f"the chain gave a proof of {contract} that cannot be read: {error}") from error


def _nodes(given: Any) -> tuple[bytes, ...]:
    return tuple(hex0x_decode(node, limit=_LONGEST) for node in given)
