"""Idempotency-Key: the same request is answered again, never done again; another one is refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.support.api import ApiHouse, draft
from tests.support.evidence_node import ISSUER


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path)


@pytest.fixture
def client(house: ApiHouse) -> Iterator[TestClient]:
    with house.client(house.token()) as client:
        yield client


def post(client: TestClient, key: str, *numbers: int) -> tuple[int, str, str | None]:
    body = {"subject": str(ISSUER), "drafts": [draft(number) for number in numbers]}
    answer = client.post("/v1/statements", json=body, headers={"Idempotency-Key": key})
    return answer.status_code, answer.text, answer.headers.get("idempotency-replayed")


def test_the_same_key_and_request_give_the_same_answer(house: ApiHouse, client: TestClient) -> None:
    first = post(client, "k", 1)
    again = post(client, "k", 1)
    assert first[:2] == again[:2]
    assert (first[2], again[2]) == (None, "true")
    # Without a key the statement would be reported as known the second time.
    assert '"known":[]' in again[1]
    assert house.node.store.count() == 1


def test_the_same_key_for_another_request_is_refused(house: ApiHouse, client: TestClient) -> None:
    post(client, "k", 1)
    assert post(client, "k", 2)[0] == 409
    assert house.node.store.count() == 1


def test_a_refused_request_does_not_use_the_key_up(client: TestClient) -> None:
    bad = draft(1)
    bad["fields"] = {}
    body = {"subject": str(ISSUER), "drafts": [bad]}
    assert client.post("/v1/statements", json=body, headers={"Idempotency-Key": "k"}).status_code == 422
    assert post(client, "k", 1)[0] == 201


def test_keys_belong_to_one_caller(house: ApiHouse, client: TestClient) -> None:
    post(client, "k", 1)
    with house.client(house.token()) as other:
        assert post(other, "k", 2)[0] == 201


def test_a_key_is_forgotten_after_a_day(house: ApiHouse, client: TestClient) -> None:
    post(client, "k", 1)
    house.clock.move(days=1, seconds=1)
    assert post(client, "k", 2)[0] == 201


@pytest.mark.parametrize("key", ["a b", "x" * 256, "\t"])
def test_odd_keys_are_refused(client: TestClient, key: str) -> None:
    assert post(client, key, 1)[0] in (400, 422)


def test_of_many_calls_at_once_one_is_done(house: ApiHouse, client: TestClient) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: post(client, "k", 1), range(12)))
    assert {status for status, _, _ in answers} <= {201, 409}
    assert len({text for status, text, _ in answers if status == 201}) == 1
    assert house.node.store.count() == 1
