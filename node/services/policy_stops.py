"""Policies that were stopped: by their own checks at once, let go again only by a named person with a reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evidence.clock import Clock
from evidence.errors import InputError, NotFoundError
from node.records.port_house import EventStore, SettingStore
from scoring.bundle import STOPPED
from scoring.policy import Policy


@dataclass(frozen=True, slots=True)
class PolicyStops:
    """What stands against a policy at this node; whoever is scored by it meanwhile is "not rated", with the reasons."""

    settings: SettingStore
    events: EventStore
    clock: Clock

    def reasons(self, policy: Policy) -> tuple[str, ...]:
        """Reasons as they stand on cards; none while the policy is not stopped."""
        kept = self.standing(policy)
        return () if kept is None else tuple(f"{STOPPED}{reason}" for reason in kept["reasons"])

    def standing(self, policy: Policy) -> dict[str, Any] | None:
        """Since when, why and by whom it was stopped; None while it is not."""
        kept = self.settings.setting(_name(policy))
        return json.loads(kept) if kept else None

    def stop(self, policy: Policy, reasons: Sequence[str], *, by: str) -> bool:
        """Stop a policy; whether it was not stopped before. The first stop stays."""
        if not reasons:
            raise InputError("a policy is stopped for a reason", advice="Say why.")
        if self.standing(policy) is not None:
            return False
        now = self.clock()
        told = {"reasons": sorted(set(reasons)), "since": now.isoformat(), "by": by}
        self.settings.put_setting(_name(policy), json.dumps(told))
        data = {"policy": policy.name, "hash": policy.hash.hex(), "reasons": ", ".join(told["reasons"]), "by": by}
        self.events.add_event("policy.stopped", data, now)
        return True

    def lift(self, policy: Policy, why: str, *, by: str) -> None:
        """Let a policy go again.

        Raises:
            NotFoundError: it is not stopped.
            InputError: no reason given.
        """
        if self.standing(policy) is None:
            raise NotFoundError(f"the policy {policy.name} is not stopped")
        if not why.strip():
            raise InputError("a stop is lifted for a reason", advice="Say what was found and done.")
        self.settings.put_setting(_name(policy), "")
        data = {"policy": policy.name, "hash": policy.hash.hex(), "why": why.strip(), "by": by}
        self.events.add_event("policy.stop-lifted", data, self.clock())


def _name(policy: Policy) -> str:
    return f"policy-stop:{policy.hash.hex()}"
