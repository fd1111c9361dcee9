"""Reading a chain that lies, is another one, or is asked too much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from evidence.errors import (
    ConflictError,
    CredenceError,
    InputError,
    LedgerUnreachableError,
    NotFoundError,
    StorageProofError,
)
from evidence.keys import KeyPurpose
from evidence.log import LogHead
from evidence.receipt import Address, SlotProof
from node.chain.evm_chain import EvmChain, EvmSettings
from node.chain.evm_ledger import EvmLedger
from node.chain.evm_members import EvmDirectory
from node.chain.evm_proof import check, take_receipt
from node.chain.evm_sender import EvmSender
from node.chain.evm_transport import RpcRefusal
from node.chain.rpc_header import header_oracle
from node.chain.status import chain_status
from tests.ports.chain_suite import anchor
from tests.support.chain import EvmHarness
from tests.support.consortium import Org

pytestmark = pytest.mark.anvil

Change = Callable[[str, Sequence[Any], Any], Any]


class Liar:
    """A transport that changes answers on their way."""

    def __init__(self, honest: Any, change: Change) -> None:
        self.honest, self.change, self.name, self.calls = honest, change, honest.name, 0

    def call(self, method: str, params: Sequence[Any]) -> Any:
        self.calls += 1
        return self.change(method, params, self.honest.call(method, params))


def lying(chain: EvmHarness, change: Change) -> EvmChain:
    evm = chain.chain()
    evm.transport = Liar(evm.transport, change)  # type: ignore[assignment]
    return evm


def flip(text: str, place: int) -> str:
    """0x-hex with one digit changed."""
    return text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]


def test_another_chain_under_the_same_address_is_refused_at_the_first_call(chain: EvmHarness) -> None:
    for network in (replace(chain.network, genesis=b"\x01" * 32), replace(chain.network, chain_id=5)):
        evm = EvmChain(EvmSettings(chain.anvil.url, network), chain.artifacts)
        for ask in (evm.newest, lambda evm=evm: EvmDirectory(evm).members()):
            with pytest.raises(ConflictError, match="another chain"):
                ask()


def test_a_network_file_without_our_contracts_says_what_to_do(chain: EvmHarness, kiln: Org) -> None:
    evm = EvmChain(EvmSettings(chain.anvil.url, replace(chain.network, contracts={})), chain.artifacts)
    for ask in (lambda: EvmDirectory(evm).member(kiln.org), lambda: EvmDirectory(evm).key(kiln.keys[0])):
        with pytest.raises(NotFoundError, match="names no MemberRegistry"):
            ask()


def test_an_address_with_no_contract_behind_it_is_told_apart_from_a_fault(chain: EvmHarness, kiln: Org) -> None:
    contracts = {**chain.network.contracts, "MemberRegistry": Address(b"\x99" * 20)}
    evm = EvmChain(EvmSettings(chain.anvil.url, replace(chain.network, contracts=contracts)), chain.artifacts)
    with pytest.raises(ConflictError, match="there is no MemberRegistry"):
        EvmDirectory(evm).key(kiln.keys[0])


def test_a_receipt_with_any_part_changed_does_not_hold(chain: EvmHarness, kiln: Org) -> None:
    head = kiln.tree.grow(3)
    receipt = anchor(chain.ledger(kiln), kiln, head, None)
    check(receipt)
    log, keys = receipt.log, receipt.registry.keys
    root_nodes = log.root_slot.nodes
    wrong = [
        replace(receipt, org=Org("nobody").org),
        replace(receipt, head=LogHead(4, head.root)),
        replace(receipt, head=LogHead(3, Org("nobody").tree.grow(3).root)),
        replace(receipt, header=receipt.header[:100] + bytes([receipt.header[100] ^ 1]) + receipt.header[101:]),
        replace(receipt, log=replace(log, root_slot=SlotProof(root_nodes[:-1]))),
        replace(receipt, log=replace(log, root_slot=SlotProof((*root_nodes, root_nodes[-1])))),
        replace(receipt, log=replace(log, root_slot=log.registry_slot)),
        replace(receipt, registry=replace(receipt.registry, account=log.account)),
        replace(receipt, registry=replace(receipt.registry, keys=(replace(keys[0], org_slot=keys[0].terms_slot),))),
        replace(receipt, registry=replace(receipt.registry, keys=(replace(keys[0], key=Org("nobody").keys[0]),))),
    ]
    for changed in wrong:
        with pytest.raises(StorageProofError):
            check(changed)


@pytest.mark.parametrize("what", ["stateRoot", "hash", "proof", "account", "nonsense", "fewer", "null"])
def test_a_server_that_invents_proofs_gives_no_receipt(chain: EvmHarness, kiln: Org, what: str) -> None:
    head = kiln.tree.grow(3)
    anchor(chain.ledger(kiln), kiln, head, None)

    def change(method: str, params: Sequence[Any], answer: Any) -> Any:
        if method == "eth_getBlockByNumber" and what in ("stateRoot", "hash") and params[0] != "0x0":
            return {**answer, what: flip(answer[what], 20)}
        if method != "eth_getProof":
            return answer
        if what == "proof":
            nodes = answer["storageProof"][0]["proof"]
            return {**answer, "storageProof": [{"proof": [flip(nodes[0], 30), *nodes[1:]]}] * len(params[1])}
        if what == "account":
            return {**answer, "accountProof": answer["accountProof"][:-1]}
        if what == "fewer":
            return {**answer, "storageProof": answer["storageProof"][:-1]}
        return {"nonsense": {}, "null": None}.get(what, answer)

    evm = lying(chain, change)
    ledger = EvmLedger(evm, EvmSender(evm, kiln.anchor_secret, sleep=chain.sleep))
    with pytest.raises(LedgerUnreachableError):
        anchor(ledger, kiln, head, None)
    with pytest.raises((StorageProofError, LedgerUnreachableError)):
        take_receipt(evm, chain.anvil.height(), kiln.org, head, kiln.keys)


def test_a_block_that_a_reorg_took_away_gives_no_receipt(chain: EvmHarness, kiln: Org) -> None:
    head = kiln.tree.grow(1)
    anchor(chain.ledger(kiln), kiln, head, None)
    with pytest.raises(StorageProofError, match="no block"):
        take_receipt(chain.chain(), chain.anvil.height() + 9, kiln.org, head, kiln.keys)


@pytest.mark.parametrize(
    "answer", [None, "0x", "0xzz", 7, [], {}, "0x" + "ff" * 31, "0x" + "ff" * 320, "0x" + "00" * 31 + "20" + "ff" * 32]
)
def test_answers_that_no_contract_gives_are_one_of_our_errors(chain: EvmHarness, kiln: Org, answer: Any) -> None:
    evm = lying(chain, lambda method, params, honest: answer if method == "eth_call" else honest)
    asked: list[Callable[[], object]] = [
        lambda: EvmDirectory(evm).member(kiln.org),
        lambda: EvmDirectory(evm).members(),
        lambda: EvmDirectory(evm).public_key(kiln.keys[0]),
    ]
    for ask in asked:
        with pytest.raises(CredenceError):
            ask()


def test_events_are_found_though_the_server_caps_the_range(chain: EvmHarness, kiln: Org) -> None:
    ledger, old = chain.ledger(kiln), None
    for _ in range(3):
        head = kiln.tree.grow(2)
        anchor(ledger, kiln, head, old)
        chain.mine(7)
        old = head
    refused = []

    def capped(method: str, params: Sequence[Any], answer: Any) -> Any:
        if method == "eth_getLogs" and int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) > 4:
            refused.append(params)
            return RpcRefusal(-32005, "query returned more than 4 blocks", b"")
        return answer

    evm = lying(chain, capped)
    logs = evm.logs("EvidenceLog", "HeadAnchored", {"org": kiln.org}, last=evm.newest())
    assert [log.values["size"] for log in logs] == [2, 4, 6]
    assert refused
    assert evm.logs("EvidenceLog", "HeadAnchored", {"org": Org("nobody").org}, last=evm.newest()) == []


def test_a_directory_with_a_time_to_live_asks_again_only_when_it_is_over(chain: EvmHarness, kiln: Org) -> None:
    clock = [0.0]
    evm = lying(chain, lambda method, params, answer: answer)
    directory = EvmDirectory(evm, ttl_s=10, monotonic=lambda: clock[0])
    transport: Any = evm.transport
    first = directory.key(kiln.keys[0]), directory.member(Org("nobody").org)
    asked = transport.calls
    chain.admin.retire_key(kiln.keys[0])
    clock[0] = 9.9
    assert (directory.key(kiln.keys[0]), directory.member(Org("nobody").org)) == first
    assert transport.calls == asked
    clock[0] = 10.0
    renewed = directory.key(kiln.keys[0])
    assert renewed is not None and renewed.retired_at > 0
    assert transport.calls > asked


def test_any_rpc_says_whether_a_block_is_in_its_chain(chain: EvmHarness) -> None:
    known = header_oracle(chain.anvil.url)
    chain.mine(3)
    block = bytes.fromhex(chain.anvil.rpc("eth_getBlockByNumber", "latest", False)["hash"][2:])
    assert known(block) and not known(bytes(32))
    chain.reorg(2)
    assert not known(block)
    with pytest.raises(LedgerUnreachableError):
        header_oracle("http://127.0.0.1:1")(block)


def test_status_names_block_contracts_members_heads_and_pause(chain: EvmHarness, kiln: Org) -> None:
    head = kiln.tree.grow(5)
    anchor(chain.ledger(kiln), kiln, head, None)
    chain.admin.set_paused(True)
    status = chain_status(chain.chain())
    assert (status.name, status.chain_id, status.block, status.paused) == ("test", 31_337, chain.anvil.height(), True)
    assert status.time == chain.now()
    assert {"SchemaRegistry", "EAS", "MemberRegistry", "EvidenceLog", "CreditResolver"} < set(status.contracts)
    assert set(status.contracts) == set(chain.network.contracts) and status.policies == ()
    first, second = status.members
    assert (first.member.lei, first.head, first.anchors) == (kiln.lei, head, 1)
    assert 0 < first.anchored_at <= status.time
    assert (second.member.name, second.head, second.anchored_at, second.anchors) == ("buyer", None, 0, 0)


@pytest.mark.parametrize("wrong", [{"confirmations": 0}, {"timeout_s": 0}, {"settle_s": -1}, {"poll_s": 0}])
def test_settings_that_make_no_sense_are_refused(chain: EvmHarness, wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        EvmSettings(chain.anvil.url, chain.network, **wrong)


def test_settings_do_not_show_the_rpc_address(chain: EvmHarness) -> None:
    assert "secret" not in repr(EvmSettings("http://user:secret@127.0.0.1:1/secret", chain.network))


def test_a_key_that_only_an_event_gives_to_a_member_is_not_believed(chain: EvmHarness, kiln: Org, buyer: Org) -> None:
    def forge(method: str, params: Sequence[Any], answer: Any) -> Any:
        if method != "eth_getLogs":
            return answer
        # The buyer's key, said to have been registered by the kiln: what is encrypted to it, the buyer reads.
        topics = answer[0]["topics"]
        return [*answer, {**answer[0], "topics": [*topics[:2], f"0x{buyer.keys[1].hex()}", topics[3]]}]

    with pytest.raises(LedgerUnreachableError, match="its registry does not"):
        EvmDirectory(lying(chain, forge)).keys_of(kiln.org, KeyPurpose.LOG)


def test_endless_keys_of_one_member_are_not_asked_for(chain: EvmHarness, kiln: Org) -> None:
    evm = lying(chain, lambda method, params, answer: answer * 300 if method == "eth_getLogs" else answer)
    with pytest.raises(LedgerUnreachableError, match="at most 256 are believed"):
        EvmDirectory(evm).keys_of(kiln.org, KeyPurpose.LOG)
