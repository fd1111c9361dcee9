"""`StateProver` on a chain in memory: real proofs of the two contracts whose storage it keeps in tries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evidence.errors import NotFoundError
from evidence.header import parse_header
from evidence.network import EVIDENCE_LOG, MEMBER_REGISTRY
from evidence.receipt import Address
from node.chain.memory import MemoryDirectory
from node.chain.memory_chain import MemoryChain
from node.chain.memory_world import LOG_ADDRESS, REGISTRY_ADDRESS
from node.chain.port_state import ContractState, StateProofs, WantedState, check_wanted


class MemoryState:
    """See the port."""

    def __init__(self, chain: MemoryChain) -> None:
        self._chain = chain

    @property
    def contracts(self) -> Mapping[str, Address]:
        return {EVIDENCE_LOG: LOG_ADDRESS, MEMBER_REGISTRY: REGISTRY_ADDRESS}

    def prove(self, wanted: Sequence[WantedState]) -> StateProofs:
        check_wanted(wanted)
        block = self._chain.newest()
        storages = {LOG_ADDRESS: block.world.log_storage, REGISTRY_ADDRESS: block.world.registry_storage}
        root, tries = parse_header(block.header).state_root, block.world.tries
        found = []
        for one in wanted:
            storage = storages.get(one.contract)
            if storage is None:
                raise NotFoundError(f"a chain in memory keeps no storage of 0x{one.contract.hex()}")
            slots = tuple(tries.prove_slot(storage, slot) for slot in one.slots)
            found.append(ContractState(tries.prove_account(root, one.contract), slots))
        return StateProofs(block.number, block.header, tuple(found))

    def is_known(self, block: bytes) -> bool:
        return MemoryDirectory(self._chain).header_known(block)
