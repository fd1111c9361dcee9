"""The chain suites' harness over a real anvil with the real contracts; deployed once, put back before every test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from evidence.network import Network
from node.chain.artifacts import Artifact, load_artifacts
from node.chain.deploy import DeploySettings, deploy
from node.chain.evm_admin import EvmAdmin
from node.chain.evm_chain import EvmChain, EvmSettings
from node.chain.evm_credit import RESOLVER, EvmCredits
from node.chain.evm_gate import EvmCapabilities, EvmGate
from node.chain.evm_ledger import EvmLedger
from node.chain.evm_members import EvmDirectory
from node.chain.evm_models import EvmModels
from node.chain.evm_policies import EvmPolicies
from node.chain.evm_repairs import EvmAccreditations, EvmObjections, EvmRepairs
from node.chain.evm_sender import EvmSender
from node.chain.port_policies import VotingTerms
from tests.ports.chain_suite import CO_SIGNS_PER_DAY, Harness
from tests.support.anvil import AnvilControl
from tests.support.consortium import Org, address_of

ADMIN_SECRET = bytes.fromhex("11" * 32)


class Deployed:
    """The contracts on a fresh chain, with members `kiln` (supplier) and `buyer` (scorer, purchaser)."""

    def __init__(self, anvil: AnvilControl, folder: Path) -> None:
        self.anvil = anvil
        self.artifacts = load_artifacts()
        self.file = folder / "network.json"
        anvil.fund(address_of(ADMIN_SECRET), 1_000)
        terms = DeploySettings(
            anvil.url, "test", poll_s=0.02, voting=VotingTerms(1, 60, 50, 60), co_signs_per_day=CO_SIGNS_PER_DAY
        )
        self.network = deploy(terms, ADMIN_SECRET, self.file, self.artifacts)
        harness = EvmHarness(anvil, self.network, self.artifacts)
        for name, roles in (("kiln", ("supplier",)), ("buyer", ("scorer", "purchaser"))):
            Org(name).enrol(harness.admin, *roles)
            fund(anvil, Org(name))

        # Stopped once, so that the state right after deployment lies in a file to go back to.
        port = anvil.pause()
        self._state = anvil.state_file()
        self._base = self._state.read_bytes()
        anvil.resume(port)

    def harness(self) -> EvmHarness:
        return EvmHarness(self.anvil, self.network, self.artifacts)

    def restore(self) -> None:
        """The state right after deployment, when snapshots are gone because the process was stopped."""
        port = self.anvil.pause()
        self._state.write_bytes(self._base)
        self.anvil.resume(port)


def fund(anvil: AnvilControl, org: Org) -> None:
    for address in (org.anchor_address, org.attest_address):
        anvil.fund(address)


class EvmHarness(Harness):
    """One test's view of the chain; adapters sleep by running the test's steps, or by making a block."""

    def __init__(self, anvil: AnvilControl, network: Network, artifacts: dict[str, Artifact] | Any) -> None:
        self.anvil, self.network, self.artifacts = anvil, network, artifacts
        self.steps: tuple[Callable[[], Any], ...] = ()
        self.held = self.restarted = False
        self.log_address = bytes(network.contracts["EvidenceLog"])
        self.registry_address = bytes(network.contracts["MemberRegistry"])
        self.admin = EvmAdmin(self.chain(), EvmSender(self.chain(), ADMIN_SECRET, sleep=self.sleep))
        self.directory = self.oracle = EvmDirectory(self.chain())

    def chain(self, *, confirmations: int = 1, **changes: Any) -> EvmChain:
        settings = EvmSettings(self.anvil.url, self.network, confirmations, settle_s=30.0, poll_s=0.02, **changes)
        return EvmChain(settings, self.artifacts)

    def sleep(self, seconds: float) -> None:
        if self.steps:
            step, self.steps = self.steps[0], self.steps[1:]
            step()
        else:
            self.anvil.mine()

    def sender(self, secret: bytes, *, confirmations: int = 1) -> EvmSender:
        return EvmSender(self.chain(confirmations=confirmations), secret, sleep=self.sleep)

    def ledger(self, org: Org, *, confirmations: int = 1) -> EvmLedger:
        self.anvil.fund(org.anchor_address)
        sender = self.sender(org.anchor_secret, confirmations=confirmations)
        return EvmLedger(sender.chain, sender)

    def credits(self, org: Org, *, confirmations: int = 1, governed: bool = False) -> EvmCredits:
        sender = self.sender(org.attest_secret, confirmations=confirmations)
        return EvmCredits(sender.chain, sender, resolver=None if governed else RESOLVER)

    def own(self, org: Org) -> tuple[EvmChain, EvmSender]:
        """The chain, and the attest key of `org` with some gas money."""
        self.anvil.fund(org.attest_address)
        sender = self.sender(org.attest_secret)
        return sender.chain, sender

    def policies(self, org: Org) -> EvmPolicies:
        return EvmPolicies(*self.own(org))

    def capabilities(self, org: Org) -> EvmCapabilities:
        return EvmCapabilities(*self.own(org))

    def gate(self, org: Org) -> EvmGate:
        return EvmGate(*self.own(org))

    def accreditations(self, org: Org | None = None) -> EvmAccreditations:
        return EvmAccreditations(self.chain(), self.sender(ADMIN_SECRET) if org is None else self.own(org)[1])

    def repairs(self, org: Org) -> EvmRepairs:
        return EvmRepairs(*self.own(org))

    def objections(self, org: Org) -> EvmObjections:
        return EvmObjections(*self.own(org))

    def models(self, org: Org | None = None) -> EvmModels:
        if org is None:
            return EvmModels(self.chain(), self.sender(ADMIN_SECRET))
        self.anvil.fund(org.anchor_address)
        return EvmModels(self.chain(), self.sender(org.anchor_secret))

    def wait(self, seconds: int) -> None:
        self.anvil.rpc("evm_increaseTime", hex(seconds))
        self.anvil.mine()

    def admin_of(self, org: Org) -> EvmAdmin:
        return EvmAdmin(self.chain(), self.sender(org.attest_secret), own_account=True)

    def now(self) -> int:
        return int(self.anvil.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def mine(self, blocks: int) -> None:
        self.anvil.mine(blocks)

    def reorg(self, depth: int) -> None:
        self.anvil.reorg(depth)

    def during_waits(self, *steps: Callable[[], Any]) -> None:
        self.steps = steps

    def hold(self) -> None:
        self.anvil.automine(False)
        self.held = True

    def drop(self) -> int:
        return self.anvil.drop_pending()

    def down(self) -> None:
        self.port = self.anvil.pause()

    def up(self) -> None:
        self.anvil.resume(self.port)
        self.restarted = True

    def transactions(self) -> int:
        return len(self.chain().logs("EvidenceLog", "HeadAnchored", {}, last=self.anvil.height()))

    def close(self) -> None:
        self.drop()  # the pool is no part of a snapshot
        if self.held:
            self.anvil.automine(True)
