"""The members adopt the policies of the demo: handed in, voted on at every node, carried out after the timelock."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from evidence.errors import ConflictError
from sandbox.desk import Desk
from sandbox.generator import PURCHASER

POLICIES = ("complaint-first-2026", "first-2026")
"""The first is the one that scores where there is evidence for it; the other asks for less."""
PATIENCE_S = 120.0
ROUNDS = 3


@dataclass(slots=True)
class Votes:
    """The demo's ballots; what an earlier run adopted is left alone.

    Attributes:
        mine: makes a block, so that the chain's time goes on.
        open: the ballots under way, by the name of their policy.
    """

    desks: Mapping[str, Desk]
    mine: Callable[[], None]
    say: Callable[[str], None]
    open: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Hand in and propose what is not adopted yet, and have every member vote for it."""
        with ThreadPoolExecutor(max_workers=len(self.desks)) as pool:
            # All nodes look first: a node's first look at the chain takes it seconds that the vote would not wait for.
            known = next(iter(list(pool.map(lambda desk: desk.get("/v1/governance"), self.desks.values()))))
        adopted = {one["name"] for one in known["policies"] if one["counts"]}
        self._ask([name for name in POLICIES if name not in adopted])

    def finish(self) -> list[dict[str, Any]]:
        """Carry out what was decided; the policies as the chain has them then."""
        purchaser = self.desks[PURCHASER]
        for _ in range(ROUNDS):
            if not self.open:
                break
            self.say("the vote is over: the timelock lets the policies count")
            self._until({"succeeded", "defeated", "queued", "executed"})
            # On a machine that is busy with something else, a vote may have been too short: the members vote again.
            failed = [name for name, ballot in self.open.items() if self._state(ballot) == "defeated"]
            self._carry_out([ballot for name, ballot in self.open.items() if name not in failed])
            self.open.clear()
            self._ask(failed)
        found = purchaser.get("/v1/governance")
        return [
            {
                "name": one["name"],
                "policy": one["policy"],
                "id": one["id"],
                "counts_from": one["counts_from"],
                "in_favour": max((b["in_favour"] for b in found["ballots"] if b["document"] == one["id"]), default=0),
            }
            for one in found["policies"]
            if one["counts"]
        ]

    def _ask(self, names: Sequence[str]) -> None:
        purchaser = self.desks[PURCHASER]
        for name in names:
            self.mine()  # members have a vote from the block after their enrolment on
            document = purchaser.post("/v1/governance/policies", json={"policy": name})
            self.open[name] = purchaser.post("/v1/governance/ballots", json={"document": document["id"]})["id"]
        if not self.open:
            return
        self.say(f"seven members vote on {' and '.join(self.open)}")
        self._until({"active", "defeated"})
        with ThreadPoolExecutor(max_workers=len(self.desks)) as pool:
            list(pool.map(self._vote, self.desks.values()))

    def _vote(self, desk: Desk) -> None:
        for ballot in self.open.values():
            try:
                desk.post(f"/v1/governance/ballots/{ballot}/votes", json={"vote": "for"})
            except ConflictError:
                continue  # too late: whether the others sufficed shows at the end

    def _carry_out(self, ballots: Sequence[str]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        for ballot in ballots:
            while not self._executed(ballot):
                if time.monotonic() > deadline:
                    raise ConflictError(f"the ballot {ballot} was not carried out within {PATIENCE_S:g} s")
                time.sleep(0.3)
                self.mine()

    def _executed(self, ballot: str) -> bool:
        try:
            done = self.desks[PURCHASER].post(f"/v1/governance/ballots/{ballot}/execution")
        except ConflictError:
            return False  # the timelock has not run yet
        return bool(done["state"] == "executed")

    def _until(self, states: set[str]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        for ballot in self.open.values():
            while self._state(ballot) not in states:
                if time.monotonic() > deadline:
                    raise ConflictError(f"the ballot {ballot} did not get on within {PATIENCE_S:g} s")
                time.sleep(0.3)
                self.mine()

    def _state(self, ballot: str) -> str:
        return str(self.desks[PURCHASER].get(f"/v1/governance/ballots/{ballot}")["state"])
