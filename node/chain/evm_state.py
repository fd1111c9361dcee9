"""`StateProver` on an EVM chain: `eth_getProof` of one block, re-proved before it is handed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eth_hash.auto import keccak

from evidence.encoding import hex0x_decode
from evidence.errors import LedgerUnreachableError, MalformedError, StorageProofError
from evidence.header import parse_header
from evidence.receipt import MAX_NODE_BYTES, AccountProof, Address, SlotProof
from evidence.storage import prove_account, prove_slot, prove_value
from node.chain.evm_chain import EvmChain
from node.chain.evm_members import EvmDirectory
from node.chain.headers import rebuild
from node.chain.port_state import ContractState, StateProofs, WantedState, check_wanted

_LONGEST = 2 * MAX_NODE_BYTES + 2


class EvmState:
    """See the port."""

    def __init__(self, chain: EvmChain) -> None:
        self._chain = chain

    @property
    def contracts(self) -> Mapping[str, Address]:
        return self._chain.settings.network.contracts

    def prove(self, wanted: Sequence[WantedState]) -> StateProofs:
        check_wanted(wanted)
        number = self._chain.newest()
        block = self._chain.block(number)
        if block is None:
            raise LedgerUnreachableError(f"the chain lost block {number} in a reorg; ask again")
        header = rebuild(block)
        found = tuple(self._prove(one, number) for one in wanted)
        _check(header, wanted, found)
        return StateProofs(number, header, found)

    def is_known(self, block: bytes) -> bool:
        return EvmDirectory(self._chain).header_known(block)

    def _prove(self, one: WantedState, number: int) -> ContractState:
        place = f"0x{one.contract.hex()}"
        answer = self._chain.rpc("eth_getProof", place, [f"0x{slot.hex()}" for slot in one.slots], hex(number))
        try:
            slots = [SlotProof(_nodes(proof["proof"])) for proof in answer["storageProof"]]
            if len(slots) != len(one.slots):
                raise MalformedError(f"{len(slots)} slots proved where {len(one.slots)} were asked for")
            return ContractState(AccountProof(one.contract, _nodes(answer["accountProof"])), tuple(slots))
        except (KeyError, TypeError, MalformedError) as error:
            raise LedgerUnreachableError(f"the chain gave a proof of {place} that cannot be read: {error}") from error


def _check(header: bytes, wanted: Sequence[WantedState], found: Sequence[ContractState]) -> None:
    root = parse_header(header).state_root
    try:
        for one, proof in zip(wanted, found, strict=True):
            storage = prove_account(root, proof.account)
            for slot, nodes in zip(one.slots, proof.slots, strict=True):
                if not _is_zero_leaf(storage, slot, nodes):
                    prove_slot(storage, slot, nodes)
    except (StorageProofError, MalformedError) as error:
        raise LedgerUnreachableError(
            f"the chain's proof does not belong to its header: {error.message}",
            advice="A reorg may have come in between: ask again. If it stays, the RPC server invents proofs.",
        ) from error


def _is_zero_leaf(storage: bytes, slot: bytes, nodes: SlotProof) -> bool:
    """Whether the trie holds a zero there: anvil, the embedded chain, keeps such leaves, which other clients delete.

    The root commits to them all the same, so a reader of states may take them for what they say.
    """
    return bool(nodes.nodes) and prove_value(storage, keccak(slot), nodes.nodes, "a slot") == b"\x80"


def _nodes(given: list[str]) -> tuple[bytes, ...]:
    return tuple(hex0x_decode(node, limit=_LONGEST) for node in given)
