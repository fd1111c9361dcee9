"""Acting as an organisation: calls that go through its account contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evidence.identity import OrgId
from node.chain.checks import no_account
from node.chain.evm_chain import EvmChain
from node.chain.evm_credit import ACCOUNT, own_account
from node.chain.evm_sender import EvmSender


class EvmAccount:
    """The account contract of whoever holds the attest key of `sender`; None only reads, and every act is refused."""

    def __init__(self, chain: EvmChain, sender: EvmSender | None) -> None:
        self.chain = chain
        self._sender = sender

    @property
    def sender(self) -> EvmSender:
        """The key; raises ForbiddenError when there is none."""
        if self._sender is None:
            raise no_account(b"")
        return self._sender

    def own(self) -> tuple[OrgId, str]:
        """The organisation and its account's address; errors as `own_account`."""
        return own_account(self.chain, self.sender)

    def act(
        self, contract: str, function: str, arguments: list[Any], holds: Callable[[int], bool], *, account: str = ""
    ) -> int:
        """Call `contract` as the organisation until `holds` of a block that is deep enough; that block's number."""
        if not account:
            _, account = self.own()
        call = self.chain.codec.encode(contract, function, arguments)
        data = self.chain.codec.encode(ACCOUNT, "execute", [self.chain.address(contract), 0, call])
        return self.sender.write(account, data, holds)

    def call(self, contract: str, function: str, arguments: list[Any], holds: Callable[[int], bool]) -> int:
        """Call `contract` with the bare key: what anyone may do, or the holder of a role."""
        data = self.chain.codec.encode(contract, function, arguments)
        return self.sender.write(self.chain.address(contract), data, holds)
