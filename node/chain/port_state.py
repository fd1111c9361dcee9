"""Port to the chain's state: proofs that whoever asked checks himself, so that nobody has to believe this node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from evidence.errors import LimitError
from evidence.receipt import AccountProof, Address, SlotProof

MAX_CONTRACTS = 8
MAX_SLOTS = 256


@dataclass(frozen=True, slots=True)
class WantedState:
    """Slots (32 bytes each) of one contract."""

    contract: Address
    slots: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ContractState:
    """One contract's account and slots, proved against the header that they come with; slots as they were asked for."""

    account: AccountProof
    slots: tuple[SlotProof, ...]


@dataclass(frozen=True, slots=True)
class StateProofs:
    """A block's header (RLP) and what its state holds."""

    number: int
    header: bytes
    contracts: tuple[ContractState, ...]


class StateProver(Protocol):
    """Proves what a chain's state holds after its newest block."""

    @property
    def contracts(self) -> Mapping[str, Address]:
        """The contracts that may be asked about, by name."""

    def prove(self, wanted: Sequence[WantedState]) -> StateProofs:
        """Header and Merkle-Patricia proofs of one block, all of the same.

        MUST have checked that every proof leads from the header's state root: a node that lies is caught here first.
        MUST raise LimitError beyond `MAX_CONTRACTS` contracts or `MAX_SLOTS` slots in all.
        MUST raise LedgerUnreachableError, with its cause, for any network fault.
        """

    def is_known(self, block: bytes) -> bool:
        """Whether the chain that is asked has the block with this hash; errors as `prove`."""


def check_wanted(wanted: Sequence[WantedState]) -> None:
    """Refuse more than one call proves; raises LimitError."""
    slots = sum(len(one.slots) for one in wanted)
    if not 0 < len(wanted) <= MAX_CONTRACTS or slots > MAX_SLOTS:
        raise LimitError(
            f"{slots} slots of {len(wanted)} contracts; at most {MAX_SLOTS} of {MAX_CONTRACTS} are proved at once",
            advice="Ask for them in several calls.",
        )
