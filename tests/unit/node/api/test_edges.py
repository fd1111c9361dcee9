"""Around the routes: problems, headers, ids, logs, metrics, streams, cursors, buckets, the portal."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from evidence import errors
from evidence.errors import CredenceError, MalformedError, RateLimitError
from node.api.buckets import Buckets
from node.api.cursors import Cursors
from node.api.logs import build_logger
from node.api.problems import status_of
from node.api.settings import Rate
from node.api.streams import Event, Streams
from node.auth.permissions import Permission
from tests.support.api import ApiHouse
from tests.support.door import Clock
from tests.support.evidence_node import ISSUER

CURSORS = Cursors(b"s" * 32)
PLACES = st.one_of(st.integers(0, 2**53 - 1), st.text(max_size=60).filter(lambda text: text.isprintable()))


@pytest.fixture
def house(tmp_path: Path) -> ApiHouse:
    return ApiHouse(tmp_path)


def test_every_error_class_has_a_status_of_its_sort() -> None:
    sorts = {
        errors.InputError: range(400, 500),
        errors.ProofError: range(400, 500),
        errors.AccessError: range(400, 500),
        errors.FaultError: range(503, 504),
    }
    every = [item for _, item in inspect.getmembers(errors, inspect.isclass) if issubclass(item, CredenceError)]
    assert len(every) > 20
    for kind in every:
        arguments = {"retry_after": 1} if kind is RateLimitError else {}
        error = kind("f", "w", "r") if kind is errors.ImportRefusedError else kind("message", **arguments)
        allowed = next((span for base, span in sorts.items() if issubclass(kind, base)), range(500, 501))
        assert status_of(error) in allowed, kind


def test_problems_say_what_and_why_and_what_to_do(house: ApiHouse) -> None:
    with house.client(house.token()) as client:
        answer = client.get("/v1/statements/" + "00" * 32, headers={"X-Request-ID": "ticket-4711"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:credence:error:NotFoundError",
        "title": "Not Found",
        "status": 404,
        "detail": f"there is no statement {'00' * 32}",
        "advice": errors.NotFoundError.default_advice,
        "request_id": "ticket-4711",
    }


def test_a_form_that_does_not_fit_names_every_place_and_repeats_no_input(house: ApiHouse) -> None:
    with house.client() as client:
        answer = client.post("/v1/session", json={"name": 7, "password": ["hunter2-hunter2"], "x": 1})
    assert answer.status_code == 422
    assert {fault["place"] for fault in answer.json()["errors"]} == {"/body/name", "/body/password", "/body/x"}
    assert "hunter2" not in answer.text


def test_paths_and_methods_that_do_not_exist_are_problems_too(house: ApiHouse) -> None:
    with house.client() as client:
        assert client.get("/v1/nothing").json()["status"] == 404
        wrong = client.put("/v1/session")
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
        assert wrong.headers["content-type"] == "application/problem+json"


def test_a_mistake_of_ours_tells_a_stranger_nothing_and_the_log_everything(house: ApiHouse) -> None:
    class Broken:
        def checkpoint(self) -> str:
            raise RuntimeError("secret insides")

    object.__setattr__(house.node, "read_log", Broken())
    with house.client() as client:
        answer = client.get("/v1/log/checkpoint")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:credence:error:InternalError")
    assert "insides" not in answer.text
    assert answer.headers["content-security-policy"]
    logged = [json.loads(line) for line in house.log.getvalue().splitlines()]
    assert any("secret insides" in line.get("exception", "") for line in logged)
    assert {line["request_id"] for line in logged} == {answer.json()["request_id"]}


def test_every_answer_carries_the_security_headers(house: ApiHouse) -> None:
    with house.client() as client:
        for url in ("/healthz", "/readyz", "/v1/users", "/v1/nothing"):
            headers = client.get(url).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"
            assert headers["referrer-policy"] == "no-referrer"
            assert "access-control-allow-origin" not in headers
            assert "server" not in headers
        cross = client.options("/v1/users", headers={"Origin": "https://evil.example"})
        assert cross.status_code == 405


def test_https_is_held_to(tmp_path: Path) -> None:
    house = ApiHouse(tmp_path, settings={"base_url": "https://node.example"})
    with house.client() as client:
        assert "max-age=31536000" in client.get("/healthz").headers["strict-transport-security"]


@pytest.mark.parametrize("given_id", ["short", "x" * 65, "a b c d e f", "evil\r\ninjected: 1"])
def test_odd_request_ids_are_replaced(house: ApiHouse, given_id: str) -> None:
    with house.client() as client:
        answer = client.get("/healthz", headers={"X-Request-ID": given_id.encode()})
    assert len(answer.headers["x-request-id"]) == 32


def test_log_lines_are_json_and_hold_no_secrets(house: ApiHouse) -> None:
    secret = house.token(Permission.STATEMENTS_READ)
    with house.client(secret) as client:
        client.get(f"/v1/statements?subject={ISSUER}")
    (line,) = [json.loads(text) for text in house.log.getvalue().splitlines()]
    assert (line["route"], line["status"], line["via"]) == ("/v1/statements", 200, "token")
    assert line["caller"].startswith("tok_")
    assert secret not in house.log.getvalue() and ISSUER not in house.log.getvalue()


def test_the_logger_strikes_out_what_looks_like_a_secret() -> None:
    stream = io.StringIO()
    logger = build_logger(stream, Clock())
    logger.info("pasted crd_abcdefghijklmnop here", password="x", header="Bearer abc.def", note="fine")
    text = stream.getvalue()
    assert "abcdefghij" not in text and "abc.def" not in text and '"password": "***"' in text and "fine" in text


def test_metrics_count_by_route_template(house: ApiHouse) -> None:
    with house.client(house.token()) as client:
        client.get("/v1/statements/" + "00" * 32)
        client.request("BREW", "/v1/anything/at/all")
        text = client.get("/metrics").text
    assert 'method="GET",route="/v1/statements/{statement}",status="404"} 1.0' in text
    assert "anything" not in text and "BREW" not in text


def test_tracing_changes_nothing_without_an_sdk(tmp_path: Path) -> None:
    with ApiHouse(tmp_path, settings={"tracing": True}).client() as client:
        assert client.get("/healthz").status_code == 200


def read(client: TestClient, url: str, headers: dict[str, str] | None = None) -> list[dict[str, str]]:
    blocks = client.get(url, headers=headers or {}).text.split("\n\n")
    events = [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks if block]
    return [event for event in events if "data" in event]


def test_events_are_streamed_and_go_on_where_a_client_was(tmp_path: Path) -> None:
    house = ApiHouse(tmp_path, settings={"stream_s": 0.0})
    house.anchored(2)
    with house.client(house.token()) as client:
        every = read(client, "/v1/events")
        assert [event["id"] for event in every] == [str(number + 1) for number in range(len(every))]
        assert len(every) >= 2 and all(json.loads(event["data"])["at"] for event in every)
        assert read(client, "/v1/events", {"Last-Event-ID": "1"}) == every[1:]
        assert read(client, "/v1/events?after=1") == every[1:]
        assert client.get("/v1/events", headers={"Last-Event-ID": "x"}).status_code == 422


def collect(streams: Streams, polls: Sequence[tuple[Sequence[Event], bool]]) -> bytes:
    left = list(polls)

    async def run() -> bytes:
        response = streams.serve(lambda: left.pop(0) if left else ((), True))
        return b"".join([bytes(chunk) async for chunk in response.body_iterator])  # type: ignore[arg-type]

    return asyncio.run(run())


def test_a_quiet_stream_shows_that_it_lives() -> None:
    assert b": still here" in collect(Streams(1, 60, 0, 0), [((), False), ((), False)])


def test_an_events_name_cannot_break_the_stream() -> None:
    text = Event("1", "a\nid: 9\n\n", {"text": "x\n\ny"}).encode()
    assert text.count(b"\n") == 4 and b"id: 9" not in text


def test_streams_are_bounded_in_number_and_counted_down() -> None:
    streams = Streams(1, 60, 0, 60)
    collect(streams, [])
    assert streams.open == 0
    streams.open = 1
    with pytest.raises(RateLimitError):
        streams.serve(lambda: ((), True))


@given(PLACES)
def test_a_cursor_gives_its_place_back(place: int | str) -> None:
    cursor = CURSORS.write("list", {"a": "b"}, place)
    if isinstance(place, int):
        assert CURSORS.read_number(cursor, "list", {"a": "b"}, start=0) == place
    else:
        assert CURSORS.read_text(cursor, "list", {"a": "b"}) == place


@given(PLACES, st.data())
def test_no_other_text_is_a_cursor(place: int | str, data: st.DataObject) -> None:
    cursor = CURSORS.write("list", None, place)
    at = data.draw(st.integers(0, len(cursor) - 1))
    changed = cursor[:at] + data.draw(st.sampled_from("ABCxyz0-_=é")) + cursor[at + 1 :]
    if changed != cursor:
        with pytest.raises(MalformedError):
            CURSORS.read_number(changed, "list", None, start=0)
    for reader, listing, filters in ((CURSORS, "other", None), (CURSORS, "list", {}), (Cursors(b"x"), "list", None)):
        with pytest.raises(MalformedError):
            reader.read_number(cursor, listing, filters, start=0)


def test_a_bucket_refills_with_time_and_says_how_long_to_wait() -> None:
    clock = Clock()
    buckets = Buckets(Rate(burst=2, per_second=0.5), clock)
    buckets.take("a")
    buckets.take("a")
    with pytest.raises(RateLimitError) as caught:
        buckets.take("a")
    assert caught.value.retry_after == 2
    buckets.take("b")
    clock.move(seconds=2)
    buckets.take("a")
    with pytest.raises(RateLimitError):
        buckets.check("a")


def test_buckets_are_forgotten_in_the_order_of_their_use() -> None:
    buckets = Buckets(Rate(burst=1, per_second=0.001), Clock(), most=2)
    for caller in ("a", "b", "c"):
        buckets.take(caller)
    assert list(buckets._levels) == ["b", "c"]


@given(st.lists(st.floats(0, 3), max_size=40))
def test_a_bucket_never_lets_more_through_than_burst_and_rate(waits: list[float]) -> None:
    clock = Clock()
    buckets, through, passed = Buckets(Rate(burst=3, per_second=1), clock), 0, 0.0
    for wait in waits:
        clock.move(seconds=wait)
        passed += wait
        try:
            buckets.take("a")
            through += 1
        except RateLimitError:
            pass
    assert through <= 3 + passed + 1e-3


def test_the_portal_is_served_when_it_was_built_and_never_hides_the_api(tmp_path: Path) -> None:
    portal = tmp_path / "portal"
    (portal / "assets").mkdir(parents=True)
    (portal / "index.html").write_text("<title>Credence</title>")
    (portal / "assets" / "app-1f.js").write_text("1")
    house = ApiHouse(tmp_path, settings={"portal": portal})
    with house.client() as client:
        page = client.get("/suppliers/some-page")
        assert page.text == "<title>Credence</title>"
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-cache"
        assert "immutable" in client.get("/assets/app-1f.js").headers["cache-control"]
        assert client.get("/assets/none.js").status_code == 404
        assert client.get("/v1/nothing").headers["content-type"] == "application/problem+json"
        assert client.get("/v1/users").status_code == 401
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.post("/metrics").status_code == 405
        assert client.get("/../../etc/passwd").text == "<title>Credence</title>"


def test_packed_files_are_given_to_who_takes_them_and_keep_their_own_type(tmp_path: Path) -> None:
    portal = tmp_path / "portal"
    (portal / "assets").mkdir(parents=True)
    (portal / "index.html").write_text("<title>Credence</title>")
    for name, text in (("app-1f.js", b"plain"), ("app-1f.js.gz", gzip.compress(b"packed")), ("only-2e.js", b"plain")):
        (portal / "assets" / name).write_bytes(text)
    with ApiHouse(tmp_path, settings={"portal": portal}).client() as client:
        packed = client.get("/assets/app-1f.js", headers={"Accept-Encoding": "br;q=1.0, gzip"})
        assert packed.text == "packed" and packed.headers["content-encoding"] == "gzip"
        assert (
            packed.headers["content-type"].startswith("text/javascript") and packed.headers["vary"] == "Accept-Encoding"
        )
        assert "immutable" in packed.headers["cache-control"]
        assert client.get("/assets/app-1f.js", headers={"Accept-Encoding": "identity"}).text == "plain"
        assert client.get("/assets/only-2e.js", headers={"Accept-Encoding": "gzip, br"}).text == "plain"


def test_without_a_portal_the_root_says_whose_node_this_is_and_nothing_else_is_there(house: ApiHouse) -> None:
    with house.client() as client:
        page = client.get("/")
        assert page.status_code == 200 and str(ISSUER) in page.text
        # Nothing from elsewhere: the page must look the same on a machine without network.
        assert "http" not in page.text.replace("https://", "http").split("<style>")[1]
        assert "Content-Security-Policy" in page.headers
        assert client.get("/index.html").status_code == 404
