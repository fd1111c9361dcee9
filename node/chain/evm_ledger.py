"""`AnchorLedger` on an EVM chain: `EvidenceLog`, with receipts that prove themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evidence.errors import LedgerUnreachableError, StorageProofError
from evidence.identity import OrgId
from evidence.keys import KeyId
from evidence.layout import KeyRecord
from evidence.log import ConsistencyProof, LogHead, digest
from evidence.network import EVIDENCE_LOG
from evidence.receipt import AnchorReceipt
from node.chain.checks import check_keys_registered
from node.chain.evm_chain import NEWEST, EvmChain
from node.chain.evm_members import read_key
from node.chain.evm_proof import take_receipt
from node.chain.evm_sender import EvmSender

_MOST_RECEIPTS: Final = 4
"""Attempts at a receipt while reorgs move the blocks underneath."""


class EvmLedger:
    """See the port; `sender` holds the organisation's anchor key."""

    def __init__(self, chain: EvmChain, sender: EvmSender) -> None:
        self._chain = chain
        self._sender = sender

    def head(self, org: OrgId) -> LogHead | None:
        newest, root = self._chain.read(EVIDENCE_LOG, "head", org)
        return LogHead(newest[0], digest(root)) if newest[0] else None

    def is_anchored(self, org: OrgId, head: LogHead) -> bool:
        return self._is_anchored(org, head, NEWEST)

    def anchor(self, org: OrgId, head: LogHead, proof: ConsistencyProof, keys: Sequence[KeyId]) -> AnchorReceipt:
        check_keys_registered(org, [(key, read_key(self._chain, key)) for key in keys])
        to = self._chain.address(EVIDENCE_LOG)
        data = self._chain.codec.encode(EVIDENCE_LOG, "anchor", [org, head.size, head.root, list(proof.path)])

        def holds(number: int) -> bool:
            return self._is_anchored(org, head, number) and all(self._known(org, key, number) for key in keys)

        lost: StorageProofError | None = None
        for _ in range(_MOST_RECEIPTS):
            # Free when the head is there already: the loop looks before it sends.
            number = self._sender.write(to, data, holds)
            try:
                return take_receipt(self._chain, number, org, head, keys)
            except StorageProofError as error:
                lost = error
        raise LedgerUnreachableError("the chain gave no proof of the head that holds") from lost

    def _is_anchored(self, org: OrgId, head: LogHead, at: int | str) -> bool:
        return bool(self._chain.read(EVIDENCE_LOG, "isAnchored", org, head.size, head.root, at=at))

    def _known(self, org: OrgId, key: KeyId, at: int) -> bool:
        record: KeyRecord | None = read_key(self._chain, key, at)
        return record is not None and record.org == org
