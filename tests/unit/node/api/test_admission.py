"""Default deny: every route, every kind of caller, every way in that must be shut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from node.api.routing import GuardedRoute
from node.auth.model import Outcome, TrailAction, TrailQuery
from node.auth.permissions import Permission, Role
from tests.support.api import CSRF, ApiHouse, draft
from tests.support.door import GOOD
from tests.support.evidence_node import ISSUER

PUBLIC = {
    "POST /v1/session",
    "GET /healthz",
    "GET /readyz",
    "GET /v1/openapi.json",
    "GET /v1/log/checkpoint",
    "GET /v1/log/tile/{level}/{number:path}",
}
PATHS = {"statement": "ab" * 32, "user": "usr_" + "0" * 24, "token": "tok_" + "0" * 24, "job": "imp_" + "0" * 24}
PATHS |= {"lei": ISSUER, "size": "1", "level": "0", "number:path": "000", "cid": "bafkrei" + "a" * 52, "case": "case_1"}
PATHS |= {"name": "first-2026", "policy": "ab" * 32, "version": "1"}
PATHS |= dict.fromkeys(("ballot", "claim", "uid"), "0x" + "ab" * 32)
PATHS |= {"block": "0x" + "ab" * 32, "org": "ab" * 32, "run": "run_" + "0" * 24, "watch": "watch_" + "0" * 24}
PATHS |= {"model": "mdl_" + "0" * 24}


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path)


@pytest.fixture
def client(house: ApiHouse) -> Iterator[TestClient]:
    with house.client() as client:
        yield client


def routes(house: ApiHouse) -> list[tuple[str, str, Permission | None]]:
    guarded = [route for route in house.app.routes if isinstance(route, GuardedRoute)]
    others = [route for route in house.app.routes if not isinstance(route, GuardedRoute)]
    # The page at the root says whose node it is, and nothing else.
    assert [getattr(route, "name", "") for route in others] in ([], ["welcome"]), "a route without a guard"
    return [(method, route.path, route.permission) for route in guarded for method in route.methods]


def filled(path: str) -> str:
    return re.sub(r"{([^}]*)}", lambda match: PATHS[match[1]], path)


def test_only_the_listed_routes_are_public(house: ApiHouse) -> None:
    assert {f"{method} {path}" for method, path, permission in routes(house) if permission is None} == PUBLIC


def test_no_route_lets_a_stranger_in(house: ApiHouse, client: TestClient) -> None:
    for method, path, permission in routes(house):
        if permission is not None:
            answer = client.request(method, filled(path))
            assert answer.status_code == 401, f"{method} {path}"
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.json()["type"] == "urn:credence:error:AuthenticationError"


def test_no_route_lets_a_caller_in_who_may_do_everything_else(house: ApiHouse) -> None:
    for wanted in Permission:
        others = frozenset(Permission) - {wanted, Permission.EXCHANGE_READ}
        with house.client(house.token(*others)) as client:
            for method, path, permission in routes(house):
                if permission is wanted:
                    answer = client.request(method, filled(path))
                    assert answer.status_code == 403, f"{method} {path}"


def test_the_right_permission_alone_lets_in(house: ApiHouse) -> None:
    for wanted in set(Permission) - {Permission.EXCHANGE_READ}:
        with house.client(house.token(wanted)) as client:
            for method, path, permission in routes(house):
                if permission is wanted and "events" not in path:
                    answer = client.request(method, filled(path))
                    assert answer.status_code not in (401, 403), f"{method} {path}: {answer.text}"


def test_a_peer_may_read_the_exchange_and_the_log_and_nothing_of_ours(house: ApiHouse, client: TestClient) -> None:
    for method, path, permission in routes(house):
        if permission in (None, Permission.SELF) or method != "GET":
            continue
        house.clock.move(seconds=2)  # or the refusals would add up until nobody is asked any more
        target = filled(path) + (f"?subject={ISSUER}" if "exchange" in path else "")
        answer = client.request(method, target, headers=house.signed(method, target))
        allowed = permission in (Permission.EXCHANGE_READ, Permission.LOG_READ, Permission.PROOFS_VERIFY)
        assert (answer.status_code in (200, 404)) is allowed, f"{method} {path}: {answer.text}"


def test_a_signed_call_counts_once_and_for_its_own_target(house: ApiHouse, client: TestClient) -> None:
    target = "/v1/anchors"
    fields = house.signed("GET", target)
    assert client.get("/v1/anchors?limit=1", headers=fields).status_code == 401
    assert client.get(target, headers=fields).status_code == 200
    assert client.get(target, headers=fields).status_code == 401


def test_the_body_of_a_signed_call_is_covered(house: ApiHouse, client: TestClient) -> None:
    fields = house.signed("POST", "/v1/proofs/verify", b"one")
    assert client.post("/v1/proofs/verify", content=b"two", headers=fields).status_code == 401
    assert client.post("/v1/proofs/verify", content=b"one", headers=fields).status_code == 200


def test_refused_calls_are_in_the_trail_and_strangers_without_credentials_are_not(house: ApiHouse) -> None:
    secret = house.token(Permission.LOG_READ)
    before = house.door.stores.trail.head().number
    with house.client() as client:
        client.get("/v1/users")
        client.get("/v1/users", headers={"Authorization": "Bearer crd_wrong"})
        answer = client.get("/v1/users", headers={"Authorization": f"Bearer {secret}"})
    entries = house.door.stores.trail.page(TrailQuery(after=before))
    assert [(entry.event.action, entry.event.outcome) for entry in entries] == [
        (TrailAction.REFUSED, Outcome.REFUSED)
    ] * 2
    assert entries[1].event.target == "GET /v1/users"
    assert entries[1].event.actor.startswith("tok_")
    assert entries[1].event.request == answer.headers["x-request-id"]
    assert secret not in repr(entries)


def sign_in(client: TestClient, name: str = "anna") -> str:
    answer = client.post("/v1/session", json={"name": name, "password": GOOD})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["csrf"])


def test_a_session_cookie_is_shut_against_scripts_and_other_sites(tmp_path: Path) -> None:
    for base, name, secure in (
        ("http://testserver", "credence", False),
        ("https://testserver", "__Host-credence", True),
    ):
        house = ApiHouse(tmp_path / name, settings={"base_url": base})
        house.person("anna", Role.OPERATOR)
        with house.client() as client:
            cookie = client.post("/v1/session", json={"name": "anna", "password": GOOD}).headers["set-cookie"]
        parts = {part.strip().lower() for part in cookie.split(";")}
        assert cookie.startswith(f"{name}=")
        assert {"httponly", "samesite=strict", "path=/"} <= parts
        assert ("secure" in parts) is secure
        assert not any(part.startswith("domain") for part in parts)


def test_a_change_by_session_needs_its_own_csrf_token(house: ApiHouse, client: TestClient) -> None:
    house.person("anna", Role.OPERATOR)
    house.person("ben", Role.OPERATOR)
    foreign = sign_in(client, "ben")
    client.cookies.clear()
    own = sign_in(client)
    body = {"subject": str(ISSUER), "drafts": [draft(1)]}
    for token in ("", foreign, own[:-1], own + "x", "é"):
        headers = {CSRF: token.encode()} if token else {}
        assert client.post("/v1/statements", json=body, headers=headers).status_code == 401
    cross = {CSRF: own, "Sec-Fetch-Site": "cross-site"}
    assert client.post("/v1/statements", json=body, headers=cross).status_code == 401
    assert house.node.store.count() == 0
    assert client.get("/v1/statements").status_code == 200
    assert client.post("/v1/statements", json=body, headers={CSRF: own}).status_code == 201


def test_signing_out_ends_the_session(house: ApiHouse, client: TestClient) -> None:
    house.person("anna", Role.OPERATOR)
    csrf = sign_in(client)
    cookies = dict(client.cookies)
    assert client.delete("/v1/session", headers={CSRF: csrf}).status_code == 204
    assert client.get("/v1/session", cookies=cookies).status_code == 401


def test_a_temporary_password_opens_nothing_but_its_own_change(house: ApiHouse, client: TestClient) -> None:
    _, temporary = house.door.accounts.add("test", "anna", frozenset(Role), request="r")
    csrf = client.post("/v1/session", json={"name": "anna", "password": temporary}).json()["csrf"]
    assert client.get("/v1/statements").status_code == 403
    changed = client.post("/v1/session/password", json={"old": temporary, "new": GOOD}, headers={CSRF: csrf})
    assert changed.json()["must_change_password"] is False
    assert client.get("/v1/statements").status_code == 200


def test_other_schemes_than_bearer_are_refused(house: ApiHouse, client: TestClient) -> None:
    secret = house.token()
    for value in (f"Basic {secret}", secret, "Bearer", f"Bearer {secret}x"):
        assert client.get("/v1/session", headers={"Authorization": value}).status_code == 401
    assert client.get("/v1/session", headers={"Authorization": f"bearer {secret}"}).status_code == 200


def test_wrong_credentials_are_slowed_down_by_address(house: ApiHouse, client: TestClient) -> None:
    statuses = [client.get("/v1/users", headers={"Authorization": f"Bearer crd_{n}"}).status_code for n in range(30)]
    assert statuses == [401] * 20 + [429] * 10
    refused = client.get("/v1/users", headers={"Authorization": f"Bearer {house.token()}"})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    house.clock.move(seconds=2)
    assert client.get("/v1/users", headers={"Authorization": f"Bearer {house.token()}"}).status_code == 200


def test_signing_in_is_slowed_down_by_address(house: ApiHouse, client: TestClient) -> None:
    form = {"name": "nobody", "password": "x"}
    statuses = [client.post("/v1/session", json=form).status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2


def test_one_busy_token_does_not_slow_another(tmp_path: Path) -> None:
    from node.api.settings import Rate

    house = ApiHouse(tmp_path, settings={"caller_rate": Rate(burst=3, per_second=1)})
    busy, calm = house.token(), house.token()
    with house.client() as client:
        used = [client.get("/v1/session", headers={"Authorization": f"Bearer {busy}"}).status_code for _ in range(5)]
        assert used == [200, 200, 200, 429, 429]
        assert client.get("/v1/session", headers={"Authorization": f"Bearer {calm}"}).status_code == 200


def test_metrics_are_open_to_this_machine_only_and_not_through_a_proxy(house: ApiHouse) -> None:
    with house.client(client=("127.0.0.1", 5000)) as client:
        client.base_url = "http://127.0.0.1:8420"
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", headers={"Host": "rebound.example"}).status_code == 401
        assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 401
        assert client.get("/v1/users").status_code == 401
    with house.client(client=("203.0.113.7", 5000)) as client:
        assert client.get("/metrics").status_code == 401


def test_loopback_metrics_can_be_switched_off(tmp_path: Path) -> None:
    house = ApiHouse(tmp_path, settings={"metrics_on_loopback": False})
    with house.client(client=("127.0.0.1", 5000)) as client:
        assert client.get("http://127.0.0.1/metrics").status_code == 401


def test_a_strangers_broken_body_is_refused_for_the_stranger_and_not_for_the_body(client: TestClient) -> None:
    for content in (b"{", b"[" * 100_000, b"\xff"):
        answer = client.post("/v1/statements", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 401
