"""Cases over the API: opened, acted in, signed, listed, exported; who may, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from nocode.archive import open_export
from node.auth.permissions import Permission, Role
from tests.support.api import CSRF, MAKER, ApiHouse, done
from tests.support.door import GOOD
from tests.support.evidence_node import ISSUER

URL = "/v1/cases"


@pytest.fixture(params=[False, True], ids=["memory", "sql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path, sql=request.param)


class People:
    """Browsers of people who signed in."""

    def __init__(self, house: ApiHouse, stack: ExitStack) -> None:
        self._house, self._stack = house, stack

    def __call__(self, name: str, *roles: Role) -> TestClient:
        self._house.person(name, *roles)
        client = self._stack.enter_context(self._house.client())
        answer = client.post("/v1/session", json={"name": name, "password": GOOD})
        assert answer.status_code in (200, 201), answer.text
        client.headers[CSRF] = client.get("/v1/session").json()["csrf"]
        return client


@pytest.fixture
def people(house: ApiHouse) -> Iterator[People]:
    with ExitStack() as stack:
        yield People(house, stack)


def claim(house: ApiHouse, client: TestClient, **more: str) -> Any:
    event = house.anchored(1)[0]
    fields = {"about": event, "subject": str(ISSUER), "body": str(MAKER), **more}
    opened = client.post(URL, json={"flow": "repair-claim.1", "fields": fields, "zone": "Asia/Shanghai"})
    assert opened.headers["location"] == f"{URL}/{opened.json()['id']}"
    return done(opened, 201)


RELEASE = {
    "machine": "AOI-2",
    "parameter": "offset",
    "unit": "mm",
    "present": "1.00",
    "proposed": "1.05",
    "lowest": "0.9",
    "highest": "1.1",
    "ground": "Drift of the mean since Monday.",
    "risk": "low",
}


def test_a_release_walks_through_with_two_signatures(house: ApiHouse, people: People) -> None:
    carl, dora, emil = (people(name, Role.ENGINEER) for name in ("Carl", "Dora", "Emil"))
    case = done(carl.post(URL, json={"flow": "release-correction.1", "fields": RELEASE}), 201)
    one = f"{URL}/{case['id']}"
    review = done(carl.post(f"{one}/events", json={"event": "submit", "head": case["head"]}))
    assert (review["state"], [choice["meaning"] for choice in review["choices"]].count("release")) == ("review", 1)
    assert carl.post(f"{one}/signatures", json={"step": "release", "name": "Carl", "password": GOOD}).status_code == 403
    for wrong, status in (
        ({"password": GOOD}, 401),
        ({"name": "Dora", "password": "not hers"}, 401),
        ({}, 422),
        ({"password": GOOD, "sealed": "a.b.c"}, 422),
        ({"sealed": "a.b.c"}, 400),
    ):
        assert dora.post(f"{one}/signatures", json={"step": "release", **wrong}).status_code == status, wrong
    signed = {"step": "release", "password": GOOD}
    first = done(dora.post(f"{one}/signatures", json={**signed, "name": "Dora", "zone": "Asia/Shanghai"}))
    assert (first["state"], len(first["seals"])) == ("review", 1)
    assert dora.post(f"{one}/signatures", json=signed).status_code == 403
    released = done(emil.post(f"{one}/signatures", json={**signed, "name": "Emil"}))
    assert (released["state"], len(released["seals"])) == ("released", 2)
    assert "Dora" in dora.get(f"{one}/text", params={"language": "zh"}).text


def test_a_claim_is_listed_exported_and_co_signed_by_another_member(house: ApiHouse, people: People) -> None:
    anna = people("Anna", Role.SUPPLIER_QUALITY)
    case = claim(house, anna)
    one = f"{URL}/{case['id']}"
    done(anna.post(f"{one}/events", json={"event": "attach", "fields": {"evidence": [case["fields"]["about"]]}}))
    described = {"method": "ISO 2859-1", "exposure": 80, "nonconforming": 0}
    done(anna.post(f"{one}/events", json={"event": "describe", "fields": described}))
    done(anna.post(f"{one}/events", json={"event": "submit"}))
    found = done(anna.get(URL, params={"flow": "repair-claim.1", "state": "review", "ended": False}))
    assert [item["id"] for item in found["items"]] == [case["id"]]
    export = anna.get(f"{one}/export")
    assert export.headers["content-type"] == "application/vnd.credence.case+json"
    flow, again = open_export(export.content)
    assert (flow.id, again.state) == ("repair-claim", "review")
    # Nobody but the body named may countersign, on whichever node.
    eve = people("Eve", Role.ACCREDITED_SIGNER)
    form = {"export": export.text, "step": "co-sign", "name": "Eve", "password": GOOD}
    assert eve.post("/v1/countersignatures", json=form).status_code == 409
    damaged = {**form, "export": export.text.replace("ISO 2859-1", "ISO 2859-2")}
    assert eve.post("/v1/countersignatures", json=damaged).status_code in (400, 422)


def test_pages_of_cases_go_on_where_they_ended(house: ApiHouse) -> None:
    cases = [house.claim(event) for event in house.anchored(5)]
    with house.client(house.token(Permission.CASES_READ)) as client:
        first = done(client.get(URL, params={"limit": 3}))
        rest = done(client.get(URL, params={"limit": 3, "cursor": first["next"]}))
        assert [item["id"] for item in first["items"] + rest["items"]] == cases
        assert rest["next"] is None
        other = client.get(URL, params={"cursor": first["next"], "state": "draft"})
        assert other.status_code == 400


def test_the_same_opening_sent_twice_is_one_case(house: ApiHouse, people: People) -> None:
    carl, key = people("Carl", Role.ENGINEER), {"Idempotency-Key": "once"}
    form = {"flow": "release-correction.1", "fields": RELEASE}
    ids = {done(carl.post(URL, json=form, headers=key), 201)["id"] for _ in range(2)}
    assert len(ids) == 1


def test_of_two_who_act_at_once_the_later_is_told(house: ApiHouse, people: People) -> None:
    anna = people("Anna", Role.SUPPLIER_QUALITY)
    case = claim(house, anna)
    act = {"event": "withdraw", "head": case["head"]}
    assert anna.post(f"{URL}/{case['id']}/events", json=act).status_code == 200
    again = anna.post(f"{URL}/{case['id']}/events", json=act)
    assert (again.status_code, again.json()["type"]) == (409, "urn:credence:error:ConflictError")


def test_tokens_and_members_sign_nothing_and_readers_change_nothing(house: ApiHouse) -> None:
    case = house.claim(house.anchored(1)[0])
    signature = {"step": "co-sign", "name": "x", "password": GOOD}
    with house.client(house.token()) as client:
        assert client.post(f"{URL}/{case}/signatures", json=signature).status_code == 403
    with house.client(house.token(Permission.CASES_READ)) as client:
        assert client.get(f"{URL}/{case}").status_code == 200
        assert client.post(URL, json={"flow": "repair-claim.1", "fields": {}}).status_code == 403
        assert client.post(f"{URL}/{case}/events", json={"event": "withdraw"}).status_code == 403
        assert client.get(f"{URL}/case_none").status_code == 404
    with house.client() as client:
        assert client.get(URL, headers=dict(house.signed("GET", URL))).status_code == 401
    for role in (Role.ADMIN, Role.AUDITOR, Role.BANK_OFFICER, Role.STEWARD, Role.OPERATOR):
        assert not {Permission.CASES_WRITE, Permission.CASES_SIGN} & house.person(f"p-{role}", role).permissions
