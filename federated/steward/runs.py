"""The runs of a federation as people see and steer them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evidence.canonical import encode, loads
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import ConflictError, InputError, NotFoundError
from federated.leave import ask, asked, carry_out, told
from federated.pin import code_hash
from federated.plan import METRICS, RunPlan
from federated.server_app import STOP_FILE
from federated.store import RunStore, write_whole
from scoring.risk_model import BINS

RUNNING: Final = "running"
PAUSED: Final = "paused"
STOPPED: Final = "stopped"
FINISHED: Final = "finished"
_WISHES: Final = ("rounds", "parties", "max_weight", "width", "bucket_size", "hop_ms", "quorum_ms", "seed",
                  "epsilon_micro", "clip", "strategy")  # fmt: skip
_TAIL_BYTES: Final = 256 << 10


@dataclass(frozen=True, slots=True)
class RunBook:
    """All runs in a folder; reads what the server's worker writes, and writes only wishes."""

    folder: Path
    spec: Path

    def create(self, wishes: Mapping[str, JsonValue]) -> str:
        """Begin a run with these settings (names as in `RunPlan`, `train` an object); its name.

        Raises:
            InputError: unknown settings, or values out of range.
        """
        from federated import task
        from federated.trainer import train_config

        unknown = set(wishes) - {*_WISHES, "train", "drift_every"}
        if unknown:
            raise InputError(
                f"{min(unknown)[:40]!r} is no setting of a run", advice=f"Use {', '.join(_WISHES)}, drift_every, train."
            )
        train = wishes.get("train", {})
        if not isinstance(train, Mapping) or not all(isinstance(one, str | int) for one in train.values()):
            raise InputError("train: an object of texts and integers is needed (decimals as text)")
        agreed = task.task_of(self.spec)
        # Through the reader of plans, so that wishes are checked like any plan from outside.
        base = RunPlan(agreed.spec.digest, agreed.size, 10, 20, code_hash(), os.urandom(32)).to_json()
        if wishes.get("drift_every"):
            base |= {"tally": len(agreed.spec.features) * BINS, "tally_every": wishes["drift_every"]}
        pairs: list[JsonValue] = [[name, value] for name, value in sorted(train.items())]
        plan = RunPlan.from_json({**base, **{name: wishes[name] for name in _WISHES if name in wishes}, "train": pairs})
        train_config(plan)  # what every plant would refuse is refused before anybody starts
        assert len(task.METRICS) == METRICS
        name = plan.run.hex()[:32]
        RunStore(self.folder / name).create(plan, task.new_model(agreed, plan.seed))
        self._wish(name, RUNNING)
        return name

    def names(self) -> Sequence[str]:
        """All runs, oldest first."""
        found = self.folder.glob("*/plan.json")
        return [path.parent.name for path in sorted(found, key=lambda path: (path.stat().st_mtime_ns, path))]

    def store(self, name: str) -> RunStore:
        """The run's folder; raises NotFoundError."""
        if len(name) != 32 or not name.isalnum() or not (self.folder / name / "plan.json").exists():
            raise NotFoundError(f"There is no run {name[:40]!r}", advice="GET /v1/runs lists them.")
        return RunStore(self.folder / name)

    def done(self, name: str) -> int:
        """Finished rounds."""
        return sum(1 for _ in (self.store(name).folder / "rounds").glob("*.json"))

    def state(self, name: str) -> str:
        """running, paused (no quorum), stopped (by a person) or finished."""
        store = self.store(name)
        if self.done(name) >= store.plan().rounds:
            return FINISHED
        wish = store.folder / "wish.json"
        return str(json.loads(wish.read_bytes())["state"]) if wish.exists() else STOPPED

    def stop(self, name: str) -> None:
        """Stop after the round at hand."""
        (self.store(name).folder / STOP_FILE).touch()
        self._wish(name, STOPPED)

    def leave(self, name: str, party: str) -> dict[str, JsonValue]:
        """Have a party leave: the run stops after the round at hand, then `carry_out` does the rest.

        Returns:
            `credence-leave/1`; MAY be asked again, and names the run that trains again once there is one.

        Raises:
            ConflictError, MalformedError: as `federated.leave.ask`.
        """
        store, state = self.store(name), self.state(name)
        if ask(store, party, wanted=state in (RUNNING, PAUSED)) and state != FINISHED:
            self.stop(name)
        return told(store, party, code_hash())

    def leaving(self) -> Sequence[str]:
        """Runs that a party is leaving."""
        return [name for name in self.names() if asked(RunStore(self.folder / name)) is not None]

    def carry_out(self, name: str) -> None:
        """Finish a leave; nobody may be adding rounds to the run. MAY be called again after a crash."""
        store = self.store(name)
        wish = asked(store)
        made = carry_out(store, code_hash())
        if made is not None:
            if not (made.folder / "wish.json").exists():
                self._wish(made.folder.name, RUNNING)
        elif wish is not None and wish.wanted:
            self.resume(name)

    def pause(self, name: str) -> None:
        """Note that the run found no quorum."""
        self._wish(name, PAUSED)

    def resume(self, name: str) -> None:
        """Go on; ConflictError when it is finished."""
        if self.state(name) == FINISHED:
            raise ConflictError("the run is finished")
        if self.store(name).withdrawn() or asked(self.store(name)) is not None:
            raise ConflictError("a party left this run", advice="Go on with the run that trains again without it.")
        (self.store(name).folder / STOP_FILE).unlink(missing_ok=True)
        self._wish(name, RUNNING)

    def events(self, name: str, last: int = 200) -> list[JsonValue]:
        """The newest events of the run's progress, oldest first."""
        path = self.store(name).folder / "progress.jsonl"
        if not path.exists():
            return []
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            lines = file.read().split(b"\n")
        whole = lines[1:] if size > _TAIL_BYTES else lines
        return [loads(line) for line in whole if line][-last:]

    def show(self, name: str) -> dict[str, JsonValue]:
        """The run for people and for `node`."""
        store, events = self.store(name), self.events(name)
        rounds = [event for event in events if isinstance(event, dict) and event.get("event") == "round"]
        plan = store.plan()
        return {
            "name": name,
            "run": hex0x_encode(plan.run),
            "state": self.state(name),
            "rounds": plan.rounds,
            "done": self.done(name),
            "newest": rounds[-1] if rounds else None,
            "leaving": None if (wish := asked(store)) is None else wish.party,
            "withdrawn": store.withdrawn(),
            "plan": plan.to_json(),
            "events": events[-50:],
        }

    def _wish(self, name: str, state: str) -> None:
        write_whole(self.folder / name / "wish.json", encode({"state": state}))
