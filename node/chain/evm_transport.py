"""JSON-RPC over HTTP within bounds: time, size of the answer, no redirects, and no log that could show a secret."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from evidence.errors import InputError, LedgerUnreachableError

MAX_ANSWER_BYTES: Final = 32 * 1024 * 1024
_SCHEMES: Final = {"http": 80, "https": 443}
_MAX_MESSAGE: Final = 300


@dataclass(frozen=True, slots=True)
class RpcRefusal:
    """The chain answered with an error: its code, its message (cut short) and the data of a revert, if any."""

    code: int
    message: str
    data: bytes


class Transport:
    """One RPC address. MAY be used from several threads; each keeps a connection of its own.

    User name and password in the URL become a header; they and the path (which often is a key) are never shown.

    Raises:
        InputError: the URL is not http(s) with a host.
    """

    def __init__(self, url: str, *, timeout_s: float) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port or _SCHEMES.get(parts.scheme, 0)
        except ValueError as error:
            raise InputError("the chain's RPC address is not a URL") from error
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise InputError("the chain's RPC address must begin with http:// or https:// and name a host")
        self._host, self._port, self._secure = parts.hostname, port, parts.scheme == "https"
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode("ascii")
        self._timeout_s = timeout_s
        self._local = threading.local()
        self.name = f"{parts.scheme}://{parts.hostname}:{port}"

    def __repr__(self) -> str:
        return f"Transport({self.name})"

    def call(self, method: str, params: Sequence[Any]) -> Any | RpcRefusal:
        """The result of one call, or how the chain refused it.

        Raises:
            LedgerUnreachableError: no answer, or none that is JSON-RPC.
        """
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}).encode()
        status, data = self._post(body)
        try:
            answer = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise LedgerUnreachableError(f"{self.name} answered HTTP {status} without JSON") from error
        if isinstance(answer, dict) and isinstance(answer.get("error"), dict):
            return _refusal(answer["error"])
        if status != http.HTTPStatus.OK or not isinstance(answer, dict) or "result" not in answer:
            raise LedgerUnreachableError(f"{self.name} answered HTTP {status} without a result")
        return answer["result"]

    def _post(self, body: bytes) -> tuple[int, bytes]:
        reused: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        try:
            if reused is not None:
                try:
                    return self._exchange(reused, body)
                except (ConnectionError, http.client.RemoteDisconnected, http.client.CannotSendRequest):
                    # The server closed an idle connection; that says nothing about the call.
                    reused.close()
            return self._exchange(self._connect(), body)
        except (OSError, http.client.HTTPException) as error:
            self._local.connection = None
            raise LedgerUnreachableError(f"{self.name} does not answer: {type(error).__name__}") from error

    def _connect(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_s, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)

    def _exchange(self, connection: http.client.HTTPConnection, body: bytes) -> tuple[int, bytes]:
        self._local.connection = None
        connection.request("POST", self._target, body, self._headers)
        reply = connection.getresponse()
        data = reply.read(MAX_ANSWER_BYTES + 1)
        if len(data) > MAX_ANSWER_BYTES:
            connection.close()
            raise LedgerUnreachableError(f"{self.name} answered with more than {MAX_ANSWER_BYTES} bytes")
        self._local.connection = connection
        return reply.status, data


def _refusal(error: dict[str, Any]) -> RpcRefusal:
    code, data = error.get("code"), error.get("data")
    if isinstance(data, dict):  # some servers wrap the revert's bytes
        data = data.get("data") or data.get("result")
    try:
        revert = bytes.fromhex(data[2:]) if isinstance(data, str) and data.startswith("0x") else b""
    except ValueError:
        revert = b""
    return RpcRefusal(code if isinstance(code, int) else 0, str(error.get("message"))[:_MAX_MESSAGE], revert)
