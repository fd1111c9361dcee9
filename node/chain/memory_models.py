"""`ModelLedger` in memory: the rules of `ModelRegistry`, gone when the process ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evidence.identity import OrgId
from evidence.keys import KeyPurpose
from evidence.model_round import ModelRound
from evidence.receipt import Address
from node.chain.memory import Writer
from node.chain.memory_chain import MemoryChain
from node.chain.memory_rules import is_active
from node.chain.memory_world import World, refuse
from node.chain.port_models import RecordedRound, entry_of

ADMIN: Final = Address(b"\xad" * 20)
"""Who may name stewards unless a ledger is made with another."""


class MemoryModels:
    """See the port."""

    def __init__(self, chain: MemoryChain, sender: Address, *, admin: Address = ADMIN, confirmations: int = 1) -> None:
        self._chain = chain
        self._sender = sender
        self._admin = admin
        self._writer = Writer(chain, sender, confirmations)

    def record(self, steward: OrgId, record: ModelRound) -> RecordedRound:
        entry = entry_of(record, steward)

        def call(world: World, now: int) -> None:
            if not _stands(world, entry):
                _check(world, self._sender, now, entry)
                world.score.models[entry.run] = (*world.score.models.get(entry.run, ()), entry)

        self._writer.write(call, lambda world: _stands(world, entry))
        return entry

    def rounds(self, run: bytes) -> Sequence[RecordedRound]:
        return self._chain.newest().world.score.models.get(run, ())

    def set_steward(self, org: OrgId, may: bool) -> None:
        def call(world: World, now: int) -> None:
            if self._sender != self._admin:
                raise refuse("AccessControlUnauthorizedAccount", account=bytes(self._sender))
            world.score.stewards = world.score.stewards | {org} if may else world.score.stewards - {org}

        self._writer.write(call, lambda world: (org in world.score.stewards) == may)

    def is_steward(self, org: OrgId) -> bool:
        return org in self._chain.newest().world.score.stewards


def _stands(world: World, entry: RecordedRound) -> bool:
    return any(one.record == entry.record for one in world.score.models.get(entry.run, ()))


def _check(world: World, sender: Address, now: int, entry: RecordedRound) -> None:
    if world.paused:
        raise refuse("RecordingPaused")
    known = world.score.models.get(entry.run, ())
    if entry.steward not in world.score.stewards or not is_active(world, entry.steward):
        raise refuse("NotSteward", run=entry.run, steward=entry.steward)
    if known and known[0].steward != entry.steward:
        raise refuse("NotSteward", run=entry.run, steward=entry.steward)
    if not world.key_active(sender, entry.steward, KeyPurpose.ANCHOR, now):
        raise refuse("NotStewardKey", steward=entry.steward, caller=bytes(sender))
    if entry.number != len(known) + 1:
        raise refuse("RoundOutOfOrder", run=entry.run, rounds=len(known), given=entry.number)
    newest = known[-1] if known else None
    expected = newest.record if newest else bytes(32)
    pairs = [(expected, entry.previous)]
    if newest:
        pairs += [(newest.model_after, entry.model_before), (newest.code, entry.code)]
    for wanted, given in pairs:
        if wanted != given:
            raise refuse("BrokenChain", run=entry.run, number=entry.number, expected=wanted, given=given)
    if not 3 <= entry.contributors <= entry.committee_size or entry.weight < 1:
        raise refuse("RoundRefused", run=entry.run, number=entry.number)
