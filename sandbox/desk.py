"""A person at a node, through its API: signs in, issues a token, uploads files, asks for scores and proofs."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidence.errors import ConflictError, PeerUnreachableError
from sandbox.access import enter, good, keep, secret
from sandbox.stage import Actor

WAIT_S = 300.0
MOST_FILES = 100
MOST_BYTES = 64 * 1024 * 1024


@dataclass(slots=True)
class Desk:
    """One person's programmatic access to one node."""

    actor: Actor
    token: str = field(repr=False, default="")

    @classmethod
    def open(cls, actor: Actor) -> Desk:
        """Sign in as the node's person, making the account and token the first time; both are kept beside the node."""
        path = actor.home / "demo-access.json"
        access = json.loads(path.read_text()) if path.exists() else {}
        if "token" not in access or access.get("scopes") != _scopes(actor):
            # Passwords are kept before they are set: a run that dies in between finds its way back in.
            access = access or {"user": actor.player.key, "password": secret(), "admin_password": secret()}
            keep(path, access)
            access["token"] = _first_access(actor, access)
            access["scopes"] = _scopes(actor)
            keep(path, access)
        return cls(actor, access["token"])

    def get(self, path: str) -> Any:
        """A JSON answer."""
        return self._send("GET", path).json()

    def raw(self, path: str) -> bytes:
        """An answer's bytes."""
        return bytes(self._send("GET", path).content)

    def post(self, path: str, **content: Any) -> Any:
        """A JSON answer; None for an empty one."""
        answer = self._send("POST", path, **content)
        return answer.json() if answer.content else None

    def put(self, path: str, **content: Any) -> Any:
        """A JSON answer."""
        return self._send("PUT", path, **content).json()

    def upload(self, paths: Sequence[Path], supplier: str, mapping: Path | None = None) -> dict[str, Any]:
        """Import files through the API and wait for the report."""
        parts: list[Any] = [("files", (path.name, path.read_bytes())) for path in paths]
        if mapping is not None:
            parts.append(("mapping", (mapping.name, mapping.read_bytes())))
        job = self.post("/v1/imports", files=parts, data={"supplier": supplier})
        deadline = time.monotonic() + WAIT_S
        while job["state"] not in {"done", "failed"}:
            if time.monotonic() > deadline:
                raise PeerUnreachableError(f"The import {job['id']} at {self.actor.url} takes longer than {WAIT_S:g} s")
            time.sleep(0.05)
            job = self.get(f"/v1/imports/{job['id']}")
        if job["state"] == "failed":
            raise ConflictError(f"The import {job['id']} failed: {json.dumps(job['report'])[:800]}")
        return dict(job["report"])

    def pages(self, path: str) -> list[dict[str, Any]]:
        """All items of a list."""
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            joint = "&" if "?" in path else "?"
            page = self.get(f"{path}{joint}limit=500{cursor}")
            items += page["items"]
            if page["next"] is None:
                return items
            cursor = f"&cursor={page['next']}"

    def _send(self, method: str, path: str, **content: Any) -> Any:
        import httpx

        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.request(
            method, self.actor.url + path, headers=headers, timeout=WAIT_S, trust_env=False, **content
        )
        return good(self.actor, answer)


def _scopes(actor: Actor) -> str:
    """What the person's token may do; other than last time, a new token is issued."""
    return " ".join(scope.value for scope in actor.player.scopes)


def _first_access(actor: Actor, access: dict[str, str]) -> str:
    import httpx

    name = actor.player.key
    with httpx.Client(base_url=actor.url, timeout=60, trust_env=False) as http:
        first = (actor.home / "first-admin.secret").read_text().strip()
        enter(actor, http, "admin", first, access["admin_password"])
        known = [one["id"] for one in good(actor, http.get("/v1/users")).json()["items"] if one["name"] == name]
        roles = [role.value for role in actor.player.person]
        if known:
            good(actor, http.patch(f"/v1/users/{known[0]}", json={"roles": roles}))
            answer = http.post(f"/v1/users/{known[0]}/reset")
        else:
            answer = http.post("/v1/users", json={"name": name, "roles": roles})
        temporary = good(actor, answer).json()["temporary_password"]
    with httpx.Client(base_url=actor.url, timeout=60, trust_env=False) as http:
        enter(actor, http, name, temporary, access["password"])
        scopes = [scope.value for scope in actor.player.scopes]
        answer = http.post("/v1/tokens", json={"label": "demo", "scopes": scopes, "days": 30})
        return str(good(actor, answer).json()["secret"])
