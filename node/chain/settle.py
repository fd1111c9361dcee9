"""Bringing about an effect on chain and waiting until it lies deep enough: one loop for every kind of chain.

The loop looks at the chain's state, never at what it remembers having sent. So a lost answer, a dropped transaction, a
reorg, a second process with the same key and a restart all end the same way: the effect is there, or it is sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

_LOOKS: Final = 3
"""So often a block is looked at again that shows an effect which it did not show before: a reorg put another in its
place, or (anvil does) the chain answered for its newest block while it made the next."""


class Blocks(Protocol):
    """The chain's height, and time passing on it."""

    def newest(self) -> int:
        """The number of the newest block."""

    def wait(self) -> None:
        """Let time pass for the chain; raises LedgerUnreachableError when the caller waited long enough."""


class Effect(Protocol):
    """Something that a transaction brings about and that can be read back from the state of any block."""

    def holds_at(self, number: int) -> bool:
        """Whether the state after block `number` shows it."""

    def push(self) -> bool:
        """Send its transaction unless one is on its way; whether something was sent. Raises when it is refused."""


def settle(
    blocks: Blocks, effect: Effect, confirmations: int, reached: Callable[[str], None] = lambda step: None
) -> int:
    """Bring about `effect`; the number of a block that shows it and is `confirmations` deep, itself counted.

    Args:
        blocks: height and clock of the chain.
        effect: what shall hold.
        confirmations: 1 is content with the newest block; n wants n - 1 blocks on top.
        reached: told each step (`sent`, `included`, `settled`), for logs and fault tests.
    Raises:
        LedgerUnreachableError: no answer, or not settled in time; it may still come about, so ask again.
        CredenceError: what `effect` raises when the chain refuses it.
    """
    included, without, looks = False, -1, 0
    while True:
        newest = blocks.newest()
        settled = max(newest - max(confirmations, 1) + 1, 0)
        if effect.holds_at(settled):
            if settled > without or looks == _LOOKS:
                reached("settled")
                return settled
            looks += 1
            blocks.wait()
            continue
        without, looks = settled, 0
        if newest != settled and effect.holds_at(newest):
            if not included:
                included = True
                reached("included")
        elif effect.push():
            included = False
            reached("sent")
            # A chain that makes a block for every transaction is settled already: look again before waiting.
            continue
        blocks.wait()
