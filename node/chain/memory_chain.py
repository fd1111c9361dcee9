"""A chain in memory: blocks, a pool of waiting transactions, and the faults that real chains have, to switch on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import RLock
from typing import Final, TypeAlias

from eth_hash.auto import keccak

from evidence.errors import CredenceError, LedgerUnreachableError
from evidence.receipt import Address
from node.chain.memory_state import Tries, make_header
from node.chain.memory_world import World
from node.chain.refusals import refusal

Call: TypeAlias = Callable[[World, int], None]
"""A transaction: changes the state at a block's time (s), or raises what the contract refuses."""

ENROLLER: Final = Address(b"\xe0" * 20)
"""Who may enrol, suspend and pause unless a chain is made with another."""


@dataclass(slots=True)
class Faults:
    """What shall go wrong next; counters run down to 0 by themselves.

    Attributes:
        down: no call is answered.
        lose_sends: so many transactions never reach the chain, and the caller is told that it is unreachable.
        lose_answers: so many transactions reach the chain, but the caller is told that it is unreachable.
        drop: so many transactions vanish from the pool after they were accepted.
        stall: for so many waits no block is made.
        reorg: when the chain next makes a block with transactions, the wait after it replaces so many blocks.
        refuse: name of the custom error with which the next transaction is refused; empty for none.
    """

    down: bool = False
    lose_sends: int = 0
    lose_answers: int = 0
    drop: int = 0
    stall: int = 0
    reorg: int = 0
    refuse: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its header (RLP) and hash, its time (s), and the state after it."""

    number: int
    header: bytes
    hash: bytes
    time: int
    world: World


class MemoryChain:
    """The chain that every memory adapter of one test or sandbox shares. MAY be used from several threads.

    A block is made whenever somebody waits for one, so nothing here depends on real time but the blocks' times.
    """

    def __init__(self, clock: Callable[[], datetime], *, enroller: Address = ENROLLER) -> None:
        self.faults = Faults()
        self.lock = RLock()
        self._clock = clock
        self._pool: dict[Address, Call] = {}
        self._reorg_due = 0
        self._salt = 0
        self._blocks: list[Block] = []
        self._append(World.genesis(Tries(), enroller))

    def newest(self) -> Block:
        """The newest block; raises LedgerUnreachableError while the chain is down, as every call here does."""
        self._answer()
        with self.lock:
            return self._blocks[-1]

    def at(self, number: int) -> Block:
        """The block with this number; the newest one when a reorg made the chain shorter."""
        self._answer()
        with self.lock:
            return self._blocks[min(number, len(self._blocks) - 1)]

    def knows(self, block_hash: bytes) -> bool:
        """Whether the block is in the chain now."""
        self._answer()
        with self.lock:
            return any(block.hash == block_hash for block in reversed(self._blocks))

    def waits(self, sender: Address) -> bool:
        """Whether a transaction of `sender` is in the pool."""
        self._answer()
        with self.lock:
            return sender in self._pool

    def send(self, sender: Address, call: Call) -> None:
        """Try a transaction on the newest state, then put it into the pool, in place of one that `sender` has there.

        Raises:
            CredenceError: the contract refuses it; nothing was sent.
            LedgerUnreachableError: a fault is switched on.
        """
        faults = self.faults
        self._answer()
        with self.lock:
            if faults.refuse:
                name, faults.refuse = faults.refuse, ""
                raise refusal(name, {})
            call(self._blocks[-1].world.copy(), self._time())
            if faults.lose_sends:
                faults.lose_sends -= 1
                raise LedgerUnreachableError("the chain did not answer; the transaction never reached it")
            if faults.drop:
                faults.drop -= 1
            else:
                self._pool[sender] = call
            if faults.lose_answers:
                faults.lose_answers -= 1
                raise LedgerUnreachableError("the chain took the transaction, but its answer was lost")

    def tick(self) -> None:
        """What happens while somebody waits: a reorg that is due, or a block, or nothing."""
        self._answer()
        with self.lock:
            if self.faults.stall:
                self.faults.stall -= 1
            elif self._reorg_due:
                depth, self._reorg_due = self._reorg_due, 0
                self.reorg(depth)
            else:
                self.mine()

    def mine(self, blocks: int = 1) -> None:
        """Make blocks; the first takes every waiting transaction."""
        with self.lock:
            for _ in range(blocks):
                world, time, calls = self._blocks[-1].world, self._time(), list(self._pool.values())
                self._pool.clear()
                for call in calls:
                    world = _apply(world, call, time)
                self._append(world)
                if calls:
                    self._reorg_due, self.faults.reorg = self.faults.reorg, 0

    def reorg(self, depth: int) -> None:
        """Replace the newest `depth` blocks by as many empty ones; their transactions are forgotten."""
        with self.lock:
            kept = max(len(self._blocks) - depth, 1)
            lost = len(self._blocks) - kept
            del self._blocks[kept:]
            for _ in range(lost):
                self._append(self._blocks[-1].world)

    def _answer(self) -> None:
        if self.faults.down:
            raise LedgerUnreachableError("the chain does not answer")

    def _time(self) -> int:
        now = int(self._clock().timestamp())
        return max(now, self._blocks[-1].time) if self._blocks else now

    def _append(self, world: World) -> None:
        parent = self._blocks[-1].hash if self._blocks else bytes(32)
        number, time, self._salt = len(self._blocks), self._time(), self._salt + 1
        header = make_header(parent, world.state_root(), number, time, self._salt)
        self._blocks.append(Block(number, header, keccak(header), time, world))


def _apply(world: World, call: Call, time: int) -> World:
    changed = world.copy()
    try:
        call(changed, time)
    except CredenceError:
        # Refused now, though it passed when it was sent: on chain the transaction reverts and changes nothing.
        return world
    return changed
