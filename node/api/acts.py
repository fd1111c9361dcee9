"""What people do to models and training is written into the access trail: who, what, when, by which request."""

from __future__ import annotations

from fastapi import Request

from node.api.desk import Desk
from node.api.problems import request_id
from node.auth.model import Outcome, Principal, TrailAction


def written(
    desk: Desk, request: Request, caller: Principal, action: TrailAction, target: str, **detail: str | int | bool
) -> None:
    """Add the entry of something that was done."""
    told = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in detail.items()}
    desk.door.record(action, Outcome.DONE, actor=caller, target=target, request=request_id(request), detail=told)
