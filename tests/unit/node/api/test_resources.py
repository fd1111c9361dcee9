"""The resources over real services: what goes in comes out, proved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from evidence.exchange import MEDIA_TYPE, decode_page
from evidence.identity import Subject
from evidence.tiles import decode_entries
from evidence.verify import State, Trust, verify_bundle
from node.auth.model import TrailAction, TrailQuery
from node.auth.permissions import Permission, Role
from tests.support.api import BUYER, CSRF, MAKER, ApiHouse, draft, other_lei
from tests.support.door import GOOD
from tests.support.evidence_node import ISSUER, inspection


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path)


@pytest.fixture
def client(house: ApiHouse) -> Iterator[TestClient]:
    with house.client(house.token()) as client:
        yield client


def submit(client: TestClient, *numbers: int, key: str = "") -> dict[str, list[str]]:
    body = {"subject": str(ISSUER), "drafts": [draft(number) for number in numbers]}
    answer = client.post("/v1/statements", json=body, headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_record_becomes_a_statement_whose_proof_holds_offline(house: ApiHouse, client: TestClient) -> None:
    (statement,) = submit(client, 7)["added"]
    assert client.get(f"/v1/statements/{statement}").json()["anchored"] is False
    assert client.get(f"/v1/statements/{statement}/proof").status_code == 409
    anchored = client.post("/v1/anchors")
    assert anchored.status_code == 201
    assert client.post("/v1/anchors").status_code == 204
    proof = client.get(f"/v1/statements/{statement}/proof").content
    block = anchored.json()["block"]["hash"]
    report = verify_bundle(proof, Trust(frozenset({bytes.fromhex(block[2:])})))
    assert report.verified
    view = client.post("/v1/proofs/verify", content=proof, params={"trusted_block": block}).json()
    assert view["verified"] and view["about"]["id"] == statement and view["block"]["hash"] == block


def test_a_changed_proof_does_not_verify(house: ApiHouse, client: TestClient) -> None:
    (statement,) = house.anchored(1)
    proof = client.get(f"/v1/statements/{statement}/proof").content
    view = client.post("/v1/proofs/verify", content=proof[:-9] + b"\x00" + proof[-8:]).json()
    assert (view["verified"], view["statement"]["state"]) == (False, State.FAILS)


def test_one_bad_record_refuses_them_all_and_says_where(house: ApiHouse, client: TestClient) -> None:
    bad = draft(2)
    del bad["fields"]["lot"]
    answer = client.post("/v1/statements", json={"subject": str(ISSUER), "drafts": [draft(1), bad]})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:credence:error:SchemaError")
    assert "/drafts/1" in answer.text or "drafts/1" in answer.json().get("place", "")
    assert house.node.store.count() == 0


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"subject":"x","subject":"y","drafts":[]}', 400),
        (b'{"subject":"%s","drafts":[{"kind":"kpi","occurred":"x","fields":{"value":1.5}}]}', 400),
        (b"[" * 50_000, 413),
        (b'{"a":NaN}', 400),
        (b"\xff", 400),
        (b"{", 400),
        (b"{}", 422),
        (b'{"subject":"5299000000000000AA00","drafts":[]}', 422),
    ],
)
def test_json_with_two_meanings_or_none_is_refused(client: TestClient, content: bytes, status: int) -> None:
    answer = client.post("/v1/statements", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_lei_with_wrong_check_digits_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/statements", json={"subject": "5299000000000000AA00", "drafts": [draft(1)]})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:credence:error:MalformedError")


def test_the_list_is_paged_and_filtered_and_its_cursors_fit_it_only(house: ApiHouse, client: TestClient) -> None:
    ids = house.anchored(5)
    house.node.submit([inspection(1)], subject=Subject(ISSUER, "LINE-1"))
    seen, query = [], {"limit": "2"}
    while True:
        page = client.get("/v1/statements", params=query).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen[:5] == ids and len(seen) == 6
    assert [item["kind"] for item in client.get("/v1/statements?kind=inspection-result").json()["items"]] == [
        "inspection-result"
    ]
    cursor = client.get("/v1/statements?limit=2").json()["next"]
    for url in (f"/v1/statements?kind=kpi&cursor={cursor}", f"/v1/anchors?cursor={cursor}", "/v1/statements?cursor=AA"):
        assert client.get(url).status_code == 400


def test_fields_are_shown_by_tier_and_each_disclosure_is_written_down(house: ApiHouse) -> None:
    (statement,) = house.node.submit([inspection(1)], subject=Subject(ISSUER)).added
    house.node.seal(limit=10)
    url = f"/v1/statements/{statement}"
    reader, discloser = (
        house.token(Permission.STATEMENTS_READ, Permission.PROOFS_READ),
        house.token(Permission.STATEMENTS_READ, Permission.PROOFS_READ, Permission.STATEMENTS_DISCLOSE),
    )
    with house.client(reader) as client:
        shown = client.get(url).json()
        assert set(shown["fields"]) == {"lot", "inspected", "nonconforming", "result"}
        assert shown["withheld"] == ["operator", "station"]
        assert client.get(f"{url}?fields=lot").json()["fields"] == {"lot": "L-000001"}
        assert client.get(f"{url}?fields=lot,station").status_code == 403
        assert client.get(f"{url}/proof?fields=station").status_code == 403
    with house.client(discloser) as client:
        assert client.get(f"{url}?fields=station").json()["fields"] == {"station": "AOI-2"}
        assert "AOI-2" in _disclosed(client.get(f"{url}/proof?fields=lot,station").content)
        for path in (url, f"{url}/proof"):
            assert client.get(f"{path}?fields=operator").status_code == 403
    written = house.door.stores.trail.page(TrailQuery(action=TrailAction.DISCLOSED))
    assert [entry.event.detail["fields"] for entry in written] == ["station", "station"]
    assert {entry.event.target for entry in written} == {statement}


def _disclosed(bundle: bytes) -> str:
    from evidence.encoding import b64url_decode

    parts = json.loads(bundle)["statement"].split("~")[1:-1]
    return " ".join(b64url_decode(part).decode() for part in parts)


def test_an_etag_saves_sending_it_again(house: ApiHouse, client: TestClient) -> None:
    (statement,) = house.anchored(1)
    for url in (
        f"/v1/statements/{statement}/proof",
        "/v1/log/checkpoint",
        "/v1/log/tile/0/000.p/1",
        "/v1/openapi.json",
    ):
        first = client.get(url)
        tag = first.headers["etag"]
        for value in (tag, f'"x", W/{tag}', "*"):
            again = client.get(url, headers={"If-None-Match": value})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(url, headers={"If-None-Match": '"x"'}).status_code == 200


def test_the_log_is_served_as_c2sp_says(house: ApiHouse, client: TestClient) -> None:
    assert client.get("/v1/log/checkpoint").status_code == 404
    house.anchored(5)
    with house.client() as stranger:
        checkpoint = stranger.get("/v1/log/checkpoint")
        assert checkpoint.text.splitlines()[:2] == [f"credence/{ISSUER}", "5"]
        assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
        tile = stranger.get("/v1/log/tile/0/000.p/5")
        assert len(tile.content) == 5 * 32
        assert tile.headers["cache-control"] == "public, max-age=31536000, immutable"
        for path in ("0/000", "0/000.p/6", "0/001.p/1", "1/000.p/1", "99/000.p/1", "0/x000/000.p/1", "0/000.p/256"):
            assert stranger.get(f"/v1/log/tile/{path}").status_code == 404, path
        assert stranger.get("/v1/log/tile/entries/000.p/5").status_code == 401
    assert len(decode_entries(client.get("/v1/log/tile/entries/000.p/5").content)) == 5


def test_a_peer_gets_base_tier_statements_and_the_trail_says_so(house: ApiHouse) -> None:
    house.anchored(3)
    target = f"/v1/exchange/statements?subject={ISSUER}&after=0"
    with house.client() as client:
        answer = client.get(target, headers=house.signed("GET", target))
    assert answer.headers["content-type"] == MEDIA_TYPE
    page = decode_page(answer.content, limit=1 << 20)
    assert [item.index for item in page.items] == [1, 2]
    (entry,) = house.door.stores.trail.page(TrailQuery(action=TrailAction.DISCLOSED))
    assert (entry.event.actor, entry.event.target, entry.event.detail) == (BUYER, str(ISSUER), {"statements": "2"})


def test_a_score_is_computed_recomputable_attested_and_carried(house: ApiHouse, client: TestClient) -> None:
    house.node.submit([inspection(number) for number in range(3)], subject=Subject(MAKER))
    house.node.seal(limit=10)
    url = f"/v1/suppliers/{MAKER}/score"
    assert client.get(url).status_code == 404
    computed = client.post(url).json()
    assert computed["card"]["format"] == "credence-card/1"
    assert client.get(url).json() == computed
    bundle = client.get(f"{url}/bundle")
    assert json.loads(bundle.content)["card"] == computed["card"]
    assert client.get(f"{url}/credential").status_code == 404
    answer = client.post(f"{url}/attestation")
    assert answer.status_code == 200, answer.text
    attested = answer.json()
    assert attested["attestation"].startswith("0x") and attested["credential"] is True
    assert client.get(f"{url}/credential").text.count("~") >= 1
    assert [item["number"] for item in client.get(f"{url}s").json()["items"]] == [computed["number"]]
    listed = {item["lei"]: item for item in client.get("/v1/suppliers").json()["items"]}
    assert listed[MAKER]["score"]["attestation"] == attested["attestation"]
    assert listed[ISSUER]["score"] is None


def test_nobody_attests_itself(house: ApiHouse, client: TestClient) -> None:
    house.anchored(1)
    assert client.post(f"/v1/suppliers/{ISSUER}/score/attestation").status_code == 409


def test_members_are_listed_in_pages(client: TestClient) -> None:
    first = client.get("/v1/members?limit=2").json()
    rest = client.get("/v1/members", params={"limit": 2, "cursor": first["next"]}).json()
    assert [item["lei"] for item in first["items"] + rest["items"]] == [ISSUER, BUYER, MAKER]
    assert rest["next"] is None
    assert client.get(f"/v1/members/{BUYER}").json()["name"] == "Buyer & Sons"
    assert client.get(f"/v1/members/{other_lei(1)}").status_code == 404


def test_a_member_that_does_not_answer_is_a_fault_to_try_again(client: TestClient) -> None:
    answer = client.post(f"/v1/members/{BUYER}/fetch", json={"subject": str(MAKER)})
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:credence:error:PeerUnreachableError")
    assert int(answer.headers["retry-after"]) > 0


def test_the_audit_names_what_it_checked(house: ApiHouse, client: TestClient) -> None:
    house.anchored(4)
    audit = client.get(f"/v1/audit/log/{ISSUER}").json()
    assert (audit["size"], audit["whole"], audit["findings"]) == (4, True, [])


def test_receipts_and_heads_are_listed(house: ApiHouse, client: TestClient) -> None:
    house.anchored(2)
    (head,) = client.get("/v1/anchors").json()["items"]
    assert head["size"] == 2 and head["block"]["number"] > 0
    receipt = client.get("/v1/anchors/2/receipt").json()
    assert receipt == house.node.log.heads()[0].receipt.to_json()  # type: ignore[union-attr]
    assert client.get("/v1/anchors/1/receipt").status_code == 404


def test_people_are_added_changed_unlocked_and_reset_by_administrators(house: ApiHouse) -> None:
    house.person("root", Role.ADMIN)
    with house.client() as client:
        csrf = client.post("/v1/session", json={"name": "root", "password": GOOD}).json()["csrf"]
        headers = {CSRF: csrf}
        added = client.post("/v1/users", json={"name": "anna", "roles": ["operator"]}, headers=headers)
        assert added.status_code == 201
        url = added.headers["location"]
        assert client.post("/v1/users", json={"name": "Anna", "roles": []}, headers=headers).status_code == 409
        changed = client.patch(url, json={"roles": ["auditor"], "disabled": True}, headers=headers).json()
        assert (changed["roles"], changed["disabled"]) == (["auditor"], True)
        assert client.patch(url, json={"unlock": True}, headers=headers).json()["locked_until"] is None
        reset = client.post(f"{url}/reset", headers=headers).json()
        assert reset["temporary_password"] != added.json()["temporary_password"]
        assert [user["name"] for user in client.get("/v1/users").json()["items"]] == ["anna", "root"]
        own = client.get("/v1/session").json()["id"]
        assert client.patch(f"/v1/users/{own}", json={"roles": []}, headers=headers).status_code == 403
        assert "argon2" not in client.get("/v1/users").text


def test_tokens_are_issued_once_shown_once_and_revoked(house: ApiHouse) -> None:
    house.person("anna", Role.OPERATOR)
    with house.client() as client:
        csrf = client.post("/v1/session", json={"name": "anna", "password": GOOD}).json()["csrf"]
        form = {"label": "MES", "scopes": ["statements:write"], "days": 30}
        issued = client.post("/v1/tokens", json=form, headers={CSRF: csrf})
        secret, url = issued.json()["secret"], issued.headers["location"]
        assert secret not in client.get("/v1/tokens").text
        body = {"subject": str(ISSUER), "drafts": [draft(1)]}
        bearer = {"Authorization": f"Bearer {secret}"}
        assert client.post("/v1/statements", json=body, headers=bearer).status_code == 201
        assert client.get("/v1/statements", headers=bearer).status_code == 403
        assert client.delete(url, headers={CSRF: csrf}).status_code == 204
        assert client.post("/v1/statements", json=body, headers=bearer).status_code == 401
        more = {**form, "scopes": ["users:write"]}
        assert client.post("/v1/tokens", json=more, headers={CSRF: csrf}).status_code == 403


def test_the_trail_is_read_and_checked_against_a_head_from_before(house: ApiHouse, client: TestClient) -> None:
    page = client.get("/v1/trail?limit=3").json()
    assert [item["number"] for item in page["items"]] == [1, 2, 3]
    more = client.get("/v1/trail", params={"limit": 3, "cursor": page["next"]}).json()
    assert more["items"][0]["previous"] == page["items"][-1]["digest"]
    check = client.get("/v1/trail/check").json()
    assert check["whole"] is True
    known = {"number": check["number"], "digest": check["digest"]}
    assert client.get("/v1/trail/check", params=known).json()["whole"] is True
    assert client.get("/v1/trail/check", params={**known, "digest": "0" * 64}).json()["whole"] is False
    issued = client.get("/v1/trail?action=token-issued").json()["items"]
    assert [item["action"] for item in issued] == ["token-issued"]


def test_readiness_says_what_fails_and_only_the_log_says_why(house: ApiHouse, client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"ready": True, "checks": {"chain": "ok", "database": "ok"}}
    house.ready["chain"] = "no answer from 10.0.0.7"
    assert client.get("/readyz").status_code == 200  # asked again only after two seconds
    house.clock.move(seconds=2)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (503, {"chain": "failing", "database": "ok"})
    assert "10.0.0.7" not in answer.text and "10.0.0.7" in house.log.getvalue()


def test_long_work_is_done_a_few_at_a_time_and_the_rest_is_still_answered(house: ApiHouse, tmp_path: Path) -> None:
    small = ApiHouse(tmp_path, settings={"turns": 0})
    with small.client(small.token()) as client:
        for url in (f"/v1/audit/log/{ISSUER}", f"/v1/suppliers/{MAKER}/score", "/v1/anchors"):
            answer = client.request("GET" if "audit" in url else "POST", url)
            assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
        assert client.get("/v1/statements").status_code == 200


def test_a_chain_that_is_down_is_a_fault_and_nothing_is_lost(house: ApiHouse, client: TestClient) -> None:
    submit(client, 1)
    house.evidence.chain.faults.down = True
    answer = client.post("/v1/anchors")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:credence:error:LedgerUnreachableError")
    house.evidence.chain.faults.down = False
    assert client.post("/v1/anchors").json()["size"] == 1


def test_a_node_tells_whose_it_is_and_as_of_which_block_even_while_the_chain_is_away(tmp_path: Path) -> None:
    house = ApiHouse(tmp_path)
    with house.client(house.token()) as client:
        told = client.get("/v1/node").json()
        assert (told["lei"], told["name"]) == (str(ISSUER), "Kiln Works")
        assert told["roles"] == ["scorer", "supplier"] and told["block"] > 0
        house.evidence.chain.faults.down = True
        away = client.get("/v1/node").json()
        assert away["block"] is None and away["roles"] == [] and away["statements"] == told["statements"]
