"""A chain that survives the node: every transaction that reached it is a line in a file, replayed when it is opened."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evidence.identity import OrgId, org_id
from evidence.keys import KeyId
from evidence.log import ConsistencyProof, Digest, LogHead
from evidence.receipt import AnchorReceipt
from node.chain.memory import MemoryLedger
from node.chain.memory_chain import MemoryChain
from node.services.fault_point import FaultPoint, go_on
from tests.support.evidence_node import ISSUER, SENDER, chain_with_member


@dataclass(slots=True)
class FileLedger:
    """An `AnchorLedger` of one organisation; two of them on one file see the same chain, one after the other."""

    file: Path
    chain: MemoryChain
    reached: FaultPoint

    @classmethod
    def open(cls, file: Path, reached: FaultPoint = go_on) -> FileLedger:
        """The chain as it stands after all transactions in `file`; a line cut off by a crash never reached it."""
        ledger = cls(file, chain_with_member(), reached)
        for line in ledger.transactions():
            head = LogHead(line["size"], Digest(bytes.fromhex(line["root"])))
            path = tuple(Digest(bytes.fromhex(node)) for node in line["path"])
            ledger._memory.anchor(org_id(ISSUER), head, ConsistencyProof(line["old"], head.size, path), ())
        return ledger

    def transactions(self) -> list[dict[str, object]]:  # type: ignore[type-arg]
        """All anchoring transactions that ever reached the chain, repeated ones included."""
        text = self.file.read_text() if self.file.exists() else ""
        return [json.loads(line) for line in text.split("\n")[:-1]]

    @property
    def _memory(self) -> MemoryLedger:
        return MemoryLedger(self.chain, SENDER)

    def head(self, org: OrgId) -> LogHead | None:
        return self._memory.head(org)

    def is_anchored(self, org: OrgId, head: LogHead) -> bool:
        return self._memory.is_anchored(org, head)

    def anchor(self, org: OrgId, head: LogHead, proof: ConsistencyProof, keys: Sequence[KeyId]) -> AnchorReceipt:
        if not self._memory.is_anchored(org, head):
            self.reached("ledger-before-send")
            line = {"size": head.size, "root": head.root.hex(), "old": proof.old_size}
            line["path"] = [node.hex() for node in proof.path]
            with self.file.open("a") as file:
                file.write(json.dumps(line) + "\n")
                file.flush()
                os.fsync(file.fileno())
            self.reached("ledger-sent")
        return self._memory.anchor(org, head, proof, keys)
