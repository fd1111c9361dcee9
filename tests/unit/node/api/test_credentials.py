"""Credentials and scores that somebody brings: checked against chain and evidence, refusals answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from evidence import canonical
from evidence.identity import Subject
from node.auth.permissions import Permission
from node.chain.memory import MemoryCredits
from tests.support.api import ATTESTER, MAKER, ApiHouse
from tests.support.evidence_node import ISSUER, inspection

VERIFY, RECOMPUTE = "/v1/credentials/verify", "/v1/scores/recompute"


@dataclass
class Brought:
    """What a supplier brings to its bank."""

    credential: bytes
    bundle: bytes
    attestation: bytes


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path)


@pytest.fixture
def brought(house: ApiHouse) -> Brought:
    house.node.submit([inspection(number) for number in range(3)], subject=Subject(MAKER))
    house.node.seal(limit=10)
    report = house.node.attest(house.node.score(Subject(MAKER)))
    latest = house.node.scores.latest_score(Subject(MAKER))
    assert report.credential is not None and report.attestation is not None and latest is not None
    return Brought(report.credential.encode(), latest[1].bundle, report.attestation)


@pytest.fixture
def bank(house: ApiHouse) -> Iterator[TestClient]:
    with house.client(house.token(Permission.PROOFS_VERIFY)) as client:
        yield client


def verify(client: TestClient, credential: bytes, bundle: bytes | None = None) -> dict[str, Any]:
    files = {"credential": credential} | ({} if bundle is None else {"bundle": bundle})
    answer = client.post(VERIFY, files=files)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_good_credential_is_verified_and_its_score_recomputed(brought: Brought, bank: TestClient) -> None:
    found = verify(bank, brought.credential + b"\n", brought.bundle)
    assert (found["verified"], found["recomputed"], found["why"]) == (True, "equal", None)
    assert (found["issuer"]["lei"], found["subject"]) == (ISSUER, str(MAKER))
    assert found["attestation"] == "0x" + brought.attestation.hex()
    assert verify(bank, brought.credential)["recomputed"] is None


def test_a_revoked_credential_is_answered_with_why_and_advice(
    house: ApiHouse, brought: Brought, bank: TestClient
) -> None:
    MemoryCredits(house.evidence.chain, ATTESTER).revoke(brought.attestation)
    found = verify(bank, brought.credential)
    assert found["verified"] is False and "revoked" in found["why"] and found["advice"]
    assert found["claims"] is None and found["issuer"] is None


def test_a_changed_signature_is_answered_as_not_verified(brought: Brought, bank: TestClient) -> None:
    head, _, rest = brought.credential.partition(b"~")
    signature = head.rpartition(b".")[2]
    other = signature[:1] + (b"A" if signature[1:2] != b"A" else b"B") + signature[2:]
    assert verify(bank, head.replace(signature, other) + b"~" + rest)["verified"] is False


def test_a_bundle_that_does_not_lead_to_the_attested_score_is_refused(brought: Brought, bank: TestClient) -> None:
    document = json.loads(brought.bundle)
    document["statements"] = document["statements"][:-1]
    assert verify(bank, brought.credential, canonical.encode(document))["verified"] is False


@pytest.mark.parametrize("credential", [b"\xff\xfe", b"", b"no credential", b"a.b.c~"])
def test_what_is_no_credential_at_all_is_a_bad_request(credential: bytes, bank: TestClient) -> None:
    answer = bank.post(VERIFY, files={"credential": credential})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:credence:error:MalformedError")


def test_a_credential_of_unreasonable_size_is_refused(bank: TestClient) -> None:
    assert bank.post(VERIFY, files={"credential": b"a" * (1024 * 1024 + 1)}).status_code == 413


def test_a_score_is_recomputed_from_its_bundle_alone(brought: Brought, bank: TestClient) -> None:
    found = bank.post(RECOMPUTE, content=brought.bundle).json()
    assert (found["outcome"], found["equal"], found["differences"]) == ("equal", True, [])
    assert (found["statements"], found["proved"], len(found["heads"])) == (3, 3, 1)


def test_a_changed_score_is_named_at_its_place(brought: Brought, bank: TestClient) -> None:
    document = json.loads(brought.bundle)
    document["card"]["commodity"] = "somewhere else"
    found = bank.post(RECOMPUTE, content=canonical.encode(document)).json()
    assert (found["outcome"], found["equal"]) == ("differs", False)
    assert [one["place"] for one in found["differences"]] == ["/card/commodity"]


def test_what_is_no_bundle_is_a_bad_request_and_a_signed_call_is_bounded(house: ApiHouse, bank: TestClient) -> None:
    assert bank.post(RECOMPUTE, content=b"{}").status_code in (400, 422)
    large = b"x" * (5 * 1024 * 1024 + 1)
    with house.client() as stranger:
        signed = house.signed("POST", RECOMPUTE, large)
        assert stranger.post(RECOMPUTE, content=large, headers=dict(signed)).status_code == 413


def test_whoever_may_not_verify_is_refused(house: ApiHouse, brought: Brought) -> None:
    with house.client(house.token(Permission.LOG_READ)) as client:
        assert client.post(VERIFY, files={"credential": brought.credential}).status_code == 403
        assert client.post(RECOMPUTE, content=brought.bundle).status_code == 403
