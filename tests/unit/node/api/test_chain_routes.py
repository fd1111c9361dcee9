"""Proofs of the chain's state over the API: whoever asks can check every byte himself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evidence.encoding import hex0x_decode, hex0x_encode
from evidence.header import parse_header
from evidence.identity import Subject, org_id
from evidence.keys import KeyPurpose
from evidence.layout import key_slots
from evidence.network import Network
from evidence.receipt import AccountProof, Address, SlotProof
from evidence.storage import prove_account, prove_slot
from node.auth.permissions import Permission
from node.chain.memory_world import LOG_ADDRESS, REGISTRY_ADDRESS
from tests.support.api import MAKER, ApiHouse
from tests.support.evidence_node import ISSUER, inspection


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path)


def nodes(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(hex0x_decode(text) for text in texts)


def wanted(*slots: bytes, contract: bytes = REGISTRY_ADDRESS) -> dict[str, Any]:
    return {"wanted": [{"contract": hex0x_encode(contract), "slots": [hex0x_encode(slot) for slot in slots]}]}


def test_a_key_is_proved_against_the_header_that_comes_with_it(house: ApiHouse) -> None:
    (record,) = house.node.directory.keys_of(org_id(ISSUER), KeyPurpose.STATEMENT)
    with house.client(house.token(Permission.PROOFS_VERIFY)) as bank:
        answer = bank.post("/v1/chain/proof", json=wanted(*key_slots(record.key))).json()
    header = parse_header(hex0x_decode(answer["header"]))
    assert hex0x_encode(header.hash) == answer["hash"]
    (proof,) = answer["contracts"]
    account = AccountProof(Address(hex0x_decode(proof["contract"])), nodes(proof["account_proof"]))
    storage = prove_account(header.state_root, account)
    values = [
        prove_slot(storage, slot, SlotProof(nodes(given)))
        for slot, given in zip(key_slots(record.key), proof["slots"], strict=True)
    ]
    assert values[0] == org_id(ISSUER)


def test_the_network_file_names_the_contracts(house: ApiHouse) -> None:
    with house.client(house.token(Permission.PROOFS_VERIFY)) as bank:
        network = Network.decode(bank.get("/v1/chain/network").content)
    assert network.evidence_log == LOG_ADDRESS
    assert network.member_registry == REGISTRY_ADDRESS


def test_a_block_is_known_or_not(house: ApiHouse) -> None:
    with house.client(house.token(Permission.PROOFS_VERIFY)) as auditor:
        answer = auditor.post("/v1/chain/proof", json=wanted()).json()
        assert auditor.get(f"/v1/chain/blocks/{answer['hash']}").json() == {"hash": answer["hash"], "known": True}
        assert auditor.get(f"/v1/chain/blocks/0x{'11' * 32}").json()["known"] is False


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (wanted(contract=b"\x11" * 20), 404),
        ({"wanted": []}, 422),
        ({"wanted": [{"contract": "0x12", "slots": []}]}, 422),
        (wanted(*[bytes(32)] * 257), 422),
        ({"wanted": [wanted(*[bytes(32)] * 200)["wanted"][0]] * 2}, 413),
        ({"wanted": [wanted()["wanted"][0] | {"spare": 1}]}, 422),
    ],
)
def test_what_is_no_sound_question_is_refused(house: ApiHouse, body: dict[str, Any], status: int) -> None:
    with house.client(house.token(Permission.PROOFS_VERIFY)) as bank:
        answer = bank.post("/v1/chain/proof", json=body)
    assert answer.status_code == status, answer.text


def test_nobody_without_a_session_asks_the_chain(house: ApiHouse) -> None:
    with house.client() as nobody:
        assert nobody.get("/v1/chain/network").status_code == 401
        assert nobody.post("/v1/chain/proof", json=wanted()).status_code in (401, 403)


def test_attestations_about_a_supplier_are_named_for_whoever_proves_them(house: ApiHouse) -> None:
    house.node.submit([inspection(number) for number in range(3)], subject=Subject(MAKER))
    house.node.seal(limit=10)
    report = house.node.attest(house.node.score(Subject(MAKER)))
    assert report.attestation is not None
    with house.client(house.token(Permission.PROOFS_VERIFY)) as bank:
        found = bank.get(f"/v1/chain/attestations/{org_id(MAKER).hex()}").json()
        assert found == {"items": [hex0x_encode(report.attestation)]}
        assert bank.get(f"/v1/chain/attestations/{'11' * 32}").json() == {"items": []}
