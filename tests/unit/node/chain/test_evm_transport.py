"""JSON-RPC over HTTP from servers that misbehave."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from evidence.errors import InputError, LedgerUnreachableError
from node.chain import evm_transport
from node.chain.evm_transport import RpcRefusal, Transport

Reply = tuple[int, bytes]


class Server:
    """Answers as `reply` says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.reply: Callable[[dict[str, Any]], Reply] = lambda call: (200, b'{"result": 1}')
        self.seen: list[tuple[str, str | None]] = []
        self.connections = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                outer.connections += 1
                super().setup()

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.seen.append((self.path, self.headers.get("Authorization")))
                status, data = outer.reply(body)
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
                self.wfile.write(data)
                if status == 299:
                    self.close_connection = True

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *args: Any) -> None:
                """Clients go away in these tests."""

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.port = self.http.server_address[1]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


def test_a_result_comes_through_and_the_connection_is_kept(server: Server) -> None:
    server.reply = lambda call: (200, json.dumps({"result": [call["method"], call["params"]]}).encode())
    transport = Transport(f"http://127.0.0.1:{server.port}", timeout_s=5)
    for number in range(3):
        assert transport.call("eth_x", (number, "a")) == ["eth_x", [number, "a"]]
    assert server.connections == 1


def test_a_connection_that_the_server_closed_is_opened_again(server: Server) -> None:
    transport = Transport(f"http://127.0.0.1:{server.port}", timeout_s=5)
    server.reply = lambda call: (299, b'{"result": 1}')
    with pytest.raises(LedgerUnreachableError, match="HTTP 299"):
        transport.call("eth_x", ())
    server.reply = lambda call: (200, b'{"result": 2}')
    assert transport.call("eth_x", ()) == 2
    assert server.connections == 2


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((200, b""), "without JSON"),
        ((200, b"<html>"), "without JSON"),
        ((200, b"\xff\xfe"), "without JSON"),
        ((200, b"[" * 100_000), "without JSON"),
        ((200, b"[]"), "without a result"),
        ((200, b'{"error": "text"}'), "without a result"),
        ((500, b'{"result": 1}'), "HTTP 500"),
        ((302, b"{}"), "HTTP 302"),
        ((401, b"{}"), "HTTP 401"),
        ((0, b""), "RemoteDisconnected"),
    ],
)
def test_answers_that_are_none_are_faults_of_the_network(server: Server, reply: Reply, said: str) -> None:
    server.reply = lambda call: reply
    with pytest.raises(LedgerUnreachableError, match=said):
        Transport(f"http://127.0.0.1:{server.port}", timeout_s=5).call("eth_x", ())


def test_errors_of_the_chain_are_given_back_with_code_message_and_revert_data(server: Server) -> None:
    transport = Transport(f"http://127.0.0.1:{server.port}", timeout_s=5)
    for status, error, expected in (
        (200, {"code": 3, "message": "reverted", "data": "0xab"}, RpcRefusal(3, "reverted", b"\xab")),
        (400, {"code": -32000, "message": "no", "data": {"data": "0x01"}}, RpcRefusal(-32000, "no", b"\x01")),
        (200, {"code": "x", "message": "m" * 5_000, "data": "0xzz"}, RpcRefusal(0, "m" * 300, b"")),
        (200, {}, RpcRefusal(0, "None", b"")),
    ):
        server.reply = lambda call, status=status, error=error: (status, json.dumps({"error": error}).encode())  # type: ignore[misc]
        assert transport.call("eth_x", ()) == expected


def test_an_answer_larger_than_the_bound_is_cut_off(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evm_transport, "MAX_ANSWER_BYTES", 1_000)
    server.reply = lambda call: (200, json.dumps({"result": "x" * 2_000}).encode())
    transport = Transport(f"http://127.0.0.1:{server.port}", timeout_s=5)
    with pytest.raises(LedgerUnreachableError, match="more than 1000 bytes"):
        transport.call("eth_x", ())
    server.reply = lambda call: (200, b'{"result": 1}')
    assert transport.call("eth_x", ()) == 1


def test_a_server_that_never_answers_is_given_up(server: Server) -> None:
    release = threading.Event()
    server.reply = lambda call: (200, b"{}") if release.wait(20) else (500, b"")
    with pytest.raises(LedgerUnreachableError, match="TimeoutError"):
        Transport(f"http://127.0.0.1:{server.port}", timeout_s=0.05).call("eth_x", ())
    release.set()


def test_credentials_and_paths_reach_the_server_and_nothing_else(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"http://anna:pa%20ss@127.0.0.1:{server.port}/v3/topsecret?key=hidden"
    transport = Transport(url, timeout_s=5)
    transport.call("eth_x", ())
    assert server.seen == [("/v3/topsecret?key=hidden", "Basic YW5uYTpwYSBzcw==")]
    server.reply = lambda call: (500, b"")
    with pytest.raises(LedgerUnreachableError) as caught:
        transport.call("eth_x", ())
    server.reply = lambda call: (0, b"")
    with pytest.raises(LedgerUnreachableError) as lost:
        transport.call("eth_x", ())
    shown = f"{transport!r} {caught.value} {lost.value} {lost.value.__cause__!r} {caplog.text}"
    for secret in ("anna", "pa ss", "pa%20ss", "topsecret", "hidden"):
        assert secret not in shown
    assert f"127.0.0.1:{server.port}" in shown


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8545", "ftp://host/", "file:///etc/passwd", "http://", "http://host:99999", "ws://host"]
)
def test_an_address_that_is_no_http_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(InputError) as caught:
        Transport(url, timeout_s=1)
    assert url in ("", "http://") or url not in caught.value.message


def test_nobody_listening_and_no_such_host_are_faults() -> None:
    for url in ("http://127.0.0.1:1", "https://127.0.0.1:1", "http://nowhere.invalid"):
        with pytest.raises(LedgerUnreachableError, match="does not answer"):
            Transport(url, timeout_s=2).call("eth_x", ())


def test_threads_use_connections_of_their_own(server: Server) -> None:
    server.reply = lambda call: (200, json.dumps({"result": call["params"][0]}).encode())
    transport = Transport(f"http://127.0.0.1:{server.port}", timeout_s=5)
    wrong: list[int] = []

    def ask(number: int) -> None:
        asked = range(number * 100, number * 100 + 20)
        wrong.extend(step for step in asked if transport.call("eth_x", (step,)) != step)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert server.connections == 4
