"""One of several people at a node, signed in as in a browser: a session, its cookie and its CSRF token."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.access import enter, good, keep, secret
from sandbox.stage import Actor

if TYPE_CHECKING:
    import httpx

WAIT_S = 300.0


@dataclass(slots=True)
class Person:
    """A signed-in person; `password` is kept beside the node, in demo-people.json, for whoever tries the portal."""

    actor: Actor
    name: str
    password: str = field(repr=False)
    http: httpx.Client = field(repr=False)

    @classmethod
    def open(cls, actor: Actor, names: Sequence[str], *roles: str) -> list[Person]:
        """Sign people in, making their accounts the first time."""
        path = actor.home / "demo-people.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        fresh = [name for name in names if name not in known]
        if fresh:
            # Kept before they are set: a run that dies in between finds its way back in.
            known |= {name: secret() for name in fresh}
            keep(path, known)
        temporary = _accounts(actor, fresh, roles) if fresh else {}
        with ThreadPoolExecutor(max_workers=len(names)) as pool:
            # At once: each password takes the node the better part of a second, by intention (Argon2id).
            return list(pool.map(lambda name: cls._enter(actor, name, known[name], temporary.get(name), roles), names))

    @classmethod
    def _enter(cls, actor: Actor, name: str, password: str, temporary: str | None, roles: Sequence[str]) -> Person:
        import httpx

        http = httpx.Client(base_url=actor.url, timeout=WAIT_S, trust_env=False)
        if temporary is None:
            answer = http.post("/v1/session", json={"name": name, "password": password})
            if answer.status_code == 401:
                temporary = _accounts(actor, [name], roles)[name]
            else:
                http.headers["X-CSRF-Token"] = good(actor, answer).json()["csrf"]
        if temporary is not None:
            enter(actor, http, name, temporary, password)
        return cls(actor, name, password, http)

    def get(self, path: str, **content: Any) -> Any:
        """A JSON answer."""
        return good(self.actor, self.http.get(path, **content)).json()

    def known(self, path: str, **content: Any) -> bool:
        """Whether there is such a thing."""
        answer = self.http.get(path, **content)
        return answer.status_code != 404 and bool(good(self.actor, answer))

    def post(self, path: str, **content: Any) -> Any:
        """A JSON answer; None for an empty one."""
        answer = good(self.actor, self.http.post(path, **content))
        return answer.json() if answer.content else None

    def put(self, path: str, **content: Any) -> Any:
        """A JSON answer."""
        return good(self.actor, self.http.put(path, **content)).json()

    def sign(self, case: str, step: str) -> Any:
        """Sign a step of a case with user name and password."""
        form = {"step": step, "name": self.name, "password": self.password, "zone": "Asia/Shanghai"}
        return self.post(f"/v1/cases/{case}/signatures", json=form)


def _accounts(actor: Actor, names: Sequence[str], roles: Sequence[str]) -> dict[str, str]:
    """The administrator makes the accounts; their temporary passwords."""
    import httpx

    access = json.loads(Path(actor.home / "demo-access.json").read_text())
    with httpx.Client(base_url=actor.url, timeout=WAIT_S, trust_env=False) as http:
        answer = good(actor, http.post("/v1/session", json={"name": "admin", "password": access["admin_password"]}))
        http.headers["X-CSRF-Token"] = answer.json()["csrf"]
        users = {one["name"]: one["id"] for one in good(actor, http.get("/v1/users")).json()["items"]}
        made = {}
        for name in names:
            if name in users:
                answer = http.post(f"/v1/users/{users[name]}/reset")
            else:
                answer = http.post("/v1/users", json={"name": name, "roles": list(roles)})
            made[name] = str(good(actor, answer).json()["temporary_password"])
        return made
