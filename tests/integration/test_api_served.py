"""The API behind a real server, socket and database: members fetch from each other, watchers see news at once."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn

from evidence.errors import ForbiddenError, ProofError
from evidence.identity import Subject, org_id
from evidence.keys import LogKey
from node.auth.model import TrailAction, TrailQuery
from node.auth.peer import PeerSigner
from node.auth.permissions import Permission, Role
from node.auth.trail import check_trail
from node.chain.memory import MemoryAdmin, MemoryDirectory
from node.chain.memory_chain import ENROLLER
from node.peers.http import HttpPeers
from node.records.memory import MemoryRecords
from node.records.port import StatementFilter
from node.services.fetch_evidence import FetchEvidence
from tests.support.api import BUYER_KEY, ApiHouse, draft
from tests.support.door import GOOD
from tests.support.evidence_node import ISSUER, delivery


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ApiHouse]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    house = ApiHouse(tmp_path, base_url=base_url, settings={"upload_bytes": 50_000}, sql=True)
    MemoryAdmin(house.evidence.chain, ENROLLER).set_endpoint(org_id(ISSUER), house.base_url)
    config = uvicorn.Config(house.app, log_config=None, access_log=False, server_header=False, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    yield house
    server.should_exit = True
    thread.join(timeout=30)
    listener.close()
    house.evidence.records.close()
    assert not thread.is_alive()


def fetcher(house: ApiHouse, key: LogKey) -> tuple[FetchEvidence, MemoryRecords]:
    """The buyer's side, with its own stores."""
    records = MemoryRecords()
    directory = MemoryDirectory(house.evidence.chain)
    peers = HttpPeers(PeerSigner(key, house.clock, os.urandom))
    ledger = house.evidence.ledger
    return FetchEvidence(peers, directory, ledger, records.exchange, records.settings, house.evidence.clock), records


def test_a_member_fetches_verified_statements_over_the_wire_and_only_what_is_new(served: ApiHouse) -> None:
    served.anchored(250)
    fetch, records = fetcher(served, BUYER_KEY)
    member = served.node.directory.member(org_id(ISSUER))
    assert member is not None
    report = fetch(member, subject=Subject(ISSUER))
    assert (report.read, report.added) == (250, 250)
    served.node.submit([delivery(number) for number in range(250, 253)], subject=Subject(ISSUER))
    served.node.seal(limit=10)
    again = fetch(member, subject=Subject(ISSUER))
    assert (again.read, again.added) == (3, 3)
    kept = records.exchange.received(StatementFilter(), limit=1000)
    assert len(kept) == 253 and not any('"order"' in statement.sd_jwt for _, statement in kept)
    assert len(served.door.stores.trail.page(TrailQuery(action=TrailAction.DISCLOSED))) == 3


def test_a_node_key_that_nobody_registered_gets_nothing(served: ApiHouse) -> None:
    served.anchored(1)
    fetch, _ = fetcher(served, LogKey.generate(os.urandom))
    member = served.node.directory.member(org_id(ISSUER))
    assert member is not None
    with pytest.raises(ForbiddenError):
        fetch(member, subject=Subject(ISSUER))
    (refused,) = served.door.stores.trail.page(TrailQuery(action=TrailAction.REFUSED))
    assert refused.event.target == "GET /v1/exchange/statements"


def test_a_member_that_answers_with_anothers_log_is_not_believed(served: ApiHouse) -> None:
    served.anchored(1)
    fetch, records = fetcher(served, BUYER_KEY)
    member = served.node.directory.member(org_id(ISSUER))
    assert member is not None
    from tests.support.api import MAKER

    with pytest.raises(ProofError):
        fetch(replace(member, lei=MAKER), subject=Subject(ISSUER))
    assert records.exchange.received(StatementFilter()) == ()


def test_an_event_reaches_a_watcher_while_it_watches(served: ApiHouse) -> None:
    headers = {"Authorization": f"Bearer {served.token()}"}
    with httpx.Client(base_url=served.base_url, headers=headers, timeout=30) as client:
        first = served.node.events.newest_event()
        with client.stream("GET", f"/v1/events?after={first}") as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("retry:")
            sent = client.post("/v1/statements", json={"subject": str(ISSUER), "drafts": [draft(1)]})
            assert sent.status_code == 201
            data = next(line for line in lines if line.startswith("data: "))
            assert json.loads(data.removeprefix("data: "))["subject"] == ISSUER


def test_a_large_upload_is_cut_off_and_the_server_goes_on(served: ApiHouse) -> None:
    headers = {"Authorization": f"Bearer {served.token()}"}

    def flood() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        for _ in range(2000):
            yield b"1" * 1000

    with httpx.Client(base_url=served.base_url, headers=headers, timeout=30) as client:
        try:
            answer = client.post(
                "/v1/imports", content=flood(), headers={"Content-Type": "multipart/form-data; boundary=x"}
            )
            assert answer.status_code == 413
        except httpx.TransportError:
            pass  # the server had answered and closed before the client was done sending
        assert client.get("/healthz").status_code == 200


def test_many_callers_at_once_get_their_own_answers(served: ApiHouse) -> None:
    ids = served.anchored(20)
    token = served.token(Permission.STATEMENTS_READ, Permission.STATEMENTS_WRITE)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=served.base_url, headers=headers, timeout=60) as client:

        def call(number: int) -> bool:
            if number % 5 == 0:
                body = {"subject": str(ISSUER), "drafts": [draft(1000 + number)]}
                return client.post("/v1/statements", json=body).status_code == 201
            wanted = ids[number % 20]
            return bool(client.get(f"/v1/statements/{wanted}").json()["id"] == wanted)

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(call, range(100)))
    assert served.node.store.count() == 40
    check_trail(served.door.stores.trail.walk())


def test_signing_in_and_out_works_over_the_wire(served: ApiHouse) -> None:
    served.person("anna", Role.OPERATOR)
    with httpx.Client(base_url=served.base_url, timeout=30) as client:
        signed_in = client.post("/v1/session", json={"name": "anna", "password": GOOD})
        assert signed_in.status_code == 201 and "server" not in signed_in.headers
        csrf = {"X-CSRF-Token": signed_in.json()["csrf"]}
        body = {"subject": str(ISSUER), "drafts": [draft(1)]}
        assert client.post("/v1/statements", json=body).status_code == 401
        assert client.post("/v1/statements", json=body, headers=csrf).status_code == 201
        assert client.delete("/v1/session", headers=csrf).status_code == 204
        assert client.get("/v1/session").status_code == 401
