"""How the demo's people get in at a node: first sign-ins, and files that keep their passwords."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from evidence.errors import ConflictError
from sandbox.stage import Actor


def secret() -> str:
    """A password that nobody could guess."""
    return secrets.token_urlsafe(18)


def keep(path: Path, access: dict[str, str]) -> None:
    """Write a file of passwords, readable by its owner only, in one step."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(access, file, indent=2)
    fresh.replace(path)


def enter(actor: Actor, http: Any, name: str, temporary: str, password: str) -> None:
    """Sign in with a temporary password and choose the lasting one, or with that if it was chosen before."""
    answer = http.post("/v1/session", json={"name": name, "password": temporary})
    if answer.status_code == 401:  # an earlier run came this far
        who = good(actor, http.post("/v1/session", json={"name": name, "password": password})).json()
        http.headers["X-CSRF-Token"] = who["csrf"]
        return
    http.headers["X-CSRF-Token"] = good(actor, answer).json()["csrf"]
    who = good(actor, http.post("/v1/session/password", json={"old": temporary, "new": password})).json()
    http.headers["X-CSRF-Token"] = who["csrf"]


def good(actor: Actor, answer: Any) -> Any:
    """The answer itself; ConflictError, with what the node says, for a refusal."""
    if answer.status_code >= 400:
        raise ConflictError(f"The node of {actor.player.name} answers {answer.status_code}: {answer.text[:800]}")
    return answer
