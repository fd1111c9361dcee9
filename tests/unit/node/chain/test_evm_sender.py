"""One chain key sending transactions, with a pool, blocks and restarts that are against it."""

from __future__ import annotations

from typing import Any

import pytest

from evidence.errors import FaultError, InputError, LedgerUnreachableError
from node.chain.evm_ledger import EvmLedger
from node.chain.evm_sender import EvmSender, created_at
from tests.ports.chain_suite import anchor
from tests.support.chain import ADMIN_SECRET, EvmHarness
from tests.support.consortium import Org, address_of

pytestmark = pytest.mark.anvil


def sign(chain: EvmHarness, secret: bytes, **fields: Any) -> str:
    from eth_account import Account

    values = {"chainId": 31_337, "to": "0x" + "77" * 20, "value": 0, "gas": 30_000, **fields}
    return "0x" + bytes(Account.from_key(secret).sign_transaction(values).raw_transaction).hex()


def test_contracts_lie_where_the_senders_nonce_puts_them(chain: EvmHarness, kiln: Org) -> None:
    sender = chain.sender(ADMIN_SECRET)
    expected = created_at(sender.address_bytes, sender.next_nonce())
    place = sender.create("OrgAccount", chain.chain().address("MemberRegistry"), kiln.org)
    assert place == expected
    assert chain.chain().code(place)
    # Known addresses, so that both sides of the comparison above cannot be wrong together.
    assert created_at(sender.address_bytes, 0) != created_at(sender.address_bytes, 1)
    known = bytes.fromhex("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0")
    assert created_at(known, 0).lower() == "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"  # type: ignore[arg-type]
    assert created_at(known, 1).lower() == "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8"  # type: ignore[arg-type]


def test_a_creation_whose_nonce_is_taken_meanwhile_is_made_again_elsewhere(chain: EvmHarness, kiln: Org) -> None:
    sender = chain.sender(ADMIN_SECRET)
    nonce = sender.next_nonce()
    chain.hold()

    def steal() -> None:
        chain.drop()
        raw = sign(chain, ADMIN_SECRET, nonce=nonce, maxFeePerGas=10**11, maxPriorityFeePerGas=10**9, type=2)
        chain.anvil.rpc("eth_sendRawTransaction", raw)
        chain.mine(1)

    chain.during_waits(steal)
    place = sender.create("OrgAccount", chain.chain().address("MemberRegistry"), kiln.org)
    assert place == created_at(sender.address_bytes, nonce + 1)
    assert chain.chain().code(place)


def test_a_transaction_left_in_the_pool_by_an_earlier_life_is_replaced(chain: EvmHarness, kiln: Org) -> None:
    ledger, head = chain.ledger(kiln), kiln.tree.grow(2)
    chain.hold()
    # Same nonce, a fee far above ours: the pool refuses ours until it pays more.
    raw = sign(chain, kiln.anchor_secret, nonce=0, maxFeePerGas=30 * 10**9, maxPriorityFeePerGas=20 * 10**9, type=2)
    chain.anvil.rpc("eth_sendRawTransaction", raw)
    chain.check(anchor(ledger, kiln, head, None), kiln, head)
    assert chain.transactions() == 1
    assert chain.sender(kiln.anchor_secret).next_nonce() == 1


def test_a_transaction_that_got_into_a_block_unnoticed_is_found_done(chain: EvmHarness, kiln: Org) -> None:
    head = kiln.tree.grow(2)

    def die(seconds: float) -> None:
        raise KeyboardInterrupt

    chain.hold()
    doomed = EvmSender(chain.chain(), kiln.anchor_secret, sleep=die)
    chain.ledger(kiln)
    with pytest.raises(KeyboardInterrupt):
        anchor(EvmLedger(doomed.chain, doomed), kiln, head, None)
    assert len(chain.anvil.pending()) == 1
    chain.mine(1)
    chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)
    assert chain.sender(kiln.anchor_secret).next_nonce() == 1


def test_a_restart_with_the_transaction_still_in_the_pool_does_not_anchor_twice(chain: EvmHarness, kiln: Org) -> None:
    head = kiln.tree.grow(2)

    def die(seconds: float) -> None:
        raise KeyboardInterrupt

    chain.hold()
    chain.ledger(kiln)
    doomed = EvmSender(chain.chain(), kiln.anchor_secret, sleep=die)
    with pytest.raises(KeyboardInterrupt):
        anchor(EvmLedger(doomed.chain, doomed), kiln, head, None)
    chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)
    chain.mine(2)
    assert chain.transactions() == 1
    assert chain.sender(kiln.anchor_secret).next_nonce() == 1


@pytest.mark.parametrize("step", ["sent", "included", "settled"])
def test_a_crash_at_any_step_is_finished_by_the_next_life_with_one_anchor(
    chain: EvmHarness, kiln: Org, step: str
) -> None:
    head = kiln.tree.grow(2)
    chain.mine(5)
    chain.hold()

    def crash(reached: str) -> None:
        if reached == step:
            raise KeyboardInterrupt

    chain.ledger(kiln)  # funds the key
    doomed = EvmSender(chain.chain(confirmations=3), kiln.anchor_secret, sleep=chain.sleep, reached=crash)
    with pytest.raises(KeyboardInterrupt):
        anchor(EvmLedger(doomed.chain, doomed), kiln, head, None)
    chain.check(anchor(chain.ledger(kiln, confirmations=3), kiln, head, None), kiln, head)
    chain.mine(2)
    assert chain.transactions() == 1
    assert doomed.next_nonce() == 1


def test_a_transaction_too_cheap_for_todays_blocks_is_replaced_by_a_dearer_one(chain: EvmHarness, kiln: Org) -> None:
    ledger, head = chain.ledger(kiln), kiln.tree.grow(2)
    chain.hold()
    seen: list[list[str]] = []

    def dearer() -> None:
        seen.append(chain.anvil.pending())
        chain.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(50 * 10**9))
        chain.mine(1)

    chain.restarted = True  # the next block's base fee is no part of a snapshot

    def note() -> None:
        seen.append(chain.anvil.pending())

    chain.during_waits(dearer, note)
    chain.check(anchor(ledger, kiln, head, None), kiln, head)
    assert len(seen) == 2 and len(seen[0]) == len(seen[1]) == 1
    assert seen[0] != seen[1]


def test_an_address_without_funds_is_told_so(chain: EvmHarness, kiln: Org) -> None:
    ledger, head = chain.ledger(kiln), kiln.tree.grow(2)
    chain.anvil.rpc("anvil_setBalance", f"0x{kiln.anchor_address.hex()}", "0x0")
    with pytest.raises(FaultError, match="cannot pay") as caught:
        anchor(ledger, kiln, head, None)
    assert "Send some" in caught.value.advice
    chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)


def test_a_chain_that_makes_no_blocks_is_given_up_in_time(chain: EvmHarness, kiln: Org) -> None:
    head = kiln.tree.grow(2)
    chain.ledger(kiln)
    chain.hold()
    impatient = chain.chain()
    object.__setattr__(impatient.settings, "settle_s", 0.05)
    sender = EvmSender(impatient, kiln.anchor_secret, sleep=lambda seconds: None)
    with pytest.raises(LedgerUnreachableError, match=r"not settled within 0\.05 s"):
        anchor(EvmLedger(impatient, sender), kiln, head, None)
    chain.mine(1)
    chain.check(anchor(chain.ledger(kiln), kiln, head, None), kiln, head)
    assert chain.transactions() == 1


@pytest.mark.parametrize("secret", [b"", bytes(32), b"\xff" * 32, bytes(range(1, 32))])
def test_a_secret_that_is_no_key_is_refused_without_showing_it(chain: EvmHarness, secret: bytes) -> None:
    with pytest.raises(InputError) as caught:
        EvmSender(chain.chain(), secret)
    assert not secret or secret.hex() not in str(caught.value)


def test_a_sender_shows_its_address_but_never_its_secret(chain: EvmHarness) -> None:
    sender = chain.sender(ADMIN_SECRET)
    assert sender.address.lower() == "0x" + address_of(ADMIN_SECRET).hex()
    assert ADMIN_SECRET.hex() not in repr(sender) + repr(vars(sender))
