"""People who sign: with their own password, in a session of their own; tokens sign nothing."""

from __future__ import annotations

import json

from evidence.errors import ConflictError
from sandbox.stage import Actor


def countersign(actor: Actor, export: str, step: str, *, reason: str = "") -> str:
    """Sign a step of another member's case as the person of `actor`; the seal to send back.

    Raises:
        ConflictError: the node refuses.
    """
    import httpx

    access = json.loads((actor.home / "demo-access.json").read_text())
    with httpx.Client(base_url=actor.url, timeout=120, trust_env=False) as http:
        opened = http.post("/v1/session", json={"name": access["user"], "password": access["password"]})
        if opened.status_code >= 400:
            raise ConflictError(f"The node of {actor.player.name} answers {opened.status_code}: {opened.text[:400]}")
        form = {"export": export, "step": step, "name": access["user"], "password": access["password"]}
        headers = {"X-CSRF-Token": opened.json()["csrf"]}
        answer = http.post("/v1/countersignatures", json={**form, "reason": reason}, headers=headers)
    if answer.status_code >= 400:
        raise ConflictError(f"The node of {actor.player.name} answers {answer.status_code}: {answer.text[:800]}")
    return str(answer.json()["sealed"])
