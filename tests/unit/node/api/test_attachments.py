"""Attachments over the API: kept for their readers, given out as files only, each time on the record."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from fastapi.testclient import TestClient

from node.auth.model import TrailAction, TrailQuery
from node.auth.permissions import Permission, Role
from node.services.attach import ReadAttachment
from tests.support.api import AGE, BUYER, MAKER, ApiHouse, draft, other_lei
from tests.support.evidence_node import ISSUER

URL = "/v1/attachments"
PAGE = b"<script>alert('a page of the node?')</script>"


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path)


@pytest.fixture
def client(house: ApiHouse) -> Iterator[TestClient]:
    with house.client(house.token()) as client:
        yield client


def keep(client: TestClient, *readers: str, content: bytes = PAGE) -> str:
    answer = client.post(URL, files={"file": ("weld.html", content)}, data={"reader": list(readers)})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{URL}/{answer.json()['cid']}"
    assert (answer.json()["bytes"], answer.json()["readers"]) == (len(content), list(readers))
    return str(answer.json()["cid"])


def test_a_file_comes_back_as_it_went_in_and_as_a_file_only(house: ApiHouse, client: TestClient) -> None:
    cid = keep(client)
    answer = client.get(f"{URL}/{cid}")
    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="{cid}"'
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_member_named_reads_it_and_the_store_sees_nothing_of_it(house: ApiHouse, client: TestClient) -> None:
    cid = keep(client, BUYER)
    assert ReadAttachment(house.blobs, str(AGE[BUYER]))(cid) == PAGE
    assert b"script" not in b"".join(house.blobs.fetch(cid))  # type: ignore[arg-type]


def test_every_reading_is_in_the_access_trail(house: ApiHouse, client: TestClient) -> None:
    cid = keep(client)
    client.get(f"{URL}/{cid}")
    entries = house.door.stores.trail.page(TrailQuery(action=TrailAction.DISCLOSED))
    assert [entry.event.target for entry in entries] == [cid]
    assert entries[0].event.detail == {"attachment": cid, "bytes": str(len(PAGE))}


def test_a_statement_names_its_attachment_and_only_discloses_it_when_asked(house: ApiHouse, client: TestClient) -> None:
    cid = keep(client, BUYER)
    fields = {"number": "NC-7", "state": "opened", "opened_at": "2026-02-03T10:00:00Z", "severity": "major"}
    record = {**draft(1), "kind": "nonconformance", "fields": {**fields, "attachments": [cid]}}
    (statement,) = client.post("/v1/statements", json={"subject": str(ISSUER), "drafts": [record]}).json()["added"]
    assert "attachments" in client.get(f"/v1/statements/{statement}").json()["withheld"]
    named = client.get(f"/v1/statements/{statement}?fields=attachments").json()
    assert named["fields"] == {"attachments": [cid]}


def test_readers_that_cannot_receive_are_refused_by_name(client: TestClient) -> None:
    for reader, status in ((str(other_lei(3)), 404), (MAKER, 409), ("not an LEI", 422)):
        answer = client.post(URL, files={"file": PAGE}, data={"reader": [reader]})
        assert answer.status_code == status, answer.text


def test_what_is_not_here_not_ours_or_no_cid_is_refused(house: ApiHouse, client: TestClient) -> None:
    missing = "bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am"
    assert client.get(f"{URL}/{missing}").status_code == 404
    assert client.get(f"{URL}/{'b' + 'z' * 58}").status_code == 422
    assert client.get(f"{URL}/{missing[:-1]}").status_code == 422
    assert client.get(f"{URL}/..%2f..%2fetc%2fpasswd").status_code in (404, 422)
    foreign = house.blobs.add(io.BytesIO(pyrage.encrypt(PAGE, [AGE[BUYER].to_public()])))
    answer = client.get(f"{URL}/{foreign}")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:credence:error:ForbiddenError")
    assert not house.door.stores.trail.page(TrailQuery(action=TrailAction.DISCLOSED))


def test_permissions_decide_who_keeps_and_who_reads(house: ApiHouse) -> None:
    with house.client(house.token(Permission.ATTACHMENTS_WRITE)) as writer:
        cid = keep(writer)
        assert writer.get(f"{URL}/{cid}").status_code == 403
    with house.client(house.token(Permission.ATTACHMENTS_READ, role=Role.BANK_OFFICER)) as reader:
        assert reader.get(f"{URL}/{cid}").content == PAGE
        assert reader.post(URL, files={"file": PAGE}).status_code == 403
    with house.client() as stranger:
        assert stranger.get(f"{URL}/{cid}").status_code == 401


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client: TestClient) -> None:
    answer = client.post(URL, content=b"", headers={"Content-Length": str(65 * 1024 * 1024 + 1)})
    assert answer.status_code == 413
