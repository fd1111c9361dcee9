"""The chain as one node uses it: opened at the first use, so that what needs no chain does not wait for one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from evidence.network import Network
from node.chain.port import AnchorLedger, CreditLedger, HeaderOracle, MemberDirectory
from node.chain.port_gate import CapabilityBook, Gate
from node.chain.port_models import ModelLedger
from node.chain.port_policies import PolicyBook
from node.chain.port_repairs import Accreditations, Objections, Repairs
from node.chain.port_state import StateProver
from node.settings import Settings

if TYPE_CHECKING:
    from node.chain.evm_chain import EvmChain
    from node.chain.evm_sender import EvmSender


class ChainAccess:
    """Ledger, directory, credits and header oracle over one EVM chain, each made when first asked for."""

    def __init__(self, settings: Settings, *, anchor: bytes, attest: bytes) -> None:
        self._settings, self._anchor, self._attest = settings, anchor, attest

    @cached_property
    def network(self) -> Network:
        """Which chain, and where our contracts are."""
        from node.chain.network_file import read_network

        return read_network(self._settings.network_file)

    @cached_property
    def evm(self) -> EvmChain:
        """The connection; nothing is asked before its first call."""
        from node.chain.artifacts import load_artifacts
        from node.chain.evm_chain import EvmChain, EvmSettings

        chosen = EvmSettings(
            rpc_url=self._settings.rpc_url,
            network=self.network,
            confirmations=max(1, self._settings.confirmations_blocks),
            timeout_s=float(self._settings.rpc_timeout_s),
        )
        return EvmChain(chosen, load_artifacts())

    def _sender(self, secret: bytes) -> EvmSender:
        from node.chain.evm_sender import EvmSender

        return EvmSender(self.evm, secret)

    @cached_property
    def ledger(self) -> AnchorLedger:
        """Where heads are anchored."""
        from node.chain.evm_ledger import EvmLedger

        return EvmLedger(self.evm, self._sender(self._anchor))

    @cached_property
    def directory(self) -> MemberDirectory:
        """Who is a member; always asks the chain, because a retired key must be refused at once."""
        from node.chain.evm_members import EvmDirectory

        return EvmDirectory(self.evm)

    @cached_property
    def headers(self) -> HeaderOracle:
        """Whether a block is in the chain."""
        from node.chain.evm_members import EvmDirectory

        return EvmDirectory(self.evm)

    @cached_property
    def state(self) -> StateProver:
        """Proofs of the chain's state for whoever checks them himself."""
        from node.chain.evm_state import EvmState

        return EvmState(self.evm)

    @cached_property
    def credits(self) -> CreditLedger:
        """Where scores are attested."""
        from node.chain.evm_credit import EvmCredits

        return EvmCredits(self.evm, self._sender(self._attest))

    @cached_property
    def policies(self) -> PolicyBook:
        """What the members adopted, and their votes."""
        from node.chain.evm_policies import EvmPolicies

        return EvmPolicies(self.evm, self._sender(self._attest))

    @cached_property
    def capabilities(self) -> CapabilityBook:
        """Months of capability."""
        from node.chain.evm_gate import EvmCapabilities

        return EvmCapabilities(self.evm, self._sender(self._attest))

    @cached_property
    def gate(self) -> Gate:
        """Whether suppliers are qualified."""
        from node.chain.evm_gate import EvmGate

        return EvmGate(self.evm, self._sender(self._attest))

    @cached_property
    def accreditations(self) -> Accreditations:
        """Who may co-sign; changed by whoever holds the accreditor's role, with its attest key."""
        from node.chain.evm_repairs import EvmAccreditations

        return EvmAccreditations(self.evm, self._sender(self._attest))

    @cached_property
    def repairs(self) -> Repairs:
        """Repair claims and their co-signs."""
        from node.chain.evm_repairs import EvmRepairs

        return EvmRepairs(self.evm, self._sender(self._attest))

    @cached_property
    def objections(self) -> Objections:
        """Objections to attestations."""
        from node.chain.evm_repairs import EvmObjections

        return EvmObjections(self.evm, self._sender(self._attest))

    @cached_property
    def models(self) -> ModelLedger:
        """Rounds of federated training."""
        from node.chain.evm_models import EvmModels

        return EvmModels(self.evm, self._sender(self._anchor))

    @property
    def governed(self) -> bool:
        """Whether the members of this network vote on policies."""
        return self.chosen and self.network.governed

    @property
    def chosen(self) -> bool:
        """Whether there is a network file at all."""
        return self._settings.network_file.exists()
