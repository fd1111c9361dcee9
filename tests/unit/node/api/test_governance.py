"""Votes, gates, accreditations, repairs and objections over the API, on a chain in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from evidence.aggregate import Aggregate
from evidence.draft import Draft, JsonValue, Kind
from evidence.identity import Subject, org_id
from evidence.keys import KeyPurpose
from evidence.receipt import Address
from node.auth.permissions import Permission, Role, permissions_of
from node.chain.memory import MemoryAdmin
from node.chain.memory_books import MemoryRepairs
from node.chain.memory_chain import ENROLLER
from node.chain.memory_desks import MemoryAccreditations, MemoryPolicies
from node.chain.memory_score import ACCREDITOR
from node.chain.port_policies import Vote
from node.services.scopes import scope_id
from scoring.policy_reader import published
from tests.support.api import ATTESTER, BUYER, MAKER, ApiHouse
from tests.support.consortium import address_of
from tests.support.evidence_node import ISSUER, START, inspection

BODY_SECRET = b"\xb0" * 32
SCOPE = "repair-nonconformance"


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    made = ApiHouse(tmp_path)
    MemoryAdmin(made.evidence.chain, ENROLLER).set_roles(org_id(ISSUER), ["supplier", "scorer", "purchaser"])
    return made


@pytest.fixture
def client(house: ApiHouse) -> Iterator[TestClient]:
    with house.client(house.token()) as client:
        yield client


def wait(house: ApiHouse, seconds: int) -> None:
    """Let the chain's clock go on, and make a block."""
    clock: Any = house.evidence.chain._clock
    clock.now += timedelta(seconds=seconds)
    house.evidence.chain.mine()


def adopted(house: ApiHouse, client: TestClient, name: str = "first-2026") -> dict[str, Any]:
    """Hand a shipped policy in and adopt it by this node's vote; quorum is half of the three members."""
    wait(house, 5)
    document = client.post("/v1/governance/policies", json={"policy": name}).json()
    ballot = client.post("/v1/governance/ballots", json={"document": document["id"]}).json()
    wait(house, 5)
    one = f"/v1/governance/ballots/{ballot['id']}"
    assert client.post(f"{one}/votes", json={"vote": "for"}).status_code == 200
    other = Address(b"\xbb" * 20)
    admin = MemoryAdmin(house.evidence.chain, ENROLLER)
    admin.register_key(org_id(BUYER), KeyPurpose.ATTEST, other, 1)
    admin.open_account(org_id(BUYER))
    MemoryPolicies(house.evidence.chain, other).vote(bytes.fromhex(ballot["id"][2:]), Vote.FOR)
    wait(house, 61)
    answer = client.post(f"{one}/execution")
    assert answer.status_code == 409 and "waits until" in answer.json()["detail"]
    assert client.get(one).json()["state"] == "queued"
    wait(house, 61)
    done = client.post(f"{one}/execution").json()
    assert done["state"] == "executed" and ISSUER in done["voted"]
    return dict(document)


def test_a_policy_is_handed_in_voted_on_and_adopted(house: ApiHouse, client: TestClient) -> None:
    before = client.get("/v1/governance").json()
    assert before == {
        "terms": {"delay_s": 1, "period_s": 60, "quorum_percent": 50, "timelock_s": 60},
        "policies": [],
        "ballots": [],
    }
    adopted(house, client)
    after = client.get("/v1/governance").json()
    (policy,), (ballot,) = after["policies"], after["ballots"]
    first = published("first-2026")
    assert policy["policy"] == first.hash.hex() and policy["counts"] is True and policy["known_here"] is True
    assert policy["proposer"] == {"lei": ISSUER, "name": "Kiln Works"}
    assert (policy["valid_from"], policy["valid_until"]) == ("2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z")
    assert (ballot["in_favour"], ballot["quorum"], ballot["waiting"]) == (2, 2, [str(MAKER)])
    document = client.get(f"/v1/governance/documents/{policy['policy']}")
    assert hashlib.sha256(document.content).digest() == first.hash
    assert client.get(f"/v1/governance/documents/{'ab' * 32}").status_code == 404


def test_a_bad_policy_is_refused_with_the_exact_place(client: TestClient) -> None:
    document: Any = published("first-2026").to_json()
    document["indicators"][0]["weight"] += 1
    answer = client.post("/v1/governance/policies", json={"policy": document})
    assert answer.status_code == 422 and "/policy/indicators" in answer.text
    assert client.post("/v1/governance/policies", json={"policy": "no-such"}).status_code == 404


def test_a_policy_of_our_own_is_kept_under_its_hash_and_served(house: ApiHouse, client: TestClient) -> None:
    document: Any = published("first-2026").to_json()
    document["name"], document["version"] = "ours-2026", 3
    made = client.post("/v1/governance/policies", json={"policy": document}).json()
    assert made["known_here"] is True and made["uri"].endswith(f"/v1/governance/documents/{made['policy']}")
    assert client.get(f"/v1/governance/documents/{made['policy']}").json()["name"] == "ours-2026"


def test_the_gate_is_frozen_by_missing_months_and_opens_as_they_are_attested(
    house: ApiHouse, client: TestClient
) -> None:
    gate, rule = f"/v1/suppliers/{MAKER}/gate", f"/v1/suppliers/{MAKER}/gate/rule"
    assert client.get(gate).json()["state"] == "none"
    name = "P-100/bore"
    found = client.put(rule, json={"characteristics": [name]}).json()
    assert found["state"] == "frozen" and len(found["reasons"]) == 12
    assert found["rule"]["rule"] == "point" and found["rule"]["limit"] == "1.6700"
    assert found["reasons"][0]["cause"] == "capability-missing" and found["reasons"][0]["freezes"]
    months = [(2025, month) for month in range(3, 13)] + [(2026, 1), (2026, 2)]
    drafts = [series(f"{year}-{month:02d}-10T08:00:00Z", lot=f"L{month}") for year, month in months]
    house.node.submit(drafts, subject=Subject(MAKER))
    house.node.seal(limit=100)
    shown = client.get(f"/v1/suppliers/{MAKER}/capability").json()["items"]
    assert [one["month"] for one in shown] == [f"{year}-{month:02d}" for year, month in months]
    assert all(one["attestation"] is None and one["n"] == 50 for one in shown)
    made = client.post(f"/v1/suppliers/{MAKER}/capability", json={}).json()["items"]
    assert all(one["attestation"] and float(one["cpk"]) <= float(one["upper"]) for one in made)
    again = client.post(f"/v1/suppliers/{MAKER}/capability", json={"characteristic": name}).json()["items"]
    assert again == made
    opened = client.get(gate).json()
    assert (opened["state"], opened["reasons"]) == ("open", [])
    assert opened["rule"]["characteristics"] == [name]
    assert client.get(f"{gate}?at=2026-05-15T00:00:00Z").json()["state"] == "frozen"
    assert client.get(f"{gate}?purchaser={BUYER}").json()["state"] == "none"
    assert client.delete(rule).status_code == 204
    assert client.get(gate).json()["state"] == "none"
    assert client.post(f"/v1/suppliers/{MAKER}/capability", json={"characteristic": "P-1/x"}).status_code == 404
    assert client.put(rule, json={}).status_code == 400


def test_a_floor_reads_the_newest_score_under_the_adopted_policy(house: ApiHouse, client: TestClient) -> None:
    rule = {"floor": 70_000_000, "policy": "first-2026", "attesters": 1}
    found = client.put(f"/v1/suppliers/{MAKER}/gate/rule", json=rule).json()
    assert [one["cause"] for one in found["reasons"]] == ["score-missing"]
    assert found["rule"]["floor"] == "70.0" and found["reasons"][0]["zh"]


def series(occurred: str, lot: str) -> Draft:
    """Fifty values with a Cpk of about 2.3."""
    values = [f"{10 + (step % 5 - 2) / 100:.2f}" for step in range(50)]
    fields: dict[str, JsonValue] = {
        "part": "P-100",
        "characteristic": "bore",
        "unit": "mm",
        "lower_limit": "9.9",
        "upper_limit": "10.1",
        "lot": lot,
        "subgroup_size": 1,
        "aggregate": Aggregate.of_values(values).to_json(),
        "values": list(values),
    }
    return Draft(Kind.MEASUREMENT_SERIES, occurred, fields)


def body_of(house: ApiHouse) -> MemoryRepairs:
    """The buyer, become an accredited body."""
    admin = MemoryAdmin(house.evidence.chain, ENROLLER)
    admin.set_roles(org_id(BUYER), ["accredited-body"])
    admin.register_key(org_id(BUYER), KeyPurpose.ATTEST, address_of(BODY_SECRET), 1)
    admin.open_account(org_id(BUYER))
    return MemoryRepairs(house.evidence.chain, Address(address_of(BODY_SECRET)), secret=BODY_SECRET)


def test_a_repair_is_opened_co_signed_shown_and_withdrawn(house: ApiHouse, client: TestClient) -> None:
    theirs = body_of(house)
    until = int(START.timestamp()) + 10**7
    MemoryAccreditations(house.evidence.chain, ACCREDITOR).grant(org_id(BUYER), [scope_id(SCOPE)], until)
    (term,) = client.get("/v1/accreditations").json()["items"]
    assert (term["scope"], term["accredited"], term["body"]["lei"]) == (SCOPE, True, BUYER)
    made = client.post("/v1/repairs", json={"document": "cd" * 32, "scope": SCOPE}).json()
    assert (made["scope"], made["counts"], made["co_signs"]) == (SCOPE, False, [])
    theirs.co_sign(theirs.sign(bytes.fromhex(made["id"][2:]), b"\x0e" * 32, until))
    found = client.get(f"/v1/repairs/{made['id']}").json()
    assert found["counts"] and found["co_signs"][0]["body"]["lei"] == BUYER
    listed = client.get(f"/v1/repairs?subject={ISSUER}").json()
    assert listed["in_repair"] is True and listed["claims"] == [found]
    gone = client.post(f"/v1/repairs/{made['id']}/withdrawal").json()
    assert gone["withdrawn_at"] and not gone["counts"]
    assert client.get(f"/v1/repairs/0x{'ab' * 32}").status_code == 404


def test_this_node_co_signs_and_revokes_as_an_accredited_body(house: ApiHouse, client: TestClient) -> None:
    admin = MemoryAdmin(house.evidence.chain, ENROLLER)
    admin.set_roles(org_id(ISSUER), ["accredited-body"])
    admin.register_key(org_id(MAKER), KeyPurpose.ATTEST, address_of(BODY_SECRET), 1)
    admin.open_account(org_id(MAKER))
    maker = MemoryRepairs(house.evidence.chain, Address(address_of(BODY_SECRET)), secret=BODY_SECRET)
    until = int(START.timestamp()) + 10**7
    claim = maker.open(b"\x0d" * 32, scope_id(SCOPE), until).id
    one = f"/v1/repairs/0x{claim.hex()}"
    refused = client.post(f"{one}/co-signs", json={"evidence": "ee" * 32})
    assert refused.status_code == 409 and "not accredited" in refused.json()["detail"]
    MemoryAccreditations(house.evidence.chain, ACCREDITOR).grant(org_id(ISSUER), [scope_id(SCOPE)], until)
    assert client.post(f"{one}/co-signs", json={"evidence": "ee" * 32}).json()["counts"] is True
    assert client.post(f"{one}/revocation").json()["counts"] is False


def test_only_the_accreditor_accredits_and_this_node_may_be_it(house: ApiHouse, client: TestClient) -> None:
    body_of(house)
    grant = {"body": str(BUYER), "scopes": [SCOPE], "until": "2027-03-01T00:00:00Z"}
    assert client.post("/v1/accreditations", json=grant).status_code == 403
    house.evidence.chain.newest().world.score.accreditor = ATTESTER
    (term,) = client.post("/v1/accreditations", json=grant).json()["items"]
    assert term["until"] == "2027-03-01T00:00:00Z" and term["accredited"]
    wait(house, 10)
    gone = client.post("/v1/accreditations/withdrawals", json={"body": str(BUYER), "scope": SCOPE}).json()
    assert not gone["items"][0]["accredited"]
    bar = client.post("/v1/accreditations/bars", json={"body": str(BUYER), "since": "2026-03-01T00:00:00Z"}).json()
    assert bar["items"][0]["barred_since"] == "2026-03-01T00:00:00Z"
    assert client.post("/v1/accreditations", json=grant).status_code == 409


def test_an_objection_is_filed_with_its_reasons_and_taken_back(house: ApiHouse, client: TestClient) -> None:
    house.node.submit([inspection(number) for number in range(3)], subject=Subject(MAKER))
    house.node.seal(limit=10)
    uid = house.node.attest(house.node.score(Subject(MAKER))).attestation
    assert uid is not None
    place = f"/v1/attestations/0x{uid.hex()}/objections"
    assert client.get(place).json()["objections"] == []
    found = client.post(place, json={"reason": "The lot was another plant's."}).json()
    (one,) = found["objections"]
    assert found["standing"] == 1 and one["text"] == "The lot was another plant's."
    assert one["reason"] == hashlib.sha256(b"The lot was another plant's.").hexdigest()
    assert (one["by"]["lei"], found["subject"]["lei"]) == (ISSUER, MAKER)
    assert client.post(place, json={"reason": "Another."}).status_code == 409
    gone = client.delete(place).json()
    assert gone["standing"] == 0 and gone["objections"][0]["withdrawn_at"]
    assert client.get(f"/v1/attestations/0x{'ab' * 32}/objections").status_code == 404


def test_who_may_say_what_in_public_follows_from_peoples_roles() -> None:
    votes = {Permission.POLICIES_VOTE, Permission.POLICIES_PROPOSE, Permission.ACCREDITATIONS_WRITE}
    for role in set(Role) - {Role.STEWARD}:
        assert not votes & permissions_of([role]), role
    assert Permission.REPAIRS_SIGN in permissions_of([Role.ACCREDITED_SIGNER])
    assert Permission.REPAIRS_SIGN not in permissions_of(set(Role) - {Role.ACCREDITED_SIGNER})
    public = {Permission.GATE_WRITE, Permission.OBJECTIONS_WRITE, Permission.REPAIRS_WRITE, *votes}
    assert not public & permissions_of([Role.ADMIN])
