"""`ModelLedger` on an EVM chain: `ModelRegistry`; what it does not keep in storage is read from its events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from evidence.errors import ForbiddenError, LedgerUnreachableError
from evidence.identity import OrgId
from evidence.model_round import ModelRound
from node.chain.evm_chain import EvmChain
from node.chain.evm_sender import EvmSender
from node.chain.port_models import RecordedRound, entry_of

MODELS: Final = "ModelRegistry"


class EvmModels:
    """See the port; `sender` holds an anchor key of the steward (or the admin's key), None only reads."""

    def __init__(self, chain: EvmChain, sender: EvmSender | None = None) -> None:
        self._chain = chain
        self._sender = sender

    def record(self, steward: OrgId, record: ModelRound) -> RecordedRound:
        entry = entry_of(record, steward)
        fields = (
            *(entry.number, entry.committee_size, entry.contributors, entry.weight, entry.epsilon_micro),
            *(entry.record, entry.previous, entry.model_before, entry.model_after, entry.committee, entry.code),
        )
        self._write("record", [record.run, steward, fields], lambda number: self._stands(entry, number))
        return entry

    def rounds(self, run: bytes) -> Sequence[RecordedRound]:
        last = self._chain.newest()
        found = []
        for log in self._chain.logs(MODELS, "RoundRecorded", {"run": run}, last=last):
            steward, fields = OrgId(bytes(log.values["steward"])), log.values["round"]
            numbers, digests = fields[:5], [bytes(one) for one in fields[5:]]
            found.append(RecordedRound(run, steward, *numbers, *digests))
        if self._chain.read(MODELS, "runOf", run, at=last)[1] != len(found):
            raise LedgerUnreachableError("the chain lists other rounds than it counts", advice="Ask another RPC.")
        return tuple(found)

    def set_steward(self, org: OrgId, may: bool) -> None:
        def holds(number: int) -> bool:
            return bool(self._chain.read(MODELS, "isSteward", org, at=number)) == may

        self._write("setSteward", [org, may], holds)

    def is_steward(self, org: OrgId) -> bool:
        return bool(self._chain.read(MODELS, "isSteward", org))

    def _stands(self, entry: RecordedRound, at: int) -> bool:
        return bytes(self._chain.read(MODELS, "recordAt", entry.run, entry.number, at=at)) == entry.record

    def _write(self, function: str, arguments: list[Any], holds: Any) -> None:
        if self._sender is None:
            raise ForbiddenError("this node holds no key that records rounds")
        data = self._chain.codec.encode(MODELS, function, arguments)
        self._sender.write(self._chain.address(MODELS), data, holds)
