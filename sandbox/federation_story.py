"""What happens in the federated demo: ten rounds, a node killed in the middle of one and back later, and the audit."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from evidence.errors import FaultError
from node.services.record_rounds import RecordRounds
from node.training.port import TrainingRun
from sandbox.federation import Federation, Say

ROUNDS: Final = 10
KILL_AFTER: Final = 3
BACK_AFTER: Final = 5
LAST_CHANCE: Final = 7
"""Who is connected by the end of this round gets its keys into the committee of the tenth."""
PATIENCE_S: Final = 300.0
POLL_S: Final = 0.2


@dataclass(slots=True)
class FederationStory:
    """One telling; `tell` gives the summary."""

    federation: Federation
    say: Say
    hop_ms: int = 15_000
    rounds: int = ROUNDS

    def tell(self) -> dict[str, Any]:
        """Run it all; raises FaultError when a step does not happen in time."""
        federation, steward = self.federation, self.federation.steward()
        victim = federation.plants[-1]
        record = RecordRounds(steward, federation.models(), federation.org)
        wishes: dict[str, Any] = {"rounds": self.rounds, "parties": len(federation.plants), "hop_ms": self.hop_ms}
        wishes["drift_every"] = 1
        name = steward.start({**wishes, "train": {"epochs": 2, "rate": "0.005"}}).name
        self.say(f"run {name} started")
        self._until(name, lambda run: run.done >= KILL_AFTER, record)
        # A round is three messages: right after the last one has ended, the next one is under way.
        federation.kill(victim)
        self.say(f"{victim.name} killed with -9 in the middle of round {KILL_AFTER + 1}")
        self._until(name, lambda run: run.done >= BACK_AFTER, record)
        federation.start(victim)
        self.say(f"{victim.name} is started again")
        self._until(name, lambda run: run.done >= LAST_CHANCE or federation.connections(victim) >= 2, record)
        if federation.connections(victim) < 2 or steward.run(name).done >= LAST_CHANCE:
            self.say("a slow machine: the run is stopped until the plant is back, then goes on from its checkpoint")
            steward.stop(name)
            self._until(name, lambda run: federation.connections(victim) >= 2, record)
            steward.resume(name)
        self._until(name, lambda run: run.state == "finished", record)
        return self._summary(name, victim.lei)

    def _until(self, name: str, holds: Callable[[TrainingRun], bool], record: RecordRounds) -> None:
        steward, end = self.federation.steward(), time.monotonic() + PATIENCE_S
        while True:
            run = steward.run(name)
            for entry in record(name):
                loss = f", loss {run.metrics[0]}" if run.metrics else ""
                self.say(
                    f"round {entry.number}: {entry.contributors} of {entry.committee_size} parties, on chain{loss}"
                )
            if holds(run):
                return
            if time.monotonic() > end:
                raise FaultError(f"the run stands at round {run.done} ({run.state}): {run.events[-3:]}")
            time.sleep(POLL_S)

    def _summary(self, name: str, victim: str) -> dict[str, Any]:
        federation = self.federation
        folder = federation.settings.runs / name
        self.say("the auditor recomputes every model and compares with the chain")
        recomputed = _json(sys.executable, "-m", "federated.audit", str(folder))
        own = federation.plants[-1].home / "contributions" / name
        audit = _json(
            *(sys.executable, "-m", "node", "audit", "model", str(folder)),
            *("--own", str(own), "--home", str(federation.auditor), "--json"),
        )
        steward = federation.steward()
        rounds = [steward.record(name, number) for number in range(1, self.rounds + 1)]
        drift = steward.drift(name)
        for one in drift.features:
            self.say(f"{one.feature}: {one.state}, index {one.index / 1_000_000:.3f} from securely summed counts")
        return {
            "run": name,
            "rounds": len(rounds),
            "on_chain": audit["rounds"],
            "without_victim": [one.round for one in rounds if victim not in one.contributors],
            "victim_back": victim in rounds[-1].contributors,
            "contributions": audit["contributions"],
            "recomputed": recomputed["model"] == audit["model"] and recomputed["rounds"] == len(rounds),
            "agrees": bool(audit["whole"]),
            "drift": {one.feature: one.index for one in drift.features},
            "model": audit["model"],
        }


def _json(*command: str) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        raise FaultError(f"the audit did not run: {done.stderr.decode(errors='replace')[-800:]}")
    value: dict[str, Any] = json.loads(done.stdout)
    return value
