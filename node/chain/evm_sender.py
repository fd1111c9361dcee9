"""One chain key sending transactions: one at a time, repeated until their effect is settled, safe to kill anywhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from evidence.errors import CredenceError, FaultError, InputError, LedgerUnreachableError
from evidence.receipt import Address
from node.chain.evm_chain import NEWEST, EvmChain
from node.chain.evm_transport import RpcRefusal
from node.chain.guarded_import import same_recursion_limit
from node.chain.settle import settle

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

_CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_GAS_MARGIN: Final = 5
"""Percent over the estimate: the state may change between estimate and block."""
_TIP_WEI: Final = 1_000_000_000
_BUMP: Final = 4
"""A replacement pays a quarter more: Geth, Besu and anvil want a tenth."""
_MOST_BUMPS: Final = 32
_MOST_SENDS: Final = 32
# What servers say, in lower case (Geth, Besu, anvil and Erigon each in words of their own).
_KNOWN: Final = ("already known", "already imported", "known transaction")
_POOR: Final = ("insufficient funds", "upfront cost")


class EvmSender:
    """A chain key. MAY be used from several threads, which then wait for each other.

    Nothing is remembered between transactions: the nonce is always the one that the chain's newest state wants, so a
    transaction left in a pool by an earlier life is replaced or, when it got into a block, found done.

    Args:
        chain: where to send.
        secret: secp256k1 private key, 32 bytes.
        sleep: waits so many seconds; tests put their own steps here.
        reached: told each step of `settle`; fault tests crash here.
    Raises:
        InputError: the secret is no key.
    """

    def __init__(
        self,
        chain: EvmChain,
        secret: bytes,
        *,
        sleep: Callable[[float], None] = time.sleep,
        reached: Callable[[str], None] = lambda step: None,
    ) -> None:
        with same_recursion_limit():
            from eth_account import Account

        if len(secret) != 32 or not 0 < int.from_bytes(secret, "big") < _CURVE_ORDER:
            raise InputError("the chain key is not a secp256k1 key of 32 bytes")
        self._account: LocalAccount = Account.from_key(secret)
        self.chain = chain
        self._sleep = sleep
        self._reached = reached
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """The key's address, with checksum."""
        return str(self._account.address)

    @property
    def address_bytes(self) -> Address:
        """The key's address, 20 bytes."""
        return Address(bytes.fromhex(self.address[2:]))

    def sign_digest(self, digest: bytes) -> bytes:
        """An EIP-712 digest (32 bytes), signed: r, s and v, 65 bytes. Only for digests that were computed here."""
        from eth_typing import Hash32

        return bytes(self._account.unsafe_sign_hash(Hash32(digest)).signature)

    def write(self, to: str | None, data: str, holds: Callable[[int], bool], *, nonce: int | None = None) -> int:
        """Send `data` to `to` until `holds` of a block that is deep enough; the number of that block.

        Args:
            holds: whether the state after a block shows the effect; asked again and again.
            nonce: the only one that will do; None takes the next free one.
        Raises:
            LedgerUnreachableError: no answer, or not settled in time. It may still come about: ask again later.
            CredenceError: what a refusal of the contract means.
        """
        settings = self.chain.settings
        deadline = time.monotonic() + settings.settle_s
        if not self._lock.acquire(timeout=settings.settle_s):
            raise LedgerUnreachableError("another transaction of this key did not settle in time")
        try:
            effect = _Transaction(self, self._account, to, data, holds, nonce)
            return settle(_Clock(self.chain, deadline, self._sleep), effect, settings.confirmations, self._reached)
        finally:
            self._lock.release()

    def create(self, contract: str, *arguments: Any) -> str:
        """Create a contract; its address, with checksum. A call repeated after a crash creates another one."""
        data = self.chain.codec.creation(contract, arguments)
        while True:
            nonce = self.next_nonce()
            place = created_at(self.address_bytes, nonce)

            def settled(number: int, nonce: int = nonce, place: str = place) -> bool:
                return bool(self.chain.code(place, number)) or self.next_nonce(number) > nonce

            self.write(None, data, settled, nonce=nonce)
            # Without code, another transaction of this key took the nonce first, and the contract would lie elsewhere.
            if self.chain.code(place):
                return place

    def next_nonce(self, at: int | str = NEWEST) -> int:
        """The nonce that the state after block `at` wants."""
        which = at if isinstance(at, str) else hex(at)
        return int(self.chain.rpc("eth_getTransactionCount", self.address, which), 16)


def created_at(sender: Address, nonce: int) -> str:
    """Where a contract that `sender` creates with `nonce` comes to lie (Yellow Paper section 7)."""
    import rlp
    from eth_hash.auto import keccak
    from eth_utils.address import to_checksum_address

    place = keccak(bytes(rlp.encode([bytes(sender), nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")])))
    return to_checksum_address(place[12:])


class _Clock:
    def __init__(self, chain: EvmChain, deadline: float, sleep: Callable[[float], None]) -> None:
        self._chain, self._deadline, self._sleep = chain, deadline, sleep

    def newest(self) -> int:
        return self._chain.newest()

    def wait(self) -> None:
        if time.monotonic() >= self._deadline:
            raise LedgerUnreachableError(
                f"not settled within {self._chain.settings.settle_s:g} s",
                advice="Check that the chain makes blocks; the next attempt finds a late transaction.",
            )
        self._sleep(self._chain.settings.poll_s)


class _Transaction:
    """One effect and the transaction that shall bring it about, sent as often as it gets lost."""

    def __init__(
        self,
        sender: EvmSender,
        account: LocalAccount,
        to: str | None,
        data: str,
        holds: Callable[[int], bool],
        nonce: int | None,
    ) -> None:
        self._sender, self._chain, self._account = sender, sender.chain, account
        self._call = {"from": sender.address, "data": data} | ({"to": to} if to else {})
        self._holds, self._only_nonce = holds, nonce
        self._sent: str | None = None
        self._sent_nonce = -1
        self._sends = 0
        self._cap = self._tip = 0  # fees of the last attempt, wei per gas

    def holds_at(self, number: int) -> bool:
        try:
            return self._holds(number)
        except LedgerUnreachableError:
            # Servers forget old states and disagree on how to say so. A dead server shows itself at the next call.
            if number >= self._chain.newest():
                raise
            return False

    def push(self) -> bool:
        base = self._base_fee()
        if self._sent is not None and self._on_its_way(base):
            return False
        nonce = self._sender.next_nonce()
        if self._only_nonce is not None and nonce != self._only_nonce:
            return False
        # Not on top of the pool, where a twin of this transaction may wait and make it look cheap.
        estimate = self._chain.ask("eth_estimateGas", self._call, NEWEST)
        if isinstance(estimate, RpcRefusal):
            raise self._refused(estimate, "eth_estimateGas")
        if self._sends == _MOST_SENDS:
            raise LedgerUnreachableError(f"the chain lost or reverted this transaction {_MOST_SENDS} times")
        self._sends += 1
        again = nonce == self._sent_nonce
        self._cap = max(2 * base + _TIP_WEI, _more(self._cap) if again else 0)
        self._tip = _more(self._tip) if again else _TIP_WEI
        gas = int(estimate, 16)
        self._send(nonce, gas + gas * _GAS_MARGIN // 100)
        return True

    def _on_its_way(self, base: int) -> bool:
        known = self._chain.rpc("eth_getTransactionByHash", self._sent)
        if not isinstance(known, dict):
            self._sent = None  # dropped, or in a block that a reorg threw away
            return False
        if known.get("blockNumber") is None:
            return base <= self._cap  # else it waits for cheaper times: replace it
        receipt = self._chain.rpc("eth_getTransactionReceipt", self._sent)
        if isinstance(receipt, dict) and receipt.get("status") == "0x0":
            self._sent = None  # reverted in its block: estimating again tells why
            return False
        return True

    def _send(self, nonce: int, gas: int) -> None:
        for _ in range(_MOST_BUMPS):
            raw, self._sent = self._sign(nonce, gas)
            self._sent_nonce = nonce
            answer = self._chain.ask("eth_sendRawTransaction", raw)
            if not isinstance(answer, RpcRefusal):
                return
            said = answer.message.lower()
            if any(words in said for words in _KNOWN):
                return
            if "nonce" in said and "low" in said:
                self._sent = None  # the state moved on: look again
                return
            if "underpriced" not in said and "base fee" not in said:
                raise self._refused(answer, "eth_sendRawTransaction")
            # Something else with this nonce waits in the pool, from an earlier life or another process; or blocks
            # became dearer while we looked.
            self._cap, self._tip = _more(self._cap), _more(self._tip)
        raise LedgerUnreachableError("the chain's pool wants more for this transaction than we pay")

    def _refused(self, answer: RpcRefusal, method: str) -> CredenceError:
        said = answer.message.lower()
        if any(words in said for words in _POOR):
            return FaultError(
                f"the chain address {self._sender.address} cannot pay for a transaction",
                advice="Send some of the chain's currency to this address; what is sealed waits and is kept.",
            )
        return self._chain.error(answer, method)

    def _sign(self, nonce: int, gas: int) -> tuple[str, str]:
        fields: dict[str, Any] = {
            "type": 2,
            "chainId": self._chain.settings.network.chain_id,
            "nonce": nonce,
            "gas": gas,
            "maxFeePerGas": max(self._cap, self._tip),
            "maxPriorityFeePerGas": self._tip,
            "value": 0,
            **{name: value for name, value in self._call.items() if name != "from"},
        }
        signed = self._account.sign_transaction(fields)
        return f"0x{bytes(signed.raw_transaction).hex()}", f"0x{bytes(signed.hash).hex()}"

    def _base_fee(self) -> int:
        block = self._chain.block(NEWEST)
        if block is None:
            raise LedgerUnreachableError("the chain has no newest block")
        return int(str(block.get("baseFeePerGas", "0x0")), 16)


def _more(fee: int) -> int:
    return fee + fee // _BUMP + 1
