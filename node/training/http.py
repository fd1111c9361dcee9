"""`Steward` over the steward's JSON interface (federated/README.md describes it)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import httpx

from evidence.canonical import encode, loads
from evidence.draft import JsonValue
from evidence.errors import (
    AuthenticationError,
    ConflictError,
    InputError,
    MalformedError,
    NotFoundError,
    PeerUnreachableError,
    StorageError,
)
from evidence.model_round import ModelRound
from node.training.answers import contributions_of, drift_of, leaving_of, run_of, strange
from node.training.port import Leaving, RunContributions, RunDrift, TrainingRun

MAX_BYTES: Final = 64 << 20
_CONFLICT: Final = "ConflictError"


class HttpSteward:
    """See the port. `base_url` is the steward's loopback address, `token` the file that holds its token."""

    def __init__(self, base_url: str, token: Path, *, timeout_s: float = 120.0) -> None:
        self._token = token
        self._client = httpx.Client(base_url=base_url, timeout=timeout_s, trust_env=False)

    def status(self) -> Mapping[str, JsonValue]:
        return self._json("GET", "/v1/status")

    def runs(self) -> Sequence[TrainingRun]:
        found = self._json("GET", "/v1/runs").get("runs")
        if not isinstance(found, list):
            raise strange()
        return tuple(run_of(one) for one in found)

    def run(self, name: str) -> TrainingRun:
        return run_of(self._json("GET", f"/v1/runs/{_plain(name)}"))

    def start(self, wishes: Mapping[str, JsonValue]) -> TrainingRun:
        return run_of(self._json("POST", "/v1/runs", encode(dict(wishes))))

    def stop(self, name: str) -> TrainingRun:
        return run_of(self._json("POST", f"/v1/runs/{_plain(name)}/stop"))

    def resume(self, name: str) -> TrainingRun:
        return run_of(self._json("POST", f"/v1/runs/{_plain(name)}/resume"))

    def record(self, name: str, number: int) -> ModelRound:
        return ModelRound.from_json(dict(self._json("GET", f"/v1/runs/{_plain(name)}/rounds/{int(number)}")))

    def model(self, name: str, number: int) -> bytes:
        return self._ask("GET", f"/v1/runs/{_plain(name)}/models/{int(number)}")

    def export(self, name: str, *, version: int, until: date) -> bytes:
        return self._ask("GET", f"/v1/runs/{_plain(name)}/export?version={int(version)}&until={until.isoformat()}")

    def drift(self, name: str) -> RunDrift:
        return drift_of(self._json("GET", f"/v1/runs/{_plain(name)}/drift"))

    def contributions(self, name: str) -> RunContributions:
        return contributions_of(self._json("GET", f"/v1/runs/{_plain(name)}/contributions"))

    def leave(self, name: str, party: str) -> Leaving:
        return leaving_of(self._json("POST", f"/v1/runs/{_plain(name)}/leave", encode({"party": party})))

    def _json(self, method: str, path: str, body: bytes = b"") -> Mapping[str, JsonValue]:
        value = loads(self._ask(method, path, body))
        if not isinstance(value, Mapping):
            raise strange()
        return value

    def _ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        try:
            token = self._token.read_text("ascii").strip()
        except OSError as error:
            raise StorageError(f"the steward's token {self._token} cannot be read") from error
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            answer = self._client.request(method, path, content=body or None, headers=headers)
        except httpx.HTTPError as error:
            raise PeerUnreachableError(
                "the steward of the federation does not answer",
                advice="Start it: python -m federated.steward --home FOLDER.",
            ) from error
        if answer.status_code >= 400:
            raise _refused(answer)
        if len(answer.content) > MAX_BYTES:
            raise MalformedError("the steward's answer is too long")
        return answer.content


def _refused(answer: httpx.Response) -> Exception:
    try:
        told: Any = answer.json()
        name, message, advice = str(told["error"]), str(told["message"])[:500], str(told["advice"])[:500]
    except (ValueError, KeyError, TypeError):
        return PeerUnreachableError(f"the steward answers with status {answer.status_code}")
    kind = {401: AuthenticationError, 404: NotFoundError}.get(answer.status_code)
    if kind is None:
        kind = ConflictError if name == _CONFLICT else InputError if answer.status_code == 400 else PeerUnreachableError
    return kind(message, advice=advice)


def _plain(name: str) -> str:
    if not name.isalnum() or len(name) > 64:
        raise NotFoundError(f"{name[:40]!r} is no name of a run")
    return name
