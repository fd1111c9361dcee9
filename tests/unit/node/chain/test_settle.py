"""The loop that brings an effect about, on a chain made of three numbers."""

from __future__ import annotations

import random

import pytest

from evidence.errors import LedgerUnreachableError
from node.chain.settle import settle


class ToyChain:
    """Blocks that hold the effect or not; every wait a random thing happens until the dice are used up."""

    def __init__(self, rng: random.Random, troubles: int) -> None:
        self.rng, self.troubles = rng, troubles
        self.blocks = [False] * 6
        self.pool = False
        self.sent = self.waits = 0

    def newest(self) -> int:
        return len(self.blocks) - 1

    def wait(self) -> None:
        self.waits += 1
        if self.waits > 500:
            raise LedgerUnreachableError("patience is over")
        event = self.rng.choice(("drop", "reorg", "stall", "mine")) if self.troubles else "mine"
        self.troubles = max(self.troubles - 1, 0)
        if event == "drop":
            self.pool = False
        elif event == "reorg":
            depth = self.rng.randint(1, 4)
            kept = len(self.blocks) - depth
            self.blocks = self.blocks[:kept] + [self.blocks[kept - 1]] * depth
        elif event == "mine":
            self.blocks.append(self.blocks[-1] or self.pool)
            self.pool = False

    def holds_at(self, number: int) -> bool:
        return self.blocks[number]

    def push(self) -> bool:
        if self.pool:
            return False
        self.pool = True
        self.sent += 1
        return True


def test_whatever_happens_the_block_given_is_deep_enough_and_shows_the_effect() -> None:
    for seed in range(500):
        rng = random.Random(seed)
        chain, confirmations = ToyChain(rng, troubles=rng.randint(0, 30)), rng.randint(1, 5)
        number = settle(chain, chain, confirmations)
        assert chain.holds_at(number), seed
        assert chain.newest() - number == confirmations - 1, seed


def test_an_effect_that_holds_already_sends_nothing_and_waits_for_nothing() -> None:
    chain = ToyChain(random.Random(0), 0)
    chain.blocks = [True] * 6
    assert settle(chain, chain, 3) == 3
    assert (chain.sent, chain.waits) == (0, 0)


def test_an_effect_in_the_newest_block_is_waited_for_not_sent_again() -> None:
    chain = ToyChain(random.Random(0), 0)
    chain.blocks[-1] = True
    steps: list[str] = []
    settle(chain, chain, 4, steps.append)
    assert (chain.sent, chain.waits, steps) == (0, 3, ["included", "settled"])


def test_one_send_is_enough_without_trouble() -> None:
    chain, steps = ToyChain(random.Random(0), 0), []
    settle(chain, chain, 2, steps.append)
    assert (chain.sent, steps) == (1, ["sent", "included", "settled"])


def test_patience_ends_with_the_chains_own_error() -> None:
    chain = ToyChain(random.Random(0), 10_000)
    chain.rng.choice = lambda events: "stall"  # type: ignore[method-assign]
    with pytest.raises(LedgerUnreachableError, match="patience"):
        settle(chain, chain, 1)


def test_a_chain_younger_than_the_depth_starts_at_its_first_block() -> None:
    chain = ToyChain(random.Random(0), 0)
    chain.blocks = [True]
    assert settle(chain, chain, 5) == 0


class HastyChain(ToyChain):
    """As anvil: while it makes a block, it answers for the newest one with the state of the block to come."""

    def holds_at(self, number: int) -> bool:
        return super().holds_at(number) or (self.pool and number == self.newest())


def test_a_block_that_showed_the_effect_only_while_the_next_was_made_is_not_given() -> None:
    for confirmations in (1, 2):
        chain = HastyChain(random.Random(0), 0)
        number = settle(chain, chain, confirmations)
        assert chain.blocks[number] and chain.sent == 1
        assert chain.newest() - number == confirmations - 1


def test_an_answer_that_changed_for_good_is_believed_at_last() -> None:
    # The block was replaced by another of the same height, and none comes after it.
    chain = ToyChain(random.Random(0), 0)
    chain.push = lambda: chain.blocks.__setitem__(-1, True) is None  # type: ignore[method-assign]
    chain.wait = lambda: None  # type: ignore[method-assign]
    assert settle(chain, chain, 1) == 5
